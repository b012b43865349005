package backlogsim

import (
	"strings"
	"time"
)

type pullComment struct {
	id               int
	pull             *pull
	content          string
	typed            bool
	changes          []change
	by               *user
	created, updated time.Time
	stars            []*star
	notes            []*notification
}

// wirePullChange is shorter than that of issues.
type wirePullChange struct {
	Field         string  `json:"field"`
	NewValue      *string `json:"newValue"`
	OriginalValue *string `json:"originalValue"`
}

type wirePullComment struct {
	ID            int                 `json:"id"`
	Content       *string             `json:"content"`
	ChangeLog     []wirePullChange    `json:"changeLog"`
	CreatedUser   *wireUser           `json:"createdUser"`
	Created       stamp               `json:"created"`
	Updated       stamp               `json:"updated"`
	Stars         []*wireStar         `json:"stars"`
	Notifications []*wireNotification `json:"notifications"`
}

func (m *pullComment) wire() *wirePullComment {
	w := &wirePullComment{
		ID: m.id, ChangeLog: mapped(m.changes, func(ch change) wirePullChange {
			return wirePullChange{ch.field, orNull(ch.newName), orNull(ch.oldName)}
		}),
		CreatedUser: m.by.wire(), Created: stamp(m.created), Updated: stamp(m.updated), Stars: mapped(m.stars, (*star).wire), Notifications: mapped(m.notes, (*notification).wire),
	}
	if m.typed || m.pull.repo.proj.st.choices.EmptyContent {
		w.Content = &m.content
	}
	return w
}

func (c *call) pullComment(q *pull, text string, changes []change) *pullComment {
	m := &pullComment{id: c.st.newID(), pull: q, content: text, typed: strings.TrimSpace(text) != "", changes: changes, by: c.user, created: c.now, updated: c.now}
	q.comments = append(q.comments, m)
	c.st.pullComments[m.id] = m
	return m
}

func listPullComments(c *call) (any, error) {
	q, err := c.pull()
	if err != nil {
		return nil, err
	}
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	return mapped(window(q.comments, w, func(m *pullComment) int { return m.id }), (*pullComment).wire), nil
}

func countPullComments(c *call) (any, error) {
	q, err := c.pull()
	if err != nil {
		return nil, err
	}
	return wireCount{len(q.comments)}, nil
}

func addPullComment(c *call) (any, error) {
	q, err := c.editPull()
	if err != nil {
		return nil, err
	}
	text, err := c.needText("content", maxComment)
	if err != nil {
		return nil, err
	}
	notified, err := c.notified(q.repo.proj)
	if err != nil {
		return nil, err
	}
	before := len(q.attachments)
	if err := c.takeUploads(&q.attachments); err != nil {
		return nil, err
	}
	var changes []change
	for _, a := range q.attachments[before:] {
		changes = append(changes, change{field: "attachment", newName: a.name, newHook: a.name, file: a})
	}
	q.updated, q.updatedBy = c.now, c.user
	m := c.pullComment(q, text, changes)
	m.notes = c.notifyOfPull(nil, notified, reasonPullCommented, q, m)
	c.record(q.repo.proj, activityPullCommented, q.activity(m), nil, m.notes)
	return m.wire(), nil
}

// updatePullComment is for the comment's author only.
func updatePullComment(c *call) (any, error) {
	q, err := c.editPull()
	if err != nil {
		return nil, err
	}
	m := c.st.pullComments[c.id("comment")]
	if m == nil || m.pull != q {
		return nil, notFound("comment")
	}
	if m.by != c.user {
		return nil, forbidden()
	}
	text, err := c.needText("content", maxComment)
	if err != nil {
		return nil, err
	}
	m.content, m.typed, m.updated, c.dirty = text, true, c.now, true
	return m.wire(), nil
}

// notifyOfPull is notify for pull requests.
func (c *call) notifyOfPull(notes []*notification, users []*user, reason int, q *pull, m *pullComment) []*notification {
	before := len(notes)
	notes = c.notify(notes, users, reason, nil, nil)
	for _, n := range notes[before:] {
		n.pull, n.pullComment = q, m
	}
	return notes
}
