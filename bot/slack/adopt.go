package slack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

// Adoptions is the table in which staff confirm how the open issues of a project are taken over (spec/9-running.md, Going live). Nothing of it
// reaches a customer.
type Adoptions interface {
	// Ask finds the project that a word means among those of customers, and has its open issues listed and read, unless that was done
	// lately; again does it in any case. refusal says why not.
	Ask(ctx context.Context, of *bot.Directory, word string, again bool) (k bot.ModeKey, refusal string, err error)
	// Table is how it stands now.
	Table(ctx context.Context, k bot.ModeKey) (AdoptTable, error)
	// Choose keeps another type and owner for one issue, "" for what is proposed; refusal says why not.
	Choose(ctx context.Context, k bot.ModeKey, p AdoptPick, requestType, owner string, by bot.Person) (refusal string, err error)
	// Decide takes issues over, leaves them alone, or takes up again what was left alone; text tells what was done and what was not.
	Decide(ctx context.Context, k bot.ModeKey, picks []AdoptPick, to AdoptDecision, by bot.Person) (text string, err error)
}

// AdoptDecision is what staff decide about an issue.
type AdoptDecision string

// Decisions of staff.
const (
	AdoptTake  AdoptDecision = "take"  // Toban takes it over
	AdoptLeave AdoptDecision = "leave" // Toban leaves it alone
	AdoptUndo  AdoptDecision = "undo"  // it was to be left alone, and waits again
)

// AdoptPick is an issue as somebody saw it.
type AdoptPick struct {
	Ticket  bot.TicketID
	Version int64
}

// AdoptTable is a project's table.
type AdoptTable struct {
	Customer string // name
	Mode     bot.Mode
	Listed   bool // the issues are listed; else that is under way
	Reading  int  // how many are still to be read
	Trouble  bool // Backlog gave no answer; it is asked again
	Zone     *time.Location
	Types    []bot.Option
	People   []bot.Option
	Rows     []AdoptRow // without those that are still to be read
}

// AdoptRow is an issue of the table.
type AdoptRow struct {
	AdoptPick
	Key, URL, Title string // the title is the customer's
	Type, Owner     string // ids, as chosen or else as proposed
	TypeName, Class string // as people read them
	OwnerName       string
	Status          string // as people read it
	Sure            bool   // staff need not look: read with certainty, or chosen by them
	Chosen          bool   // somebody chose type or owner
	Opened, Due     time.Time
	Clocks          []string
	State           string // open, handed, left
	Known           bool   // it is a ticket
	Person          string // who decided or chose
}

// adoptRoles may take issues over.
var adoptRoles = []bot.Role{bot.RoleOperator, bot.RoleManager}

// adoptPrefix begins the actions of the table.
const adoptPrefix = "adopt."

// followEvery is the machine time between two drawings of a table that is still being read, and followMost how often it is drawn.
const (
	followEvery = 3 * time.Second
	followMost  = 200
)

func (s *Slack) adoptVerbs() []verb {
	if s.c.Adoptions == nil {
		return nil
	}
	return []verb{{
		name: "adopt", usage: "adopt [プロジェクト]", summary: "Toban 導入前からの未完了の課題を、表で確認して引き継ぎます(お客様には通知されません)", run: s.adopt,
	}}
}

// adopt opens the table.
func (s *Slack) adopt(ctx context.Context, c command, args []string) string {
	person, ok := s.c.Directory().BySlack(c.UserID)
	switch {
	case !ok:
		return unknownUser(c.UserID)
	case !person.Has(adoptRoles...):
		return s.refusal(bot.Button{Label: commandName + " adopt", Roles: adoptRoles}, person)
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	word := ""
	if len(args) > 1 {
		word = args[1]
	}
	k, refusal, err := s.c.Adoptions.Ask(ctx, s.within(c.ChannelID, person), word, false)
	switch {
	case err != nil:
		s.c.Logger.Error("opening a table of open issues", "error", err)
		return officeAway
	case refusal != "":
		return refusal
	}
	at := place{ModeKey: k, Channel: c.ChannelID}
	page, reading, err := s.adoptPage(ctx, at, "")
	if err != nil {
		s.c.Logger.Error("drawing a table of open issues", "error", err)
		return officeAway
	}
	res, err := s.api.OpenViewContext(ctx, c.TriggerID, page)
	if err != nil && code(err) != "exchanged_trigger_id" {
		s.c.Logger.Warn("opening a table of open issues", "error", s.hide(err))
		return cannotOpen
	}
	if reading && err == nil {
		s.follow(followed{place: at, view: res.ID, hash: res.Hash})
	}
	return ""
}

// place is where in a table somebody is; it travels with the view.
type place struct {
	bot.ModeKey
	Channel string `json:"c,omitempty"`
	Filter  string `json:"f,omitempty"`
	Page    int    `json:"n,omitempty"`
	// Of the form of one issue: which, and the view below.
	Ticket  bot.TicketID `json:"t,omitempty"`
	Version int64        `json:"v,omitempty"`
	Below   string       `json:"b,omitempty"`
}

func (p place) metadata() (string, error) {
	raw, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(raw), err
}

// placeOf reads where somebody is. A customer who may not be spoken of in the channel that the table was opened in is no place.
func (s *Slack) placeOf(metadata string) (place, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(metadata)
	var p place
	if err != nil || json.Unmarshal(raw, &p) != nil {
		return p, false
	}
	c, ok := s.c.Directory().Within(p.Channel).Customer(p.Customer)
	return p, ok && slices.Contains(c.Projects, p.Project)
}

// runs reports whether a person works for the customer whose table it is.
func (s *Slack) runs(p bot.Person, at place) bool {
	c, ok := s.c.Directory().Customer(at.Customer)
	return ok && p.Serves(c)
}

// adoptPage draws a page of the table as it is now; reading is true while there is more to come.
func (s *Slack) adoptPage(ctx context.Context, at place, notice string) (v slackgo.ModalViewRequest, reading bool, err error) {
	t, err := s.c.Adoptions.Table(ctx, at.ModeKey)
	if err != nil {
		return v, false, err
	}
	page := view.Adoption{
		Project: at.Project, Customer: t.Customer, Filter: at.Filter, Notice: notice, Off: t.Mode == bot.ModeOff, Listed: t.Listed, Reading: t.Reading, Trouble: t.Trouble,
	}
	page.Zone, _ = s.c.Clock.Now().In(t.Zone).Zone()
	for _, r := range t.Rows {
		page.Rows = append(page.Rows, s.adoptLine(r, t.Zone))
	}
	at.Page = min(at.Page, page.Last())
	page.Page = at.Page
	if page.Metadata, err = at.metadata(); err != nil {
		return v, false, err
	}
	return page.View(), !t.Listed || t.Reading > 0, nil
}

func (s *Slack) adoptLine(r AdoptRow, zone *time.Location) view.AdoptionLine {
	l := view.AdoptionLine{Value: view.Value(r.Ticket, r.Version, ""), Key: r.Key, URL: r.URL, Title: r.Title, State: r.State, Known: r.Known, Sure: r.Sure, Person: r.Person}
	what := r.TypeName
	if r.Class != "" && !strings.Contains(what, r.Class) {
		what += "(" + r.Class + ")"
	}
	owner := "担当未定"
	if r.OwnerName != "" {
		owner = "担当 " + r.OwnerName
	}
	l.Reads = what + "、" + owner
	if !r.Due.IsZero() {
		l.Reads += "、期限 " + bareWhen(r.Due, zone)
		if r.Due.Before(s.c.Clock.Now()) {
			l.Reads += "(超過)"
		}
	}
	l.Stands = bareWhen(r.Opened, zone) + " 受付、" + r.Status
	if r.Chosen {
		l.Stands += "、" + r.Person + "が変更"
	}
	return l
}

// bareWhen leaves out the zone, which stands once above the table.
func bareWhen(t time.Time, zone *time.Location) string {
	name, _ := t.In(zone).Zone()
	return strings.TrimSpace(strings.TrimSuffix(bot.ShortWhen(t, zone), name))
}

// adoptClick handles a button of the table. It acts at once, so that of two people the second sees what the first decided.
func (s *Slack) adoptClick(ctx context.Context, in interaction, action, value, chosen string) string {
	if s.c.Adoptions == nil {
		return "ignored"
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	at, ok := s.placeOf(in.View.PrivateMetadata)
	if !ok {
		return "stale"
	}
	person, ok := s.c.Directory().BySlack(in.User.ID)
	if !ok || !person.Has(adoptRoles...) || !s.runs(person, at) {
		return s.adoptDraw(ctx, in.View.ID, at, "この表を操作できる権限がありません。", "refused")
	}
	ticket, version, _, err := view.ParseValue(value)
	pick := AdoptPick{Ticket: ticket, Version: version}
	if err != nil {
		pick = AdoptPick{}
	}
	switch verb := strings.TrimPrefix(action, adoptPrefix); verb {
	case "filter":
		at.Filter, at.Page = chosen, 0
	case "next":
		at.Page++
	case "back":
		at.Page = max(0, at.Page-1)
	case "refresh":
		if _, refusal, err := s.c.Adoptions.Ask(ctx, s.within(at.Channel, person), at.Customer+"/"+at.Project, true); err != nil || refusal != "" {
			return s.adoptDraw(ctx, in.View.ID, at, officeAway, "failed")
		}
	case "take", "leave", "undo":
		return s.adoptDecide(ctx, in, at, []AdoptPick{pick}, AdoptDecision(verb), person)
	case "page", "sure":
		return s.adoptMany(ctx, in, at, verb == "sure", value, person)
	case "change":
		return s.adoptForm(ctx, in, at, pick)
	default:
		return "ignored"
	}
	return s.adoptDraw(ctx, in.View.ID, at, "", "answered")
}

// adoptMany takes over what stands on a page, or all that is certain and that the table showed when the button was drawn: value names the page's
// issues, each with the version that was seen.
func (s *Slack) adoptMany(ctx context.Context, in interaction, at place, sure bool, value string, person bot.Person) string {
	var picks []AdoptPick
	if sure {
		t, err := s.c.Adoptions.Table(ctx, at.ModeKey)
		if err != nil {
			s.c.Logger.Error("reading a table of open issues", "error", err)
			return s.adoptDraw(ctx, in.View.ID, at, brokenText, "failed")
		}
		for _, r := range t.Rows {
			if r.State == "open" && !r.Known && r.Sure {
				picks = append(picks, r.AdoptPick)
			}
		}
	} else {
		for part := range strings.SplitSeq(value, ",") {
			id, version, _ := strings.Cut(part, "|")
			p := AdoptPick{Ticket: bot.TicketID(id)}
			if _, err := fmt.Sscan(version, &p.Version); err == nil {
				picks = append(picks, p)
			}
		}
	}
	if len(picks) == 0 {
		return s.adoptDraw(ctx, in.View.ID, at, "引き継ぐ課題がありません。", "stale")
	}
	return s.adoptDecide(ctx, in, at, picks, AdoptTake, person)
}

func (s *Slack) adoptDecide(ctx context.Context, in interaction, at place, picks []AdoptPick, to AdoptDecision, person bot.Person) string {
	text, err := s.c.Adoptions.Decide(ctx, at.ModeKey, picks, to, person)
	if err != nil {
		s.c.Logger.Error("deciding on open issues", "customer", at.Customer, "project", at.Project, "person", person.ID, "error", err)
		return s.adoptDraw(ctx, in.View.ID, at, brokenText, "failed")
	}
	return s.adoptDraw(ctx, in.View.ID, at, text, "accepted")
}

// adoptDraw shows the table as it is now, with a word on top.
func (s *Slack) adoptDraw(ctx context.Context, id string, at place, notice, outcome string) string {
	page, reading, err := s.adoptPage(ctx, at, notice)
	if err != nil {
		s.c.Logger.Error("drawing a table of open issues", "error", err)
		return "failed"
	}
	res, err := s.api.UpdateViewContext(ctx, page, "", "", id)
	if err != nil {
		s.c.Logger.Warn("showing a table of open issues", "error", s.hide(err))
		return "failed"
	}
	if reading {
		s.follow(followed{place: at, view: id, hash: res.Hash})
	}
	return outcome
}

// adoptForm shows the form in which one issue gets another type or owner, on top of the table.
func (s *Slack) adoptForm(ctx context.Context, in interaction, at place, pick AdoptPick) string {
	t, err := s.c.Adoptions.Table(ctx, at.ModeKey)
	if err != nil {
		s.c.Logger.Error("reading a table of open issues", "error", err)
		return "failed"
	}
	i := slices.IndexFunc(t.Rows, func(r AdoptRow) bool { return r.AdoptPick == pick && r.State == "open" && !r.Known })
	if i < 0 {
		return s.adoptDraw(ctx, in.View.ID, at, "その課題の内容が変わっていました。最新の表示をご確認ください。", "stale")
	}
	at.Ticket, at.Version, at.Below = pick.Ticket, pick.Version, in.View.ID
	metadata, err := at.metadata()
	if err != nil {
		return "failed"
	}
	r := t.Rows[i]
	modal, err := view.Dialogue{Form: adoptFormOf(t, r), Action: adoptPrefix + "change", About: r.Key + " " + r.Title, Metadata: metadata}.Modal()
	if err != nil {
		s.c.Logger.Error("building a form", "action", "adopt.change", "error", err)
		return "failed"
	}
	if _, err := s.api.PushViewContext(ctx, in.TriggerID, modal); err != nil && code(err) != "exchanged_trigger_id" {
		s.c.Logger.Warn("opening a form", "action", "adopt.change", "error", s.hide(err))
		return s.adoptDraw(ctx, in.View.ID, at, cannotOpen, "failed")
	}
	return "form"
}

// adoptThen is what happens after the change.
const (
	adoptThenTake = "take"
	adoptThenKeep = "keep"
	adoptNobody   = "-" // Slack takes no empty option: Backlog's assignee stays
)

func adoptFormOf(t AdoptTable, r AdoptRow) bot.Form {
	var intro strings.Builder
	for _, c := range r.Clocks {
		intro.WriteString("・" + c + "\n")
	}
	owner := adoptNobody
	if r.Owner != "" {
		owner = r.Owner
	}
	return bot.Form{Title: "引き継ぎ内容の変更", Submit: "決める", Intro: strings.TrimSpace(intro.String()), Inputs: []bot.Input{
		{ID: "type", Label: "種別", Type: bot.InputSelect, Options: t.Types, Initial: r.Type, Hint: "かっこ内の区分と期限は種別で決まり、課題の履歴から計算し直します"},
		{ID: "owner", Label: "担当者", Type: bot.InputSelect, Options: append([]bot.Option{{Value: adoptNobody, Label: "決めない(Backlog の担当者のまま)"}}, t.People...), Initial: owner},
		{ID: "then", Label: "このあと", Type: bot.InputSelect, Initial: adoptThenTake, Options: []bot.Option{
			{Value: adoptThenTake, Label: "変更して引き継ぐ"}, {Value: adoptThenKeep, Label: "変更だけして、表に残す"},
		}},
	}}
}

// adoptSubmit handles that form. The answer closes it, and the table below is drawn anew.
func (s *Slack) adoptSubmit(ctx context.Context, in interaction) (outcome string, answer any) {
	if s.c.Adoptions == nil {
		return "stale", complaint(in, staleText)
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	at, ok := s.placeOf(in.View.PrivateMetadata)
	if !ok {
		return "stale", complaint(in, staleText)
	}
	person, ok := s.c.Directory().BySlack(in.User.ID)
	if !ok || !person.Has(adoptRoles...) || !s.runs(person, at) {
		return "refused", complaint(in, "この操作の権限がありません。運用担当者またはマネージャーに依頼してください。")
	}
	t, err := s.c.Adoptions.Table(ctx, at.ModeKey)
	if err != nil {
		s.c.Logger.Error("reading a table of open issues", "error", err)
		return "failed", complaint(in, brokenText)
	}
	pick := AdoptPick{Ticket: at.Ticket, Version: at.Version}
	i := slices.IndexFunc(t.Rows, func(r AdoptRow) bool { return r.AdoptPick == pick })
	if i < 0 {
		s.adoptDraw(ctx, at.Below, at.table(), "", "")
		return "stale", complaint(in, "ほかの人が先に操作したか、内容が変わっています。閉じて最新の表をご確認ください。")
	}
	r, form := t.Rows[i], adoptFormOf(t, t.Rows[i])
	values := view.Values(form, in.View.State.Values, t.Zone)
	if wrong := form.Check(values, s.c.Clock.Now()); wrong != nil {
		return "invalid", answerWrong(in, wrong)
	}
	requestType, owner := values["type"], strings.TrimSuffix(values["owner"], adoptNobody)
	if requestType != r.Type || owner != r.Owner {
		refusal, err := s.c.Adoptions.Choose(ctx, at.ModeKey, pick, requestType, owner, person)
		if err != nil {
			s.c.Logger.Error("choosing how an open issue is taken over", "ticket", at.Ticket, "person", person.ID, "error", err)
			return "failed", complaint(in, brokenText)
		}
		if refusal != "" {
			s.adoptDraw(ctx, at.Below, at.table(), refusal, "")
			return "stale", complaint(in, refusal)
		}
		pick.Version++
	}
	if values["then"] == adoptThenKeep {
		s.adoptDraw(ctx, at.Below, at.table(), "", "")
		return "accepted", nil
	}
	in.View.ID = at.Below
	return s.adoptDecide(ctx, in, at.table(), []AdoptPick{pick}, AdoptTake, person), nil
}

// table is the place below a form.
func (p place) table() place {
	p.Ticket, p.Version, p.Below = "", 0, ""
	return p
}
