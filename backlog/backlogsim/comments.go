package backlogsim

import (
	"net/http"
	"slices"
	"strings"
)

type wireComment struct {
	ID            int                 `json:"id"`
	ProjectID     int                 `json:"projectId"`
	IssueID       int                 `json:"issueId"`
	Content       *string             `json:"content"`
	ChangeLog     []wireChangeLog     `json:"changeLog"` // null when nothing changed
	CreatedUser   *wireUser           `json:"createdUser"`
	Created       stamp               `json:"created"`
	Updated       stamp               `json:"updated"`
	Stars         []*wireStar         `json:"stars"`
	Notifications []*wireNotification `json:"notifications"`
}

func (m *comment) wire() *wireComment {
	w := &wireComment{
		ID: m.id, ProjectID: m.issue.proj.id, IssueID: m.issue.id, CreatedUser: m.by.wire(), Created: stamp(m.created), Updated: stamp(m.updated),
		Stars: mapped(m.stars, (*star).wire), Notifications: mapped(m.notes, (*notification).wire),
	}
	if m.typed || m.issue.proj.st.choices.EmptyContent {
		w.Content = &m.content
	}
	if len(m.changes) > 0 {
		w.ChangeLog = mapped(m.changes, change.log)
	}
	return w
}

// comment adds a comment to an issue; a blank text is "not typed".
func (c *call) comment(i *issue, text string, changes []change) *comment {
	m := &comment{id: c.st.newID(), issue: i, content: text, typed: strings.TrimSpace(text) != "", changes: changes, by: c.user, created: c.now, updated: c.now}
	i.comments = append(i.comments, m)
	c.st.comments[m.id] = m
	return m
}

// noteChange adds to the change log who was notified, where that was chosen.
func (m *comment) noteChange() {
	if len(m.notes) == 0 || !m.issue.proj.st.choices.NotificationChanges {
		return
	}
	names := joinNames(m.notes, func(n *notification) string { return n.to.name })
	m.changes = append(m.changes, change{field: "notification", newName: names, newHook: names, notice: "issue.update"})
}

// listComments takes minId and maxId as inclusive, the unfriendlier reading: the documents do not say.
func listComments(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	return mapped(window(i.comments, w, func(m *comment) int { return m.id }), (*comment).wire), nil
}

// window cuts a list that rises by id to minId…maxId, orders it and takes count of it.
func window[T any](list []T, w page, id func(T) int) []T {
	low, _ := slices.BinarySearchFunc(list, w.minID, func(item T, n int) int { return id(item) - n })
	high := len(list)
	if w.maxID != anyID {
		high, _ = slices.BinarySearchFunc(list, w.maxID+1, func(item T, n int) int { return id(item) - n })
	}
	if low >= high {
		return nil
	}
	list = list[low:high]
	if w.asc {
		return list[:min(w.count, len(list))]
	}
	list = slices.Clone(list[max(0, len(list)-w.count):])
	slices.Reverse(list)
	return list
}

type wireCount struct {
	Count int `json:"count"`
}

func countComments(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	return wireCount{len(i.comments)}, nil
}

func addComment(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	if !c.user.canReport() {
		return nil, forbidden()
	}
	text, err := c.needText("content", maxComment)
	if err != nil {
		return nil, err
	}
	if err := room(len(i.comments), c.st.plan.CommentLimit, "comments"); err != nil {
		return nil, err
	}
	notified, err := c.notified(i.proj)
	if err != nil {
		return nil, err
	}
	next := *i
	if err := c.takeUploads(&next.attachments); err != nil {
		return nil, err
	}
	changes := diff(i, &next)
	c.commit(i, next)
	m := c.comment(i, text, changes)
	m.notes = c.notify(nil, notified, reasonCommented, i, m)
	m.noteChange()
	c.recordComment(m)
	c.status, c.where = http.StatusCreated, "/view/"+i.key()
	return m.wire(), nil
}

func (c *call) pathComment() (*comment, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	id := c.id("comment")
	m := c.st.comments[id]
	if m == nil || m.issue != i {
		return nil, notFound("comment")
	}
	return m, nil
}

func getComment(c *call) (any, error) {
	m, err := c.pathComment()
	if err != nil {
		return nil, err
	}
	return m.wire(), nil
}

// ownComment is for writers: the author, and administrators.
func (c *call) ownComment() (*comment, error) {
	m, err := c.pathComment()
	if err == nil && m.by != c.user && !m.issue.proj.administeredBy(c.user) {
		err = forbidden()
	}
	return m, err
}

func updateComment(c *call) (any, error) {
	m, err := c.ownComment()
	if err != nil {
		return nil, err
	}
	text, err := c.needText("content", maxComment)
	if err != nil {
		return nil, err
	}
	m.content, m.typed, m.updated = text, true, c.now
	c.dirty = true
	return m.wire(), nil
}

func deleteComment(c *call) (any, error) {
	m, err := c.ownComment()
	if err != nil {
		return nil, err
	}
	m.issue.comments = without(m.issue.comments, m)
	delete(c.st.comments, m.id)
	c.dirty = true
	return m.wire(), nil
}

func listCommentNotes(c *call) (any, error) {
	m, err := c.pathComment()
	if err != nil {
		return nil, err
	}
	return mapped(m.notes, (*notification).wire), nil
}

// addCommentNotes is for the comment's author only.
// https://developer.nulab.com/docs/backlog/api/2/add-comment-notification/
func addCommentNotes(c *call) (any, error) {
	m, err := c.pathComment()
	if err != nil {
		return nil, err
	}
	if m.by != c.user {
		return nil, forbidden()
	}
	users, err := c.notified(m.issue.proj)
	if err != nil {
		return nil, err
	}
	if len(users) == 0 {
		return nil, invalid("notifiedUserId[] is required.")
	}
	for _, n := range m.notes {
		if slices.Contains(users, n.to) {
			return nil, invalid("The user has already been notified.")
		}
	}
	added := c.notify(nil, users, reasonCommented, m.issue, m)
	m.notes = append(m.notes, added...)
	c.record(m.issue.proj, activityNotifyAdded, m.activity(), nil, added)
	return m.wire(), nil
}
