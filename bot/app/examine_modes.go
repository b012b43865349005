package app

import (
	"context"
	"fmt"
	"slices"

	"toban/bot"
)

// examineModes tells how far Toban goes in each project, and of open issues that it does not know: one that is not adopted is taken over without
// a word as soon as somebody writes on it, and what was written is left to staff.
func (a *App) examineModes(ctx context.Context) []Finding {
	list, err := a.p.Store.Modes(ctx)
	if err != nil {
		return []Finding{{LevelError, "reading the modes: " + err.Error(), ""}}
	}
	known := map[bot.ModeKey]bot.Mode{}
	for _, m := range list {
		known[m.ModeKey] = m.Mode
	}
	var out []Finding
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		for _, p := range c.Projects {
			k, written := bot.ModeKey{Customer: c.ID, Project: p}, bot.Mode(c.ModeOf(p))
			mode, ok := known[k]
			if !ok {
				mode = written
			}
			f := Finding{Level: LevelOK, What: fmt.Sprintf("project %s is in mode %s", a.called(c.Space, p), mode)}
			if mode != written {
				f = Finding{
					LevelWarn, fmt.Sprintf("project %s is in mode %s, and customers/%s.yaml says %s", a.called(c.Space, p), mode, c.ID, written),
					"write the mode into the file; toban mode shows who changed it",
				}
			}
			out = append(out, f)
			if mode != bot.ModeOff {
				out = append(out, a.examineOpen(ctx, c.Space, p)...)
			}
		}
	}
	return out
}

// examineOpen counts the open issues of a project that are no tickets.
func (a *App) examineOpen(ctx context.Context, space, project string) []Finding {
	issues, err := a.tracker.Open(ctx, space, project)
	if err != nil {
		return nil // told already: the project can't be read
	}
	strange := 0
	for _, i := range issues {
		l, err := a.p.Store.Load(ctx, bot.NewTicketID(i.Space, i.IssueID))
		if err != nil {
			return []Finding{{LevelError, "reading the tickets of project " + project + ": " + err.Error(), ""}}
		}
		if l.Ticket == nil {
			strange++
		}
	}
	if strange == 0 {
		return nil
	}
	return []Finding{{
		LevelWarn, fmt.Sprintf("project %s has %d open issues that Toban does not know; what is written on one first is not answered but left to staff", a.called(space, project), strange),
		fmt.Sprintf("take them over: toban adopt %s", a.called(space, project)),
	}}
}

// called is how commands name a project: its key, with the space before it where several spaces have it.
func (a *App) called(space, project string) string {
	for i := range a.p.Config.Customers {
		if c := &a.p.Config.Customers[i]; c.Space != space && slices.Contains(c.Projects, project) {
			return space + "/" + project
		}
	}
	return project
}
