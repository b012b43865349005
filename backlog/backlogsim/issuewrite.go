package backlogsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// addIssue: https://developer.nulab.com/docs/backlog/api/2/add-issue/
func addIssue(c *call) (any, error) {
	if !c.user.canReport() {
		return nil, forbidden()
	}
	id, err := c.need("projectId")
	if err != nil {
		return nil, err
	}
	p := c.st.projectByID[id]
	if p == nil || !p.member(c.user) {
		return nil, notFound("project")
	}
	for _, name := range []string{"summary", "issueTypeId", "priorityId"} {
		if _, err := c.needText(name, 0); err != nil {
			return nil, err
		}
	}
	if err := room(len(c.st.issues), c.st.plan.IssueLimit, "issues"); err != nil {
		return nil, err
	}
	i := &issue{proj: p, status: p.statusByID(statusOpen), createdBy: c.user, created: c.now, updatedBy: c.user, updated: c.now}
	if err := c.fillIssue(i); err != nil {
		return nil, err
	}
	notified, err := c.notified(p)
	if err != nil {
		return nil, err
	}
	if err := c.takeUploads(&i.attachments); err != nil {
		return nil, err
	}
	i.id = c.st.newID()
	p.lastKey++
	i.keyID = p.lastKey
	c.st.place(i)
	notes := c.notify(nil, c.assigned(nil, i), reasonAssigned, i, nil)
	notes = c.notify(notes, notified, reasonIssueCreated, i, nil)
	feed, hook := i.created1()
	c.record(p, activityIssueCreated, feed, hook, notes)
	c.status, c.where = http.StatusCreated, "/view/"+i.key()
	return i.wire(false), nil
}

// place puts a new issue into the indexes.
func (st *state) place(i *issue) {
	st.issues[i.id] = i
	i.proj.byKey[i.keyID] = i
	i.proj.issues = append(i.proj.issues, i)
	if i.parent != nil {
		i.parent.children = append(i.parent.children, i)
	}
}

// updateIssue refuses a call that changes nothing and says nothing. Every accepted one makes a comment with a change log, typed or not.
// https://developer.nulab.com/docs/backlog/api/2/update-issue/
func updateIssue(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	if !c.user.canEdit() {
		return nil, forbidden()
	}
	next := *i
	if err := c.fillIssue(&next); err != nil {
		return nil, err
	}
	if err := c.fillState(&next); err != nil {
		return nil, err
	}
	text, _ := c.text("comment")
	if err := checkLength("comment", text, maxComment); err != nil {
		return nil, err
	}
	notified, err := c.notified(i.proj)
	if err != nil {
		return nil, err
	}
	uploads, _ := c.params.list("attachmentId")
	if len(uploads) == 0 && strings.TrimSpace(text) == "" && len(diff(i, &next)) == 0 {
		return nil, invalid(c.st.space.NoChangeMessage)
	}
	if err := c.takeUploads(&next.attachments); err != nil {
		return nil, err
	}
	changes := diff(i, &next)
	assigned := c.assigned(i.assignee, &next)
	c.commit(i, next)
	m := c.comment(i, text, changes)
	m.notes = c.notify(nil, assigned, reasonAssigned, i, m)
	reason := reasonIssueUpdated
	if len(changes) == 0 {
		reason = reasonCommented
	}
	m.notes = c.notify(m.notes, notified, reason, i, m)
	m.noteChange()
	c.recordComment(m)
	return i.wire(false), nil
}

// commit makes next the state of i, keeping the index of children true.
func (c *call) commit(i *issue, next issue) {
	if i.parent != next.parent {
		if i.parent != nil {
			i.parent.children = without(i.parent.children, i)
		}
		if next.parent != nil {
			next.parent.children = append(next.parent.children, i)
		}
	}
	*i = next
	i.updated, i.updatedBy = c.now, c.user
	for _, w := range c.st.watchings {
		if w.issue == i && w.user != c.user {
			w.read = false
		}
	}
}

// assigned is the new assignee if it is a person to be told: not nobody, not the same, not the writer.
func (c *call) assigned(before *user, i *issue) []*user {
	if i.assignee == nil || i.assignee == before || i.assignee == c.user {
		return nil
	}
	return []*user{i.assignee}
}

// fillIssue reads the parameters that create and update share into i. On an error i is to be thrown away.
func (c *call) fillIssue(i *issue) error {
	if c.has("summary") {
		summary, err := c.needText("summary", maxSummary)
		if err != nil {
			return err
		}
		i.summary = summary
	}
	if v, ok := c.text("description"); ok {
		if err := checkLength("description", v, maxDescription); err != nil {
			return err
		}
		i.description = v
	}
	if err := c.fillKinds(i); err != nil {
		return err
	}
	if err := c.fillSets(i); err != nil {
		return err
	}
	for name, into := range map[string]*string{"startDate": &i.startDate, "dueDate": &i.dueDate} {
		d, ok, err := c.date(name)
		if err != nil {
			return err
		}
		if ok {
			*into = d
		}
	}
	if i.startDate != "" && i.dueDate != "" && i.startDate > i.dueDate {
		return invalid("dueDate must not be before startDate.")
	}
	for name, into := range map[string]**float64{"estimatedHours": &i.estimated, "actualHours": &i.actual} {
		text, ok := c.text(name)
		if !ok {
			continue
		}
		*into = nil
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v < 0 {
			return invalid(name + " must be a number.")
		}
		*into = &v
	}
	if err := c.fillParent(i); err != nil {
		return err
	}
	return c.fillCustom(i)
}

func (c *call) fillKinds(i *issue) error {
	id, set, sent, err := c.number("issueTypeId")
	if err != nil {
		return err
	}
	if sent {
		if i.typ = i.proj.typeByID(id); !set || i.typ == nil {
			return invalid("issueTypeId is invalid.")
		}
	}
	if id, set, sent, err = c.number("priorityId"); err != nil {
		return err
	}
	if sent {
		if i.priority = byID(c.st.priorities, id); !set || i.priority == nil {
			return invalid("priorityId is invalid.")
		}
	}
	if id, set, sent, err = c.number("assigneeId"); err != nil {
		return err
	}
	if sent {
		i.assignee = nil
	}
	if set {
		u := c.st.users[id]
		if u == nil || !i.proj.member(u) {
			return invalid("assigneeId is invalid.")
		}
		i.assignee = u
	}
	return nil
}

// fillState reads what only an update may set. resolutionId 0 is a resolution; empty clears.
func (c *call) fillState(i *issue) error {
	id, set, sent, err := c.number("statusId")
	if err != nil {
		return err
	}
	if sent {
		if i.status = i.proj.statusByID(id); !set || i.status == nil {
			return invalid("statusId is invalid.")
		}
	}
	if id, set, sent, err = c.number("resolutionId"); err != nil {
		return err
	}
	if sent {
		i.resolution = nil
	}
	if set {
		if i.resolution = byID(c.st.resolutions, id); i.resolution == nil {
			return invalid("resolutionId is invalid.")
		}
	}
	return nil
}

func byID(list []*namedID, id int) *namedID {
	for _, n := range list {
		if n.id == id {
			return n
		}
	}
	return nil
}

// fillSets replaces whole sets: sending categoryId[]= empty empties it.
func (c *call) fillSets(i *issue) error {
	p := i.proj
	if err := fillSet(c, "categoryId", &i.categories, p.categoryByID); err != nil {
		return err
	}
	if err := fillSet(c, "versionId", &i.versions, p.versionByID); err != nil {
		return err
	}
	return fillSet(c, "milestoneId", &i.milestones, p.versionByID)
}

func fillSet[T comparable](c *call, name string, into *[]T, get func(int) T) error {
	ids, sent, err := c.ints(name)
	if err != nil || !sent {
		return err
	}
	var none T
	set := []T{}
	for _, id := range ids {
		item := get(id)
		if item == none {
			return invalid(name + "[] is invalid.")
		}
		if !slices.Contains(set, item) {
			set = append(set, item)
		}
	}
	*into = set
	return nil
}

// fillParent allows one level of children, and a second one only where the project has grandchildren switched on.
func (c *call) fillParent(i *issue) error {
	id, set, sent, err := c.number("parentIssueId")
	if err != nil || !sent {
		return err
	}
	if set {
		if err := c.feature("parentChildIssue"); err != nil {
			return err
		}
	}
	i.parent = nil
	if !set {
		return nil
	}
	parent := c.st.issues[id]
	deep := parent != nil && parent.parent != nil
	switch {
	case parent == nil || parent.proj != i.proj || parent.id == i.id:
		return invalid("parentIssueId is invalid.")
	case !i.proj.subtasking:
		return invalid("Subtasking is not enabled in the project.")
	case deep && (!i.proj.grandchild || parent.parent.parent != nil):
		return invalid("The parent issue is a child issue.")
	case len(i.children) > 0 && (!i.proj.grandchild || deep):
		return invalid("The issue has child issues.")
	}
	i.parent = parent
	return nil
}
