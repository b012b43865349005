package backlogsim

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Load replaces the space by the seed. On an error the space stays as it was; the error names the place in the seed.
func (s *Server) Load(seed Seed) error {
	if seed.Faults != nil {
		if err := seed.Faults.check(); err != nil {
			return fmt.Errorf("loading seed: faults: %w", err)
		}
	}
	l := loader{now: s.now(), st: newState()}
	if err := l.load(seed); err != nil {
		return fmt.Errorf("loading seed: %w", err)
	}
	s.mu.Lock()
	s.st = l.st
	s.mu.Unlock()
	if seed.RateLimits != nil {
		s.SetRateLimits(*seed.RateLimits)
	}
	if seed.Faults != nil {
		s.ResetFaults()
		if err := s.AddFaults(*seed.Faults); err != nil {
			return fmt.Errorf("loading seed: %w", err)
		}
	}
	s.changed()
	return nil
}

type loader struct {
	st  *state
	now time.Time
}

func (l loader) load(seed Seed) error {
	sp := seed.Space
	sp.Lang = cmp.Or(sp.Lang, "ja")
	sp.Timezone = cmp.Or(sp.Timezone, "Asia/Tokyo")
	sp.TextFormattingRule = cmp.Or(sp.TextFormattingRule, "markdown")
	sp.NoChangeMessage = cmp.Or(sp.NoChangeMessage, "Please change the status or post a comment.")
	zone, err := time.LoadLocation(sp.Timezone)
	if err != nil {
		return err
	}
	l.st.space, l.st.zone, l.st.created, l.st.choices = sp, zone, l.now, seed.Choices
	if l.st.plan, err = newPlan(seed.Plan); err != nil {
		return err
	}
	l.st.apps = slices.Clone(seed.OAuthApps)
	for _, a := range l.st.apps {
		if a.ClientID == "" || a.ClientSecret == "" || a.RedirectURI == "" {
			return fmt.Errorf("OAuth application %q: clientId, clientSecret and redirectUri are needed", a.Name)
		}
	}
	l.st.priorities, l.st.resolutions, _ = standardNames(sp.Lang)
	for _, u := range seed.Users {
		if err := l.user(u); err != nil {
			return fmt.Errorf("user %q: %w", u.Name, err)
		}
	}
	var pending []seededIssue
	for _, p := range seed.Projects {
		made, err := l.project(p)
		if err != nil {
			return fmt.Errorf("project %q: %w", p.Key, err)
		}
		for n, i := range p.Issues {
			if i.Created.IsZero() {
				i.Created = l.now
			}
			pending = append(pending, seededIssue{made, n + 1, i})
		}
	}
	// Ids rise with time, whatever the project.
	slices.SortStableFunc(pending, func(a, b seededIssue) int { return a.issue.Created.Compare(b.issue.Created) })
	for _, i := range pending {
		if err := l.issue(i.proj, i.issue); err != nil {
			return fmt.Errorf("project %q: issue %d: %w", i.proj.key, i.n, err)
		}
	}
	for _, p := range seed.Projects {
		if err := l.contents(l.st.projectKey[p.Key], p); err != nil {
			return fmt.Errorf("project %q: %w", p.Key, err)
		}
	}
	l.st.orderFeeds()
	return nil
}

type seededIssue struct {
	proj  *project
	n     int // place in the seed
	issue SeedIssue
}

// orderFeeds puts the activities of the seed in the order of time, with ids that rise.
func (st *state) orderFeeds() {
	byTime := func(a, b *activity) int { return a.created.Compare(b.created) }
	slices.SortStableFunc(st.activities, byTime)
	for n, a := range st.activities {
		a.id = n + 1
	}
	for _, p := range st.projects {
		slices.SortFunc(p.activities, func(a, b *activity) int { return a.id - b.id })
	}
}

func (l loader) user(in SeedUser) error {
	if in.RoleType < roleAdmin || in.RoleType > roleGuestViewer {
		return fmt.Errorf("roleType %d is not 1 to 6", in.RoleType)
	}
	u := &user{id: l.st.claimID(in.ID), userID: in.UserID, name: in.Name, role: in.RoleType, lang: in.Lang, mail: in.Mail, needsMFA: in.NeedsMFA}
	if in.NulabID != "" {
		u.nulab = &wireNulabAccount{NulabID: in.NulabID, Name: in.Name, UniqueID: in.NulabID}
	}
	if l.st.users[u.id] != nil {
		return fmt.Errorf("id %d is used twice", u.id)
	}
	l.st.users[u.id] = u
	l.st.userOrder = append(l.st.userOrder, u)
	if in.APIKey != "" {
		if l.st.keys[in.APIKey] != nil {
			return errors.New("its apiKey is used twice")
		}
		l.st.keys[in.APIKey] = u
	}
	for _, token := range in.Tokens {
		l.st.tokens[token] = &oauthToken{user: u}
	}
	return nil
}

func (l loader) person(id int) (*user, error) {
	if u := l.st.users[id]; u != nil {
		return u, nil
	}
	return nil, fmt.Errorf("no user has the id %d", id)
}

// project makes a project without what people write in it.
func (l loader) project(in SeedProject) (*project, error) {
	st := l.st
	if in.Key == "" || st.projectKey[in.Key] != nil {
		return nil, errors.New("projectKey is empty or used twice")
	}
	p := &project{
		st: st,
		id: st.claimID(in.ID), order: len(st.projects), key: in.Key, name: cmp.Or(in.Name, in.Key), rule: cmp.Or(in.TextFormattingRule, st.space.TextFormattingRule),
		subtasking: in.Subtasking || in.Grandchildren, grandchild: in.Grandchildren, useWiki: !in.NoWiki, useTree: true, archived: in.Archived,
		devFields: true, admins: map[int]bool{}, byKey: map[int]*issue{},
	}
	if p.rule != "backlog" && p.rule != "markdown" {
		return nil, fmt.Errorf("textFormattingRule %q is not backlog or markdown", p.rule)
	}
	for _, id := range in.Members {
		u, err := l.person(id)
		if err != nil {
			return nil, err
		}
		p.members = append(p.members, u)
	}
	for _, id := range in.Admins {
		u, err := l.person(id)
		if err != nil {
			return nil, err
		}
		if !p.member(u) {
			return nil, fmt.Errorf("admin %d is not a member", id)
		}
		p.admins[id] = true
	}
	if st.projectByID[p.id] != nil {
		return nil, fmt.Errorf("id %d is used twice", p.id)
	}
	st.projects = append(st.projects, p)
	st.projectByID[p.id], st.projectKey[p.key] = p, p
	return p, l.settings(p, in)
}

// contents makes the pages and files of a project.
func (l loader) contents(p *project, in SeedProject) error {
	for _, k := range in.Wikis {
		if err := l.wiki(p, k); err != nil {
			return fmt.Errorf("wiki %q: %w", k.Name, err)
		}
	}
	if err := l.pages(p, in); err != nil {
		return err
	}
	for _, f := range in.SharedFiles {
		by, err := l.person(f.CreatedUser)
		if err != nil {
			return fmt.Errorf("shared file %q: %w", f.Path, err)
		}
		l.st.share(p, f, by, l.now)
	}
	return nil
}

func (l loader) settings(p *project, in SeedProject) error {
	st := l.st
	_, _, builtIn := standardNames(st.space.Lang)
	for _, s := range builtIn {
		p.statuses = append(p.statuses, &s)
	}
	for n, s := range in.Statuses {
		p.insertStatus(&status{id: st.claimID(s.ID), name: s.Name, color: cmp.Or(s.Color, statusColors()[n%10])})
	}
	p.renumberStatuses()
	for n, t := range in.IssueTypes {
		p.types = append(p.types, &issueType{id: st.claimID(t.ID), order: n, name: t.Name, color: cmp.Or(t.Color, typeColors()[n%10]), tmplSummary: t.TemplateSummary, tmplDes: t.TemplateDescription})
	}
	if len(p.types) == 0 {
		return errors.New("it has no issue types")
	}
	for n, name := range in.Categories {
		p.categories = append(p.categories, &category{id: st.newID(), order: n, name: name})
	}
	for n, v := range in.Versions {
		p.versions = append(p.versions, &version{id: st.claimID(v.ID), order: n, name: v.Name, start: v.StartDate, releaseDate: v.ReleaseDueDate})
	}
	for n, f := range in.CustomFields {
		field := &customField{id: st.claimID(f.ID), typ: f.TypeID, order: n, name: f.Name, required: f.Required, allowInput: f.AllowInput, allowAdd: f.AllowAdd, min: f.Min, max: f.Max, unit: f.Unit}
		if f.TypeID < fieldText || f.TypeID > fieldRadio {
			return fmt.Errorf("custom field %q: typeId %d is not 1 to 8", f.Name, f.TypeID)
		}
		for _, name := range f.IssueTypes {
			t := named(p.types, func(t *issueType) string { return t.name }, name)
			if t == nil {
				return fmt.Errorf("custom field %q: no issue type %q", f.Name, name)
			}
			field.types = append(field.types, t.id)
		}
		for k, name := range f.Items {
			field.items = append(field.items, &fieldItem{id: k + 1, order: k, name: name})
		}
		p.fields = append(p.fields, field)
	}
	for _, h := range in.Webhooks {
		hook := &webhook{id: st.claimID(h.ID), name: h.Name, url: h.HookURL, all: len(h.ActivityTypeIDs) == 0, types: h.ActivityTypeIDs, created: l.now, updated: l.now}
		if len(p.members) > 0 {
			hook.createdBy, hook.updatedBy = p.members[0], p.members[0]
		}
		p.webhooks = append(p.webhooks, hook)
	}
	return nil
}

func named[T any](list []*T, name func(*T) string, want string) *T {
	for _, item := range list {
		if name(item) == want {
			return item
		}
	}
	return nil
}
