package backlogsim

import (
	"net/http"
	"slices"
)

// Reasons of notifications, from nulab/backlog-js.
const (
	reasonAssigned     = 1
	reasonCommented    = 2
	reasonIssueCreated = 3
	reasonIssueUpdated = 4

	reasonPullAssigned  = 10
	reasonPullCommented = 11
	reasonPullAdded     = 12
	reasonPullUpdated   = 13
)

type wireNotification struct {
	ID           int       `json:"id"`
	AlreadyRead  bool      `json:"alreadyRead"`
	Reason       int       `json:"reason"`
	User         *wireUser `json:"user"`
	ResourceRead bool      `json:"resourceAlreadyRead"`
}

func (n *notification) wire() *wireNotification {
	return &wireNotification{n.id, n.alreadyRead, n.reason, n.to.wire(), n.resourceRead}
}

type wireOwnNotification struct {
	ID                 int              `json:"id"`
	AlreadyRead        bool             `json:"alreadyRead"`
	Reason             int              `json:"reason"`
	ResourceRead       bool             `json:"resourceAlreadyRead"`
	Project            *wireProject     `json:"project"`
	Issue              *wireIssue       `json:"issue"`
	Comment            *wireComment     `json:"comment"`
	PullRequest        *wirePull        `json:"pullRequest"`
	PullRequestComment *wirePullComment `json:"pullRequestComment"`
	Sender             *wireUser        `json:"sender"`
	Created            stamp            `json:"created"`
}

func (n *notification) wireOwn() *wireOwnNotification {
	w := &wireOwnNotification{
		ID: n.id, AlreadyRead: n.alreadyRead, Reason: n.reason, ResourceRead: n.resourceRead,
		Sender: n.from.wire(), Created: stamp(n.created),
	}
	if n.pull != nil {
		w.Project, w.PullRequest = n.pull.repo.proj.wire(), n.pull.wire()
		if n.pullComment != nil {
			w.PullRequestComment = n.pullComment.wire()
		}
		return w
	}
	w.Project, w.Issue = n.issue.proj.wire(), n.issue.wire(false)
	if n.comment != nil {
		w.Comment = n.comment.wire()
	}
	return w
}

// notified reads notifiedUserId[]. People who are not members are refused; the writer does not notify themselves.
func (c *call) notified(p *project) ([]*user, error) {
	ids, _, err := c.ints("notifiedUserId")
	if err != nil {
		return nil, err
	}
	var users []*user
	for _, id := range ids {
		u := c.st.users[id]
		if u == nil || !p.member(u) {
			return nil, invalid("notifiedUserId[] is invalid.")
		}
		if u != c.user && !slices.Contains(users, u) {
			users = append(users, u)
		}
	}
	return users, nil
}

// notify adds a notification for each user who has none in notes yet.
func (c *call) notify(notes []*notification, users []*user, reason int, i *issue, m *comment) []*notification {
	for _, u := range users {
		if slices.ContainsFunc(notes, func(n *notification) bool { return n.to == u }) {
			continue
		}
		n := &notification{id: c.st.newID(), reason: reason, to: u, from: c.user, issue: i, comment: m, created: c.now}
		c.st.notes[u.id] = append(c.st.notes[u.id], n)
		notes = append(notes, n)
	}
	return notes
}

func listNotifications(c *call) (any, error) {
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	sender, only, _, err := c.number("senderId")
	if err != nil {
		return nil, err
	}
	list := c.st.notes[c.user.id]
	if only {
		list = slices.DeleteFunc(slices.Clone(list), func(n *notification) bool { return n.from.id != sender })
	}
	return mapped(window(list, w, func(n *notification) int { return n.id }), (*notification).wireOwn), nil
}

func countNotifications(c *call) (any, error) {
	already, byAlready, err := c.boolean("alreadyRead")
	if err != nil {
		return nil, err
	}
	resource, byResource, err := c.boolean("resourceAlreadyRead")
	if err != nil {
		return nil, err
	}
	count := 0
	for _, n := range c.st.notes[c.user.id] {
		if (!byAlready || n.alreadyRead == already) && (!byResource || n.resourceRead == resource) {
			count++
		}
	}
	return wireCount{count}, nil
}

// markAllNotifications resets the counter on the bell: https://developer.nulab.com/docs/backlog/api/2/reset-unread-notification-count/
func markAllNotifications(c *call) (any, error) {
	count := 0
	for _, n := range c.st.notes[c.user.id] {
		if !n.alreadyRead {
			n.alreadyRead = true
			count++
		}
	}
	c.dirty = count > 0
	return wireCount{count}, nil
}

func markNotification(c *call) (any, error) {
	id := c.id("id")
	for _, n := range c.st.notes[c.user.id] {
		if n.id == id {
			n.alreadyRead, n.resourceRead = true, true
			c.status, c.dirty = http.StatusNoContent, true
			return nil, nil
		}
	}
	return nil, notFound("notification")
}
