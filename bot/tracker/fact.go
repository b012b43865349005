package tracker

import (
	"toban/backlog"
	"toban/bot"
)

// authors turns what Backlog says into facts, naming people.
type authors struct {
	space   string
	dir     *bot.Directory
	project *project
}

func (a authors) author(u backlog.User) bot.Author {
	return a.dir.Author(a.space, int64(u.ID), u.Name, a.project.member(int64(u.ID)))
}

// opening is the fact of an issue's creation. Its text is the description as it is now: Backlog keeps no earlier one.
func (a authors) opening(i *backlog.Issue) bot.Fact {
	return bot.Fact{ID: "issue:" + i.ID.String(), At: i.Created, Author: a.author(i.CreatedUser), Opened: true, Text: i.Description}
}

func (a authors) fact(c *backlog.Comment) bot.Fact {
	f := bot.Fact{ID: "comment:" + c.ID.String(), At: c.Created, Author: a.author(c.CreatedUser), Text: c.Content, Notified: notified(c)}
	for _, l := range c.ChangeLog {
		f.Changes = append(f.Changes, bot.Change{Field: l.Field, From: l.OriginalValue, To: l.NewValue})
	}
	return f
}

// notified are the users that Backlog says were told of a comment.
func notified(c *backlog.Comment) []int64 {
	var ids []int64
	for _, n := range c.Notifications {
		if n.User != nil {
			ids = append(ids, int64(n.User.ID))
		}
	}
	return ids
}

func (a authors) snapshot(s *Space, i *backlog.Issue) bot.Snapshot {
	snap := bot.Snapshot{
		Space: s.ID, Project: a.project.key, ProjectID: int64(i.ProjectID), IssueID: int64(i.ID), Key: i.IssueKey, URL: webURL(s, i.IssueKey),
		Type: i.IssueType.Name, Summary: i.Summary, Description: i.Description, StatusID: int64(i.Status.ID), Status: i.Status.Name,
		PriorityID: int64(i.Priority.ID), Priority: i.Priority.Name, Created: i.Created, CreatedBy: a.author(i.CreatedUser),
		DueDate: i.DueDate.String(), TextRule: a.project.rule, Members: a.project.members,
	}
	for _, c := range i.Categories {
		snap.Category = append(snap.Category, c.Name)
	}
	if i.Assignee != nil {
		assignee := a.author(*i.Assignee)
		snap.Assignee = &assignee
	}
	for n := range i.CustomFields {
		if snap.Custom == nil {
			snap.Custom = map[string]string{}
		}
		snap.Custom[i.CustomFields[n].Name] = i.CustomFields[n].String()
	}
	for _, f := range i.Attachments {
		snap.Attachments = append(snap.Attachments, f.Name)
	}
	return snap
}
