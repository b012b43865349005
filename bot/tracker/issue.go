package tracker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/backlog"
	"toban/bot"
	"toban/report/text"
)

// holdIssue is how long (machine time) a try waits that does not find the issue of an earlier one, before it looks once more and opens
// it: Backlog's lists may lag behind what it stored.
const holdIssue = time.Minute

// opening is one attempt to open an issue.
type opening struct {
	*Tracker
	space *Space
	a     bot.Attempt
	body  bot.NewIssue
}

func (t *Tracker) sendIssue(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	o := &opening{Tracker: t, a: a}
	if err := a.Effect.Decode(&o.body); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	o.body.Summary = oneLine(o.body.Summary)
	if o.body.Project == "" || o.body.Summary == "" {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("opening the issue of effect %q: it lacks a project or a summary", a.Effect.Key))
	}
	var err error
	if o.space, err = t.space(o.body.Space); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	if a.Look {
		found, err := o.find(ctx)
		if err != nil {
			return bot.Sent{}, o.doing("looking for an issue opened earlier", err)
		}
		if found != nil {
			t.release(a.Effect.Key)
			return *found, nil
		}
		if wait := t.hold(a); wait > 0 {
			return bot.Sent{}, bot.RetryAfter(fmt.Errorf("opening an issue in project %s: an earlier try may show up yet", o.body.Project), wait)
		}
	}
	if a.Halt {
		return bot.Sent{}, bot.ErrWithdrawn
	}
	return o.open(ctx)
}

func (o *opening) doing(what string, err error) error {
	return o.refused(fmt.Errorf("%s in project %s: %w", what, o.body.Project, err))
}

// waiting is a try that found nothing and waits before it acts.
type waiting struct {
	since time.Time // machine time
	tries int       // number of the last try that waited
}

// hold says how long a try that found nothing has to wait yet; 0 when it may act. What it remembers is this process's: after a restart,
// or when another replica tried in between and may have acted, the wait begins anew.
func (t *Tracker) hold(a bot.Attempt) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, key := t.machine(), a.Effect.Key
	w, ok := t.waits[key]
	if !ok || w.tries != a.Number-1 {
		w.since = now
	}
	if left := holdIssue - now.Sub(w.since); left > 0 {
		t.waits[key] = waiting{since: w.since, tries: a.Number}
		return left
	}
	delete(t.waits, key) // a try that goes wrong from here on may have gone through: the next one waits again
	return 0
}

// release forgets the wait of an effect that was found.
func (t *Tracker) release(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.waits, key)
}

// find looks for the issue of an earlier try: among what the bot opened since the day before the first try, then in its activities,
// which keep the description as it was and remember what was deleted since. nil when it is in neither.
func (o *opening) find(ctx context.Context) (*bot.Sent, error) {
	number, since := bot.NoticeNumber(o.a.Effect.Key), o.since()
	opts := &backlog.GetIssuesOptions{
		CreatedUserIDs: []backlog.ID{backlog.ID(o.space.BotUser)}, CreatedSince: backlog.DateOf(since.AddDate(0, 0, -1)), // the zone of its days is not published
		Sort: backlog.SortCreated, Order: backlog.OrderAsc,
	}
	for i, err := range o.space.Client.AllIssues(ctx, opts) {
		if err != nil {
			return nil, err
		}
		if int64(i.CreatedUser.ID) == o.space.BotUser && bot.FindNoticeNumber(normal(i.Description)) == number {
			return &bot.Sent{RemoteID: i.IssueKey, At: i.Created, Why: "found on look"}, nil
		}
	}
	return o.findActivity(ctx, number, since)
}

func (o *opening) findActivity(ctx context.Context, number string, since time.Time) (*bot.Sent, error) {
	var below backlog.ID
	for {
		page, err := o.space.Client.GetUserActivities(ctx, backlog.ID(o.space.BotUser), &backlog.GetActivitiesOptions{
			TypeIDs: []backlog.ActivityType{backlog.ActivityIssueCreated}, MaxID: below, Count: pageSize, Order: backlog.OrderDesc,
		})
		if err != nil {
			return nil, err
		}
		for _, act := range page {
			c, err := act.Issue()
			if err == nil && bot.FindNoticeNumber(normal(c.Description)) == number {
				key := fmt.Sprintf("%s-%d", act.Project.ProjectKey, int64(c.KeyID))
				return &bot.Sent{RemoteID: key, At: act.Created, Why: "found on look, in the activities"}, nil
			}
		}
		if len(page) < pageSize {
			return nil, nil
		}
		oldest := slices.MinFunc(page, func(a, b *backlog.Activity) int { return cmp.Compare(a.ID, b.ID) })
		if oldest.ID == below || oldest.Created.Before(since) {
			return nil, nil
		}
		below = oldest.ID
	}
}

func (o *opening) since() time.Time { return (&writing{Tracker: o.Tracker, a: o.a}).since() }

// open creates the issue, if need be without those whom Backlog will not notify or assign.
func (o *opening) open(ctx context.Context) (bot.Sent, error) {
	files, err := o.upload(ctx)
	if err != nil {
		return bot.Sent{}, err
	}
	in, m, err := o.input(ctx, files)
	if err != nil {
		return bot.Sent{}, err
	}
	i, err := o.space.Client.CreateIssue(ctx, in)
	if o.crowded(err, files) {
		if files, err = o.fewer(ctx, files); err != nil {
			return bot.Sent{}, err
		}
		if in, m, err = o.input(ctx, files); err != nil {
			return bot.Sent{}, err
		}
		i, err = o.space.Client.CreateIssue(ctx, in)
	}
	var notes []string
	if errors.Is(err, backlog.ErrInvalid) && (len(in.NotifiedUserIDs) > 0 || in.AssigneeID != 0) {
		p, readErr := o.project(ctx, o.space, o.body.Project, true)
		if readErr != nil {
			return bot.Sent{}, o.doing("opening an issue", readErr)
		}
		gone := m.leaveOut(p)
		in.NotifiedUserIDs = ids(m.notify)
		if in.AssigneeID != 0 && !p.member(int64(in.AssigneeID)) {
			notes = append(notes, fmt.Sprintf("not assigned, because no member of the project: user %d", in.AssigneeID))
			in.AssigneeID, gone = 0, true
		}
		if gone {
			i, err = o.space.Client.CreateIssue(ctx, in)
		}
	}
	if err != nil {
		return bot.Sent{}, o.doing("opening an issue", err)
	}
	return bot.Sent{RemoteID: i.IssueKey, At: i.Created, Why: strings.Join(append(notes, leftOut(*m)...), "; ")}, nil
}

func (o *opening) input(ctx context.Context, files uploads) (*backlog.CreateIssueInput, *message, error) {
	p, err := o.project(ctx, o.space, o.body.Project, false)
	if err != nil {
		return nil, nil, o.doing("opening an issue", err)
	}
	types, err := o.space.Client.GetIssueTypes(ctx, p.key)
	if err != nil {
		return nil, nil, o.doing("reading the issue types", err)
	}
	n := slices.IndexFunc(types, func(t *backlog.IssueType) bool { return t.Name == o.body.IssueType })
	if n < 0 {
		return nil, nil, bot.Permanent(fmt.Errorf("opening an issue in project %s: it has no issue type %q; add it in the project's settings and replay", p.key, o.body.IssueType))
	}
	description := o.body.Description + files.note()
	if o.body.Plain {
		description = text.EscapeLetter(ruleOf(p.rule), description)
	}
	m := (&writing{Tracker: o.Tracker, space: o.space, a: o.a, late: o.a.Late}).message(description, o.body.Notify, false)
	in := &backlog.CreateIssueInput{
		ProjectID: p.id, IssueTypeID: types[n].ID, Summary: o.body.Summary, Description: m.text,
		PriorityID: backlog.ID(cmp.Or(o.body.PriorityID, bot.PriorityNormal)), AssigneeID: backlog.ID(o.body.AssigneeID), NotifiedUserIDs: ids(m.notify), AttachmentIDs: files.ids,
	}
	if o.body.DueDate != "" {
		day, err := time.Parse(time.DateOnly, o.body.DueDate)
		if err != nil {
			return nil, nil, bot.Permanent(fmt.Errorf("reading due date of effect %q: %w", o.a.Effect.Key, err))
		}
		in.DueDate = backlog.DateOf(day)
	}
	return in, &m, nil
}

// oneLine makes a summary fit: one line, at most 255 characters.
func oneLine(s string) string {
	const most = 255
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ")
	return cut(s, most)
}

// ruleOf reads a project's text rule; what is not known is Markdown, in which the other notation's marks are harmless, too.
func ruleOf(name string) text.Rule {
	r, err := text.ParseRule(name)
	if err != nil {
		return text.Markdown
	}
	return r
}
