package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/desk"
	"toban/bot/slack"
	"toban/bot/store"
	"toban/sla"
)

// adoptions is the table of toban adopt as staff see it in Slack. What is proposed lies in the database, so that every replica shows the same
// and a restart goes on reading where it was.
type adoptions struct{ a *App }

var _ slack.Adoptions = adoptions{}

// proposed is what the table keeps of a Proposal.
type proposed struct {
	Issue      int64          `json:"issue"`
	Space      string         `json:"space"`
	Key        string         `json:"key"`
	URL        string         `json:"url"`
	Summary    string         `json:"summary"`
	Type       string         `json:"type"`
	Class      bot.Class      `json:"class"`
	Confidence bot.Confidence `json:"confidence"`
	Status     bot.Status     `json:"status"`
	Owner      string         `json:"owner,omitempty"`
	Opened     time.Time      `json:"opened"`
	Due        time.Time      `json:"due,omitzero"`
	Clocks     []string       `json:"clocks,omitempty"`
}

// adoptRefs is where it is kept how far reading a project is.
func adoptRefs(k bot.ModeKey) bot.TicketID {
	return bot.TicketID("adopt:" + k.Customer + "/" + k.Project)
}

// What is kept there.
const (
	adoptAsked   = "asked"   // world time at which somebody wanted the issues listed
	adoptListed  = "listed"  // the last such time that was obeyed
	adoptTrouble = "trouble" // not empty while Backlog gives no answer
)

// adoptFresh is how long a table is shown as it was read, in world time.
const adoptFresh = 15 * time.Minute

// Ask implements slack.Adoptions.
func (x adoptions) Ask(ctx context.Context, of *bot.Directory, word string, again bool) (bot.ModeKey, string, error) {
	k, refusal := adoptable(of, word)
	if refusal != "" {
		return k, refusal, nil
	}
	at, err := x.a.p.Store.References(ctx, adoptRefs(k))
	if err != nil || at[adoptAsked] != at[adoptListed] {
		return k, "", err // that is under way
	}
	if rows, err := x.a.p.Store.Adoptions(ctx, k); err != nil || slices.ContainsFunc(rows, unread) {
		return k, "", err // so is this
	}
	if listed, err := time.Parse(time.RFC3339Nano, at[adoptListed]); err == nil && !again && x.a.p.Clock.Now().Sub(listed) < adoptFresh {
		return k, "", nil // whoever opens the table next sees the same
	}
	err = x.a.p.Store.KeepReferences(ctx, adoptRefs(k), map[string]string{adoptAsked: x.a.p.Clock.Now().UTC().Format(time.RFC3339Nano)})
	select {
	case x.a.adopting <- struct{}{}:
	default:
	}
	return k, "", err
}

// adoptable finds the one project of customers that a word means: its key, that of a customer who has one, or both.
func adoptable(of *bot.Directory, word string) (bot.ModeKey, string) {
	var found []bot.ModeKey
	var known []string
	for _, c := range of.Customers {
		for _, p := range c.Projects {
			known = append(known, p)
			if word == "" && len(of.Customers) == 1 || slices.Contains([]string{p, c.ID, c.ID + "/" + p, c.Space + "/" + p}, word) {
				found = append(found, bot.ModeKey{Customer: c.ID, Project: p})
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], ""
	case len(found) > 1:
		var keys []string
		for _, k := range found {
			keys = append(keys, k.Customer+"/"+k.Project)
		}
		return bot.ModeKey{}, "プロジェクトを1つ指定してください: " + strings.Join(keys, "、")
	case word == "":
		return bot.ModeKey{}, "プロジェクトを続けて書くか、お客様のチャンネルで実行してください。プロジェクト: " + strings.Join(known, "、")
	}
	return bot.ModeKey{}, "「" + word + "」というプロジェクトはありません。プロジェクト: " + strings.Join(known, "、")
}

// Table implements slack.Adoptions.
func (x adoptions) Table(ctx context.Context, k bot.ModeKey) (slack.AdoptTable, error) {
	a := x.a
	t := slack.AdoptTable{Zone: time.UTC}
	c, ok := a.dir.Customer(k.Customer)
	if !ok {
		return t, fmt.Errorf("reading the table of project %s: no customer %q", k.Project, k.Customer)
	}
	at, err := a.p.Store.References(ctx, adoptRefs(k))
	if err != nil {
		return t, err
	}
	if t.Mode, err = a.p.Store.ModeOf(ctx, k.Customer, k.Project); err != nil {
		return t, err
	}
	rows, err := a.p.Store.Adoptions(ctx, k)
	if err != nil {
		return t, err
	}
	t.Customer, t.Zone, t.Types = c.Name, c.Zone, adoptTypes(c)
	t.Listed, t.Trouble = at[adoptAsked] == at[adoptListed], at[adoptTrouble] != ""
	for _, p := range a.dir.People {
		t.People = append(t.People, bot.Option{Value: p.ID, Label: p.Name})
	}
	for _, r := range rows {
		if r.Unread && !r.Known {
			t.Reading++
		}
		if len(r.Body) > len("{}") {
			line, err := x.line(c, r)
			if err != nil {
				return t, err
			}
			t.Rows = append(t.Rows, line)
		}
	}
	return t, nil
}

// adoptTypes are what an issue may be taken over as.
func adoptTypes(c *bot.Customer) []bot.Option {
	out := desk.TypeOptions(c)
	for _, class := range []bot.Class{bot.ClassIncident, bot.ClassComplaint} {
		if !slices.ContainsFunc(out, func(o bot.Option) bool { return o.Value == string(class) }) {
			out = append(out, bot.Option{Value: string(class), Label: desk.ClassName(class)})
		}
	}
	return out
}

func (x adoptions) line(c *bot.Customer, r store.AdoptionRow) (slack.AdoptRow, error) {
	var p proposed
	if err := json.Unmarshal(r.Body, &p); err != nil {
		return slack.AdoptRow{}, fmt.Errorf("reading the proposal of %s: %w", r.Ticket, err)
	}
	out := slack.AdoptRow{
		AdoptPick: slack.AdoptPick{Ticket: r.Ticket, Version: r.Version}, Key: p.Key, URL: p.URL, Title: p.Summary, Type: p.Type, Owner: p.Owner, Class: desk.ClassName(p.Class),
		Status: desk.StatusName(p.Status), Sure: p.Confidence == bot.Certain || r.Type != "", Chosen: r.Type != "" || r.Owner != "", Opened: p.Opened, Due: p.Due, Clocks: p.Clocks,
		State: string(r.State), Known: r.Known, Person: r.Person,
	}
	if r.Owner != "" {
		out.Owner = r.Owner
	}
	if r.Type != "" && r.Type != p.Type {
		out.Type, out.Class = r.Type, ""
		out.Due, out.Clocks = time.Time{}, nil // those of another type
	}
	out.TypeName = out.Class
	if rt, ok := c.Type(out.Type); ok {
		out.TypeName, out.Class = rt.ReportName, desk.ClassName(rt.Class)
	} else if name := desk.ClassName(bot.Class(out.Type)); name != "" {
		out.TypeName = name
	}
	if who, ok := x.a.dir.Person(out.Owner); ok {
		out.OwnerName = who.Name
	}
	return out, nil
}

// Choose implements slack.Adoptions.
func (x adoptions) Choose(ctx context.Context, k bot.ModeKey, p slack.AdoptPick, requestType, owner string, by bot.Person) (string, error) {
	c, ok := x.a.dir.Customer(k.Customer)
	if !ok || requestType != "" && !slices.ContainsFunc(adoptTypes(c), func(o bot.Option) bool { return o.Value == requestType }) {
		return "その種別はこの契約にありません。", nil
	}
	if _, ok := x.a.dir.Person(owner); !ok && owner != "" {
		return "その担当者は登録されていません。", nil
	}
	done, err := x.a.p.Store.ChooseAdoption(ctx, k, store.AdoptionPick(p), requestType, owner, by.Name)
	if err != nil || done {
		return "", err
	}
	return x.sooner(ctx, k, []bot.TicketID{p.Ticket})
}

// adoptAtOnce is how many issues are decided on in one transaction.
const adoptAtOnce = 50

// Decide implements slack.Adoptions.
func (x adoptions) Decide(ctx context.Context, k bot.ModeKey, picks []slack.AdoptPick, to slack.AdoptDecision, by bot.Person) (string, error) {
	state, ok := map[slack.AdoptDecision]store.AdoptionState{slack.AdoptTake: store.AdoptionHanded, slack.AdoptLeave: store.AdoptionLeft, slack.AdoptUndo: store.AdoptionOpen}[to]
	if !ok {
		return "", fmt.Errorf("deciding on open issues of %s: unknown decision %q", k.Project, to)
	}
	st := x.a.p.Store
	if mode, err := st.ModeOf(ctx, k.Customer, k.Project); err != nil {
		return "", err
	} else if mode == bot.ModeOff && to == slack.AdoptTake {
		return "モードが off のプロジェクトでは引き継げません。何も変えていません。", nil
	}
	choice := store.AdoptionChoice{ModeKey: k, To: state, Person: by.Name, At: x.a.p.Clock.Now(), Machine: x.a.machine(), Event: func(r store.AdoptionRow, at time.Time) (bot.Event, error) {
		return x.event(k, r, at)
	}}
	n, left := 0, 0
	var lost []bot.TicketID
	for some := range slices.Chunk(picks, adoptAtOnce) {
		if ctx.Err() != nil { // Slack waits for the answer; what was done stays done
			left += len(some)
			continue
		}
		choice.Picks = choice.Picks[:0]
		for _, p := range some {
			choice.Picks = append(choice.Picks, store.AdoptionPick(p))
		}
		done, missed, err := st.DecideAdoptions(ctx, choice)
		if err != nil && n == 0 {
			return "", err
		}
		if err != nil {
			x.a.p.Logger.Error("deciding on open issues", "project", k.Project, "error", err)
			left += len(some)
			continue
		}
		n, lost = n+len(done), append(lost, missed...)
	}
	x.a.inbox.Poke()
	return x.told(ctx, k, to, n, left, lost)
}

// event is that by which an issue is taken over. What staff left as Toban reads it with any confidence is read again then.
func (x adoptions) event(k bot.ModeKey, r store.AdoptionRow, at time.Time) (bot.Event, error) {
	var p proposed
	if err := json.Unmarshal(r.Body, &p); err != nil {
		return bot.Event{}, fmt.Errorf("reading the proposal of %s: %w", r.Ticket, err)
	}
	as := r.Type
	if as == "" && p.Confidence == bot.Unsure {
		as = p.Type
	}
	if as == string(bot.ClassUnclear) {
		as = ""
	}
	return AdoptEvent(r.Made, at, k.Customer, bot.Adopt{
		IssueChanged: bot.IssueChanged{Space: p.Space, Project: k.Project, IssueID: p.Issue, Via: "adopt"}, RequestType: as, Owner: r.Owner, By: r.Person,
	})
}

// told is what a person hears of a decision.
func (x adoptions) told(ctx context.Context, k bot.ModeKey, to slack.AdoptDecision, n, left int, lost []bot.TicketID) (string, error) {
	var out []string
	switch {
	case n > 0 && to == slack.AdoptTake:
		out = append(out, fmt.Sprintf("%d件を引き継ぎます。カードは順番に届きます(%d件あたり約%s)。", n, 100, bot.Lasting(100*store.Apart)))
	case n > 0 && to == slack.AdoptLeave:
		out = append(out, fmt.Sprintf("%d件は引き継ぎません。「引き継がないもの」から戻せます。", n))
	case n > 0:
		out = append(out, fmt.Sprintf("%d件を確認待ちに戻しました。", n))
	}
	if left > 0 {
		out = append(out, fmt.Sprintf("%d件は時間内に終わりませんでした。もう一度押してください。", left))
	}
	if len(lost) > 0 {
		text, err := x.sooner(ctx, k, lost)
		if err != nil {
			return "", err
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n"), nil
}

// sooner tells what became of issues that were not as somebody saw them any more.
func (x adoptions) sooner(ctx context.Context, k bot.ModeKey, lost []bot.TicketID) (string, error) {
	rows, err := x.a.p.Store.Adoptions(ctx, k)
	if err != nil {
		return "", err
	}
	const most = 5
	var out []string
	for _, id := range lost {
		i := slices.IndexFunc(rows, func(r store.AdoptionRow) bool { return r.Ticket == id })
		var p proposed
		if i < 0 || json.Unmarshal(rows[i].Body, &p) != nil {
			out = append(out, "表にない課題です")
			continue
		}
		who := rows[i].Person
		switch {
		case rows[i].State == store.AdoptionHanded && who != "":
			out = append(out, p.Key+" は"+who+"さんが引き継いでいます")
		case rows[i].State == store.AdoptionLeft && who != "":
			out = append(out, p.Key+" は"+who+"さんが引き継がないことにしています")
		case rows[i].Known:
			out = append(out, p.Key+" はすでにチケットです")
		default:
			out = append(out, p.Key+" は内容が変わっています。最新の表示を確認してください")
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if n := len(out) - most; n > 0 {
		out = append(out[:most], fmt.Sprintf("ほか%d件", n))
	}
	return strings.Join(out, "。\n") + "。", nil
}

// clockLines are the promises of a proposal as staff read them.
func clockLines(rows []bot.ClockRow, zone *time.Location) []string {
	var out []string
	for _, c := range rows {
		line := c.Name + ": " + sla.Verdict(c.State, c.Level, sla.Japanese)
		if !c.Due.IsZero() {
			line += "、期限 " + bot.ShortWhen(c.Due, zone)
		}
		out = append(out, line)
	}
	return out
}
