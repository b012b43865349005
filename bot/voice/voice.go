// Package voice is how the features speak: it renders messages to customers in their words and text rule, escapes what people typed,
// and queues what is said as effects of one decision. It decides nothing; desk, work and incident each use it.
package voice

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/report/text"
)

// Voice speaks for one feature about one ticket within one decision.
type Voice struct {
	Feature  string
	In       bot.In
	Customer *bot.Customer
	Ticket   *bot.Ticket
	Out      *bot.Output
}

// Escape makes words of people harmless in the project's text rule.
func (v *Voice) Escape(s string) string {
	r, err := text.ParseRule(v.Ticket.TextRule)
	if err != nil {
		r = text.Markdown
	}
	return text.Escape(r, s)
}

// Foreign makes a whole text harmless that somebody wrote whom nobody knows, such as a mail: no link with another name, no picture, no mark of a
// text rule (Backlog's name of it) is left in it. [Read] is its way back.
func Foreign(rule, s string) string {
	r, err := text.ParseRule(rule)
	if err != nil {
		r = text.Markdown
	}
	return text.EscapeLetter(r, s)
}

// Read is a text as it was before it was made harmless.
func Read(s string) string { return text.Unescape(s) }

// Render fills a message to the customer. Data holds raw values: texts and lists are escaped here.
func (v *Voice) Render(id string, data map[string]any) (string, error) {
	out := map[string]any{"customer": v.Escape(v.Customer.Name), "key": v.Ticket.Key, "requester": v.Escape(v.requester())}
	if p, ok := v.In.Dir.Person(v.Ticket.Owner); ok {
		out["person"] = v.Escape(p.Name)
	}
	for k, val := range data {
		switch val := val.(type) {
		case string:
			out[k] = v.Escape(val)
		case Below:
			s := v.Escape(string(val))
			if strings.Contains(s, "\n") {
				s = "\n" + s
			}
			out[k] = s
		case []string:
			l := make([]string, len(val))
			for i := range val {
				l[i] = v.Escape(val[i])
			}
			out[k] = l
		default:
			out[k] = val
		}
	}
	s, err := v.Customer.Messages.Render(id, out)
	if err != nil {
		return "", fmt.Errorf("writing %s for %s: %w", id, v.Ticket.Key, err)
	}
	if v.Ticket.Drill {
		s = drill[v.Customer.Lang == "en"] + "\n\n" + s
	}
	return s, nil
}

// drill marks every message about an exercise, by whether it is in English.
var drill = map[bool]string{false: "【訓練】これは訓練のお知らせです。", true: "[DRILL] This is an exercise."}

// requester is the name that a message addresses: only where there is exactly one.
func (v *Voice) requester() string {
	if len(v.Ticket.Requester) == 1 {
		return v.Ticket.Requester[0].Name
	}
	return ""
}

// Notify lists the Backlog users that a message to the customer addresses, each once.
func (v *Voice) Notify() []int64 {
	ids := make([]int64, 0, len(v.Ticket.Requester))
	for _, r := range v.Ticket.Requester {
		if r.ID != 0 && !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// Below are words of people that stand under the label that a message gives them when they are of several lines.
type Below string

// Options of a message to the customer.
type Options struct {
	Update bot.Update // fields that change in the same call
	Verify bool       // read it back
	Report bool       // its end comes back as an event
	Urgent bool
	Due    time.Time // when it was promised
	Also   []int64   // Backlog users to notify beside the requester
}

// Say queues a message to the requester on the ticket: a notice.
func (v *Voice) Say(key, message string, data map[string]any, o Options) error {
	s, err := v.Render(message, data)
	if err != nil {
		return err
	}
	u := o.Update
	u.Text, u.Notify, u.Verify = s, v.Notify(), o.Verify
	for _, id := range o.Also {
		if !slices.Contains(u.Notify, id) {
			u.Notify = append(u.Notify, id)
		}
	}
	kind, body := bot.EffectUpdate, any(u)
	if u.Empty() {
		kind, body = bot.EffectComment, bot.Comment{Text: u.Text, Notify: u.Notify, Verify: u.Verify}
	}
	e := bot.MakeEffect(kind, bot.Notice, key, v.Ticket, body)
	e.Report, e.Urgent, e.Due = o.Report, o.Urgent, o.Due
	v.Out.Effects = append(v.Out.Effects, e)
	return nil
}

// Fields queues an update of the issue without words: cosmetic.
func (v *Voice) Fields(key string, u bot.Update) {
	v.Out.Effects = append(v.Out.Effects, bot.MakeEffect(bot.EffectUpdate, bot.Cosmetic, key, v.Ticket, u))
}

// Tell queues a line for staff in the card's thread.
func (v *Voice) Tell(line string, mention ...string) { v.Post(bot.Post{Text: line, Mention: mention}) }

// Post queues a message for staff in the customer's channel.
func (v *Voice) Post(p bot.Post) {
	p.Channel = v.Customer.Channel
	if v.Customer.ModeOf(v.Ticket.Project) == bot.ModeShadow {
		p = v.inShadow(p)
	}
	if v.Ticket.Drill {
		p.Text = "【訓練】" + p.Text
	}
	key := fmt.Sprintf("%s:%s:tell:%s:%d", v.Feature, v.Ticket.ID, v.In.Event.Key, len(v.Out.Effects))
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, v.Ticket, p)
	e.Urgent = v.Ticket.Class == bot.ClassIncident
	v.Out.Effects = append(v.Out.Effects, e)
}

// inShadow is a message of a project in shadow: it stands in the thread and calls nobody, since what they would press reaches no customer.
func (v *Voice) inShadow(p bot.Post) bot.Post {
	var names []string
	for _, id := range p.Mention {
		if x, ok := v.In.Dir.BySlack(id); ok {
			names = append(names, x.Name)
		}
	}
	p.Text = "【シャドー】" + p.Text
	if len(names) > 0 {
		p.Text += "\n(通常は " + strings.Join(names, "、") + " さんに知らせます。)"
	}
	p.Mention, p.Top = nil, false
	return p
}

// Refuse answers one person in Slack that what they pressed can't be done.
func (v *Voice) Refuse(a bot.StaffAction, why string) {
	key := fmt.Sprintf("%s:%s:refuse:%s", v.Feature, v.Ticket.ID, v.In.Event.Key)
	v.Out.Effects = append(v.Out.Effects, bot.MakeEffect(bot.EffectEphemeral, bot.Cosmetic, key, v.Ticket,
		bot.Ephemeral{Channel: a.Channel, User: a.SlackUser, Text: why}))
	v.Reason("refused "+a.Action, why)
}

// Unregistered is said to somebody who is no person of people.yaml (any more).
const Unregistered = "担当者として登録されていないため、操作できません。管理者に、people.yaml への登録を依頼してください。"

// Allowed says what may be pressed instead of what was refused; "" when there is nothing. about says what the buttons are for.
func Allowed(about string, buttons []bot.Button) string {
	if len(buttons) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + about + "今できる操作: ")
	for _, x := range buttons {
		b.WriteString("「" + x.Label + "」")
	}
	return b.String()
}

// Whisper answers one person in Slack; nothing is changed or remembered.
func (v *Voice) Whisper(a bot.StaffAction, text string) {
	key := fmt.Sprintf("%s:%s:whisper:%s", v.Feature, v.Ticket.ID, v.In.Event.Key)
	v.Out.Effects = append(v.Out.Effects, bot.MakeEffect(bot.EffectEphemeral, bot.Cosmetic, key, v.Ticket,
		bot.Ephemeral{Channel: a.Channel, User: a.SlackUser, Text: text}))
	v.Reason("answered "+a.Action, "asked by "+a.Person)
}

// Reason adds a line to the audit trail.
func (v *Voice) Reason(what, why string) {
	v.Out.Reasons = append(v.Out.Reasons, bot.Reason{What: what, Why: why})
}

// Figures puts every promise that is new or changed into the audit trail, and returns how the promises stand now: known are those of before. The
// arithmetic of each stands with its clock.
func (v *Voice) Figures(known, rows []bot.ClockRow) []bot.ClockRow {
	out := slices.Clone(known)
	for _, row := range rows {
		row.Explain, row.Ledger = nil, nil
		i := slices.IndexFunc(out, func(p bot.ClockRow) bool { return p.ID == row.ID })
		if i < 0 {
			v.figure(bot.ClockRow{}, row)
			out = append(out, row)
			continue
		}
		v.figure(out[i], row)
		out[i] = row
	}
	return out
}

func (v *Voice) figure(was, is bot.ClockRow) {
	if was.State == is.State && was.Due.Equal(is.Due) && was.Stopped.Equal(is.Stopped) {
		return
	}
	what := fmt.Sprintf("promise %s is %s", is.ID, is.State)
	if !is.Due.IsZero() {
		what += ", due " + v.Short(is.Due)
	}
	why := is.Name + " (" + string(is.Level) + "), counted from " + v.Short(is.Start)
	if !was.Due.IsZero() && !was.Due.Equal(is.Due) {
		why += ", was due " + v.Short(was.Due)
	}
	if !is.Stopped.IsZero() {
		why += ", stopped " + v.Short(is.Stopped)
	}
	v.Reason(what, why)
}

// Set sets a timer of the feature; Cancel removes some.
func (v *Voice) Set(rule string, at time.Time) {
	v.Out.Timers = append(v.Out.Timers, bot.Timer{Rule: v.Feature + "/" + rule, At: at})
}

// SetPast sets a timer for when an instant has passed: what is kept at the very instant is kept.
func (v *Voice) SetPast(rule string, at time.Time) { v.Set(rule, at.Add(time.Second)) }

// Cancel removes timers of the feature.
func (v *Voice) Cancel(rules ...string) {
	for _, r := range rules {
		v.Out.Timers = append(v.Out.Timers, bot.Timer{Rule: v.Feature + "/" + r, Cancel: true})
	}
}

// Duty is the person on duty in a team now; "" is the contract's own team.
func (v *Voice) Duty(team string) (bot.Person, bool) {
	if v.In.Dir.Duty == nil {
		return bot.Person{}, false
	}
	if team == "" {
		team = v.Customer.Team
	}
	return v.In.Dir.Duty(team, v.In.Now)
}

// Mention is the Slack user who is asked now: the owner, else the person on duty.
func (v *Voice) Mention() []string {
	if p, ok := v.In.Dir.Person(v.Ticket.Owner); ok && p.SlackUser != "" {
		return []string{p.SlackUser}
	}
	if p, ok := v.Duty(""); ok && p.SlackUser != "" {
		return []string{p.SlackUser}
	}
	return nil
}

// Hearers are the Slack users who hear of a clock at a percent of its promise: those of the highest level that the contract names up to it,
// else who is asked now.
func (v *Voice) Hearers(percent int) []string {
	best := 0
	for level := range v.Customer.Hear {
		if level <= percent {
			best = max(best, level)
		}
	}
	var out []string
	add := func(p bot.Person, ok bool) {
		if ok && p.SlackUser != "" && !slices.Contains(out, p.SlackUser) {
			out = append(out, p.SlackUser)
		}
	}
	for _, who := range v.Customer.Hear[best] {
		switch who {
		case "owner":
			if owner := v.Mention(); len(owner) > 0 && !slices.Contains(out, owner[0]) {
				out = append(out, owner[0])
			}
		case "duty":
			add(v.Duty(""))
		case "leader":
			add(v.Duty("support_center"))
		case "manager":
			add(v.In.Dir.Person(v.Customer.Timing.ManagerPerson))
		}
	}
	if len(out) == 0 {
		return v.Mention()
	}
	return out
}

// When writes an instant for the customer, in its zone and language.
func (v *Voice) When(t time.Time) string { return bot.When(t, v.Customer.Zone, v.Customer.Lang) }

// Short writes an instant for staff.
func (v *Voice) Short(t time.Time) string { return bot.ShortWhen(t, v.Customer.Zone) }
