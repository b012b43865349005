package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/desk"
	"toban/bot/slack"
	"toban/bot/store"
)

// dutyRefs is where hand-overs of the duty are kept, by team: the newest of each.
const dutyRefs = bot.TicketID("duty")

// handover puts a person on duty in a team for a time, whatever the rota says.
type handover struct {
	Person string    `json:"person"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"` // exclusive
	By     string    `json:"by"`
}

// onDuty is who is on duty in a team, or in the first team of a tier: whom somebody handed it to, else as the rota says.
func (a *App) onDuty(rota func(string, time.Time) (bot.Person, bool)) func(string, time.Time) (bot.Person, bool) {
	return func(team string, at time.Time) (bot.Person, bool) {
		if list := a.handed.Load(); list != nil {
			if h, ok := (*list)[a.teamOf(team)]; ok && !at.Before(h.From) && at.Before(h.Until) {
				if p, known := a.dir.Person(h.Person); known {
					return p, true
				}
			}
		}
		return rota(team, at)
	}
}

// teamOf is the team that a word names: a team's id, or a tier, whose first team it is.
func (a *App) teamOf(word string) string {
	for _, by := range []func(i int) string{func(i int) string { return a.p.Config.Teams[i].ID }, func(i int) string { return a.p.Config.Teams[i].Tier }} {
		for i := range a.p.Config.Teams {
			if by(i) == word {
				return a.p.Config.Teams[i].ID
			}
		}
	}
	return ""
}

// readDuty takes over what was handed over through whichever replica.
func (a *App) readDuty(ctx context.Context) error {
	refs, err := a.p.Store.References(ctx, dutyRefs)
	if err != nil {
		return err
	}
	list := map[string]handover{}
	for team, text := range refs {
		var h handover
		if err := json.Unmarshal([]byte(text), &h); err != nil {
			return fmt.Errorf("reading the hand-over of team %s: %w", team, err)
		}
		list[team] = h
	}
	a.handed.Store(&list)
	return nil
}

// tellOfDutySince tells of the changes of the duty since the last look.
func (a *App) tellOfDutySince(ctx context.Context) error {
	now := a.p.Clock.Now().Truncate(time.Minute)
	from := a.dutyTold
	if from.IsZero() {
		from = now.Add(-dutyBack)
	}
	if !now.After(from) {
		return nil
	}
	if err := a.readDuty(ctx); err != nil {
		return err
	}
	if err := a.tellOfDuty(ctx, from, now); err != nil {
		return err
	}
	a.dutyTold = now
	return nil
}

// dutyBack is how far back changes of the duty are still told after a stop.
const dutyBack = 10 * time.Minute

// tellOfDuty tells the customers' channels who took over between two minutes and what there is to take over; where there is nothing, nothing
// is told. Each change has one key for all replicas: its minute.
func (a *App) tellOfDuty(ctx context.Context, from, to time.Time) error {
	if to.Sub(from) > dutyBack { // world time was moved: what lies behind is no news
		from = to.Add(-dutyBack)
	}
	dir := a.Directory()
	for _, c := range dir.Customers {
		if c.Channel == "" || !c.Works() {
			continue
		}
		for at := from.Add(time.Minute); !at.After(to); at = at.Add(time.Minute) {
			before, had := dir.Duty(c.Team, at.Add(-time.Minute))
			now, has := dir.Duty(c.Team, at)
			if !had || !has || before.ID == now.ID {
				continue
			}
			text, err := a.toTakeOver(ctx, c, before, now)
			if err != nil {
				return err
			}
			if text == "" {
				continue
			}
			p := bot.Post{Channel: c.Channel, Text: text}
			if now.SlackUser != "" {
				p.Mention = []string{now.SlackUser}
			}
			e := bot.MakeEffect(bot.EffectPost, bot.Notice, fmt.Sprintf("duty:%s:%s:%s", c.ID, now.ID, at.UTC().Format("2006-01-02T15:04")), nil, p)
			e.Customer = c.ID
			if err := a.p.Store.Queue(ctx, a.p.Clock.Now(), e); err != nil {
				return err
			}
		}
	}
	return nil
}

// toTakeOver is what whoever comes on duty has to know of a customer; "" when nothing is open.
func (a *App) toTakeOver(ctx context.Context, c *bot.Customer, before, now bot.Person) (string, error) {
	tickets, err := a.p.Store.OpenTickets(ctx)
	if err != nil {
		return "", err
	}
	today := a.p.Clock.Now().In(c.Zone).Format(time.DateOnly)
	var incidents, due, owned []string
	for _, t := range tickets {
		if t.Customer != c.ID {
			continue
		}
		line := t.Key + "(" + desk.StatusName(t.Status) + ")"
		switch {
		case t.Class == bot.ClassIncident:
			incidents = append(incidents, line)
		case !t.Due.IsZero() && t.Due.In(c.Zone).Format(time.DateOnly) <= today:
			due = append(due, line)
		case t.Owner == before.ID:
			owned = append(owned, line)
		}
	}
	held, err := a.p.Store.Holdings(ctx, c.ID, a.p.Clock.Now())
	if err != nil {
		return "", err
	}
	var works []string
	for _, h := range held {
		const ahead = 24 * time.Hour
		if h.Kind == bot.HoldWork && (h.Running || h.From.Before(a.p.Clock.Now().Add(ahead))) {
			works = append(works, h.Key+"("+bot.ShortWhen(h.From, c.Zone)+")")
		}
	}
	if len(incidents)+len(due)+len(owned)+len(works) == 0 {
		return "", nil
	}
	return fmt.Sprintf("🔁 当番が%sさんから%sさんに替わりました。引き継ぐ内容です。", before.Name, now.Name) + told("\n進行中の障害: ", incidents) + told("\n本日までの期限: ", due) +
		told("\n24時間以内の作業: ", works) + told("\n"+before.Name+"さんが担当: ", owned), nil
}

// duties hand the duty over for the Slack door.
type duties struct{ a *App }

var _ slack.Duties = duties{}

var clockTime = regexp.MustCompile(`^([01]?\d|2[0-3]):([0-5]\d)$`)

// HandOver implements slack.Duties.
func (d duties) HandOver(ctx context.Context, of *bot.Directory, by bot.Person, words []string) (string, error) {
	const usage = "例: /toban handover 鈴木 19:00(自分が受け取るときは /toban handover me 19:00)"
	if len(words) < 2 { //nolint:mnd // a person and a time
		return "誰に、何時まで引き継ぐかを書いてください。" + usage + "。何も変えていません。", nil
	}
	p, ok := d.person(words[0], by)
	if !ok {
		return "「" + words[0] + "」という担当者はいません。people.yaml の ID か名前で書いてください。何も変えていません。", nil
	}
	for _, w := range words[1:] {
		if !clockTime.MatchString(w) && !slices.Contains(d.teams(p), w) {
			return "「" + w + "」は時刻でも、" + p.Name + "さんのチームでもありません。チームは " + strings.Join(d.teams(p), "、") + "、時刻は 19:00 のように書いてください。何も変えていません。", nil
		}
	}
	team, zone := d.team(of, p, words[1:])
	if team == "" {
		return p.Name + "さんが入っていて、ここのお客様を受け持つチームを特定できません。チームの ID を続けて書いてください: " + strings.Join(d.teams(p), "、") + "。何も変えていません。", nil
	}
	now := d.a.p.Clock.Now()
	until, ok := d.until(words[1:], now.In(zone))
	if !ok {
		return "いつまでかを 19:00 のように24時間以内の時刻で書いてください。" + usage + "。何も変えていません。", nil
	}
	h, err := json.Marshal(handover{Person: p.ID, From: now, Until: until, By: by.ID})
	if err != nil {
		return "", err
	}
	if err := d.a.p.Store.KeepReferences(ctx, dutyRefs, map[string]string{team: string(h)}); err != nil {
		return "", err
	}
	n := store.Audited{Feature: "duty", Reason: bot.Reason{What: "put " + p.ID + " on duty in team " + team + " until " + bot.ShortWhen(until, zone), Why: by.Name + " asked for it in Slack"}}
	if err := d.a.p.Store.Note(ctx, "", now, n); err != nil {
		return "", err
	}
	if err := d.a.readDuty(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s から %s まで、%sさんが当番です(%s)。そのあとは当番表のとおりです。", bot.ShortWhen(now, zone), bot.ShortWhen(until, zone), p.Name, d.name(team)), nil
}

// name is a team as people call it.
func (d duties) name(team string) string {
	for i := range d.a.p.Config.Teams {
		if t := &d.a.p.Config.Teams[i]; t.ID == team {
			return cmp.Or(t.Name, team)
		}
	}
	return team
}

func (d duties) person(word string, by bot.Person) (bot.Person, bool) {
	word = strings.TrimPrefix(strings.TrimPrefix(word, "<"), "@")
	word, _, _ = strings.Cut(strings.TrimSuffix(word, ">"), "|")
	if word == "me" || word == "自分" {
		return by, true
	}
	for _, p := range d.a.dir.People {
		if p.ID == word || p.Name == word || p.SlackUser != "" && p.SlackUser == word {
			return p, true
		}
	}
	return bot.Person{}, false
}

// teams are those of a person.
func (d duties) teams(p bot.Person) []string {
	if x, ok := d.a.p.Config.Person(p.ID); ok {
		return x.Teams
	}
	return nil
}

// team is the one that is named, else the only one of the person's that works for the customers who may be spoken of.
func (d duties) team(of *bot.Directory, p bot.Person, words []string) (string, *time.Location) {
	var fit []string
	for _, t := range d.teams(p) {
		if slices.Contains(words, t) {
			return t, d.zone(t)
		}
		if slices.ContainsFunc(of.Customers, func(c *bot.Customer) bool { return c.Team == t }) {
			fit = append(fit, t)
		}
	}
	if len(fit) != 1 {
		return "", time.UTC
	}
	return fit[0], d.zone(fit[0])
}

func (d duties) zone(team string) *time.Location {
	for i := range d.a.p.Config.Teams {
		if t := &d.a.p.Config.Teams[i]; t.ID == team && t.Rota.Zone != nil {
			return t.Rota.Zone
		}
	}
	return time.UTC
}

// until is the next time that a word names; nobody is on duty by a hand-over for longer than a day.
func (d duties) until(words []string, now time.Time) (time.Time, bool) {
	for _, w := range words {
		m := clockTime.FindStringSubmatch(w)
		if m == nil {
			continue
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", now.Format("2006-01-02 ")+fmt.Sprintf("%02s:%s", m[1], m[2]), now.Location())
		if err != nil {
			return time.Time{}, false
		}
		if !at.After(now) {
			at = at.AddDate(0, 0, 1)
		}
		return at, true
	}
	return time.Time{}, false
}
