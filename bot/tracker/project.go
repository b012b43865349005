package tracker

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/backlog"
)

// keep is how long (machine time) a project's members and text rule are believed. Members are read again at once when an unknown
// author turns up.
const keep = 5 * time.Minute

type projectID struct{ space, key string }

// project is what changes seldom about a project. A value never changes; reading again makes a new one.
type project struct {
	id      backlog.ID
	key     string
	rule    string // backlog | markdown
	useWiki bool
	members []int64
	read    time.Time
}

func (p *project) member(id int64) bool { return slices.Contains(p.members, id) }

// project reads a project, or takes what was read within the last minutes unless fresh is asked for.
func (t *Tracker) project(ctx context.Context, s *Space, key string, fresh bool) (*project, error) {
	id := projectID{s.ID, key}
	if !fresh {
		t.mu.Lock()
		p, ok := t.projects[id]
		t.mu.Unlock()
		if ok && t.machine().Sub(p.read) < keep {
			return p, nil
		}
	}
	found, err := s.Client.GetProject(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("reading project %s: %w", key, err)
	}
	users, err := s.Client.GetProjectUsers(ctx, key, nil)
	if err != nil {
		return nil, fmt.Errorf("reading members of project %s: %w", key, err)
	}
	p := &project{id: found.ID, key: found.ProjectKey, rule: found.TextFormattingRule, useWiki: found.UseWiki, read: t.machine()}
	for _, u := range users {
		p.members = append(p.members, int64(u.ID))
	}
	t.mu.Lock()
	t.projects[id] = p
	t.mu.Unlock()
	return p, nil
}

// projectKey is the part of an issue's key before the number.
func projectKey(issueKey string) string {
	if i := strings.LastIndexByte(issueKey, '-'); i > 0 {
		return issueKey[:i]
	}
	return issueKey
}
