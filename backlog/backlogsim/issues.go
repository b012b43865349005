package backlogsim

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of texts, in characters. Only the summary's is shown in the user interface; the others are what support pages name.
const (
	maxSummary     = 255
	maxDescription = 100_000
	maxComment     = 50_000
)

func (i *issue) key() string { return i.proj.key + "-" + strconv.Itoa(i.keyID) }

// find gives the issue with an id or a key.
func (st *state) find(idOrKey string) *issue {
	if id, err := strconv.Atoi(idOrKey); err == nil {
		return st.issues[id]
	}
	dash := strings.LastIndexByte(idOrKey, '-')
	if dash < 0 {
		return nil
	}
	p := st.projectKey[idOrKey[:dash]]
	n, err := strconv.Atoi(idOrKey[dash+1:])
	if p == nil || err != nil {
		return nil
	}
	return p.byKey[n]
}

// issue is the one that the path names; in a project that the user has not joined it does not exist.
func (c *call) issue() (*issue, error) {
	i := c.st.find(c.vars["issue"])
	if i == nil || !i.proj.member(c.user) {
		return nil, notFound("issue")
	}
	return i, nil
}

func (c *call) expandsChildren() bool {
	list, _ := c.params.list("expand")
	return slices.Contains(list, "childIssueSummary")
}

func getIssue(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	return i.wire(c.expandsChildren()), nil
}

func listParticipants(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	people := []*user{i.createdBy}
	add := func(u *user) {
		if u != nil && !slices.Contains(people, u) {
			people = append(people, u)
		}
	}
	add(i.assignee)
	for _, m := range i.comments {
		add(m.by)
	}
	return mapped(people, (*user).wire), nil
}

type wireIssueRef struct {
	ID    int `json:"id"`
	KeyID int `json:"key_id"`
}

func deleteIssue(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	p := i.proj
	if !p.administeredBy(c.user) {
		return nil, forbidden()
	}
	gone := i.wire(false)
	c.forget(i)
	p.issues = slices.DeleteFunc(p.issues, func(o *issue) bool { return o == i })
	c.record(p, activityIssueDeleted, wireIssueRef{i.id, i.keyID}, nil, nil)
	return gone, nil
}

// forget takes an issue out of everything that points at it, except the list of its project.
func (c *call) forget(i *issue) {
	for _, o := range i.related {
		o.related = without(o.related, i)
	}
	if i.parent != nil {
		i.parent.children = without(i.parent.children, i)
	}
	for _, child := range i.children {
		child.parent = nil
	}
	for _, m := range i.comments {
		delete(c.st.comments, m.id)
	}
	for id, w := range c.st.watchings {
		if w.issue == i {
			delete(c.st.watchings, id)
		}
	}
	c.st.forgetViews(func(v view) bool { return v.issue == i })
	for _, q := range c.st.pulls {
		if q.issue == i {
			q.issue = nil
		}
	}
	for id, list := range c.st.notes {
		c.st.notes[id] = slices.DeleteFunc(list, func(n *notification) bool { return n.issue == i })
	}
	delete(c.st.issues, i.id)
	delete(i.proj.byKey, i.keyID)
}
