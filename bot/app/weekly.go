package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/sla"
)

const (
	weeklyRefs = bot.TicketID("digest:weekly")
	weeklyName = "week" // the Monday of the week that managers were told of last
	weeklyHour = 9
	weeklyMost = 5 // tickets of a kind that are named
)

// tellManagers tells each manager once a week, on Monday morning, how last week went for their customers (spec/8-surfaces.md). A Toban that was
// down then tells when it is back; a first start has nothing to tell.
func (a *App) tellManagers(ctx context.Context) error {
	now := a.p.Clock.Now()
	zone := time.UTC
	if len(a.dir.Customers) > 0 {
		zone = a.dir.Customers[0].Zone
	}
	monday := mondayOf(now.In(zone))
	week := monday.Format(time.DateOnly)
	if a.week == week {
		return nil
	}
	refs, err := a.p.Store.References(ctx, weeklyRefs)
	if err != nil {
		return err
	}
	if told := refs[weeklyName]; told != "" && told < week {
		for _, e := range a.weekly(ctx, monday) {
			if err := a.p.Store.Queue(ctx, now, e); err != nil {
				return err
			}
		}
		a.outbox.Poke()
	}
	if refs[weeklyName] < week {
		if err := a.p.Store.KeepReferences(ctx, weeklyRefs, map[string]string{weeklyName: week}); err != nil {
			return err
		}
	}
	a.week = week
	return nil
}

// mondayOf is the newest Monday whose hour of telling has come, at its beginning.
func mondayOf(local time.Time) time.Time {
	back := (int(local.Weekday()) + 6) % 7
	monday := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, local.Location())
	if local.Before(monday.Add(weeklyHour * time.Hour)) {
		monday = monday.AddDate(0, 0, -7)
	}
	return monday
}

// weekly makes a message for each manager: of the customers whose manager they are, or of all where nobody made them one's. It stands in the
// operators' channel, where the bot is and staff alone are: a direct message needs rights that nothing else of Toban asks for.
func (a *App) weekly(ctx context.Context, monday time.Time) []bot.Effect {
	var out []bot.Effect
	for _, p := range a.dir.People {
		if !slices.Contains(p.Roles, bot.RoleManager) || p.SlackUser == "" {
			continue
		}
		mine := slices.DeleteFunc(slices.Clone(a.dir.Customers), func(c *bot.Customer) bool { return c.Timing.ManagerPerson != p.ID })
		if len(mine) == 0 {
			mine = a.dir.Customers
		}
		parts := []string{fmt.Sprintf("📊 週次ダイジェスト %s〜%s", bareDay(monday.AddDate(0, 0, -7)), bareDay(monday.AddDate(0, 0, -1)))}
		for _, c := range mine {
			part, err := a.weekOf(ctx, c, monday)
			if err != nil {
				a.p.Logger.Error("reading the week of a customer", "customer", c.ID, "error", err)
				part = "【" + c.Name + "】集計できませんでした。"
			}
			if part != "" {
				parts = append(parts, part)
			}
		}
		e := bot.MakeEffect(bot.EffectPost, bot.Notice, "weekly:"+monday.Format(time.DateOnly)+":"+p.ID, nil, bot.Post{
			Channel: a.p.Config.Server.Operators.Channel, Mention: []string{p.SlackUser}, Text: strings.Join(parts, "\n\n"),
		})
		out = append(out, e)
	}
	return out
}

func bareDay(t time.Time) string {
	return fmt.Sprintf("%d/%d(%s)", t.Month(), t.Day(), []string{"日", "月", "火", "水", "木", "金", "土"}[t.Weekday()])
}

// weekOf is the week before a Monday of one customer; "" for one of whom nothing is to be told.
func (a *App) weekOf(ctx context.Context, c *bot.Customer, monday time.Time) (string, error) {
	w := week{from: monday.AddDate(0, 0, -7), to: monday, dir: a.dir}
	if err := w.read(ctx, a.p.Store, c.ID); err != nil {
		return "", err
	}
	works, err := a.works(ctx, c.ID, monday)
	if err != nil {
		return "", err
	}
	for _, x := range works {
		if !x.Off() && x.State != bot.WorkDone && !x.Start.Before(monday) && x.Start.Before(monday.AddDate(0, 0, 7)) {
			w.works = append(w.works, bot.ShortWhen(x.Start, c.Zone)+" "+x.Key)
		}
	}
	return w.text(c.Name), nil
}

// week counts what was of a customer.
type week struct {
	from, to                                                time.Time
	dir                                                     *bot.Directory
	received, ended, open, incidents, running, kept, missed int
	late, nobody, bare, works                               []string
	drills                                                  map[bot.TicketID]bool
}

// read counts a customer's tickets and promises, of however many years.
func (w *week) read(ctx context.Context, s *store.Store, customer string) error {
	if err := s.EachTicket(ctx, customer, w.ticket); err != nil {
		return err
	}
	return s.EachClock(ctx, customer, w.clock)
}

func (w *week) within(t time.Time) bool { return !t.Before(w.from) && t.Before(w.to) }

func (w *week) ticket(t *bot.Ticket) {
	if t.Drill {
		if w.drills == nil {
			w.drills = map[bot.TicketID]bool{}
		}
		w.drills[t.ID] = true
		return
	}
	if w.within(t.Received) {
		w.received++
		if t.Class == bot.ClassIncident {
			w.incidents++
		}
	}
	if t.Status.Ended() {
		if w.within(t.Ended) {
			w.ended++
		}
		return
	}
	w.open++
	if t.Class == bot.ClassIncident {
		w.running++
	}
	if !t.Due.IsZero() && t.Due.Before(w.to) {
		who := "担当なし"
		if p, ok := w.dir.Person(t.Owner); ok {
			who = p.Name
		}
		w.late = append(w.late, t.Key+"("+who+")")
	}
	if t.Owner == "" {
		w.nobody = append(w.nobody, t.Key)
	}
}

func (w *week) clock(c store.KeyedClock) {
	at := c.Stopped
	if at.IsZero() {
		at = c.Due
	}
	if w.drills[c.Ticket] || !w.within(at) {
		return
	}
	switch c.State {
	case sla.StateMet:
		w.kept++
	case sla.StateMissed:
		w.missed++
		if c.Cause == "" {
			w.bare = append(w.bare, c.Key+" "+c.Name)
		}
	case sla.StateRunning, sla.StatePaused, sla.StateExcluded, sla.StateCancelled:
	}
}

func (w *week) text(name string) string {
	if w.received+w.ended+w.open+w.kept+w.missed+len(w.works) == 0 {
		return ""
	}
	out := []string{fmt.Sprintf("【%s】受付 %d件、終了 %d件、未完了 %d件、障害 %d件(対応中 %d件)", name, w.received, w.ended, w.open, w.incidents, w.running)}
	if n := w.kept + w.missed; n > 0 {
		out = append(out, fmt.Sprintf("・約束の達成 %d / %d", w.kept, n))
	}
	for _, l := range []struct {
		what string
		list []string
	}{{"原因が未記入の未達", w.bare}, {"期限を過ぎた未完了", w.late}, {"担当者なし", w.nobody}, {"今週の作業", w.works}} {
		if n := len(l.list); n > 0 {
			line := fmt.Sprintf("・%s %d件: %s", l.what, n, strings.Join(l.list[:min(n, weeklyMost)], "、"))
			if n > weeklyMost {
				line += "、ほか"
			}
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
