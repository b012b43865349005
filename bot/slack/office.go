package slack

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/slack/view"
)

// Office answers what people ask about tickets beyond one card.
type Office interface {
	// Open lists the open tickets of all customers, the nearest deadline first.
	Open(ctx context.Context) ([]Line, error)
	// Find lists tickets of customers by key, or whose title, host or requester holds all the words; open ones first, at most limit.
	Find(ctx context.Context, of *bot.Directory, words []string, limit int) ([]Line, error)
	// Explain tells why the promises of a ticket of customers stand as they do; an unknown key gives nil.
	Explain(ctx context.Context, of *bot.Directory, key string) ([]string, error)
	// Report asks for a customer's month to be written to the wiki; a final one is sealed first. refusal says to staff why it can't be.
	Report(ctx context.Context, m Month) (refusal string, err error)
}

// Month is a customer's month, such as 2026-11, and who asks for its report.
type Month struct {
	Customer, Month, By string
	Final               bool
}

// Line is a ticket in a list.
type Line struct {
	Customer string // id
	Key      string
	URL      string
	Title    string // untrusted: the customer's words
	State    string // as people read it
	Owner    string // person id; "" when nobody has it
	Incident bool
	Ended    bool
	Due      time.Time // zero: nothing is promised
	Start    time.Time // of planned work; zero: none
	End      time.Time
}

// officeRoles may have a report written; finalRoles and the contract's reviewer may make it final.
var (
	officeRoles = []bot.Role{bot.RoleOperator, bot.RoleManager}
	finalRoles  = []bot.Role{bot.RoleManager}
)

const (
	officeAway = "調べられませんでした。少し待ってからもう一度お試しください。"
	mostFound  = 10
)

// officeVerbs are the questions that staff ask.
func (s *Slack) officeVerbs() []verb {
	out := []verb{{name: "oncall", usage: "oncall", summary: "いまの当番を表示します", run: s.onCall}}
	if s.c.Office == nil {
		return out
	}
	ask := func(run func(ctx context.Context, p bot.Person, c command, args []string) string) func(context.Context, command, []string) string {
		return func(ctx context.Context, c command, args []string) string {
			p, ok := s.c.Directory().BySlack(c.UserID)
			if !ok {
				return unknownUser(c.UserID)
			}
			ctx, cancel := context.WithTimeout(ctx, actWithin)
			defer cancel()
			return run(ctx, p, c, args)
		}
	}
	return append(out,
		verb{name: "find", usage: "find 言葉または課題キー", summary: "チケットを探します", run: ask(s.search)},
		verb{name: "my", usage: "my", summary: "自分が担当しているチケットを表示します", run: ask(s.mine)},
		verb{name: "explain", usage: "explain 課題キー", summary: "期限や判断の理由を表示します", run: ask(s.explain)},
		verb{name: "report", usage: "report [final] [顧客ID] [2026-11]", summary: "月次報告を wiki に書きます。final は終わった月を確定します(管理者)", run: ask(s.report)},
	)
}

// onCall names who is on duty for each customer, and in the tiers behind.
func (s *Slack) onCall(_ context.Context, c command, _ []string) string {
	dir := s.c.Directory().Within(c.ChannelID)
	p, ok := dir.BySlack(c.UserID)
	if !ok {
		return unknownUser(c.UserID)
	}
	dir = dir.For(p)
	var b strings.Builder
	b.WriteString("いまの当番:\n")
	seen := map[string]bool{}
	line := func(what, team string) {
		if seen[what+team] || dir.Duty == nil {
			return
		}
		seen[what+team] = true
		who := "いません(people.yaml の当番表を確認してください)"
		if p, ok := dir.Duty(team, s.c.Clock.Now()); ok {
			who = p.Name
		} else if what == "" {
			return
		}
		b.WriteString("・" + what + "(" + team + "): " + who + "\n")
	}
	for _, x := range dir.Customers {
		line(x.Name, x.Team)
	}
	for _, tier := range []struct{ name, id string }{{"監視センター", "monitoring_center"}, {"サポートセンター", "support_center"}} {
		if dir.Duty != nil {
			if _, ok := dir.Duty(tier.id, s.c.Clock.Now()); ok {
				line(tier.name, tier.id)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func (s *Slack) search(ctx context.Context, p bot.Person, c command, args []string) string {
	if len(args) < 2 {
		return "探す言葉か課題キーを続けて書いてください。例: " + commandName + " find web01"
	}
	list, err := s.c.Office.Find(ctx, s.within(c.ChannelID, p), args[1:], mostFound+1)
	if err != nil {
		s.c.Logger.Error("looking for tickets", "error", err)
		return officeAway
	}
	if len(list) == 0 {
		return "「" + clip(view.Line(strings.Join(args[1:], " "))) + "」に当てはまるチケットはありません。"
	}
	return s.lines(list, mostFound)
}

func (s *Slack) mine(ctx context.Context, p bot.Person, c command, _ []string) string {
	list, err := s.openTo(ctx, c.ChannelID, p)
	if err != nil {
		s.c.Logger.Error("listing tickets", "error", err)
		return officeAway
	}
	list = slices.DeleteFunc(list, func(l Line) bool { return l.Owner != p.ID })
	if len(list) == 0 {
		return "担当しているチケットはありません。"
	}
	return s.lines(list, mostFound)
}

// lines writes a list, one ticket a line.
func (s *Slack) lines(list []Line, most int) string {
	var b strings.Builder
	for i, l := range list {
		if i == most {
			fmt.Fprintf(&b, "ほかにもあります(%d件)。言葉を足して絞り込んでください。", len(list)-most)
			break
		}
		b.WriteString("・" + s.oneLine(l) + "\n")
	}
	return strings.TrimSpace(b.String())
}

// oneLine is a ticket in plain words.
func (s *Slack) oneLine(l Line) string {
	const most = 60
	dir := s.c.Directory()
	zone, name := zoneOf(dir, nil), l.Customer
	if c, ok := dir.Customer(l.Customer); ok {
		zone, name = zoneOf(dir, c), c.Name
	}
	title := view.Line(l.Title)
	if r := []rune(title); len(r) > most {
		title = string(r[:most]) + "…"
	}
	text := l.Key + " " + title + "(" + name + ") " + l.State
	if !l.Due.IsZero() && !l.Ended {
		text += "、期限 " + bot.ShortWhen(l.Due, zone)
		if l.Due.Before(s.c.Clock.Now()) {
			text += "(超過)"
		}
	}
	if !l.Start.IsZero() && !l.Ended {
		text += "、作業 " + bot.ShortWhen(l.Start, zone)
	}
	if p, ok := dir.Person(l.Owner); ok {
		text += "、担当 " + p.Name
	}
	return text
}

func (s *Slack) explain(ctx context.Context, p bot.Person, c command, args []string) string {
	if len(args) < 2 {
		return "課題キーを続けて書いてください。例: " + commandName + " explain AOBA-12"
	}
	list, err := s.c.Office.Explain(ctx, s.within(c.ChannelID, p), strings.ToUpper(args[1]))
	switch {
	case err != nil:
		s.c.Logger.Error("explaining a ticket", "error", err)
		return officeAway
	case list == nil:
		return "「" + clip(view.Line(args[1])) + "」というチケットはありません。"
	}
	const most = 3500
	text := strings.Join(list, "\n")
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…\n全文は「toban explain " + strings.ToUpper(args[1]) + "」で確認できます。"
	}
	return text
}

var monthPattern = regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])$`)

func (s *Slack) report(ctx context.Context, p bot.Person, c command, args []string) string {
	m := Month{By: p.Name}
	if len(args) > 1 && args[1] == "final" {
		m.Final, args = true, slices.Delete(slices.Clone(args), 1, 2)
	}
	month := ""
	if n := len(args); n > 1 && monthPattern.MatchString(args[n-1]) {
		month, args = args[n-1], args[:n-1]
	}
	customer, why := s.named(s.within(c.ChannelID, p), c.ChannelID, args)
	switch {
	case why != "":
		return why
	case customer == "":
		return "顧客IDを続けて書くか、お客様のチャンネルで実行してください。顧客ID: " + strings.Join(customerIDs(s.within(c.ChannelID, p)), "、")
	}
	x, _ := s.c.Directory().Customer(customer)
	asked := bot.Button{Label: commandName + " report", Roles: officeRoles}
	if m.Final {
		asked = bot.Button{Label: commandName + " report final", Roles: finalRoles}
	}
	if !p.Has(asked.Roles...) && (x == nil || x.Timing.ReviewPerson != p.ID) {
		return s.refusal(asked, p)
	}
	now := s.c.Clock.Now().In(zoneOf(s.c.Directory(), x))
	switch {
	case m.Final && month == "":
		return "確定する月を続けて書いてください。例: " + commandName + " report final " + customer + " " + now.AddDate(0, -1, 1-now.Day()).Format("2006-01")
	case month == "":
		month = now.Format("2006-01")
	}
	if month > now.Format("2006-01") {
		return month + " はこれからの月です。"
	}
	m.Customer, m.Month = customer, month
	refusal, err := s.c.Office.Report(ctx, m)
	switch {
	case err != nil:
		s.c.Logger.Error("asking for a report", "customer", customer, "error", err)
		return officeAway
	case refusal != "":
		return refusal
	case m.Final:
		return month + " の月次報告を確定しました。以後の違いは訂正として扱います。1分ほどで wiki に反映されます。"
	}
	return month + " の月次報告を書きます。1分ほどで wiki に反映されます。"
}
