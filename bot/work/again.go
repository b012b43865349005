package work

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/playbook"
	"toban/sla"
)

// Basis is what a plan was made from, beside what staff typed.
type Basis struct {
	Host    string   `json:"host"`              // what the work is done to
	Clashes []string `json:"clashes,omitempty"` // what else claimed the time then; staff took it on knowingly
}

func (d *decision) basis(start, end time.Time) *Basis {
	return &Basis{Host: d.t.Host, Clashes: d.clashes(start, end)}
}

// beginAt sets the moments that a plan's start brings: shortly before it the plan is made again, then it is time.
func (d *decision) beginAt(start time.Time) {
	d.v.Set("start", start)
	if again := sla.Ahead(start, d.v.Customer.Timing.PlanAgain); !d.o.Exempt && again.After(d.in.Now) {
		d.v.Set("again", again)
	} else {
		d.v.Cancel("again")
	}
}

// againDue: shortly before the start the plan is made again.
func (d *decision) againDue() error {
	if d.o.Stage != Planned && d.o.Stage != Noticed || d.in.Now.Before(sla.Ahead(d.o.Start, d.v.Customer.Timing.PlanAgain)) {
		return nil
	}
	held, err := d.planAgain(false)
	if !held && err == nil {
		d.v.Reason("made the plan again", "it is as it was")
	}
	return err
}

// planAgain makes the plan again from what is known now. A plan that differs from the one that was approved or told is not carried out: it
// waits for approval and agreement again, or for a new schedule, and for a new notice. held says that the work may not start now. What newly
// clashes with the plan is shown; who starts in spite of it has seen it.
func (d *decision) planAgain(starts bool) (held bool, err error) {
	if d.o.Basis == nil || d.o.Exempt {
		return false, nil
	}
	if differs := d.differs(); differs != "" {
		return true, d.anew(differs)
	}
	fresh := slices.DeleteFunc(d.clashes(d.o.Start, d.o.End), func(c string) bool {
		return slices.Contains(d.o.Basis.Clashes, c) || slices.Contains(d.o.Clashes, c)
	})
	if len(fresh) == 0 {
		return false, nil
	}
	d.o.Clashes, d.dirty = append(slices.Clone(d.o.Clashes), fresh...), true
	d.v.Post(bot.Post{
		Text:    "ご注意: 予定したあとに、次の問題が見つかりました。\n・" + strings.Join(fresh, "\n・") + "\n承知のうえで「作業開始」を押すか、「日程を変更」で決め直してください。",
		Mention: d.v.Mention(), Top: true,
	})
	d.v.Reason("showed new conflicts of the plan", strings.Join(fresh, "; "))
	return starts, nil
}

// differs says for staff what of the plan, made again, is not as it was; "" when it is the same. Of a standard change the procedure itself is
// what is approved: its newest version is taken.
func (d *decision) differs() string {
	var out []string
	if was := d.o.Basis.Host; was != d.t.Host {
		out = append(out, "対象が「"+cmp.Or(was, "記載なし")+"」から「"+cmp.Or(d.t.Host, "記載なし")+"」に変わりました")
	}
	if d.t.Change.NeedsPlan() && d.t.Change != d.o.Change {
		out = append(out, "変更の区分が変わりました")
	}
	if d.o.Book == nil {
		return strings.Join(out, "。")
	}
	now, ok := d.book(d.o.Book.ID)
	switch {
	case !ok:
		out = append(out, "手順書「"+d.o.Book.Title+"」がなくなりました")
	case now.Hash() == d.o.Book.Hash():
	case d.consents() || len(out) > 0:
		out = append(out, "手順書「"+now.Title+"」が変わりました(版 "+now.Version+")")
	default:
		d.o.Book, d.dirty = &now, true
		d.v.Reason("took the newest version of playbook "+now.ID, "version "+now.Version+": of a standard change the procedure is what is approved")
		d.v.Tell("手順書「" + now.Title + "」の新しい版(" + now.Version + ")で行います。")
	}
	return strings.Join(out, "。")
}

// anew takes a plan back that would not be carried out as it was approved, and records what it is now.
func (d *decision) anew(differs string) error {
	consents := d.consents()
	d.refresh()
	d.v.Reason("made the plan again", "it differs: "+differs)
	if consents {
		return d.lapse("計画を作り直したところ、承認された計画と違います。"+differs+"。", "the plan made again differs: "+differs)
	}
	told := d.o.Told
	if err := d.endRow(); err != nil {
		return err
	}
	d.withdrawWords()
	d.v.Cancel("notice", "overdue", "again", "start", "ask", "late")
	d.o.Stage, d.o.Problem, d.o.Told, d.dirty = Stopped, differs, time.Time{}, true
	d.o.Gen++
	d.o.NoticeDue, d.o.NoticeKey, d.o.NoticeAt, d.o.Early = time.Time{}, "", time.Time{}, false
	d.v.Post(bot.Post{Text: "作業を始めないでください。予定したときの計画と違います。" + differs + "。「日程を変更」で決め直してください。", Mention: d.v.Mention(), Top: true})
	d.news(bot.StatusTaken, "Toban", d.key("again"), "the plan made again differs")
	return d.sayAgain(told)
}

// sayAgain tells a customer who counts on a start that it does not hold and that a new plan comes.
func (d *decision) sayAgain(told time.Time) error {
	if told.IsZero() {
		return nil
	}
	return d.v.Say(d.key("withdrawn"), "start_withdrawn", map[string]any{"start": d.v.When(told), "work": d.o.What, "again": true}, d.options())
}

// refresh makes the plan what it is now: the playbook's newest version with its words, the present target and clashes.
func (d *decision) refresh() {
	if old := d.o.Book; old != nil {
		var blank, was Wanted
		was.withBook(*old)
		now, ok := d.book(old.ID)
		if ok {
			blank.withBook(now)
		}
		for _, x := range []struct {
			is       *string
			was, now string
		}{{&d.o.Effect, was.Paper.Effect, blank.Paper.Effect}, {&d.o.Checks, was.Paper.Checks, blank.Paper.Checks}, {&d.o.Rollback, was.Paper.Rollback, blank.Paper.Rollback}} {
			if *x.is == x.was && x.now != "" { // the playbook's own words
				*x.is = x.now
			}
		}
		d.o.Book = map[bool]*playbook.Playbook{true: &now}[ok]
	}
	d.o.Change, d.o.Clashes, d.o.Basis, d.dirty = d.t.Change, nil, d.basis(d.o.Start, d.o.End), true
}

// tookOn writes down who began in spite of what had come up since the plan was made.
func (d *decision) tookOn(p bot.Person) {
	if len(d.o.Clashes) == 0 {
		return
	}
	d.v.Reason("started in spite of new conflicts", p.Name+" took them on: "+strings.Join(d.o.Clashes, "; "))
	d.v.Tell(p.Name + " が承知のうえで開始します: " + strings.Join(d.o.Clashes, "。"))
}
