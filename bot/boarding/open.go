package boarding

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/sla"
)

// ActionOpen asks for the ticket of a contract's beginning or end. It belongs to no ticket yet.
const ActionOpen = Name + ".open"

// Names are the kinds as staff read them.
var names = map[bot.Boarding]string{bot.Onboarding: "ご利用開始の準備", bot.Offboarding: "ご利用終了の手続き"}

// Opening is what opening a ticket comes to. Its key is the same for the same contract, whoever asks.
type Opening struct {
	Key     string
	Issue   bot.NewIssue
	Refused string // why it can't be, as staff read it; "" when it can
	Why     string // the same, as operators read it
}

// Open says what opening the ticket of a customer would do now.
func Open(c *bot.Customer, k bot.Boarding, now time.Time) (Opening, error) {
	day, message := c.Start, "onboarding_opened"
	if k == bot.Offboarding {
		day, message = c.End, "offboarding_opened"
	}
	var o Opening
	refuse := func(staff, operators string) (Opening, error) {
		o.Refused, o.Why = staff, operators
		return o, nil
	}
	if day.IsZero() {
		return refuse("契約の終了日(contract.end)が設定ファイルにありません。終了日を書いてからもう一度操作してください。",
			"the customer's file has no contract.end: write the last day of the contract first")
	}
	if len(c.Projects) == 0 {
		return refuse("お客様のプロジェクトがありません。", "the customer has no project")
	}
	o.Key = bot.BoardingKey(k, c.ID, day.String())
	project := c.Projects[0]
	if m := c.ModeOf(project); m == bot.ModeOff || m == bot.ModeShadow {
		named := c.Space + "/" + project // several spaces may have it
		return refuse("プロジェクト "+project+" は "+string(m)+" のため、Backlog に課題を登録しません。/toban mode "+named+" assist(または on)で変えてからもう一度操作してください。",
			fmt.Sprintf("project %s has mode %s, in which nothing goes to Backlog: change it first (toban mode %s assist, or on)", project, m, named))
	}
	data := map[string]any{"customer": c.Name, "date": dayText(day, c)}
	if due := promised(c, k, now); !due.IsZero() {
		data["due"] = bot.When(due, c.Zone, c.Lang)
		o.Issue.DueDate = due.In(c.Zone).Format(time.DateOnly)
	}
	if k == bot.Offboarding {
		o.Issue.DueDate = day.String()
		data["export"], data["delete"] = c.AtEnd == "export", c.AtEnd == "delete"
	}
	text, err := c.Messages.Render(message, data)
	if err != nil {
		return o, fmt.Errorf("writing %s for %s: %w", message, c.ID, err)
	}
	o.Issue.Space, o.Issue.Project, o.Issue.Notify = c.Space, project, c.NotifyDefault
	o.Issue.Summary, o.Issue.Description, o.Issue.Plain = title(c, k), text, true
	o.Issue.IssueType = issueType(c)
	return o, nil
}

func title(c *bot.Customer, k bot.Boarding) string {
	if c.Lang == "en" {
		return map[bot.Boarding]string{bot.Onboarding: "Preparing the start of the service", bot.Offboarding: "Ending the service"}[k]
	}
	return names[k]
}

func dayText(day sla.Date, c *bot.Customer) string {
	at := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, c.Zone)
	if c.Lang == "en" {
		return at.Format("Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d年%d月%d日(%s)", at.Year(), at.Month(), at.Day(), []string{"日", "月", "火", "水", "木", "金", "土"}[at.Weekday()])
}

// promised is when the preparation is promised to be done; zero where the contract promises nothing of it.
func promised(c *bot.Customer, k bot.Boarding, now time.Time) time.Time {
	if k != bot.Onboarding {
		return time.Time{}
	}
	for _, id := range []string{"monitoring_setup", "onboarding_reception", "onboarding"} {
		t, ok := c.PolicyAt(now).Promise(id)
		if !ok {
			continue
		}
		if at, err := sla.Due(t, c.CalendarAt(t.Calendar, now), now); err == nil {
			return at
		}
	}
	return time.Time{}
}

// issueType is the name of a type that the project has: questions fit best, since the contract has none for its own beginning and end.
func issueType(c *bot.Customer) string {
	for _, id := range []string{"consultation", "service_inquiry", "security_helpdesk", "saas_question"} {
		if t, ok := c.Type(id); ok {
			return t.IssueType
		}
	}
	if len(c.Types) > 0 {
		return c.Types[0].IssueType
	}
	return "その他"
}

// Form is the form behind ActionOpen. opened are the keys of tickets that were opened before.
func Form(dir *bot.Directory, c *bot.Customer, k bot.Boarding, opened []string) bot.Button {
	f := &bot.Form{Title: cmp.Or(names[k], names[bot.Onboarding]), Submit: "登録する", Intro: "お客様のプロジェクトに「" + names[k] + "」の課題を登録し、チェックリストをこのチャンネルのカードで進めます。同じ契約には1つだけ登録されます。"}
	if len(opened) > 0 {
		f.Intro += "\nすでに登録されています: " + strings.Join(opened, "、")
	}
	who := bot.Input{ID: "project", Label: "お客様", Type: bot.InputSelect}
	for _, x := range dir.Customers {
		if (c == nil || x.ID == c.ID) && len(x.Projects) > 0 {
			who.Options = append(who.Options, bot.Option{Value: x.ID + "/" + x.Projects[0], Label: x.Name})
		}
	}
	if len(who.Options) == 1 {
		who.Initial = who.Options[0].Value
	}
	kinds := bot.Input{ID: "kind", Label: "手続き", Type: bot.InputSelect, Initial: string(k), Options: []bot.Option{
		{Value: string(bot.Onboarding), Label: names[bot.Onboarding]}, {Value: string(bot.Offboarding), Label: names[bot.Offboarding]},
	}}
	f.Inputs = []bot.Input{who, kinds}
	return bot.Button{Action: ActionOpen, Label: names[k], Form: f, Roles: Roles()}
}

// Roles may have a contract's ticket opened.
func Roles() []bot.Role { return []bot.Role{bot.RoleOperator, bot.RoleManager} }

// withoutTicket opens a ticket, and tells staff what became of it.
func (b *Boarding) withoutTicket(in bot.In) (bot.Output, error) {
	var out bot.Output
	switch in.Event.Kind {
	case bot.EventStaffAction:
		var a bot.StaffAction
		if err := in.Event.Decode(&a); err != nil || a.Action != ActionOpen {
			return out, err
		}
		return out, open(in, a, &out)
	case bot.EventEffectDone, bot.EventEffectDead:
		var r bot.EffectResult
		if err := in.Event.Decode(&r); err != nil {
			return out, err
		}
		opened(in, r, &out)
	default: // of a ticket
	}
	return out, nil
}

func open(in bot.In, a bot.StaffAction, out *bot.Output) error {
	refuse := func(why string) error {
		out.Reasons = append(out.Reasons, bot.Reason{What: "refused " + a.Action, Why: why})
		if a.SlackUser == "" {
			return nil // an operator, who was told before
		}
		out.Effects = append(out.Effects, bot.MakeEffect(bot.EffectEphemeral, bot.Cosmetic, Name+":refuse:"+in.Event.Key, nil, bot.Ephemeral{Channel: a.Channel, User: a.SlackUser, Text: why}))
		return nil
	}
	id, _, _ := strings.Cut(a.Values["project"], "/")
	c, ok := in.Dir.Customer(id)
	p, known := in.Dir.Person(a.Person)
	k := bot.Boarding(a.Values["kind"])
	switch {
	case !ok:
		return refuse("お客様を選んでください。")
	case !known || !p.Has(Roles()...):
		return refuse("契約の開始・終了の手続きを登録できるのは、運用担当者か管理者です。")
	case names[k] == "":
		return refuse("手続きを選んでください。")
	}
	o, err := Open(c, k, in.Now)
	switch {
	case err != nil:
		return err
	case o.Refused != "":
		return refuse(o.Refused)
	}
	e := bot.MakeEffect(bot.EffectIssue, bot.Notice, o.Key, nil, o.Issue)
	e.Customer, e.Project, e.Report = c.ID, o.Issue.Project, true
	out.Effects = append(out.Effects, e)
	out.Reasons = append(out.Reasons, bot.Reason{What: "opens the ticket of the " + string(k) + " of " + c.ID, Why: p.Name + " asked for it; the contract's day is in its key " + o.Key})
	return nil
}

// opened tells staff of the end of the effect that opens a ticket.
func opened(in bot.In, r bot.EffectResult, out *bot.Output) {
	k, customer, ok := bot.ReadBoarding(r.Key)
	c, known := in.Dir.Customer(customer)
	if !ok || !known {
		return
	}
	text := "「" + names[k] + "」の課題を " + r.RemoteID + " として登録しました。まもなくカードが届きます。"
	if in.Event.Kind == bot.EventEffectDead {
		text = "「" + names[k] + "」の課題を登録できませんでした: " + r.Why + "。原因を取り除いたあと、運用担当者が toban deadletter replay でやり直せます。"
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, r.Key+":told:"+in.Event.Key, nil, bot.Post{Channel: c.Channel, Text: text})
	e.Customer = c.ID
	out.Effects = append(out.Effects, e)
	out.Reasons = append(out.Reasons, bot.Reason{What: "told staff about the ticket of the " + string(k), Why: r.Key})
}
