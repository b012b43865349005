package tracker

import (
	"context"
	"time"

	"toban/backlog"
	"toban/bot"
)

// categories are those of a project by name. A value never changes; reading again makes a new one.
type categories struct {
	ids  map[string]backlog.ID
	read time.Time
}

// categoryFor is the id of the category that the update gives to an issue which has none; 0 when it has one, or none can be given. A
// category is a help to those who search: what Backlog does not know or does not tell is left out, and what else the update says goes out.
func (u *update) categoryFor(ctx context.Context, i *backlog.Issue, fresh bool) backlog.ID {
	if u.body.Category == "" || len(i.Categories) > 0 {
		return 0
	}
	known, err := u.categories(ctx, u.space, projectKey(i.IssueKey), fresh)
	if err != nil {
		u.cfg.Logger.WarnContext(ctx, "issue left without category", "effect", u.a.Effect.Key, "category", u.body.Category, "reason", err)
		return 0
	}
	id, ok := known.ids[u.body.Category]
	if !ok {
		u.cfg.Logger.InfoContext(ctx, "issue left without category", "effect", u.a.Effect.Key, "category", u.body.Category, "reason", "the project has none of the name")
	}
	return id
}

// categories reads those of a project, or takes what was read within the last minutes unless fresh is asked for.
func (t *Tracker) categories(ctx context.Context, s *Space, key string, fresh bool) (categories, error) {
	id := projectID{s.ID, key}
	t.mu.Lock()
	known, ok := t.kinds[id]
	t.mu.Unlock()
	if ok && !fresh && t.machine().Sub(known.read) < keep {
		return known, nil
	}
	list, err := s.Client.GetCategories(ctx, key)
	if err != nil {
		return categories{}, err
	}
	known = categories{ids: map[string]backlog.ID{}, read: t.machine()}
	for _, c := range list {
		known.ids[c.Name] = c.ID
	}
	t.mu.Lock()
	t.kinds[id] = known
	t.mu.Unlock()
	return known, nil
}

// acceptedFor is the id of the custom status that the update gives to an issue which is 未対応; 0 when it is not, or none can be given. Like a
// category it keeps nothing else back.
func (u *update) acceptedFor(ctx context.Context, i *backlog.Issue) backlog.ID {
	if u.body.Accepted == "" || int64(i.Status.ID) != bot.StatusOpen {
		return 0
	}
	known, err := u.space.Client.GetStatuses(ctx, projectKey(i.IssueKey))
	if err != nil {
		u.cfg.Logger.WarnContext(ctx, "issue left in its status", "effect", u.a.Effect.Key, "status", u.body.Accepted, "reason", err)
		return 0
	}
	for _, s := range known {
		if s.Name == u.body.Accepted {
			return s.ID
		}
	}
	u.cfg.Logger.InfoContext(ctx, "issue left in its status", "effect", u.a.Effect.Key, "status", u.body.Accepted, "reason", "the project has none of the name")
	return 0
}
