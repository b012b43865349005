package desk

import (
	"fmt"
	"slices"
	"strings"

	"toban/bot"
	"toban/bot/voice"
)

// letterPrefix begins the keys of effects that open an issue for a mail: the customer and the mail's id follow.
const letterPrefix = Name + ":mail:"

// letter takes in a mail to the desk: a new request, or a word about a ticket. The sender of a mail is not proved, so it changes no promise: what it
// says about a ticket is written there, and staff judge it.
func (d *decision) letter(l bot.Letter) {
	c, ok := d.in.Dir.Customer(l.Customer)
	switch {
	case !ok || !slices.Contains(c.Projects, l.Project):
		d.v.Reason("left a mail alone", "the configuration has no project "+l.Project+" of customer "+l.Customer)
		return
	case l.Automatic != "":
		d.v.Reason("left a mail alone", "no person wrote it: "+l.Automatic)
		return
	case c.ModeOf(l.Project) == bot.ModeOff:
		d.v.Reason("left a mail alone", "project "+l.Project+" has mode off")
		return
	}
	d.cust = c
	if v := d.in.Letter; v != nil && v.Ticket != nil && v.Ticket.Status != bot.StatusDeletedOff {
		d.letterAbout(l, v.Ticket)
		return
	}
	d.letterOpens(l)
}

func writer(l bot.Letter) string {
	name, _ := Mask(l.Name)
	if name = clipped(plain(name), maxWriter); name == "" {
		name = l.Contact
	}
	return name
}

const (
	maxWriter  = 60    // characters
	maxLetter  = 20000 // characters
	unproved   = "※メールの送信者は確認できていません。"
	unknownTag = "※連絡先に登録のない送信者からのメールです。"
)

func (d *decision) letterOpens(l bot.Letter) {
	summary, content := clipped(plain(mask(l.Subject)), 200), clipped(strings.TrimSpace(mask(l.Text)), maxLetter)
	if content == "" {
		content = "(本文はありません)"
	}
	if summary == "" {
		summary = clipped(firstLine(content), 100)
	}
	files, _ := l.Attached()
	issue := bot.NewIssue{
		Space: d.cust.Space, Project: l.Project, IssueType: d.issueType(d.cust, map[string]string{"type": l.Type}, summary, content), Summary: summary,
		Plain: true, Notify: d.cust.NotifyDefault, Files: files,
	}
	name := strings.TrimSuffix(writer(l), "様")
	if name == "" {
		name = "お名前不明"
	}
	issue.Description = fmt.Sprintf("メールで承ったご依頼を登録しました。\n\n%s%s 様\n%s%s\n%s\n%s\n%s", callerLine, name, receivedLine, d.in.Event.At.In(d.cust.Zone).Format(instant), d.notes(l), contentLine, content)
	e := bot.MakeEffect(bot.EffectIssue, bot.Notice, bot.LetterKey(l.Customer, l.MessageID), nil, issue)
	e.Customer, e.Project, e.Report = l.Customer, l.Project, true
	d.out.Effects = append(d.out.Effects, e)
	d.v.Reason("opens a request of "+l.Customer+" that came by mail", "taken at "+bot.ShortWhen(d.in.Event.At, d.cust.Zone)+"; from "+from(l))
	if l.Contact == "" {
		d.tellMail("連絡先に登録のない送信者からメールが届きました: "+summary+"\n課題として登録します。送信者を確認してください。", nil)
	}
}

// notes are what a reader has to know of a mail beside its words.
func (d *decision) notes(l bot.Letter) string {
	var b strings.Builder
	if l.Contact == "" {
		b.WriteString(unknownTag + "\n")
	}
	if l.Quoted {
		b.WriteString("※引用部分は省きました。全文は添付のメールにあります。\n")
	}
	_, left := l.Attached()
	for _, name := range left {
		b.WriteString("※添付していないファイル(10MBを超えるか、空か、数が多すぎます): " + clipped(plain(mask(name)), maxWriter*2) + "\n")
	}
	if l.Broken != "" {
		b.WriteString("※メールの形式の一部を読み取れませんでした。\n")
	}
	return b.String()
}

// letterAbout writes what a mail says on the ticket that it is about, and has staff judge it.
func (d *decision) letterAbout(l bot.Letter, t *bot.Ticket) {
	content := clipped(strings.TrimSpace(mask(l.Text)), maxLetter)
	key := fmt.Sprintf("%s%s:%s:on:%s", letterPrefix, l.Customer, bot.LetterID(l.MessageID), t.ID)
	text := voice.Foreign(t.TextRule, fmt.Sprintf("メールで届いたご連絡です。\n\n%s%s 様\n%s\n%s\n\n%s", callerLine, strings.TrimSuffix(writer(l), "様"), unproved, d.notes(l), content))
	e := bot.MakeEffect(bot.EffectComment, bot.Notice, key, t, bot.Comment{Text: text})
	d.out.Effects = append(d.out.Effects, e)
	files, _ := l.Attached()
	for i, f := range files {
		d.out.Effects = append(d.out.Effects, bot.MakeEffect(bot.EffectFile, bot.Cosmetic, fmt.Sprintf("%s:file:%d", key, i), t, f))
	}
	d.v.Reason("wrote a mail on "+t.Key, "from "+from(l)+", which proves nothing: staff judge it")
	d.tellMail("このチケットへのご連絡がメールで届き、課題に書き込みました。送信者は確認できていないため、期限や状態は変えていません。内容を確認し、必要な操作をしてください。", t)
}

// tellMail tells staff of a mail: in the thread of its ticket, or in the customer's channel.
func (d *decision) tellMail(text string, t *bot.Ticket) {
	p := bot.Post{Channel: d.cust.Channel, Text: text}
	if d.in.Dir.Duty != nil {
		if who, ok := d.in.Dir.Duty(d.cust.Team, d.in.Now); ok && who.SlackUser != "" {
			p.Mention = []string{who.SlackUser}
		}
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, "desk:mail-told:"+d.in.Event.Key, t, p)
	e.Customer = d.cust.ID
	d.out.Effects = append(d.out.Effects, e)
}

// lettered tells staff when a mail could not be made a request.
func (d *decision) lettered(r bot.EffectResult) {
	if d.in.Event.Kind != bot.EventEffectDead {
		return
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(r.Key, letterPrefix), ":")
	c, ok := d.in.Dir.Customer(id)
	if !ok {
		return
	}
	d.cust = c
	d.tellMail("メールで届いたご依頼を登録できませんでした: "+voice.Why(r.Why)+"。Backlog で直接登録してください。", nil)
	d.v.Reason("could not open a request that came by mail", r.Why)
}

// from says for the trail who a mail says it is from, without an address.
func from(l bot.Letter) string {
	if l.Contact == "" {
		return "nobody whom the customer's file lists"
	}
	return "the contact " + l.Contact + ", unproved"
}
