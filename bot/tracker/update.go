package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/backlog"
	"toban/bot"
)

// field is a field of an issue by the names that change logs give it.
type field []string

var (
	statusField   = field{"status"}
	dueField      = field{"limitDate", "dueDate"}
	assigneeField = field{"assigner", "assignee"}
	fileField     = field{"attachment"}
	categoryField = field{"component", "category"}
)

// update is one attempt to set fields, with or without words.
type update struct {
	*writing
	body bot.Update
	due  backlog.Date
	// category is the id of the body's; 0 when the issue has one, or the project has none of the name.
	category backlog.ID
	accepted backlog.ID // the id of the body's; 0 when the issue is not 未対応 any more, or the project has none of the name
	m        message    // empty text when there are no words
}

func (t *Tracker) sendUpdate(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	u, err := t.update(a)
	if err != nil {
		return bot.Sent{}, err
	}
	if u.m.text != "" {
		if sent, done, err := u.foundBefore(ctx, u.m); done || err != nil {
			return sent, err
		}
	}
	issue, err := u.space.Client.GetIssue(ctx, u.issue)
	if err != nil {
		return bot.Sent{}, u.doing("reading the issue before an update", err)
	}
	u.category, u.accepted = u.categoryFor(ctx, issue, false), u.acceptedFor(ctx, issue)
	in, fields := u.difference(issue)
	if u.m.text == "" {
		if len(fields) == 0 {
			return u.already(ctx, issue), nil
		}
		if a.Halt {
			return bot.Sent{}, bot.ErrWithdrawn
		}
	}
	return u.patch(ctx, issue, in, fields)
}

// update checks an effect's body before anything is asked of Backlog.
func (t *Tracker) update(a bot.Attempt) (*update, error) {
	w, err := t.write(a)
	if err != nil {
		return nil, err
	}
	u := &update{writing: w}
	if err := a.Effect.Decode(&u.body); err != nil {
		return nil, bot.Permanent(err)
	}
	if u.body.DueDate != "" {
		day, err := time.Parse(time.DateOnly, u.body.DueDate)
		if err != nil {
			return nil, bot.Permanent(fmt.Errorf("reading due date of effect %q: %w", a.Effect.Key, err))
		}
		u.due = backlog.DateOf(day)
	}
	if strings.TrimSpace(u.body.Text) != "" {
		u.m = w.message(u.body.Text, u.body.Notify, u.body.Verify)
	}
	return u, nil
}

// difference is what has to be set so that the issue is as wanted: nothing that is so already, and no assignee in place of a person
// that the customer chose.
func (u *update) difference(i *backlog.Issue) (*backlog.UpdateIssueInput, []field) {
	in := &backlog.UpdateIssueInput{Comment: u.m.text, NotifiedUserIDs: ids(u.m.notify)}
	var fields []field
	if id := backlog.ID(u.body.StatusID); id != 0 && id != i.Status.ID {
		in.StatusID, fields = backlog.Set(id), append(fields, statusField)
	}
	if u.accepted != 0 && u.body.StatusID == 0 && int64(i.Status.ID) == bot.StatusOpen {
		in.StatusID, fields = backlog.Set(u.accepted), append(fields, statusField)
	}
	if !u.due.IsZero() && u.due != i.DueDate {
		in.DueDate, fields = backlog.Set(u.due), append(fields, dueField)
	}
	if u.due.IsZero() && u.body.ClearDue != "" && u.body.ClearDue == i.DueDate.String() {
		in.DueDate, fields = backlog.Clear[backlog.Date](), append(fields, dueField)
	}
	if id := u.body.AssigneeID; id != 0 && u.mayAssign(i.Assignee) {
		in.AssigneeID, fields = backlog.Set(backlog.ID(id)), append(fields, assigneeField)
	}
	if u.category != 0 && len(i.Categories) == 0 {
		in.CategoryIDs, fields = backlog.Set([]backlog.ID{u.category}), append(fields, categoryField)
	}
	return in, fields
}

func (u *update) mayAssign(now *backlog.User) bool {
	return now == nil || int64(now.ID) != u.body.AssigneeID && slices.Contains(u.body.KeepAssignee, int64(now.ID))
}

// already is the answer when nothing is left to set: an earlier try went through, or a person was quicker.
func (u *update) already(ctx context.Context, i *backlog.Issue) bot.Sent {
	if u.a.Look {
		if c := u.echo(ctx, u.asked(i)); c != nil {
			sent := u.sent(c, []string{"found on look"})
			sent.Verified = u.body.Verify
			return sent
		}
	}
	return bot.Sent{At: i.Updated, Verified: u.body.Verify, Why: "it was so already"}
}

// asked are the fields that an earlier try may have set.
func (u *update) asked(i *backlog.Issue) []field {
	var fields []field
	if u.body.StatusID != 0 {
		fields = append(fields, statusField)
	}
	if u.body.DueDate != "" || u.body.ClearDue != "" {
		fields = append(fields, dueField)
	}
	if u.body.AssigneeID != 0 && i.Assignee != nil && int64(i.Assignee.ID) == u.body.AssigneeID && len(fields) == 0 {
		fields = append(fields, assigneeField)
	}
	return fields
}

// patch sets the fields and speaks in one call, and finds the comment that it made.
func (u *update) patch(ctx context.Context, before *backlog.Issue, in *backlog.UpdateIssueInput, fields []field) (bot.Sent, error) {
	after, err := u.space.Client.UpdateIssue(u.beforeLate(ctx), u.issue, in)
	var note string
	if errors.Is(err, backlog.ErrInvalid) {
		if u.m.text == "" && u.nothingLeft(ctx, err) {
			return u.already(ctx, before), nil
		}
		if note, err = u.leaveOut(ctx, before, in, err); err == nil {
			after, err = u.space.Client.UpdateIssue(u.beforeLate(ctx), u.issue, in)
		}
	}
	if err != nil {
		return bot.Sent{}, u.doing("updating the issue", err)
	}
	if u.m.text == "" {
		sent := bot.Sent{At: after.Updated, Why: note}
		if c := u.echo(ctx, fields); c != nil && note == "" {
			sent = u.sent(c, nil)
		}
		sent.Verified = u.body.Verify && note == ""
		return sent, nil
	}
	// The answer to an update is the issue: the comment has to be looked for.
	c, err := u.find(ctx)
	if err != nil {
		return bot.Sent{}, u.later(fmt.Errorf("reading the comment of an update on %s: %w", u.a.Effect.Ticket, err))
	}
	if c == nil {
		return bot.Sent{At: after.Updated, Why: "the comment was not found after the update"}, nil
	}
	return u.finish(ctx, c, u.m, note)
}

// nothingLeft reports whether a refusal only means that nothing was left to change: the vendor's words for it are known in one
// language and have changed before, so the issue is asked.
func (u *update) nothingLeft(ctx context.Context, refusal error) bool {
	if errors.Is(refusal, backlog.ErrNoChange) {
		return true
	}
	now, err := u.space.Client.GetIssue(ctx, u.issue)
	if err != nil {
		return false
	}
	_, left := u.difference(now)
	return len(left) == 0
}

// leaveOut finds out why an update was refused and takes out of it who is no member any more: the words must reach the others. A status
// that the project does not have can't be mended here.
func (u *update) leaveOut(ctx context.Context, i *backlog.Issue, in *backlog.UpdateIssueInput, refusal error) (note string, err error) {
	key := projectKey(i.IssueKey)
	if status, ok := in.StatusID.Get(); ok {
		known, err := u.space.Client.GetStatuses(ctx, key)
		if err != nil {
			return "", err
		}
		if !slices.ContainsFunc(known, func(s *backlog.Status) bool { return s.ID == status }) {
			return "", bot.Permanent(fmt.Errorf("project %s has no status %d; correct the customer's status map and replay", key, status))
		}
	}
	p, err := u.project(ctx, u.space, key, true)
	if err != nil {
		return "", err
	}
	if id, ok := in.AssigneeID.Get(); ok && !p.member(int64(id)) {
		in.AssigneeID = backlog.Optional[backlog.ID]{}
		note = fmt.Sprintf("not assigned, because no member of the project: user %d", id)
	}
	lost := false
	if in.CategoryIDs.IsSet() && u.categoryFor(ctx, i, true) != u.category {
		in.CategoryIDs, lost = backlog.Optional[[]backlog.ID]{}, true
	}
	gone := u.m.leaveOut(p)
	in.NotifiedUserIDs = ids(u.m.notify)
	switch {
	case note == "" && !gone && !lost:
		return "", refusal
	case u.m.text == "" && !in.StatusID.IsSet() && !in.DueDate.IsSet() && !in.CategoryIDs.IsSet():
		return "", fmt.Errorf("%s: %w", note, refusal)
	}
	return note, nil
}
