package backlogsim

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// Bulk is a bulk update as people do it in the issue list of the web page; the API has none.
type Bulk struct {
	User       int      `json:"user"`   // id of who does it
	Issues     []string `json:"issues"` // keys or ids, all of one project
	StatusID   int      `json:"statusId,omitempty"`
	PriorityID int      `json:"priorityId,omitempty"`
	AssigneeID int      `json:"assigneeId,omitempty"`
	DueDate    string   `json:"dueDate,omitempty"`
	Comment    string   `json:"comment,omitempty"`
}

type wireBulk struct {
	TxID    int `json:"tx_id"`
	Comment *struct {
		Content string `json:"content"`
	} `json:"comment"`
	Link    []wireLink `json:"link"`
	Changes []object   `json:"changes"`
}

// BulkUpdate changes several issues at once. It makes one comment an issue and one activity of type 14, and returns that activity's id.
func (s *Server) BulkUpdate(b Bulk) (int, error) {
	id, err := s.bulkUpdate(b)
	if err == nil {
		s.changed()
	}
	return id, err
}

func (s *Server) bulkUpdate(b Bulk) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &params{values: map[string][]string{}, arrays: map[string]bool{}}
	for name, n := range map[string]int{"statusId": b.StatusID, "priorityId": b.PriorityID, "assigneeId": b.AssigneeID} {
		if n != 0 {
			p.values[name] = []string{strconv.Itoa(n)}
		}
	}
	if b.DueDate != "" {
		p.values["dueDate"] = []string{b.DueDate}
	}
	c := &call{params: p, s: s, st: s.st, user: s.st.users[b.User], now: s.now(), req: &http.Request{}}
	if c.user == nil {
		return 0, fmt.Errorf("updating in bulk: no user %d", b.User)
	}
	content := wireBulk{TxID: s.st.newID(), Changes: []object{}}
	if b.Comment != "" {
		content.Comment = &struct {
			Content string `json:"content"`
		}{b.Comment}
	}
	var olds []*issue
	var nexts []issue
	for _, key := range b.Issues {
		i := s.st.find(key)
		if i == nil || (len(olds) > 0 && i.proj != olds[0].proj) {
			return 0, fmt.Errorf("updating in bulk: no issue %q in the project", key)
		}
		next := *i
		if err := c.fillIssue(&next); err != nil {
			return 0, fmt.Errorf("updating %s in bulk: %w", key, err)
		}
		if err := c.fillState(&next); err != nil {
			return 0, fmt.Errorf("updating %s in bulk: %w", key, err)
		}
		olds, nexts = append(olds, i), append(nexts, next)
	}
	if len(olds) == 0 {
		return 0, errors.New("updating in bulk: no issues named")
	}
	var notes []*notification
	for n, i := range olds {
		changes := diff(i, &nexts[n])
		assigned := c.assigned(i.assignee, &nexts[n])
		c.commit(i, nexts[n])
		m := c.comment(i, b.Comment, changes)
		m.notes = c.notify(nil, assigned, reasonAssigned, i, m)
		notes = append(notes, m.notes...)
		content.Link = append(content.Link, wireLink{ID: i.id, KeyID: i.keyID, Title: i.summary, Comment: &wireContent{m.id, b.Comment}})
		if len(content.Changes) == 0 {
			for _, ch := range changes { // without old_value, and with names where a single update has ids
				content.Changes = append(content.Changes, object{{"field", ch.field}, {"new_value", ch.newName}, {"type", "standard"}})
			}
		}
	}
	hook := object{{"tx_id", strconv.Itoa(content.TxID)}, {"comment", content.Comment}, {"link", mapped(content.Link, wireLink.hook)}, {"changes", content.Changes}}
	c.record(olds[0].proj, activityBulkUpdate, content, hook, notes)
	return s.st.lastFeed, nil
}
