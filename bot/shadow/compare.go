package shadow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
)

// Compare holds what Toban would have done against what people did. Tickets count that came in the period, or on which Toban would have said
// something in it.
func Compare(k bot.ModeKey, p Period, tickets []Ticket) Report {
	out := Report{Customer: k.Customer, Project: k.Project, From: p.From.In(p.Zone), To: p.To.In(p.Zone), Tickets: []Compared{}, Left: []Left{}}
	out.Sums = Sums{Types: map[Verdict]int{}, Deadlines: map[Verdict]int{}, Answers: map[Verdict]int{}, Done: map[Verdict]int{}}
	var toban, people []time.Duration
	for _, t := range tickets {
		words := slices.DeleteFunc(slices.Clone(t.Words), func(w Word) bool { return !p.holds(w.At) })
		switch {
		case !p.holds(t.Received) && len(words) == 0:
			continue
		case t.Drill:
			out.Left = append(out.Left, Left{t.Key, "it is an exercise"})
			continue
		case !t.Said.IsZero() && t.Said.Before(p.To):
			out.Left = append(out.Left, Left{t.Key, "Toban itself said something on it, before the end of the period"})
			continue
		}
		t.Facts = slices.DeleteFunc(slices.Clone(t.Facts), func(f bot.Fact) bool { return !f.At.Before(p.To) })
		c := compare(t, p, words, &out.Sums)
		out.Tickets = append(out.Tickets, c)
		if a := c.Answer; !a.Toban.IsZero() && !a.People.IsZero() {
			toban, people = append(toban, a.Toban.Sub(t.Received)), append(people, a.People.Sub(t.Received))
		}
	}
	out.Sums.TobanMinutes, out.Sums.PeopleMinutes = median(toban), median(people)
	out.Limits = limits(out)
	return out
}

func compare(t Ticket, p Period, words []Word, sums *Sums) Compared {
	c := Compared{
		Key: t.Key, Summary: t.Summary, Received: t.Received.In(p.Zone), Class: t.Class, Confidence: t.Confidence, Notices: []Notice{}, PeopleOnly: []Act{},
		Type: typeOf(t), Deadline: deadline(t, p), Done: done(t, p),
	}
	said := slices.DeleteFunc(slices.Clone(words), func(w Word) bool { return w.Text == "" || w.Kind.Channel() != "backlog" })
	for _, w := range words {
		if w.Kind == bot.EffectMail || w.Kind == bot.EffectCall {
			sums.Elsewhere++
		}
	}
	var spoken []bot.Fact
	for _, f := range t.Facts {
		switch {
		case !p.holds(f.At) || f.Opened || f.Text == "" || f.Origin != "":
		case f.Author.Kind == bot.AuthorUnknown:
			sums.Strangers++
		case staff(f):
			spoken = append(spoken, f)
		}
	}
	c.Answer = answer(t, p, said, spoken)
	used := map[int]bool{}
	for _, w := range said {
		n := Notice{At: w.At.In(p.Zone), Kind: w.Kind, Line: firstLine(w.Text)}
		if !w.Due.IsZero() {
			n.Due = w.Due.In(p.Zone)
		}
		if i := nearest(spoken, used, w.At); i >= 0 {
			used[i] = true
			n.People, n.By = spoken[i].At.In(p.Zone), spoken[i].Author.Name
			sums.Answered++
		}
		c.Notices = append(c.Notices, n)
	}
	for i, f := range spoken {
		if !used[i] {
			c.PeopleOnly = append(c.PeopleOnly, Act{At: f.At.In(p.Zone), By: f.Author.Name, What: firstLine(f.Text)})
		}
	}
	sums.Tickets++
	sums.Types[c.Type.Verdict]++
	sums.Deadlines[c.Deadline.Verdict]++
	sums.Answers[c.Answer.Verdict]++
	sums.Done[c.Done.Verdict]++
	sums.Notices += len(c.Notices)
	sums.PeopleOnly += len(c.PeopleOnly)
	return c
}

// staff reports whether people of the provider did it; what somebody did with the bot's key counts as theirs.
func staff(f bot.Fact) bool {
	k := f.Author.Kind
	return k == bot.AuthorStaff || k == bot.AuthorPartner || k == bot.AuthorBot && f.Origin == ""
}

func typeOf(t Ticket) Type {
	out := Type{Toban: t.Type, Name: t.TypeName, People: t.IssueType}
	for _, f := range t.Facts {
		if c, ok := f.Changed("issueType"); ok && !f.Opened && f.Origin == "" {
			out.People, out.Changed = c.To, true
		}
	}
	switch {
	case t.Class == bot.ClassUnclear || t.Confidence == bot.Unsure:
		out.Verdict = Unsure
	case out.Name == "":
		out.Verdict = Neither
	case out.Name == out.People:
		out.Verdict = Same
	default:
		out.Verdict = Other
	}
	return out
}

// dueFields are what Backlog calls the due date in change logs.
func dueFields() []string { return []string{"limitDate", "dueDate"} }

func deadline(t Ticket, p Period) Deadline {
	var d Deadline
	if !t.Due.IsZero() {
		d.Toban = t.Due.In(p.Zone)
	}
	for _, f := range t.Facts {
		for _, field := range dueFields() {
			if c, ok := f.Changed(field); ok && staff(f) {
				d.People = c.To
			}
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, strings.ReplaceAll(d.People, "/", "-"), p.Zone)
	if err != nil {
		day = time.Time{}
	}
	mine := d.Toban.Format(time.DateOnly)
	switch {
	case d.Toban.IsZero() && day.IsZero():
		d.Verdict = Neither
	case day.IsZero():
		d.Verdict = Nobody
	case d.Toban.IsZero():
		d.Verdict = NotToban
	case day.Format(time.DateOnly) == mine:
		d.Verdict = Same
	case day.Before(d.Toban):
		d.Verdict = Earlier
	default:
		d.Verdict = Later
	}
	return d
}

func answer(t Ticket, p Period, said []Word, spoken []bot.Fact) Answer {
	a := Answer{Verdict: Neither}
	if !p.holds(t.Received) { // it was answered before the period, by whomever
		return a
	}
	if len(said) > 0 {
		a.Toban = said[0].At.In(p.Zone)
	}
	if len(spoken) > 0 {
		a.People, a.By = spoken[0].At.In(p.Zone), spoken[0].Author.Name
	}
	switch {
	case a.Toban.IsZero() && a.People.IsZero():
	case a.People.IsZero():
		a.Verdict = Nobody
	case a.Toban.IsZero():
		a.Verdict = NotToban
	case a.People.Before(a.Toban):
		a.Verdict = Earlier
	default:
		a.Verdict = Later
	}
	return a
}

// done is the last time at which people called it done, by the status.
func done(t Ticket, p Period) Done {
	d := Done{Verdict: Open}
	for _, f := range t.Facts {
		c, ok := f.Changed("status")
		if !ok || f.Origin != "" {
			continue
		}
		switch c.To {
		case "処理済み", "Resolved", "完了", "Closed":
			if d.At.IsZero() {
				d.At, d.By = f.At.In(p.Zone), f.Author.Name
			}
		default:
			d = Done{Verdict: Open}
		}
	}
	switch {
	case d.At.IsZero():
	case t.Due.IsZero():
		d.Verdict = Neither
	case d.At.After(t.Due):
		d.Verdict = Late
	default:
		d.Verdict = InTime
	}
	return d
}

// How far from a notice a word of people may stand to count as its counterpart.
const (
	before = 2 * time.Hour
	after  = 24 * time.Hour
)

// nearest finds the word of people that stands nearest to a time and belongs to no other notice.
func nearest(spoken []bot.Fact, used map[int]bool, at time.Time) int {
	best := -1
	for i, f := range spoken {
		if d := f.At.Sub(at); used[i] || d < -before || d > after {
			continue
		}
		if best < 0 || f.At.Sub(at).Abs() < spoken[best].At.Sub(at).Abs() {
			best = i
		}
	}
	return best
}

const longest = 80 // characters of a line

// firstLine is the first line that says something: no greeting by name.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasSuffix(line, "様") || strings.HasPrefix(line, "Dear ") {
			continue
		}
		if r := []rune(line); len(r) > longest {
			return string(r[:longest]) + "…"
		}
		return line
	}
	return ""
}

// median in minutes; 0 of none.
func median(list []time.Duration) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	mid := list[len(list)/2]
	if len(list)%2 == 0 {
		mid = (list[len(list)/2-1] + mid) / 2
	}
	return mid.Minutes()
}

// limits says what the comparison can't see.
func limits(r Report) []string {
	out := []string{
		"Words are not compared: a word of people counts as the counterpart of a notice when it stands nearest to it, from 2 hours before to 24 hours after.",
		"Staff could read in Slack what Toban would have said, and may have followed it.",
		"What people said by telephone, by mail or in Slack is not seen.",
		"Where nobody changed an issue type, people's type is the one that was chosen when the ticket was opened.",
		"What would have followed from what Toban did not send is not known: an answer of the customer, a date set by a button.",
	}
	if n := r.Sums.Elsewhere; n > 0 {
		out = append(out, fmt.Sprintf("%d mails and calls that Toban would have sent are not compared.", n))
	}
	if n := r.Sums.Strangers; n > 0 {
		out = append(out, fmt.Sprintf("%d comments are of users who stand in no list (people.yaml, users of the customer): they are counted for nobody.", n))
	}
	if n := len(r.Left); n > 0 {
		out = append(out, fmt.Sprintf("%d tickets are not compared, see not_compared.", n))
	}
	if n := r.Sums.Done[Open]; n > 0 {
		out = append(out, fmt.Sprintf("%d tickets are still open: what people will do on them is not known.", n))
	}
	return out
}
