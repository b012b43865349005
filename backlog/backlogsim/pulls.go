package backlogsim

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Statuses of pull requests.
const (
	pullOpen   = 1
	pullClosed = 2
	pullMerged = 3
)

func pullStatus(id int) *namedID {
	return &namedID{id, map[int]string{pullOpen: "Open", pullClosed: "Closed", pullMerged: "Merged"}[id]}
}

// pull is one pull request. The API makes and changes them; closing and merging is done in the web pages, here by MergePull.
type pull struct {
	id, number           int
	repo                 *repository
	summary, description string
	base, branch         string
	status               int
	assignee             *user
	issue                *issue
	attachments          []*attachment
	comments             []*pullComment
	stars                []*star
	createdBy, updatedBy *user
	created, updated     time.Time
	closed, merged       time.Time
}

type wirePull struct {
	ID           int               `json:"id"`
	ProjectID    int               `json:"projectId"`
	RepositoryID int               `json:"repositoryId"`
	Number       int               `json:"number"`
	Summary      string            `json:"summary"`
	Description  string            `json:"description"`
	Base         string            `json:"base"`
	Branch       string            `json:"branch"`
	Status       *wireNamed        `json:"status"`
	Assignee     *wireUser         `json:"assignee"`
	Issue        *wireIssue        `json:"issue"`
	BaseCommit   *string           `json:"baseCommit"`
	BranchCommit *string           `json:"branchCommit"`
	MergeCommit  *string           `json:"mergeCommit"`
	CloseAt      *stamp            `json:"closeAt"`
	MergeAt      *stamp            `json:"mergeAt"`
	CreatedUser  *wireUser         `json:"createdUser"`
	Created      stamp             `json:"created"`
	UpdatedUser  *wireUser         `json:"updatedUser"`
	Updated      stamp             `json:"updated"`
	Attachments  []*wireAttachment `json:"attachments"`
	Stars        []*wireStar       `json:"stars"`
}

func (q *pull) wire() *wirePull {
	w := &wirePull{
		ID: q.id, ProjectID: q.repo.proj.id, RepositoryID: q.repo.id, Number: q.number, Summary: q.summary, Description: q.description, Base: q.base, Branch: q.branch,
		Status: pullStatus(q.status).wire(), Assignee: q.assignee.wire(), CreatedUser: q.createdBy.wire(), Created: stamp(q.created),
		UpdatedUser: q.updatedBy.wire(), Updated: stamp(q.updated), Attachments: mapped(q.attachments, (*attachment).wire), Stars: mapped(q.stars, (*star).wire),
	}
	if q.issue != nil {
		w.Issue = q.issue.wire(false)
	}
	for at, into := range map[*time.Time]**stamp{&q.closed: &w.CloseAt, &q.merged: &w.MergeAt} {
		if !at.IsZero() {
			t := stamp(*at)
			*into = &t
		}
	}
	return w
}

// pullsOf are those that pass the filters, the newest first.
func (c *call) pullsOf() ([]*pull, error) {
	r, err := c.repository()
	if err != nil {
		return nil, err
	}
	list := slices.Clone(r.pulls)
	slices.Reverse(list)
	getters := map[string]func(*pull) int{
		"statusId":      func(q *pull) int { return q.status },
		"createdUserId": func(q *pull) int { return q.createdBy.id },
		"assigneeId": func(q *pull) int {
			if q.assignee == nil {
				return 0
			}
			return q.assignee.id
		},
		"issueId": func(q *pull) int {
			if q.issue == nil {
				return 0
			}
			return q.issue.id
		},
	}
	for name, get := range getters {
		ids, _, err := c.ints(name)
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			list = slices.DeleteFunc(list, func(q *pull) bool { return !slices.Contains(ids, get(q)) })
		}
	}
	return list, nil
}

func listPulls(c *call) (any, error) {
	list, err := c.pullsOf()
	if err != nil {
		return nil, err
	}
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	list = list[min(w.offset, len(list)):]
	return mapped(list[:min(w.count, len(list))], (*pull).wire), nil
}

func countPulls(c *call) (any, error) {
	list, err := c.pullsOf()
	if err != nil {
		return nil, err
	}
	return wireCount{len(list)}, nil
}

func (c *call) pull() (*pull, error) {
	r, err := c.repository()
	if err != nil {
		return nil, err
	}
	for _, q := range r.pulls {
		if q.number == c.id("number") {
			return q, nil
		}
	}
	return nil, notFound("pull request")
}

// editPull is the pull request for administrators and normal users, whom the pages of the API name for every write.
func (c *call) editPull() (*pull, error) {
	q, err := c.pull()
	if err == nil && !c.user.canEdit() {
		err = forbidden()
	}
	return q, err
}

func getPull(c *call) (any, error) {
	q, err := c.pull()
	if err != nil {
		return nil, err
	}
	return q.wire(), nil
}

// fillPull reads what create and update share into q, which is thrown away on an error.
func (c *call) fillPull(q *pull) error {
	for name, into := range map[string]*string{"summary": &q.summary, "description": &q.description} {
		if !c.has(name) {
			continue
		}
		text, err := c.needText(name, map[string]int{"summary": maxSummary, "description": maxDescription}[name])
		if err != nil {
			return err
		}
		*into = text
	}
	id, set, sent, err := c.number("issueId")
	if err != nil {
		return err
	}
	if sent {
		q.issue = nil
	}
	if set {
		if q.issue = c.st.issues[id]; q.issue == nil || q.issue.proj != q.repo.proj {
			return invalid("issueId is invalid.")
		}
	}
	if id, set, sent, err = c.number("assigneeId"); err != nil {
		return err
	}
	if sent {
		q.assignee = nil
	}
	if set {
		if q.assignee = c.st.users[id]; q.assignee == nil || !q.repo.proj.member(q.assignee) {
			return invalid("assigneeId is invalid.")
		}
	}
	return nil
}

// addPull: https://developer.nulab.com/docs/backlog/api/2/add-pull-request/
func addPull(c *call) (any, error) {
	r, err := c.repository()
	if err != nil {
		return nil, err
	}
	if !c.user.canEdit() {
		return nil, forbidden()
	}
	q := &pull{repo: r, number: len(r.pulls) + 1, status: pullOpen, createdBy: c.user, updatedBy: c.user, created: c.now, updated: c.now}
	for name, into := range map[string]*string{"base": &q.base, "branch": &q.branch, "summary": &q.summary, "description": &q.description} {
		if *into, err = c.needText(name, 0); err != nil {
			return nil, err
		}
	}
	if q.base == q.branch {
		return nil, invalid("base and branch are the same.")
	}
	if err := c.fillPull(q); err != nil {
		return nil, err
	}
	notified, err := c.notified(r.proj)
	if err != nil {
		return nil, err
	}
	if err := c.takeUploads(&q.attachments); err != nil {
		return nil, err
	}
	q.id = c.st.newID()
	r.pulls = append(r.pulls, q)
	c.st.pulls[q.id] = q
	notes := c.notifyOfPull(nil, c.assignedPull(nil, q), reasonPullAssigned, q, nil)
	notes = c.notifyOfPull(notes, notified, reasonPullAdded, q, nil)
	c.record(r.proj, activityPullAdded, q.activity(nil), nil, notes)
	return q.wire(), nil
}

func (c *call) assignedPull(before *user, q *pull) []*user {
	if q.assignee == nil || q.assignee == before || q.assignee == c.user {
		return nil
	}
	return []*user{q.assignee}
}

// updatePull makes a comment with a change log, typed or not. Whether an update that changes nothing is refused is not published: it is let through and
// makes none.
func updatePull(c *call) (any, error) {
	q, err := c.editPull()
	if err != nil {
		return nil, err
	}
	next := *q
	if err := c.fillPull(&next); err != nil {
		return nil, err
	}
	text, _ := c.text("comment")
	if text == "" {
		list, _ := c.params.list("comment") // Nulab's own client types it as a list
		text = strings.Join(list, "\n")
	}
	if err := checkLength("comment", text, maxComment); err != nil {
		return nil, err
	}
	notified, err := c.notified(q.repo.proj)
	if err != nil {
		return nil, err
	}
	changes := diffPulls(q, &next)
	if len(changes) == 0 && strings.TrimSpace(text) == "" {
		return q.wire(), nil
	}
	assigned := c.assignedPull(q.assignee, &next)
	*q = next
	q.updated, q.updatedBy = c.now, c.user
	m := c.pullComment(q, text, changes)
	m.notes = c.notifyOfPull(nil, assigned, reasonPullAssigned, q, m)
	m.notes = c.notifyOfPull(m.notes, notified, reasonPullUpdated, q, m)
	c.record(q.repo.proj, activityPullUpdated, q.activity(m), nil, m.notes)
	return q.wire(), nil
}

func diffPulls(a, b *pull) []change {
	var out []change
	for _, f := range [][3]string{
		{"summary", a.summary, b.summary},
		{"description", a.description, b.description},
		{"assigner", a.assignee.text(), b.assignee.text()},
		{"dependentIssue", a.issue.text(), b.issue.text()},
		{"status", pullStatus(a.status).name, pullStatus(b.status).name},
	} {
		if f[1] != f[2] {
			out = append(out, change{field: f[0], oldName: f[1], newName: f[2], oldHook: f[1], newHook: f[2]})
		}
	}
	return out
}

func listPullFiles(c *call) (any, error) {
	q, err := c.pull()
	if err != nil {
		return nil, err
	}
	return mapped(q.attachments, (*attachment).wire), nil
}

func getPullFile(c *call) (any, error) {
	q, err := c.pull()
	if err != nil {
		return nil, err
	}
	if c.raw = attachmentByID(q.attachments, c.id("id")); c.raw == nil {
		return nil, notFound("attachment file")
	}
	return nil, nil
}

func deletePullFile(c *call) (any, error) {
	q, err := c.editPull()
	if err != nil {
		return nil, err
	}
	a := attachmentByID(q.attachments, c.id("id"))
	if a == nil {
		return nil, notFound("attachment file")
	}
	q.attachments = without(q.attachments, a)
	c.dirty = true
	return a.wire(), nil
}

type wirePullIssue struct {
	ID          int    `json:"id"`
	KeyID       int    `json:"key_id"`
	IssueKey    string `json:"issue_key"`
	Summary     string `json:"summary"`
	Description string `json:"description"`
}

type wirePullContent struct {
	ID          int            `json:"id"`
	Number      int            `json:"number"`
	Summary     string         `json:"summary"`
	Description string         `json:"description"`
	Comment     *wireContent   `json:"comment"`
	Changes     []change       `json:"changes"`
	Issue       *wirePullIssue `json:"issue"`
	Repository  wireRepo       `json:"repository"`
}

// activity is the content of types 18 to 21.
func (q *pull) activity(m *pullComment) wirePullContent {
	w := wirePullContent{ID: q.id, Number: q.number, Summary: q.summary, Description: q.description, Changes: []change{}, Repository: q.repo.ref()}
	if m != nil {
		w.Comment, w.Changes = &wireContent{m.id, m.content}, append(w.Changes, m.changes...)
	}
	if i := q.issue; i != nil {
		w.Issue = &wirePullIssue{i.id, i.keyID, i.key(), i.summary, i.description}
	}
	return w
}

func (q *pull) path() string {
	return "/git/" + q.repo.proj.key + "/" + q.repo.name + "/pullRequests/" + strconv.Itoa(q.number)
}
