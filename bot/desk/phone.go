package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
)

// ActionNew registers a request that came in by telephone, or from a message in Slack. It belongs to no ticket yet: the issue that it opens
// is taken in like any other.
const ActionNew = Name + ".new"

// Kinds of what is registered.
const (
	newRequest  = "request"
	newIncident = "incident"
	newDrill    = "drill"
)

// NewForm is the form behind ActionNew. With a customer its request types can be chosen; without, the customer is. text is what the content
// begins with, kind what is registered.
func NewForm(dir *bot.Directory, c *bot.Customer, kind, text string, now time.Time) bot.Button {
	f := &bot.Form{
		Title: "ご依頼の登録", Submit: "登録する",
		Intro: "電話などで承ったご依頼を Backlog の課題として登録します。お客様に代わって受け付け、通常どおり返信します。",
	}
	projects := bot.Input{ID: "project", Label: "お客様", Type: bot.InputSelect}
	for _, x := range dir.Customers {
		for _, p := range x.Projects {
			if x.Works() && (c == nil || x.ID == c.ID) {
				projects.Options = append(projects.Options, bot.Option{Value: x.ID + "/" + p, Label: x.Name + "(" + p + ")"})
			}
		}
	}
	if len(projects.Options) == 1 || c != nil && len(projects.Options) > 0 {
		projects.Initial = projects.Options[0].Value
	}
	f.Inputs = append(f.Inputs, projects,
		bot.Input{ID: "caller", Label: "ご連絡者のお名前", Type: bot.InputText, Max: 60},
		bot.Input{ID: "received", Label: "承った日時", Type: bot.InputDateTime, Initial: now.Format(time.RFC3339), Hint: "期限はこの日時から数えます。"},
		bot.Input{ID: "kind", Label: "内容の区分", Type: bot.InputSelect, Initial: kind, Options: []bot.Option{
			{Value: newRequest, Label: "ご依頼"}, {Value: newIncident, Label: "障害のご連絡"}, {Value: newDrill, Label: "障害の訓練(集計に入りません)"},
		}})
	if c != nil {
		types := bot.Input{ID: "type", Label: "種別", Type: bot.InputSelect, Optional: true, Hint: "選ばなければ内容から判断します。"}
		for _, rt := range c.Types {
			types.Options = append(types.Options, bot.Option{Value: rt.ID, Label: rt.ReportName})
		}
		if len(types.Options) > 0 {
			f.Inputs = append(f.Inputs, types)
		}
	}
	const short, long = 100, 2500
	f.Inputs = append(f.Inputs,
		bot.Input{ID: "priority", Label: "優先度", Type: bot.InputSelect, Initial: "3", Options: []bot.Option{{Value: "2", Label: "高"}, {Value: "3", Label: "中"}, {Value: "4", Label: "低"}}},
		bot.Input{ID: "summary", Label: "件名", Type: bot.InputText, Max: short, Initial: clipped(firstLine(text), short)},
		bot.Input{ID: "content", Label: "内容", Type: bot.InputArea, Max: long, Initial: clipped(text, long)},
	)
	return bot.Button{Action: ActionNew, Label: "ご依頼を登録", Form: f}
}

func firstLine(s string) string {
	l, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return l
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Lines of the description that a registered request begins with; intake reads them back out of the issue that our own effect opened.
const (
	callerLine   = "・ご連絡者: "
	receivedLine = "・承った日時: "
	contentLine  = "■ ご依頼の内容"
	drillMark    = "【訓練】"
	instant      = "2006-01-02 15:04"
)

// pressNew opens the issue.
func (d *decision) pressNew(a bot.StaffAction, p bot.Person) {
	id, project, _ := strings.Cut(a.Values["project"], "/")
	c, ok := d.in.Dir.Customer(id)
	whisper := func(key, text string) {
		d.out.Effects = append(d.out.Effects, bot.MakeEffect(bot.EffectEphemeral, bot.Cosmetic, "desk:"+key+":"+d.in.Event.Key, nil,
			bot.Ephemeral{Channel: a.Channel, User: a.SlackUser, Text: text}))
	}
	refuse := func(why string) {
		whisper("refuse", why)
		d.v.Reason("refused "+a.Action, why)
	}
	received, err := time.Parse(time.RFC3339, a.Values["received"])
	content, summary := strings.TrimSpace(mask(a.Values["content"])), plain(mask(a.Values["summary"]))
	switch {
	case !ok || !slices.Contains(c.Projects, project) || c.ModeOf(project) == bot.ModeOff:
		refuse("お客様を選んでください。")
		return
	case err != nil || received.After(d.in.Now.Add(time.Minute)):
		refuse("承った日時には、これまでの日時を指定してください。")
		return
	case content == "" || summary == "":
		refuse("件名と内容を入力してください。")
		return
	}
	if a.Values["kind"] == newDrill {
		summary = drillMark + summary
	}
	issue := bot.NewIssue{Space: c.Space, Project: project, IssueType: d.issueType(c, a.Values, summary, content), Summary: summary, Plain: true, Notify: c.NotifyDefault}
	issue.PriorityID = map[string]int64{"2": bot.PriorityHigh, "4": bot.PriorityLow}[a.Values["priority"]]
	caller := strings.TrimSuffix(plain(mask(a.Values["caller"])), "様")
	how, from := "お電話などで承ったご依頼を登録しました。", ""
	if d.t != nil {
		how, from = "別の課題でいただいたご依頼を登録しました。", "・もとの課題: "+d.t.Key+"\n"
	}
	issue.Description = fmt.Sprintf("%s\n\n%s%s 様\n%s%s\n%s・受付担当: %s\n\n%s\n%s",
		how, callerLine, caller, receivedLine, received.In(c.Zone).Format(instant), from, p.Name, contentLine, content)
	e := bot.MakeEffect(bot.EffectIssue, bot.Notice, strings.Join([]string{newPrefix + c.ID, a.SlackUser, a.Values["kind"], d.in.Event.Key}, ":"), nil, issue)
	e.Customer, e.Project, e.Report, e.Urgent = c.ID, project, true, a.Values["kind"] == newIncident
	d.out.Effects = append(d.out.Effects, e)
	if d.t == nil && a.Values["kind"] == newRequest && !c.ByPhone { // who has called is served all the same
		whisper("phone", "登録します。なお、ご契約の受付方法に電話は含まれません。次からは Backlog に登録いただくようお客様にお願いしてください。")
	}
	d.v.Reason("registers a request of "+c.ID, p.Name+" sent the form; taken at "+received.Format(time.RFC3339))
}

// pressAnother registers another request out of a ticket: one of several that it holds, or what was written long after its end. The new issue
// is answered by itself; this ticket goes on as it is.
func (d *decision) pressAnother(a bot.StaffAction, p bot.Person) error {
	before := len(d.out.Effects)
	d.pressNew(a, p)
	if len(d.out.Effects) == before || d.out.Effects[before].Kind != bot.EffectIssue {
		return nil
	}
	if a.Action == actionRenew {
		d.s.Renew = ""
	}
	d.dirty = true
	d.v.Tell(p.Name + " が別の依頼として登録しました。")
	return nil
}

func (d *decision) anotherButton(action, label, text string) bot.Button {
	b := NewForm(d.in.Dir, d.cust, newRequest, text, d.in.Now)
	b.Form.Intro = "このチケットのご依頼を、別の Backlog の課題として登録します。お客様には、新しい課題で通常どおり返信します。"
	for i := range b.Form.Inputs {
		in := &b.Form.Inputs[i]
		switch {
		case in.ID == "caller" && len(d.t.Requester) > 0:
			in.Initial = d.t.Requester[0].Name
		case in.ID == "received" && action == actionSplit:
			in.Initial = d.t.Received.Format(time.RFC3339)
		}
	}
	return bot.Button{Action: action, Label: label, Form: b.Form}
}

// newPrefix begins the keys of effects that open a registered request: customer, who registered it, kind and the form follow.
const newPrefix = Name + ":new:"

// issueType is the name under which the issue is opened: the chosen type, the incident's, or what the content reads like.
func (d *decision) issueType(c *bot.Customer, values map[string]string, summary, content string) string {
	if values["kind"] == newIncident || values["kind"] == newDrill {
		for _, rt := range c.Types {
			if rt.Class == bot.ClassIncident {
				return rt.IssueType
			}
		}
	}
	if rt, ok := c.Type(values["type"]); ok {
		return rt.IssueType
	}
	read := newReader(c.Types, c.Signs, Ticket{Summary: summary, Description: content}).classified(c)
	for _, id := range []string{read.Type, read.Suggested} {
		if rt, ok := c.Type(id); ok {
			return rt.IssueType
		}
	}
	for _, rt := range c.Types { // questions fit what can't be told apart; the content is read again at intake
		if slices.Contains([]string{"consultation", "service_inquiry", "security_helpdesk", "saas_question"}, rt.ID) {
			return rt.IssueType
		}
	}
	if len(c.Types) > 0 {
		return c.Types[0].IssueType
	}
	return "その他"
}

// asked is what the requester wrote, without what our own form put above and below it.
func (d *decision) asked(description string) string {
	if !d.s.Phone {
		return description
	}
	_, content, ok := strings.Cut(strings.ReplaceAll(description, "\r\n", "\n"), contentLine+"\n")
	if !ok {
		return description
	}
	if i := strings.LastIndex(content, "\n通知番号"); i >= 0 {
		content = content[:i]
	}
	return voice.Read(content)
}

// registered tells who registered a request what became of it.
func (d *decision) registered(r bot.EffectResult) {
	parts := strings.SplitN(strings.TrimPrefix(r.Key, newPrefix), ":", 4)
	c, ok := d.in.Dir.Customer(parts[0])
	if !ok || len(parts) < 4 {
		return
	}
	text := "ご依頼を " + r.RemoteID + " として登録しました。まもなくカードが届きます。"
	if d.in.Event.Kind == bot.EventEffectDead {
		text = "ご依頼を登録できませんでした: " + voice.Why(r.Why) + "。Backlog で直接登録してください。"
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, r.Key+":told", nil, bot.Post{Channel: c.Channel, Text: text, Mention: []string{parts[1]}})
	e.Customer = c.ID
	d.out.Effects = append(d.out.Effects, e)
	d.v.Reason("told staff about a registered request", r.Key)
}

// onBehalf reads who called, and when, out of an issue that our own form opened.
func (d *decision) onBehalf(snap *bot.Snapshot) {
	i := slices.IndexFunc(d.in.New, func(f bot.Fact) bool {
		return f.Opened && (strings.HasPrefix(f.Origin, newPrefix) || strings.HasPrefix(f.Origin, letterPrefix))
	})
	if i < 0 {
		return
	}
	d.s.Phone = true
	above, _, _ := strings.Cut(snap.Description, contentLine)
	for line := range strings.SplitSeq(strings.ReplaceAll(above, "\r\n", "\n"), "\n") {
		if v, ok := strings.CutPrefix(line, callerLine); ok {
			d.t.OnBehalfOf = strings.TrimSpace(strings.TrimSuffix(voice.Read(v), "様"))
		}
		if v, ok := strings.CutPrefix(line, receivedLine); ok {
			if at, err := time.ParseInLocation(instant, v, d.cust.Zone); err == nil && at.Before(snap.Created) {
				d.t.Received = at
			}
		}
	}
	d.t.Drill = strings.Contains(d.in.New[i].Origin, ":"+newDrill+":")
	d.v.Reason("taken in on behalf of "+d.t.OnBehalfOf, "registered by staff; the promise counts from "+d.t.Received.Format(time.RFC3339))
}
