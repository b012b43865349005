package desk

import (
	"fmt"
	"slices"
	"strings"

	"toban/bot"
	"toban/bot/desk/opinion"
	"toban/bot/desk/wish"
)

// Support says whether a contract takes a request on.
type Support string

// Answers.
const (
	Supported   Support = "true"
	Unsupported Support = "false"       // staff confirm a polite decline
	Conditional Support = "conditional" // the condition is told to the requester
)

// Understanding is all that a ticket's text says by itself.
type Understanding struct {
	Classification
	Missing   []string // names of required items, in the table's order
	Support   Support
	Work      bot.Work // the row of the work catalogue; zero when none matches
	Desired   wish.Reading
	Requested bot.RequestType // zero for complaints and unclear tickets
}

// Understand reads a new issue: what it asks for, whether the contract takes that on, what it lacks, and when it is wanted. Dates are read
// as written at the issue's creation in the customer's zone.
func Understand(c *bot.Customer, snap bot.Snapshot) Understanding {
	return understand(c, snap, shipped())
}

func understand(c *bot.Customer, snap bot.Snapshot, model *opinion.Model) Understanding {
	snap.Summary, snap.Description = plain(mask(snap.Summary)), shorten(mask(snap.Description), maxDetails)
	r := newReader(c.Types, c.Signs, Ticket{
		IssueType: snap.Type, Summary: snap.Summary, Description: snap.Description, Category: snap.Category, Details: details(&snap, nil),
	})
	defer r.done()
	r.model = model
	u := Understanding{Support: Supported, Classification: r.classified(c)}
	u.Requested, _ = c.Type(u.Type)
	p := r.page(u.Requested)
	if u.Requested.ID != "" {
		u.Missing = p.lacks(u.Requested)
	}
	u.Desired = desired(c, p, snap, r.typed)
	found := r.support(c, u.Class)
	u.Support, u.Work = found.Support, found.Work
	u.Reasons = append(u.Reasons, found.Reasons...)
	return u
}

// routine is the request type of what the work catalogue lists.
const routine = "routine_work"

// classified reads an issue. What points to no type but asks for a row of the contract's work catalogue is routine work.
func (d *decision) classified(snap *bot.Snapshot) Classification {
	r := newReader(d.cust.Types, d.cust.Signs, d.material(snap))
	defer r.done()
	r.pages = d.pages
	return r.classified(d.cust)
}

func (r *reader) classified(c *bot.Customer) Classification {
	r.oppose(c.Against)
	out := r.classify()
	rt, ok := c.Type(routine)
	if !ok || out.Type != typeUnclear || r.mood.asksOnly() {
		return out
	}
	if w, ok := c.Catalogue.Match(r.apart, r.worksOn); ok {
		out.Type, out.Class, out.Confidence, out.Suggested = rt.ID, rt.Class, bot.Likely, ""
		out.Reasons = append(out.Reasons, fmt.Sprintf("it asks for work of the catalogue: %s %s", w.Area, w.Work))
	}
	return out
}

// support matches the text of a request with the contract's work catalogue.
func support(c *bot.Customer, class bot.Class, summary, description string) Understanding {
	text := readable(fold(summary + "\n" + own(description)))
	apart := speech.Text(text)
	defer speech.Back(apart)
	r := &reader{text: text, apart: apart}
	if _, ok := c.Catalogue.Match(apart, nil); ok { // most ask for no row of it
		r.mood = listen(text, apart)
	}
	return r.support(c, class)
}

// support matches a request with the contract's work catalogue. Questions are answered whatever they are about; work that is in no row is
// supported, since the rows are examples.
func (r *reader) support(c *bot.Customer, class bot.Class) Understanding {
	u := Understanding{Support: Supported}
	if class == bot.ClassIncident || class == bot.ClassComplaint || class == bot.ClassUnclear {
		return u
	}
	w, ok := c.Catalogue.Match(r.apart, r.worksOn)
	switch {
	case !ok, r.mood.asksOnly(), r.mood.question && slices.ContainsFunc(r.named, func(rt bot.RequestType) bool { return r.asksType(rt.ID) }):
	case w.Declined:
		u.Support, u.Work = Unsupported, w
		u.Reasons = []string{fmt.Sprintf("the work catalogue does not take on %s: %s", w.Area, w.Work)}
	case w.Note != "":
		u.Support, u.Work = Conditional, w
		u.Reasons = []string{fmt.Sprintf("the work catalogue has a condition for %s: %s (%s)", w.Area, w.Work, w.Note)}
	default:
		u.Work = w
	}
	return u
}

// worksOn reports whether words of the work catalogue are what is to be worked on: no part of a name, nothing that is only used or stands beside
// it (CloudFormation で作った EC2), and nothing that is not wanted.
func (r *reader) worksOn(a bot.Asked) bool {
	if isASCII(r.text[a.From:a.Head]) && (a.From > 0 && namesOn(r.text[a.From-1]) || a.Head < len(r.text) && namesOn(r.text[a.Head])) {
		return false
	}
	behind := strings.TrimLeft(r.text[a.Head:], " 」』)")
	for _, means := range []string{
		"で作", "で構築", "で管理", "で立て", "で動", "で使", "で生成", "を使っ", "を使い", "を使う", "を利用", "が使", "用の", "用に", "のログ", "のマスター", "経由", "から呼", "から起動", "から参照", "から出", "と連携",
		"は関係", "は使", "ではな", "ではあり", "じゃな", "は触", "はそのまま", "は変更し", "に影響", "は不要", "とは別", "以外", "を読", "に接続", "からの接続", "からのアクセス", "からアクセス",
	} {
		if strings.HasPrefix(behind, means) {
			return false
		}
	}
	title := strings.IndexByte(r.text, '\n')
	if r.tones == nil {
		r.tones = r.mood.tones(r.text)
	}
	return r.tones.forceOf(a, a.From < title) != negated
}

// namesOn reports whether a letter before or behind a word makes it a part of a name: emr-log01, flash.swf.
func namesOn(c byte) bool {
	return c >= 'a' && c <= 'z' || digit(c) || c == '-' || c == '_' || c == '.'
}

// wishLabels are the labels under which customers write when they want the work done, squeezed.
var wishLabels = []string{
	"実施希望日時", "希望日時", "作業希望日時", "希望実施日時", "希望日", "実施希望日", "作業希望日", "希望時間", "希望納期", "納期", "期限", "対応期限", "完了希望日", "完了希望日時", "作業日時", "実施日時", "実施日", "作業日", "作業候補日", "希望時間帯", "停止可能な日時", "解約希望日", "desireddate", "desiredtime",
}

// dated is the value of a label without the prose that follows it: what a form asks for is short.
func dated(value string) string {
	const short = 120 // bytes
	at := 0
	for line := range strings.SplitSeq(value, "\n") {
		if at > 0 && (len(line) > short || strings.Contains(line, "。")) {
			return value[:at-1]
		}
		at += len(line) + 1
	}
	return value
}

// desired reads the wish: labelled values and the prose beside them must agree.
func desired(c *bot.Customer, p *page, snap bot.Snapshot, typed string) wish.Reading {
	ctx := wishContext(c, snap.Created)
	var labelled wish.Reading
	unread := false
	for _, l := range wishLabels {
		if v := dated(p.labels[l]); v != "" {
			r := wish.Read(v, ctx)
			unread = unread || !r.Found && wish.Unread(v)
			labelled = wish.Agree(labelled, r)
		}
	}
	prose := wish.Find(snap.Summary+"\n"+typed, ctx)
	switch {
	case labelled.Found && !prose.Certain:
		return labelled
	case unread && !labelled.Found && !prose.Found:
		return wish.Reading{Found: true, Doubt: wish.DoubtVague}
	}
	return wish.Agree(labelled, prose)
}
