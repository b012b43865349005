package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"toban/backlog"
	"toban/bot"
	"toban/report"
)

// PageRef is the name of the reference to a wiki page: bot.RefPageHash, then where the page is. Projects and spaces have pages of one
// name, so the page's name alone would not do.
func PageRef(space, project, name string) string {
	return bot.RefPageHash + ":" + space + ":" + project + ":" + name
}

// wiki is one attempt to put a page.
type wiki struct {
	*Tracker
	space   *Space
	project *project
	a       bot.Attempt
	refs    map[string]string
	notes   []string
}

func (t *Tracker) sendWiki(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	var page bot.WikiPage
	if err := a.Effect.Decode(&page); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	if page.Name == "" {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("writing wiki page of effect %q: it has no name", a.Effect.Key))
	}
	s, err := t.space(page.Space)
	if err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	sent, err := t.putPage(ctx, s, a, page)
	if err != nil {
		return bot.Sent{}, t.refused(fmt.Errorf("writing wiki page %q of project %s: %w", page.Name, page.Project, err))
	}
	return sent, nil
}

func (t *Tracker) putPage(ctx context.Context, s *Space, a bot.Attempt, page bot.WikiPage) (bot.Sent, error) {
	p, err := t.project(ctx, s, page.Project, false)
	if err == nil && !p.useWiki {
		p, err = t.project(ctx, s, page.Project, true)
	}
	if err != nil {
		return bot.Sent{}, err
	}
	if !p.useWiki {
		return bot.Sent{}, bot.Permanent(errors.New("the project's wiki is switched off; switch it on in the project's settings and replay"))
	}
	w := &wiki{Tracker: t, space: s, project: p, a: a, refs: map[string]string{}}
	put, person, err := w.put(ctx, page.Name, page.Content)
	if err != nil {
		return bot.Sent{}, err
	}
	if person == "" {
		return w.sent(put, report.Normalize(page.Content) == report.Normalize(put.Content)), nil
	}
	beside, other, err := w.put(ctx, report.BesideName(page.Name), page.Content)
	if err != nil {
		return bot.Sent{}, err
	}
	why := fmt.Sprintf("page %q (%d) was changed by %s and is left as it is", page.Name, put.ID, person)
	if other == "" {
		w.notes = append(w.notes, why+fmt.Sprintf("; the new text waits at %q (%d)", beside.Name, beside.ID))
	} else {
		w.notes = append(w.notes, why+fmt.Sprintf("; so was %q (%d) by %s: the new text was not written", beside.Name, beside.ID, other))
	}
	return w.sent(beside, false), nil
}

func (w *wiki) sent(p *backlog.Wiki, verified bool) bot.Sent {
	return bot.Sent{RemoteID: p.ID.String(), At: p.Updated, Verified: verified, Why: strings.Join(w.notes, "; "), Refs: w.refs}
}

// put makes a page be as wanted, by the law of report.Decide. person names who changed it since Toban wrote it: then nothing is written.
func (w *wiki) put(ctx context.Context, name, content string) (page *backlog.Wiki, person string, err error) {
	now, err := w.find(ctx, name)
	if err != nil {
		return nil, "", err
	}
	action := report.Decide(w.stored(name), w.current(now), content).Action
	if w.a.Halt && (action == report.Create || action == report.Update) {
		return nil, "", bot.ErrWithdrawn
	}
	bulk := backlog.WithPriority(ctx, backlog.Bulk)
	switch action {
	case report.Same:
		page = now
	case report.Conflict:
		return now, writer(now).Name, nil
	case report.Create:
		page, err = w.space.Client.CreateWiki(bulk, &backlog.CreateWikiInput{ProjectID: w.project.id, Name: name, Content: content})
	case report.Update:
		page, err = w.space.Client.UpdateWiki(bulk, now.ID, &backlog.UpdateWikiInput{Content: backlog.Set(content)})
	}
	if err != nil {
		return nil, "", err
	}
	w.refs[PageRef(w.space.ID, w.project.key, name)] = page.ID.String() + " " + report.Hash(page.Content)
	return page, "", nil
}

// find returns the page with its content, or nil: by the stored id as long as that page still has its name, else by name. Of twins the
// one with the lowest id is kept, and all are reported.
func (w *wiki) find(ctx context.Context, name string) (*backlog.Wiki, error) {
	if known := w.stored(name); known != nil {
		page, err := w.space.Client.GetWiki(ctx, backlog.ID(known.ID))
		switch {
		case err == nil && page.ProjectID == w.project.id && page.Name == name:
			return page, nil
		case err == nil:
			w.notes = append(w.notes, fmt.Sprintf("page %d is called %q now", page.ID, page.Name))
		case !errors.Is(err, backlog.ErrNotFound):
			return nil, err
		}
	}
	all, err := w.space.Client.GetWikis(ctx, &backlog.GetWikisOptions{ProjectIDOrKey: w.project.key})
	if err != nil {
		return nil, err
	}
	var twins []int64
	for _, p := range all {
		if p.Name == name {
			twins = append(twins, int64(p.ID))
		}
	}
	if len(twins) == 0 {
		return nil, nil
	}
	slices.Sort(twins)
	if len(twins) > 1 {
		w.notes = append(w.notes, fmt.Sprintf("there are %d pages called %q (%s); the first is kept, a person should delete the others", len(twins), name, list(twins)))
	}
	return w.space.Client.GetWiki(ctx, backlog.ID(twins[0]))
}

func (w *wiki) current(p *backlog.Wiki) *report.Page {
	if p == nil {
		return nil
	}
	return &report.Page{ID: int64(p.ID), Name: p.Name, Content: p.Content, UpdatedByBot: int64(writer(p).ID) == w.space.BotUser}
}

// writer is who saved a page last.
func writer(p *backlog.Wiki) backlog.User {
	if p.UpdatedUser != nil && p.UpdatedUser.ID != 0 {
		return *p.UpdatedUser
	}
	return p.CreatedUser
}

// stored is what the references know of a page; nil when nothing.
func (w *wiki) stored(name string) *report.Published {
	id, hash, _ := strings.Cut(w.a.Refs[PageRef(w.space.ID, w.project.key, name)], " ")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	return &report.Published{ID: n, Name: name, Hash: hash}
}
