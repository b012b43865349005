package tracker

import (
	"context"
	"fmt"

	"toban/backlog"
	"toban/bot"
)

// Open lists the issues of a project that are not closed, the oldest first, as hints to read them.
func (t *Tracker) Open(ctx context.Context, space, project string) ([]bot.IssueChanged, error) {
	s, err := t.space(space)
	if err != nil {
		return nil, err
	}
	p, err := t.project(ctx, s, project, true)
	if err != nil {
		return nil, err
	}
	statuses, err := s.Client.GetStatuses(ctx, project)
	if err != nil {
		return nil, fmt.Errorf("reading the statuses of project %s: %w", project, err)
	}
	o := backlog.GetIssuesOptions{ProjectIDs: []backlog.ID{p.id}}
	for _, st := range statuses {
		if int64(st.ID) != bot.StatusClosed {
			o.StatusIDs = append(o.StatusIDs, st.ID)
		}
	}
	var out []bot.IssueChanged
	for issue, err := range s.Client.AllIssues(ctx, &o) {
		if err != nil {
			return nil, fmt.Errorf("listing the open issues of project %s: %w", project, err)
		}
		out = append(out, bot.IssueChanged{Space: space, Project: project, IssueID: int64(issue.ID), KeyID: int64(issue.KeyID), Via: "adopt"})
	}
	return out, nil
}
