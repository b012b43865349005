package backlogsim

import (
	"strings"
	"time"
)

// stamp is a time as the API writes it: RFC 3339, UTC, whole seconds.
type stamp time.Time

func (t stamp) MarshalJSON() ([]byte, error) {
	return []byte(`"` + time.Time(t).UTC().Format("2006-01-02T15:04:05Z") + `"`), nil
}

// day is a date-only field: midnight UTC of the date, null when empty, or an instant that is ready. Use state.day, which knows how the space writes it.
type day string

func (d day) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	if strings.Contains(string(d), "T") {
		return []byte(`"` + string(d) + `"`), nil
	}
	return []byte(`"` + string(d) + `T00:00:00Z"`), nil
}

// orNull is a text that is null when empty.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type wireNulabAccount struct {
	NulabID  string `json:"nulabId"`
	Name     string `json:"name"`
	UniqueID string `json:"uniqueId"`
}

type wireUser struct {
	ID            int               `json:"id"`
	UserID        *string           `json:"userId"`
	Name          string            `json:"name"`
	RoleType      int               `json:"roleType"`
	Lang          *string           `json:"lang"`
	NulabAccount  *wireNulabAccount `json:"nulabAccount"`
	MailAddress   *string           `json:"mailAddress"`
	LastLoginTime *stamp            `json:"lastLoginTime"`
}

func (u *user) wire() *wireUser {
	if u == nil {
		return nil
	}
	w := &wireUser{ID: u.id, UserID: orNull(u.userID), Name: u.name, RoleType: u.role, Lang: orNull(u.lang), NulabAccount: u.nulab, MailAddress: orNull(u.mail)}
	if !u.lastLogin.IsZero() {
		t := stamp(u.lastLogin)
		w.LastLoginTime = &t
	}
	return w
}

type wireProject struct {
	ID                                int    `json:"id"`
	ProjectKey                        string `json:"projectKey"`
	Name                              string `json:"name"`
	ChartEnabled                      bool   `json:"chartEnabled"`
	UseResolvedForChart               bool   `json:"useResolvedForChart"`
	SubtaskingEnabled                 bool   `json:"subtaskingEnabled"`
	GrandchildIssueEnabled            bool   `json:"grandchildIssueEnabled"`
	ProjectLeaderCanEditProjectLeader bool   `json:"projectLeaderCanEditProjectLeader"`
	UseWiki                           bool   `json:"useWiki"`
	UseFileSharing                    bool   `json:"useFileSharing"`
	UseWikiTreeView                   bool   `json:"useWikiTreeView"`
	UseSubversion                     bool   `json:"useSubversion"`
	UseGit                            bool   `json:"useGit"`
	UseOriginalImageSizeAtWiki        bool   `json:"useOriginalImageSizeAtWiki"`
	TextFormattingRule                string `json:"textFormattingRule"`
	Archived                          bool   `json:"archived"`
	DisplayOrder                      int    `json:"displayOrder"`
	UseDevAttributes                  bool   `json:"useDevAttributes"`
}

func (p *project) wire() *wireProject {
	return &wireProject{
		ID: p.id, ProjectKey: p.key, Name: p.name, ChartEnabled: p.chart, UseResolvedForChart: p.resolvedChart,
		SubtaskingEnabled: p.subtasking, GrandchildIssueEnabled: p.grandchild, ProjectLeaderCanEditProjectLeader: p.leaders, UseWiki: p.useWiki, UseFileSharing: !p.st.plan.lacks["fileSharing"],
		UseWikiTreeView: p.useTree, UseGit: len(p.repos) > 0 && !p.st.plan.lacks["git"], TextFormattingRule: p.rule, Archived: p.archived, DisplayOrder: p.order, UseDevAttributes: p.devFields,
	}
}

type wireNamed struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

func (n *namedID) wire() *wireNamed {
	if n == nil {
		return nil
	}
	return &wireNamed{n.id, n.name}
}

type wireStatus struct {
	ID           int    `json:"id"`
	ProjectID    int    `json:"projectId"`
	Name         string `json:"name"`
	Color        string `json:"color"`
	DisplayOrder int    `json:"displayOrder"`
}

func (s *status) wire(p *project) *wireStatus {
	return &wireStatus{s.id, p.id, s.name, s.color, s.order}
}

type wireIssueType struct {
	ID                  int     `json:"id"`
	ProjectID           int     `json:"projectId"`
	Name                string  `json:"name"`
	Color               string  `json:"color"`
	DisplayOrder        int     `json:"displayOrder"`
	TemplateSummary     *string `json:"templateSummary"`
	TemplateDescription *string `json:"templateDescription"`
}

func (t *issueType) wire(p *project) *wireIssueType {
	return &wireIssueType{t.id, p.id, t.name, t.color, t.order, orNull(t.tmplSummary), orNull(t.tmplDes)}
}

type wireCategory struct {
	ID           int    `json:"id"`
	ProjectID    int    `json:"projectId"`
	Name         string `json:"name"`
	DisplayOrder int    `json:"displayOrder"`
}

func (k *category) wire(p *project) *wireCategory {
	return &wireCategory{k.id, p.id, k.name, k.order}
}

type wireVersion struct {
	ID             int     `json:"id"`
	ProjectID      int     `json:"projectId"`
	Name           string  `json:"name"`
	Description    *string `json:"description"`
	StartDate      day     `json:"startDate"`
	ReleaseDueDate day     `json:"releaseDueDate"`
	Archived       bool    `json:"archived"`
	DisplayOrder   int     `json:"displayOrder"`
}

func (v *version) wire(p *project) *wireVersion {
	return &wireVersion{v.id, p.id, v.name, orNull(v.description), p.st.day(v.start), p.st.day(v.releaseDate), v.archived, v.order}
}

type wireAttachment struct {
	ID          int       `json:"id"`
	Name        string    `json:"name"`
	Size        int       `json:"size"`
	CreatedUser *wireUser `json:"createdUser"`
	Created     stamp     `json:"created"`
}

func (a *attachment) wire() *wireAttachment {
	return &wireAttachment{a.id, a.name, len(a.data), a.by.wire(), stamp(a.created)}
}

type wireStar struct {
	ID        int       `json:"id"`
	Comment   *string   `json:"comment"`
	URL       string    `json:"url"`
	Title     string    `json:"title"`
	Presenter *wireUser `json:"presenter"`
	Created   stamp     `json:"created"`
}

func (s *star) wire() *wireStar {
	return &wireStar{s.id, orNull(s.comment), s.url, s.title, s.by.wire(), stamp(s.created)}
}

type wireChildren struct {
	Total  int `json:"total"`
	Closed int `json:"closed"`
}

type wireIssue struct {
	ID                int               `json:"id"`
	ProjectID         int               `json:"projectId"`
	IssueKey          string            `json:"issueKey"`
	KeyID             int               `json:"keyId"`
	IssueType         *wireIssueType    `json:"issueType"`
	Summary           string            `json:"summary"`
	Description       string            `json:"description"`
	Resolution        *wireNamed        `json:"resolution"`
	Priority          *wireNamed        `json:"priority"`
	Status            *wireStatus       `json:"status"`
	Assignee          *wireUser         `json:"assignee"`
	Category          []*wireCategory   `json:"category"`
	Versions          []*wireVersion    `json:"versions"`
	Milestone         []*wireVersion    `json:"milestone"`
	StartDate         day               `json:"startDate"`
	DueDate           day               `json:"dueDate"`
	EstimatedHours    *float64          `json:"estimatedHours"`
	ActualHours       *float64          `json:"actualHours"`
	ParentIssueID     *int              `json:"parentIssueId"`
	CreatedUser       *wireUser         `json:"createdUser"`
	Created           stamp             `json:"created"`
	UpdatedUser       *wireUser         `json:"updatedUser"`
	Updated           stamp             `json:"updated"`
	CustomFields      []object          `json:"customFields"`
	Attachments       []*wireAttachment `json:"attachments"`
	SharedFiles       []*wireSharedFile `json:"sharedFiles"`
	Stars             []*wireStar       `json:"stars"`
	ChildIssueSummary *wireChildren     `json:"childIssueSummary,omitempty"`
}

// mapped is never nil, because the API writes [] and not null.
func mapped[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, item := range list {
		out = append(out, f(item))
	}
	return out
}

func (i *issue) wire(withChildren bool) *wireIssue {
	p := i.proj
	w := &wireIssue{
		ID: i.id, ProjectID: p.id, IssueKey: i.key(), KeyID: i.keyID, IssueType: i.typ.wire(p),
		Summary: i.summary, Description: i.description, Resolution: i.resolution.wire(), Priority: i.priority.wire(),
		Status: i.status.wire(p), Assignee: i.assignee.wire(),
		Category:  mapped(i.categories, func(k *category) *wireCategory { return k.wire(p) }),
		Versions:  mapped(i.versions, func(v *version) *wireVersion { return v.wire(p) }),
		Milestone: mapped(i.milestones, func(v *version) *wireVersion { return v.wire(p) }),
		StartDate: p.st.day(i.startDate), DueDate: p.st.day(i.dueDate), EstimatedHours: i.estimated, ActualHours: i.actual,
		CreatedUser: i.createdBy.wire(), Created: stamp(i.created), UpdatedUser: i.updatedBy.wire(), Updated: stamp(i.updated),
		CustomFields: i.wireCustom(), Attachments: mapped(i.attachments, (*attachment).wire), SharedFiles: mapped(i.shared, (*sharedFile).wire),
		Stars: mapped(i.stars, (*star).wire),
	}
	if i.parent != nil {
		w.ParentIssueID = &i.parent.id
	}
	if withChildren {
		w.ChildIssueSummary = &wireChildren{Total: len(i.children)}
		for _, child := range i.children {
			if child.status.id == statusClosed {
				w.ChildIssueSummary.Closed++
			}
		}
	}
	return w
}
