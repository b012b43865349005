package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/aws"
	"toban/config"
)

// looker carries out looks: it finds out what a check of a checklist ticket asks for, and changes nothing. A look that can't be told is no
// failure: its result says so.
type looker struct {
	ask func(ctx context.Context, customer string, l bot.Look) (bot.LookResult, []string, error)
	now func() time.Time // world time
}

// Send implements bot.Sender.
func (l looker) Send(ctx context.Context, try bot.Attempt) (bot.Sent, error) {
	if try.Halt {
		return bot.Sent{}, bot.ErrWithdrawn
	}
	var ask bot.Look
	if err := try.Effect.Decode(&ask); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	const limit = 40 * time.Second
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found, lines, err := l.ask(within, try.Effect.Customer, ask)
	switch {
	case ctx.Err() != nil:
		return bot.Sent{}, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded) && try.Number < lookTries:
		return bot.Sent{}, fmt.Errorf("looking at %s: %w", ask.What, err)
	case err != nil:
		found, lines = bot.LookUnknown, []string{"確認できませんでした: " + err.Error()}
	}
	return bot.Sent{At: l.now(), Outcome: string(found), Why: strings.Join(lines, "\n")}, nil
}

// lookTries is how often nobody may answer in time before that is the answer.
const lookTries = 3

// looks finds out what is asked for.
type looks struct{ a *App }

func (l looks) look(ctx context.Context, customer string, ask bot.Look) (bot.LookResult, []string, error) {
	c, ok := l.a.p.Config.Customer(customer)
	known, also := l.a.Directory().Customer(customer)
	if !ok || !also {
		return bot.LookUnknown, nil, fmt.Errorf("looking at customer %q: there is no such file", customer)
	}
	switch ask.What {
	case bot.LookProject:
		return l.project(ctx, c)
	case bot.LookRoles:
		return l.roles(ctx, c, true)
	case bot.LookNoRoles:
		return l.roles(ctx, c, false)
	case bot.LookResources:
		return l.resources(ctx, c, known)
	case bot.LookAlert:
		return l.alert(ctx, c, known, ask.Since)
	case bot.LookContract:
		found, lines := contractEnds(c)
		return found, lines, nil
	case bot.LookOpen:
		return l.open(ctx, known, ask.Except)
	}
	return bot.LookUnknown, nil, fmt.Errorf("looking at %q: this release does not know how", ask.What)
}

// project looks whether the customer's projects have what the contract wants of them.
func (l looks) project(ctx context.Context, c *config.Customer) (bot.LookResult, []string, error) {
	found, lines := bot.LookPass, []string(nil)
	for _, p := range c.Projects {
		steps, err := l.a.Needs(ctx, bot.ModeKey{Customer: c.ID, Project: p})
		if err != nil {
			return bot.LookUnknown, nil, err
		}
		if len(steps) == 0 {
			lines = append(lines, "プロジェクト "+p+" は準備済み")
			continue
		}
		found, lines = bot.LookFail, append(lines, fmt.Sprintf("プロジェクト %s に %d 件の不足(toban customer plan %s)", p, len(steps), c.ID))
	}
	return found, lines, nil
}

var roleNames = map[string]string{"read": "参照", "operate": "操作", "build": "構築"}

// roles takes on each role by AssumeRole: all are to be possible, or none any more.
func (l looks) roles(ctx context.Context, c *config.Customer, wanted bool) (bot.LookResult, []string, error) {
	switch {
	case len(c.AWS) == 0:
		return bot.LookNothing, []string{"設定ファイルに AWS アカウントがありません"}, nil
	case l.a.changer == nil:
		return bot.LookUnknown, nil, errors.New("server.yaml に aws がないため、ロールを引き受けられません")
	}
	found, lines := bot.LookPass, []string(nil)
	for _, x := range c.AWS {
		for _, e := range l.a.changer.Enter(ctx, accountOf(x)) {
			line := fmt.Sprintf("%s %s(%s)ロール: ", x.ID, roleNames[e.Role], e.Role)
			switch {
			case e.Err == nil && wanted:
				line += "AssumeRole できました"
			case e.Err == nil:
				found, line = bot.LookFail, line+"まだ AssumeRole できます"
			case e.Denied && !wanted:
				line += "AssumeRole できなくなりました"
			case e.Denied || wanted:
				found, line = bot.LookFail, line+"AssumeRole できません: "+cause(e.Err)
			default:
				if line += "確認できません: " + cause(e.Err); found == bot.LookPass {
					found = bot.LookUnknown
				}
			}
			lines = append(lines, line)
		}
	}
	return found, lines, nil
}

// cause is what AWS said, without what stands in the line already.
func cause(err error) string {
	if r := (*aws.Refusal)(nil); errors.As(err, &r) {
		return r.Error()
	}
	return err.Error()
}

// resources holds the list of managed resources against what the accounts have.
func (l looks) resources(ctx context.Context, c *config.Customer, known *bot.Customer) (bot.LookResult, []string, error) {
	if len(known.Resources) == 0 {
		return bot.LookNothing, []string{"設定ファイルに管理対象(resources)がありません"}, nil
	}
	count := fmt.Sprintf("管理対象 %d 件", len(known.Resources))
	if len(c.AWS) == 0 || l.a.changer == nil {
		return bot.LookUnknown, []string{count, "AWS と照合できないため、一覧をお客様と確認してください"}, nil
	}
	at := l.a.p.Clock.Now()
	var things []aws.Thing
	for _, x := range c.AWS {
		list, err := l.a.changer.Discover(ctx, accountOf(x))
		if err != nil {
			return bot.LookUnknown, nil, err
		}
		things = append(things, list...)
	}
	if text := difference(known, at, things); text != "" {
		return bot.LookFail, append([]string{count}, strings.Split(text, "\n")[1:]...), nil
	}
	return bot.LookPass, []string{count, "AWS と一致"}, nil
}

// alert looks for an alert of the customer's monitoring that came in since.
func (l looks) alert(ctx context.Context, c *config.Customer, known *bot.Customer, since time.Time) (bot.LookResult, []string, error) {
	byMail := slices.ContainsFunc(c.Mailboxes, func(b config.Mailbox) bool { return b.Alerts })
	if len(c.AlertDoor.Tokens) == 0 && !byMail {
		return bot.LookNothing, []string{"設定ファイルに警報の受け口(alert_door、alerts のメールボックス)がありません"}, nil
	}
	list, err := l.a.p.Store.Alerts(ctx, c.ID) // the newest first
	switch {
	case err != nil:
		return bot.LookUnknown, nil, err
	case len(list) == 0 || list[0].Last.Before(since):
		return bot.LookFail, []string{"テストの警報がまだ届いていません(" + bot.ShortWhen(since, known.Zone) + " から)"}, nil
	}
	return bot.LookPass, []string{fmt.Sprintf("警報が %s に届きました", bot.ShortWhen(list[0].Last, known.Zone))}, nil
}

// contractEnds is what the contract says of its end.
func contractEnds(c *config.Customer) (bot.LookResult, []string) {
	if c.Contract.End.IsZero() {
		return bot.LookFail, []string{"終了日(contract.end)が決まっていません"}
	}
	lines := []string{"終了日 " + c.Contract.End.String()}
	switch c.Contract.AtEnd {
	case "export":
		return bot.LookPass, append(lines, "データは書き出してお渡ししてから削除(at_end: export)")
	case "delete":
		return bot.LookPass, append(lines, "データは書き出さずに削除(at_end: delete)")
	}
	return bot.LookFail, append(lines, "データの扱い(contract.at_end: export か delete)が決まっていません")
}

// open lists what of the customer is not over yet, beside the ticket that asks.
func (l looks) open(ctx context.Context, known *bot.Customer, except bot.TicketID) (bot.LookResult, []string, error) {
	tickets, err := l.a.p.Store.OpenTickets(ctx)
	if err != nil {
		return bot.LookUnknown, nil, err
	}
	var keys []string
	for _, t := range tickets {
		if t.Customer == known.ID && t.ID != except {
			keys = append(keys, t.Key)
		}
	}
	held, err := l.a.p.Store.Holdings(ctx, known.ID, l.a.p.Clock.Now())
	if err != nil {
		return bot.LookUnknown, nil, err
	}
	var works []string
	for _, h := range held {
		if h.Kind == bot.HoldWork && h.Ticket != except {
			works = append(works, h.Key)
		}
	}
	if len(keys)+len(works) == 0 {
		return bot.LookPass, []string{"未完了のチケットと予定作業はありません"}, nil
	}
	text := told("\n未完了のチケット: ", keys) + told("\n予定・実施中の作業: ", works)
	return bot.LookFail, strings.Split(strings.TrimPrefix(text, "\n"), "\n"), nil
}
