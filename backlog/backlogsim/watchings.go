package backlogsim

import (
	"net/http"
	"slices"
)

type wireWatching struct {
	ID           int        `json:"id"`
	ResourceRead bool       `json:"resourceAlreadyRead"`
	Note         *string    `json:"note"`
	Type         string     `json:"type"`
	Issue        *wireIssue `json:"issue"`
	LastUpdated  stamp      `json:"lastContentUpdated"`
	Created      stamp      `json:"created"`
	Updated      stamp      `json:"updated"`
}

func (w *watching) wire() *wireWatching {
	return &wireWatching{w.id, w.read, orNull(w.note), "issue", w.issue.wire(false), stamp(w.issue.updated), stamp(w.created), stamp(w.updated)}
}

// watchingsOf filters by resourceAlreadyRead and issueId[]; people see only their own list.
func (c *call) watchingsOf() ([]*watching, error) {
	u, err := c.pathUser()
	if err != nil {
		return nil, err
	}
	if u != c.user {
		return nil, forbidden()
	}
	read, byRead, err := c.boolean("resourceAlreadyRead")
	if err != nil {
		return nil, err
	}
	issues, byIssue, err := c.ints("issueId")
	if err != nil {
		return nil, err
	}
	var out []*watching
	for _, w := range c.st.watchings {
		if w.user == u && (!byRead || w.read == read) && (!byIssue || slices.Contains(issues, w.issue.id)) && w.issue.proj.member(u) {
			out = append(out, w)
		}
	}
	return out, nil
}

func listWatchings(c *call) (any, error) {
	list, err := c.watchingsOf()
	if err != nil {
		return nil, err
	}
	win, err := c.page()
	if err != nil {
		return nil, err
	}
	by, _ := c.text("sort")
	if by != "" && by != "created" && by != "updated" && by != "issueUpdated" {
		return nil, invalid("sort is invalid.")
	}
	slices.SortFunc(list, func(a, b *watching) int {
		var order int
		switch by {
		case "created":
			order = a.created.Compare(b.created)
		case "updated":
			order = a.updated.Compare(b.updated)
		default: // issueUpdated
			order = a.issue.updated.Compare(b.issue.updated)
		}
		if order == 0 {
			order = a.id - b.id
		}
		if !win.asc {
			order = -order
		}
		return order
	})
	list = list[min(win.offset, len(list)):]
	return mapped(list[:min(win.count, len(list))], (*watching).wire), nil
}

// countWatchings knows alreadyRead, too, which looks at the menu of watchings instead of the issues; resourceAlreadyRead goes before it.
func countWatchings(c *call) (any, error) {
	list, err := c.watchingsOf()
	if err != nil {
		return nil, err
	}
	read, byRead, err := c.boolean("alreadyRead")
	if err != nil {
		return nil, err
	}
	if byRead && !c.has("resourceAlreadyRead") {
		list = slices.DeleteFunc(list, func(w *watching) bool { return w.read != read })
	}
	return wireCount{len(list)}, nil
}

func addWatching(c *call) (any, error) {
	name, err := c.needText("issueIdOrKey", 0)
	if err != nil {
		return nil, err
	}
	i := c.st.find(name)
	if i == nil || !i.proj.member(c.user) {
		return nil, notFound("issue")
	}
	for _, w := range c.st.watchings {
		if w.user == c.user && w.issue == i {
			return nil, invalid("The issue is already being watched.")
		}
	}
	note, _ := c.text("note")
	w := &watching{id: c.st.newID(), user: c.user, issue: i, note: note, read: true, created: c.now, updated: c.now}
	c.st.watchings[w.id] = w
	c.status, c.dirty = http.StatusCreated, true
	return w.wire(), nil
}

func (c *call) pathWatching() (*watching, error) {
	id := c.id("id")
	w := c.st.watchings[id]
	if w == nil || w.user != c.user {
		return nil, notFound("watching")
	}
	return w, nil
}

func getWatching(c *call) (any, error) {
	w, err := c.pathWatching()
	if err != nil {
		return nil, err
	}
	return w.wire(), nil
}

func updateWatching(c *call) (any, error) {
	w, err := c.pathWatching()
	if err != nil {
		return nil, err
	}
	note, _ := c.text("note")
	w.note, w.updated, c.dirty = note, c.now, true
	return w.wire(), nil
}

func deleteWatching(c *call) (any, error) {
	w, err := c.pathWatching()
	if err != nil {
		return nil, err
	}
	delete(c.st.watchings, w.id)
	c.dirty = true
	return w.wire(), nil
}

func markWatching(c *call) (any, error) {
	w, err := c.pathWatching()
	if err != nil {
		return nil, err
	}
	w.read, c.dirty = true, true
	c.status = http.StatusNoContent
	return nil, nil
}
