package backlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrOtherContent is returned when an activity's type has another content than
// the one asked for.
var ErrOtherContent = errors.New("content of another kind")

// contentOf decodes the content if the type is one of those given.
func contentOf[T any](a *Activity, types ...ActivityType) (*T, error) {
	if !slices.Contains(types, a.Type) {
		return nil, fmt.Errorf("reading content of activity %d (type %d): %w", a.ID, a.Type, ErrOtherContent)
	}
	v := new(T)
	if raw := bytes.TrimSpace(a.Content); len(raw) > 0 {
		if err := json.Unmarshal(raw, v); err != nil {
			return nil, fmt.Errorf("reading content of activity %d (type %d): %w", a.ID, a.Type, err)
		}
	}
	return v, nil
}

// IssueContent is the content of types 1–4 and 17. Only ID and KeyID are sure;
// fetch the issue before acting on the rest.
type IssueContent struct {
	ID          ID              `json:"id"`
	KeyID       ID              `json:"key_id"`
	Summary     string          `json:"summary"`
	Description string          `json:"description"`
	Comment     *ContentComment `json:"comment"`
	Changes     []Change        `json:"changes"`
	Attachments []Ref           `json:"attachments"`
	SharedFiles []Ref           `json:"shared_files"`
	// The rest comes with type 1 from newer spaces.
	Assignee  *User `json:"assignee"`
	IssueType *Ref  `json:"issueType"`
	Status    *Ref  `json:"status"`
	Priority  *Ref  `json:"priority"`
	StartDate Date  `json:"startDate"`
	DueDate   Date  `json:"dueDate"`
}

// ContentComment is the comment in a content; it comes as an object or a plain string.
type ContentComment struct {
	ID      ID
	Content string
}

type wireContentComment struct {
	ID      ID   `json:"id"`
	Content Text `json:"content"`
}

// UnmarshalJSON reads an object or a string.
func (c *ContentComment) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' {
		var text Text
		if err := text.UnmarshalJSON(b); err != nil {
			return err
		}
		*c = ContentComment{Content: string(text)}
		return nil
	}
	var w wireContentComment
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*c = ContentComment{ID: w.ID, Content: string(w.Content)}
	return nil
}

// MarshalJSON writes the object form.
func (c ContentComment) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireContentComment{ID: c.ID, Content: Text(c.Content)})
}

// Change is one changed field in a content. Single updates give ids for status,
// priority and resolution and names for milestones and the assignee; bulk updates
// give names and no old value. Fields have other names than in the API: assigner,
// component (category), limitDate (due date).
type Change struct {
	Field    string
	NewValue string
	OldValue string
	Type     string // "standard" or "custom"
}

type wireChange struct {
	Field    Text `json:"field"`
	NewValue Text `json:"new_value"`
	OldValue Text `json:"old_value"`
	Type     Text `json:"type"`
}

// UnmarshalJSON takes null and numbers for values too.
func (c *Change) UnmarshalJSON(b []byte) error {
	var w wireChange
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*c = Change{string(w.Field), string(w.NewValue), string(w.OldValue), string(w.Type)}
	return nil
}

// MarshalJSON writes the vendor's names.
func (c Change) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireChange{Text(c.Field), Text(c.NewValue), Text(c.OldValue), Text(c.Type)})
}

// BulkContent is the content of types 14, 35 and 47. It has no summaries.
type BulkContent struct {
	TxID    ID              `json:"tx_id"`
	Comment *ContentComment `json:"comment"`
	Links   []BulkLink      `json:"link"`
	Changes []Change        `json:"changes"`
}

// BulkLink is one issue of a bulk activity.
type BulkLink struct {
	ID      ID              `json:"id"`
	KeyID   ID              `json:"key_id"`
	Title   string          `json:"title"`
	Comment *ContentComment `json:"comment"`
}

// WikiContent is the content of types 5–7.
type WikiContent struct {
	ID      ID     `json:"id"`
	Name    string `json:"name"`
	Content string `json:"content"`
	Diff    string `json:"diff"`
	Version ID     `json:"version"`
}

// FileContent is the content of types 8–10.
type FileContent struct {
	ID   ID     `json:"id"`
	Dir  string `json:"dir"`
	Name string `json:"name"`
	Size ID     `json:"size"` // bytes
}

// MembersContent is the content of types 15 and 16.
type MembersContent struct {
	Users   []User          `json:"users"`
	Comment *ContentComment `json:"comment"`
}

// GitContent is the content of types 12 and 13.
type GitContent struct {
	Repository    Ref           `json:"repository"`
	ChangeType    string        `json:"change_type"`
	RevisionType  string        `json:"revision_type"`
	Ref           string        `json:"ref"`
	RevisionCount ID            `json:"revision_count"`
	Revisions     []GitRevision `json:"revisions"`
}

// GitRevision is one commit of a push.
type GitRevision struct {
	Rev     string `json:"rev"`
	Comment string `json:"comment"`
}

// PullRequestContent is the content of types 18–21.
type PullRequestContent struct {
	ID          ID              `json:"id"`
	Number      ID              `json:"number"`
	Summary     string          `json:"summary"`
	Description string          `json:"description"`
	Comment     *ContentComment `json:"comment"`
	Changes     []Change        `json:"changes"`
	Repository  Ref             `json:"repository"`
}

// MilestoneContent is the content of types 22–24.
type MilestoneContent struct {
	ID            ID       `json:"id"`
	Name          string   `json:"name"`
	Description   string   `json:"description"`
	StartDate     Date     `json:"start_date"`
	ReferenceDate Date     `json:"reference_date"` // the release date
	Changes       []Change `json:"changes"`
}

// TeamsContent is the content of types 25 and 26.
type TeamsContent struct {
	Parties []Ref `json:"parties"`
}

// Issue returns the content of types 1–4 and 17.
func (a *Activity) Issue() (*IssueContent, error) {
	return contentOf[IssueContent](a, ActivityIssueCreated, ActivityIssueUpdated,
		ActivityIssueCommented, ActivityIssueDeleted, ActivityCommentNotified)
}

// Bulk returns the content of types 14, 35 and 47.
func (a *Activity) Bulk() (*BulkContent, error) {
	return contentOf[BulkContent](a, ActivityIssueMultiUpdated, ActivityIssueDatesUpdated, ActivityIssueMultiCreated)
}

// Wiki returns the content of types 5–7.
func (a *Activity) Wiki() (*WikiContent, error) {
	return contentOf[WikiContent](a, ActivityWikiCreated, ActivityWikiUpdated, ActivityWikiDeleted)
}

// File returns the content of types 8–10.
func (a *Activity) File() (*FileContent, error) {
	return contentOf[FileContent](a, ActivityFileAdded, ActivityFileUpdated, ActivityFileDeleted)
}

// Members returns the content of types 15 and 16.
func (a *Activity) Members() (*MembersContent, error) {
	return contentOf[MembersContent](a, ActivityProjectUserAdded, ActivityProjectUserRemoved)
}

// Git returns the content of types 12 and 13.
func (a *Activity) Git() (*GitContent, error) {
	return contentOf[GitContent](a, ActivityGitPushed, ActivityGitRepositoryCreated)
}

// PullRequest returns the content of types 18–21.
func (a *Activity) PullRequest() (*PullRequestContent, error) {
	return contentOf[PullRequestContent](a, ActivityPullRequestAdded, ActivityPullRequestUpdated,
		ActivityPullRequestCommented, ActivityPullRequestMerged)
}

// Milestone returns the content of types 22–24.
func (a *Activity) Milestone() (*MilestoneContent, error) {
	return contentOf[MilestoneContent](a, ActivityMilestoneCreated, ActivityMilestoneUpdated, ActivityMilestoneDeleted)
}

// Teams returns the content of types 25 and 26.
func (a *Activity) Teams() (*TeamsContent, error) {
	return contentOf[TeamsContent](a, ActivityProjectTeamAdded, ActivityProjectTeamRemoved)
}

// IssueRef names an issue that an activity concerns.
type IssueRef struct {
	ID        ID
	Key       string // "" when the project's key is unknown
	CommentID ID     // 0 when there is none
}

// IssueRefs returns the issues that the activity concerns: one, all of a bulk
// change, or none for other types. An issue without an id is left out.
func (a *Activity) IssueRefs() ([]IssueRef, error) {
	var refs []IssueRef
	add := func(id, keyID ID, comment *ContentComment) {
		if id == 0 {
			return
		}
		ref := IssueRef{ID: id}
		if a.Project.ProjectKey != "" && keyID != 0 {
			ref.Key = a.Project.ProjectKey + "-" + keyID.String()
		}
		if comment != nil {
			ref.CommentID = comment.ID
		}
		refs = append(refs, ref)
	}
	if issue, err := a.Issue(); err == nil {
		add(issue.ID, issue.KeyID, issue.Comment)
		return refs, nil
	} else if !errors.Is(err, ErrOtherContent) {
		return nil, err
	}
	bulk, err := a.Bulk()
	if errors.Is(err, ErrOtherContent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, link := range bulk.Links {
		add(link.ID, link.KeyID, link.Comment)
	}
	return refs, nil
}
