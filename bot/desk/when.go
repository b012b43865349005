package desk

import (
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/desk/wish"
	"toban/sla"
)

// Wish is when the requester wants the work done, as far as it is known.
type Wish struct {
	Start   time.Time  `json:"start,omitzero"` // zero: only an end is given
	End     time.Time  `json:"end,omitzero"`   // exclusive; zero: only a start is given
	Doubt   wish.Doubt `json:"doubt,omitempty"`
	Certain bool       `json:"certain"`
	Asked   int        `json:"asked,omitempty"` // times that it was asked back
}

// wishRounds is how often a date is asked back before staff take over.
const wishRounds = 2

// readWish reads the desired date of a new issue. Incidents, complaints and what the provider opens have none.
func (d *decision) readWish(snap *bot.Snapshot) {
	r := d.written(snap)
	d.s.Written = r.key()
	d.takeWish(r.Reading, "the ticket")
}

// written is what the issue itself says of the desired date; nothing of incidents, complaints and what the provider opens.
func (d *decision) written(snap *bot.Snapshot) writtenWish {
	rt, ok := d.cust.Type(d.t.Type)
	if !ok || d.t.Class == bot.ClassIncident || d.ours(rt) {
		return writtenWish{}
	}
	s := *snap
	s.Summary, s.Description = d.t.Summary, mask(d.asked(snap.Description))
	return writtenWish{desired(d.cust, d.pages.read(rt, d.t.Details), s, own(s.Description))}
}

type writtenWish struct{ wish.Reading }

// key tells one reading from another; "" when the text names no date.
func (w writtenWish) key() string {
	if !w.Found {
		return ""
	}
	return fmt.Sprintf("%s/%s/%v/%s", w.Start.UTC().Format(time.RFC3339), w.End.UTC().Format(time.RFC3339), w.Certain, w.Doubt)
}

// takeWish keeps a reading; what says nothing keeps what is known.
func (d *decision) takeWish(r wish.Reading, from string) {
	if !r.Found {
		return
	}
	asked := 0
	if d.s.Wish != nil {
		asked = d.s.Wish.Asked
	}
	d.s.Wish, d.dirty = &Wish{Start: r.Start, End: r.End, Doubt: r.Doubt, Certain: r.Certain, Asked: asked}, true
	if r.Certain {
		d.v.Reason("read the desired date: "+d.window(), "written in "+from)
	} else {
		d.v.Reason("a desired date is to be asked back", "it can't be read with certainty: "+string(r.Doubt))
	}
}

// doubtful reports whether the requester is to be asked when the work is wanted.
func (d *decision) doubtful() bool {
	return d.s.Wish != nil && !d.s.Wish.Certain && d.s.Wish.Asked < wishRounds && !d.s.Answered
}

// askDate asks for the desired date alone; the clock stands still until the answer, as for every question.
func (d *decision) askDate() error {
	d.s.AskRound++
	d.s.Reminders = 0
	d.s.Wish.Asked++
	d.s.AskKey = fmt.Sprintf("desk:%s:ask:%d", d.t.ID, d.s.AskRound)
	d.t.Missing = []string{wishItem}
	data := map[string]any{"desired": d.guess(), "question": d.doubt()}
	if err := d.say(d.s.AskKey, "ask_date", data, bot.Update{}, true); err != nil {
		return err
	}
	d.status(bot.StatusWaiting, "asked for the desired date")
	return nil
}

// wishItem names the desired date among what is asked for.
const wishItem = "実施希望日時"

// dateNote is the question about the date beside a question for details; "" when there is none.
func (d *decision) dateNote() string {
	if !d.doubtful() {
		return ""
	}
	d.s.Wish.Asked++
	if d.cust.Lang == "en" {
		return "Please also tell us when you want the work done, with date and time: " + d.doubt()
	}
	return "ご希望の日時も、年月日と時刻でお知らせください。" + d.doubt()
}

// answeredWish reads a date out of an answer, once a date was asked for.
func (d *decision) answeredWish(text string, at time.Time) {
	if d.s.Wish == nil || d.s.Wish.Certain || d.s.Wish.Asked == 0 {
		return
	}
	r := wish.Read(text, wishContext(d.cust, at))
	if !r.Certain && wish.Leaves(text) {
		d.s.Wish, d.dirty = nil, true
		d.v.Reason("there is no desired date", "the answer leaves it to us")
		return
	}
	d.takeWish(r, "the answer")
	if !d.s.Wish.Certain && d.s.Wish.Asked >= wishRounds {
		d.v.Tell("ご希望の日時がはっきりしません。お客様と日程を相談し、決まったら「期日を合意」で記録してください。", d.v.Mention()...)
	}
}

// window is the wish as people read it.
func (d *decision) window() string {
	w := d.s.Wish
	en := d.cust.Lang == "en"
	switch {
	case w.Start.IsZero() && en:
		return "by " + bot.Until(w.End, d.cust.Zone, d.cust.Lang)
	case w.Start.IsZero():
		return bot.Until(w.End, d.cust.Zone, d.cust.Lang) + " まで"
	case w.End.IsZero() && en:
		return "from " + d.v.When(w.Start) + " on"
	case w.End.IsZero():
		return d.v.When(w.Start) + " 以降"
	}
	return bot.Span(w.Start, w.End, d.cust.Zone, d.cust.Lang)
}

// guess is what the ticket seems to say.
func (d *decision) guess() string {
	if w := d.s.Wish; w.Doubt != wish.DoubtNoSuchDay && !w.Start.IsZero() || !w.End.IsZero() {
		return d.window()
	}
	if d.cust.Lang == "en" {
		return "a date that we could not read"
	}
	return "日時を読み取れませんでした"
}

// doubts are the questions to the requester, in Japanese and English.
var doubts = map[wish.Doubt][2]string{
	wish.DoubtWeekday:      {"日付と曜日が合いません。", "The date and the weekday do not match."},
	wish.DoubtNoSuchDay:    {"その日付または時刻は存在しません。", "There is no such date or time."},
	wish.DoubtAlternatives: {"日時が複数あります。どの日時をご希望でしょうか。", "There is more than one date. Which one do you want?"},
	wish.DoubtLateNight:    {"深夜の時刻は、どの日の深夜でしょうか。", "Which night do you mean?"},
	wish.DoubtHalfDay:      {"午前と午後のどちらでしょうか。", "Do you mean the morning or the afternoon?"},
	wish.DoubtVague:        {"日時をはっきりお知らせください。", "Please give the exact date and time."},
	wish.DoubtPast:         {"過ぎた日時のようです。", "It seems to be over already."},
	wish.DoubtOrder:        {"終わりが始まりより前になっています。", "It ends before it starts."},
	wish.DoubtNoDay:        {"日付はいつでしょうか。", "Which day do you mean?"},
	wish.DoubtNegation:     {"実施してよい日時をお知らせください。", "Please tell us when the work may be done."},
	wish.DoubtZone:         {"どの地域の時刻でしょうか。", "Which time zone do you mean?"},
	wish.DoubtFieldAgainst: {"項目と本文の日時が異なります。どちらでしょうか。", "The field and the text name different dates. Which one is right?"},
}

func (d *decision) doubt() string {
	text, ok := doubts[d.s.Wish.Doubt]
	if !ok {
		text = doubts[wish.DoubtVague]
	}
	if d.cust.Lang == "en" {
		return text[1]
	}
	return text[0]
}

// wishedEnd is the end of the window of work that moves a deadline; zero when no certain window is known.
func (d *decision) wishedEnd() time.Time {
	w := d.s.Wish
	if w == nil || !w.Certain {
		return time.Time{}
	}
	if w.End.IsZero() {
		return w.Start.Add(d.cust.Timing.WorkLength)
	}
	return w.End
}

// moved evaluates a promise in days again when the wish ends later than its standard deadline: then the deadline is the close of the first
// business day that ends at or after the window's end (spec/2-sla.md, Dates).
func (d *decision) moved(target sla.Target, cal *sla.Calendar, res sla.Result, facts []sla.Fact) (sla.Result, error) {
	first := res.Cycle // the wish is about the first run, whose result stands when the ticket is reopened
	if len(res.Cycles) > 0 {
		first = res.Cycles[0]
	}
	end, standard := d.wishedEnd(), first.Due
	if end.IsZero() || standard.IsZero() || target.Kind != sla.KindBusinessDays || len(facts) == 0 {
		return res, nil
	}
	due, later, err := sla.AgreedDeadline(cal, standard, end)
	if err != nil || !later {
		return res, err
	}
	facts = append(facts, sla.Fact{Kind: sla.FactDue, At: facts[0].At, Until: due, Ref: "wish", Note: sla.WishedLater})
	return sla.Evaluate(target, cal, facts, d.asOf())
}

// dates adds what the answer says of the wish: the window as understood, and the first standard date when the wish comes before it.
func (d *decision) dates(data map[string]any) {
	w := d.s.Wish
	if w == nil {
		d.namedDay(data)
		return
	}
	if !w.Certain {
		return
	}
	data["desired"] = d.window()
	if d.s.Held { // the requester names a date, but only people can promise one for what is under consideration
		d.v.Post(bot.Post{Text: "優先度「低」(検討中)のご依頼ですが、ご希望の日時があります。実施するか確認し、決まったら「期日を合意」で記録してください。", Mention: d.v.Mention()})
		return
	}
	last := w.End
	if last.IsZero() {
		last = w.Start
	}
	standard, err := d.standardDue()
	if err != nil || standard.IsZero() || d.t.PriorityID != bot.PriorityNormal || !sla.DateOf(last.Add(-1).In(d.cust.Zone)).Before(sla.DateOf(standard.In(d.cust.Zone))) {
		return
	}
	d.tooEarly(data, standard)
}

// tooEarly points the first standard date out to the requester, and to staff that it was.
func (d *decision) tooEarly(data map[string]any, standard time.Time) {
	data["earliest"] = bot.Day(standard, d.cust.Zone, d.cust.Lang)
	d.v.Post(bot.Post{Text: "ご希望の日時が標準の日数より早いため、標準の日をお知らせしました。前倒しできる場合はお客様と相談し、「期日を合意」で記録してください。", Mention: d.v.Mention()})
}

// namedDay sees to the due date that a customer's user typed into the issue and that ours takes the place of: it is no promise and moves none,
// but it was said, and is not lost.
func (d *decision) namedDay(data map[string]any) {
	snap := d.in.Snapshot
	if snap == nil || snap.DueDate == "" || d.s.DueSaid != "" || d.t.OpenedBy.Kind != bot.AuthorCustomer || d.s.Phone {
		return
	}
	day, err := time.ParseInLocation(time.DateOnly, snap.DueDate, d.cust.Zone)
	if err != nil {
		return
	}
	d.s.Named = snap.DueDate
	data["desired"] = d.namedAs(day)
	d.v.Reason("read the due date of the issue as a wish", snap.DueDate+"; the deadline is as promised")
	standard := sla.DateOf(d.t.Due.In(d.cust.Zone))
	switch {
	case !d.t.Due.IsZero() && !d.s.Held && d.t.PriorityID == bot.PriorityNormal && sla.DateOf(day).Before(standard):
		d.tooEarly(data, d.t.Due)
	case d.t.Due.IsZero() || d.s.Held || sla.DateOf(day) != standard:
		d.v.Post(bot.Post{Text: "お客様は Backlog の期限日を " + d.namedAs(day) + " としていました。その日で進める場合はお客様と相談し、「期日を合意」で記録してください。", Mention: d.v.Mention()})
	}
}

func (d *decision) namedAs(day time.Time) string {
	if d.cust.Lang == "en" {
		return "by " + bot.Day(day, d.cust.Zone, d.cust.Lang)
	}
	return bot.Day(day, d.cust.Zone, d.cust.Lang) + " まで"
}

// standardDue is the deadline of the first promise as it is without a wish: one that ends later has moved the deadline behind itself.
func (d *decision) standardDue() (time.Time, error) {
	wished := d.s.Wish
	d.s.Wish = nil
	all, err := d.evaluate()
	d.s.Wish = wished
	if err != nil || len(all) == 0 {
		return time.Time{}, err
	}
	return all[0].result.Current().Due, nil
}

func wishContext(c *bot.Customer, written time.Time) wish.Context {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	ctx := wish.Context{Written: written.In(zone), Length: c.Timing.WorkLength}
	if cal := c.SupportAt(written); cal != nil {
		ctx.Business = func(day time.Time, n int) (time.Time, bool) {
			t, err := cal.AddDays(day, n)
			return t, err == nil
		}
	}
	return ctx
}
