package work

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/sla"
)

// Steps of following up an expected end that has passed.
const (
	askedEnd  = 1 // staff were asked for a new end, or for the completion
	toldOver  = 2 // the customer was told that the work goes on
	wordAhead = 2 * time.Minute
)

// expectEnd sets out to ask staff before the expected end, and at it. Less than the lead before the end they are asked half-way.
func (d *decision) expectEnd() {
	ask := sla.Ahead(d.o.End, d.v.Customer.Timing.EndAsk)
	if left := d.o.End.Sub(d.in.Now); !ask.After(d.in.Now) {
		ask = sla.After(nil, d.in.Now, left/2)
	}
	d.o.EndAsk = ask
	d.v.Cancel("over", "word")
	d.v.Set("ending", ask)
	d.v.Set("end", d.o.End)
}

// forgetEnd takes back what waits for the expected end: the work is over, or has another one. A word that goes on is withdrawn; should it go
// out all the same, what is said next stands behind it.
func (d *decision) forgetEnd() {
	d.v.Cancel("ending", "end", "over", "word")
	if d.o.WordKey != "" {
		d.out.Withdraw = append(d.out.Withdraw, d.o.WordKey)
	}
	d.o.WordKey, d.o.WordDue = "", time.Time{}
}

// endDue follows the expected end: staff are asked before it and at it, for only they know a new one. Without one the customer learns that
// the work goes on, and by when the next word comes; so on until there is an end.
func (d *decision) endDue(rule string) error {
	if d.o.Stage != Working {
		return nil
	}
	timing, now := d.v.Customer.Timing, d.in.Now
	over := sla.After(nil, d.o.End, timing.OverTell)
	switch {
	case rule == "ending" && !d.o.EndAsk.IsZero() && !now.Before(d.o.EndAsk) && now.Before(d.o.End):
		d.o.EndAsk, d.dirty = time.Time{}, true
		d.askEnd("終了予定は "+d.v.Short(d.o.End)+" です。間に合わない場合は、それまでに「延長」で新しい終了予定をお知らせください。終わっていれば「作業完了」を押してください。", false)
	case rule == "end" && d.o.Overrun < askedEnd && !now.Before(d.o.End):
		d.o.Overrun, d.dirty = askedEnd, true
		d.v.Set("over", over)
		line := "終了予定を過ぎました。「延長」で新しい終了予定をお知らせするか、「作業完了」を押してください。"
		if d.tellsOver() && over.After(now) {
			line += d.v.Short(over) + " までにどちらもなければ、作業を続けていることをお客様にお知らせします。"
		}
		d.askEnd(line, false)
	case rule == "over" && d.o.Overrun == askedEnd && !now.Before(over):
		d.o.Overrun, d.dirty = toldOver, true
		return d.goesOn(over)
	case rule == "word" && d.o.Overrun == toldOver && !d.o.WordDue.IsZero() && !now.Before(d.wordAt()):
		d.dirty = true
		return d.goesOn(d.o.WordDue)
	}
	return nil
}

// wordAt is when the word that was promised is sent: a little before.
func (d *decision) wordAt() time.Time {
	return sla.Ahead(d.o.WordDue, min(wordAhead, d.v.Customer.Timing.OverNext/2))
}

// nextWord is how long after a word the next one is promised: the contract's time at first, and then twice as long each time, up to a day.
// Work that nobody ends, such as over a week-end, does not write to the customer every half hour.
func (d *decision) nextWord() time.Duration {
	const steady, longest = 3, 24 * time.Hour // words at the contract's pace
	next := d.v.Customer.Timing.OverNext
	for n := steady; n < d.o.Word-d.o.WordFrom && next < longest; n++ {
		next *= 2
	}
	return max(d.v.Customer.Timing.OverNext, min(next, longest))
}

// tellsOver reports whether the customer hears of an overrun: not of work under an open incident, whose end was never told, nor of work that
// was broken off or whose ticket has ended: nobody knows that it goes on.
func (d *decision) tellsOver() bool {
	return !d.o.Exempt && !d.o.aborted() && !d.t.Status.Ended()
}

// goesOn tells the customer that the work goes on past its end, and promises the next word. due is by when this one was owed.
func (d *decision) goesOn(due time.Time) error {
	if !d.tellsOver() {
		d.o.WordDue = time.Time{}
		d.askEnd(fmt.Sprintf("終了予定(%s)を過ぎていますが、お客様に新しい終了予定をお知らせしていません。「延長」か「作業完了」を押してください。", d.v.Short(d.o.End)), true)
		return nil
	}
	d.o.Word++
	again := d.o.WordDue
	d.o.WordKey, d.o.WordDue = fmt.Sprintf("%s:%d", d.key("overrun"), d.o.Word), minute(sla.After(nil, d.in.Now, d.nextWord()))
	d.v.Set("word", d.wordAt())
	d.v.Reason("told the customer that the work goes on", "nobody gave a new end by "+d.v.Short(due)+"; the next word is promised by "+d.v.Short(d.o.WordDue))
	d.askEnd(fmt.Sprintf("終了予定(%s)を過ぎて新しい終了予定がないため、作業を続けていることをお客様にお知らせします。次は %s までにお知らせする約束です。「延長」か「作業完了」を押してください。",
		d.v.Short(d.o.End), d.v.Short(d.o.WordDue)), true)
	o := d.options()
	o.Due = due
	data := map[string]any{"end": d.v.When(d.o.End), "work": d.o.What, "next": d.v.When(d.o.WordDue)}
	if !again.IsZero() {
		data["again"] = true
	}
	return d.v.Say(d.o.WordKey, "work_overrun", data, o)
}

// askEnd asks staff, with the buttons of the card at hand.
func (d *decision) askEnd(line string, top bool) {
	d.v.Post(bot.Post{Text: line, Mention: d.v.Mention(), Top: top, Buttons: slices.DeleteFunc(d.stageButtons(), func(b bot.Button) bool {
		return b.Action != actionExtend && b.Action != actionDone
	})})
}

// wrote takes what staff wrote on the ticket themselves for the word that was promised: the next one comes as long after it.
func (d *decision) wrote(f bot.Fact) {
	if f.Author.Kind != bot.AuthorStaff && f.Author.Kind != bot.AuthorPartner || d.o.Stage != Working || d.o.WordDue.IsZero() {
		return
	}
	next := minute(sla.After(nil, f.At, d.v.Customer.Timing.OverNext))
	if !next.After(d.o.WordDue) { // from before the word that is out
		return
	}
	d.o.WordDue, d.dirty = next, true
	d.v.Set("word", d.wordAt())
	d.v.Reason("took "+f.ID+" for the word that was promised", f.Author.Name+" wrote on the ticket; the next word by "+d.v.Short(next))
}
