package work

import (
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// plan makes a new generation. A start less than the notice's lead ahead moves to one lead after now.
func (d *decision) plan(start, end time.Time, what, person string) error {
	lead := d.v.Customer.Timing.StartNotice
	exempt := !d.needsNotice()
	length := end.Sub(start)
	start = minute(start)
	earliest := sla.After(nil, d.in.Now, lead)
	soon := !exempt && start.Before(earliest)
	early := soon && d.o.Sooner != nil && start.After(d.in.Now)
	moved := soon && !early
	if moved {
		start = minute(earliest)
	}
	end = start.Add(length)
	if d.o.ahead() {
		if err := d.endRow(); err != nil {
			return err
		}
	}
	d.withdrawWords()
	d.o = Order{
		Stage: Planned, Gen: d.o.Gen + 1, PlannedAt: d.in.Now, Start: start, End: end, What: what, Person: person, Exempt: exempt,
		NoticeDue: sla.Ahead(start, lead), Told: d.o.Told, Words: d.o.Words, Change: d.t.Change, Author: person, Book: d.o.Book,
		Verdicts: d.o.Verdicts, Past: d.o.Past, Basis: d.o.Basis, Changed: d.o.Changed, Figures: d.o.Figures, Number: d.o.next(), Earlier: d.o.earlier(),
		Early: early, Sooner: d.o.Sooner, Heard: d.o.Heard,
	}
	if exempt {
		d.o.Stage = Noticed
	}
	if early {
		d.o.NoticeDue = d.in.Now
		d.v.Reason("keeps the start although the notice has less than "+bot.Lasting(lead), "agreed to by "+d.o.Sooner.By+" in "+d.o.Sooner.Ref)
	}
	d.dirty = true
	d.v.Cancel("notice", "overdue", "ask", "late", "ending", "end", "over", "word")
	d.beginAt(start)
	d.news(d.o.wanted(), d.personName(), d.key("plan"), "work planned from "+d.v.Short(start)+" to "+d.v.Short(end))
	d.v.Reason("planned work", fmt.Sprintf("from %s to %s, generation %d", d.v.Short(start), d.v.Short(end), d.o.Gen))
	if moved {
		line := "開始連絡を先にお送りするため、開始を " + d.v.Short(start) + " に変更しました。"
		if d.o.Heard != nil {
			line += "お客様がチケットで早い開始に同意されている場合は、「日程を変更」でそのコメントを選ぶと、早く開始できます。"
		}
		d.v.Tell(line)
	}
	switch {
	case exempt:
		d.v.Reason("needs no start notice", "work under an open incident, with the contract's standing permission")
		if !d.o.Told.IsZero() {
			return d.correct(d.o.Told)
		}
		return nil
	case !d.o.Told.IsZero():
		return d.correct(d.o.Told)
	case d.o.NoticeDue.After(d.in.Now):
		d.v.Set("notice", d.o.NoticeDue)
		return nil
	}
	return d.notice()
}

// hear keeps what an approver of the customer wrote last: it may be a yes to a plan, or to a start sooner than the notice's lead.
func (d *decision) hear(f bot.Fact) {
	if f.Author.Kind != bot.AuthorCustomer || !d.v.Customer.MayAgree(f.Author) || d.t.Status.Ended() {
		return
	}
	const most = 200
	d.o.Heard, d.dirty = &Remark{Who: f.Author.Name, At: f.At, Ref: f.ID, Text: clip(f.Text, most)}, true
}

// notice queues the start notice of this generation, when the plan made again is the same. When it is already too late for the planned start, the start moves first: a
// customer is not told a start that is known not to hold.
func (d *decision) notice() error {
	if held, err := d.planAgain(false); held || err != nil { // no notice of a plan that does not hold
		return err
	}
	if d.in.Now.After(d.noticeLate()) && !d.o.Early {
		if d.consents() { // another start is another plan, which nobody has agreed to
			return d.stop("開始連絡を期限までに送れませんでした")
		}
		d.v.Reason("moved the start", "the notice could only be written "+bot.Lasting(d.in.Now.Sub(d.o.NoticeDue))+" after it was due")
		return d.plan(d.o.Start, d.o.End, d.o.What, d.o.Person)
	}
	d.o.NoticeKey = d.key("notice")
	d.v.Cancel("notice")
	d.v.SetPast("overdue", d.noticeLate())
	o := d.options()
	o.Verify, o.Due = true, d.o.NoticeDue
	return d.word(d.o.NoticeKey, "start_notice", d.window(), o)
}

// correct tells that a start which was told has changed. Close to the new start it is the start notice itself.
func (d *decision) correct(told time.Time) error {
	data := d.window()
	if !told.Equal(d.o.Start) {
		data["old_start"] = d.v.When(told)
	}
	o := d.options()
	o.Due = d.in.Now
	switch {
	case d.o.Exempt || d.o.NoticeKey != "": // no notice is wanted, or one is on its way already
		d.o.Amended++
		return d.word(fmt.Sprintf("%s:%d", d.key("correction"), d.o.Amended), "start_correction", data, o)
	case sla.Ahead(d.o.NoticeDue, d.v.Customer.Timing.NoticeLate).After(d.in.Now):
		d.v.Set("notice", d.o.NoticeDue)
	default:
		d.o.NoticeKey, o.Verify = d.key("correction"), true
		d.v.Cancel("notice")
		d.v.SetPast("overdue", d.noticeLate())
	}
	return d.word(d.key("correction"), "start_correction", data, o)
}

// word queues a message that names the start of this plan, and remembers it until it is known to be out.
func (d *decision) word(key, message string, data map[string]any, o voice.Options) error {
	o.Report, d.dirty = true, true
	d.o.Words = append(d.o.Words, Word{Key: key, Gen: d.o.Gen, Start: d.o.Start, Correction: message == "start_correction"})
	return d.v.Say(key, message, data, o)
}

// options of a message to the customer: those of an incident go first.
func (d *decision) options() voice.Options {
	return voice.Options{Urgent: d.t.Class == bot.ClassIncident}
}

// withdrawWords takes back what names a start and is not out. Each may have gone out all the same: it is remembered.
func (d *decision) withdrawWords() {
	var open []Word
	for _, w := range d.o.Words {
		if !w.Out {
			d.out.Withdraw = append(d.out.Withdraw, w.Key)
			open = append(open, w)
		}
	}
	d.o.Words = open
}

func (d *decision) window() map[string]any {
	out := map[string]any{"start": d.v.When(d.o.Start), "end": d.v.When(d.o.End), "work": d.o.What}
	if p, ok := d.in.Dir.Person(d.o.Person); ok {
		out["person"] = p.Name
	}
	return out
}
