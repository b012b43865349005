package main_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"toban/bot"
)

// chaosTally is what a round came to, by the stand-ins' own records.
type chaosTally struct {
	tickets, notices, messages                       int
	kills, points, restarts, lost                    int // lost: webhooks that did not arrive
	unanswered, missing, doubled, disorder, unmarked int
	late                                             int // late and marked so
	took                                             time.Duration
}

func (t chaosTally) faults() int {
	return t.unanswered + t.missing + t.doubled + t.disorder + t.unmarked
}

// word is a kind of notice: the phrase that tells it from others, and how often it may stand on a ticket; most 0 is any number.
type word struct {
	phrase      string
	least, most int
}

// course is the order of notices on a ticket of each scenario. Words of one rank may follow each other in any order.
var course = map[scenario][][]word{
	asksAll:  {{{"次のとおり承りました", 1, 1}}},
	asksLess: {{{"お知らせください", 1, 1}}, {{"次のとおり承りました", 1, 1}}},
	asksWork: {
		{{"次のとおり承りました", 1, 1}},
		{{"まもなく作業を開始します", 0, 0}, {"作業の予定が変わりました", 0, 0}, {"始めておりません", 0, 0}, {"作業の開始が遅れています", 0, 0}, {"予定を取りやめ", 0, 0}},
		{{"作業を開始しました", 0, 1}, {"終了予定", 0, 0}},
		{{"対応が完了しました", 1, 1}},
	},
	hasTrouble: incidentCourse,
	lateToHear: incidentCourse,
}

var incidentCourse = [][]word{
	{{"障害のご連絡を承りました", 1, 1}},
	{{"障害の検知について", 1, 1}},
	{{"途中経過", 1, 0}},
	{{"障害が復旧しました", 1, 1}},
}

// Figures of the profile, in world time.
const (
	firstNotice = 5 * time.Minute
	interim     = 8 * time.Minute
	// grace is what lies between the decision that a notice is in time and its instant at Backlog: the tolerance of the mark, the wait for a
	// turn, and the slow way there.
	grace = 4 * time.Minute
)

// lateMark is how a notice says that it comes after its time.
const lateMark = "お送りするものでした"

// judge looks at the stand-ins' own records, and at the database for the order in which notices were decided.
func (k *chaos) judge() {
	ctx := context.WithoutCancel(k.t.Context())
	k.backlog.ResetFaults()
	order := k.decided(ctx)
	numbers := map[string]int{}
	for _, tk := range k.tickets {
		said := k.said(ctx, tk.key)
		k.tally.notices += len(said)
		k.judgeCourse(tk, said)
		k.judgeTimes(tk, said)
		last := int64(0)
		for _, c := range said {
			n := bot.FindNoticeNumber(c.Content)
			numbers[n]++
			if id := order[n].before(c.Created); id != 0 {
				if id < last {
					k.fault(&k.tally.disorder, tk, said, "%s was decided before what stands above it", n)
				}
				last = max(last, id)
			}
		}
		if n := len(said); n == 0 {
			k.tally.unanswered++
		}
	}
	for n, times := range numbers {
		if times > 1 || n == "" {
			k.tally.doubled++
			k.t.Errorf("通知番号 %q stands %d times in Backlog", n, times)
		}
	}
	k.judgeSlack(order)
	for _, d := range k.backlog.Deliveries() {
		if d.State == "failed" || d.State == "dropped" {
			k.tally.lost++
		}
	}
	k.tally.tickets = len(k.tickets)
}

func (k *chaos) fault(count *int, tk *chaosTicket, said []chaosComment, format string, args ...any) {
	*count++
	var b strings.Builder
	for _, c := range said {
		fmt.Fprintf(&b, "\n  %s %s", c.Created.Format(time.TimeOnly), strings.ReplaceAll(strings.TrimSpace(c.Content), "\n", " "))
	}
	k.t.Errorf("%s (%s, opened %s): %s%s", tk.key, tk.scenario, tk.opened.Format(time.TimeOnly), fmt.Sprintf(format, args...), b.String())
	k.t.Logf("what is known of %s:%s", tk.key, k.history(context.WithoutCancel(k.t.Context()), tk))
}

// judgeCourse checks that every notice of a ticket's course is there, none too often, none before its time.
func (k *chaos) judgeCourse(tk *chaosTicket, said []chaosComment) {
	counts := map[string]int{}
	at := 0
	starts, done := 0, false
	for _, c := range said {
		rank, found := -1, word{}
		for i, words := range course[tk.scenario] {
			for _, w := range words {
				if rank < 0 && strings.Contains(c.Content, w.phrase) {
					rank, found = i, w
				}
			}
		}
		if rank < 0 {
			k.fault(&k.tally.doubled, tk, said, "an unexpected word: %q", c.Content)
			continue
		}
		counts[found.phrase]++
		starts += min(1, strings.Count(c.Content, "まもなく作業を開始します")+strings.Count(c.Content, "作業の予定が変わりました"))
		done = done || found.phrase == "対応が完了しました"
		if rank < at && tk.scenario != asksWork {
			k.fault(&k.tally.disorder, tk, said, "%q comes too late", found.phrase)
		}
		if tk.scenario == asksWork && (rank == 0) != (at == 0 && len(counts) == 1) || done && found.phrase != "対応が完了しました" {
			k.fault(&k.tally.disorder, tk, said, "%q comes at the wrong place", found.phrase)
		}
		at = max(at, rank)
	}
	for _, words := range course[tk.scenario] {
		for _, w := range words {
			switch n := counts[w.phrase]; {
			case n < w.least:
				k.fault(&k.tally.missing, tk, said, "%d × %q, want %d", n, w.phrase, w.least)
			case w.most > 0 && n > w.most:
				k.fault(&k.tally.doubled, tk, said, "%d × %q, want at most %d", n, w.phrase, w.most)
			}
		}
	}
	if tk.scenario == asksWork && starts == 0 {
		k.fault(&k.tally.missing, tk, said, "no start notice")
	}
}

// judgeTimes checks that what came after its time says so: a first notice after its objective, an interim update after an interval.
func (k *chaos) judgeTimes(tk *chaosTicket, said []chaosComment) {
	if tk.scenario != hasTrouble && tk.scenario != lateToHear {
		return
	}
	var last time.Time
	for _, c := range said {
		var due time.Time
		first := strings.Contains(c.Content, "障害の検知について")
		switch {
		case first:
			due = tk.opened.Add(firstNotice)
		case strings.Contains(c.Content, "途中経過"):
			due = last.Add(interim)
		default:
			continue
		}
		last = c.Created
		marked := strings.Contains(c.Content, lateMark)
		named := strings.Contains(c.Content, "書き込めなかったため") // the missed rounds, in a comment of their own
		switch {
		// A later word may have been decided before the one above it was known to be out, and then names the same promise.
		case marked && first && c.Created.Before(due):
			k.fault(&k.tally.unmarked, tk, said, "it says that it is late, and was due at %s", due.Format(time.TimeOnly))
		case marked, named:
			k.tally.late++
		case c.Created.After(due.Add(grace)):
			k.fault(&k.tally.unmarked, tk, said, "a notice at %s was due at %s and does not say so", c.Created.Format(time.TimeOnly), due.Format(time.TimeOnly))
		}
	}
}

// judgeSlack checks that each ticket has one card, that nothing stands twice, and that what belongs to a ticket stands in order.
func (k *chaos) judgeSlack(order map[string]decided) {
	cards, keys := map[string]int{}, map[string]int{}
	for i := range k.desks {
		last := map[string]int64{}
		for _, m := range k.messages(i) {
			k.tally.messages++
			key, card := m.Metadata.Payload.Key, m.Metadata.Payload.Card
			keys[key]++
			if card != "" {
				cards[card]++
			}
			if id := order[key].before(slackTime(m.TS)); id != 0 && m.Thread != "" {
				if id < last[m.Thread] {
					k.tally.disorder++
					k.t.Errorf("message %q was decided before what stands above it", key)
				}
				last[m.Thread] = id
			}
		}
	}
	for _, tk := range k.tickets {
		if n := cards[string(bot.NewTicketID("demo", tk.id))]; n != 1 {
			k.tally.doubled++
			k.t.Errorf("%s: %d cards, want 1", tk.key, n)
		}
	}
	for key, n := range keys {
		if n > 1 || key == "" {
			k.tally.doubled++
			k.t.Errorf("message %q stands %d times in Slack", key, n)
		}
	}
}

// decided is when a notice was decided: its place among all, and its world time.
type decided struct {
	id   int64
	made time.Time
}

// before is the place of what was said at a time; 0 when it has none. What was decided again after a restore, and found where it stood, is
// younger than its own words.
func (d decided) before(said time.Time) int64 {
	const apart = 2 * time.Minute // clocks of replicas differ, and a vendor tells whole seconds
	if d.made.After(said.Add(apart)) {
		return 0
	}
	return d.id
}

// decided gives when notices were decided, by key and by 通知番号.
func (k *chaos) decided(ctx context.Context) map[string]decided {
	db, err := k.records()
	if err != nil {
		k.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var rows []struct {
		Key    string `db:"effect_key"`
		Number string `db:"number"`
		ID     int64  `db:"id"`
		Made   int64  `db:"made_us"`
	}
	if err := db.SelectContext(ctx, &rows, "SELECT effect_key, number, id, made_us FROM outbox WHERE class = 'notice'"); err != nil {
		k.t.Fatal(err)
	}
	out := map[string]decided{}
	for _, r := range rows {
		d := decided{r.ID, time.UnixMicro(r.Made)}
		out[r.Key], out[r.Number] = d, d
	}
	return out
}

// unfinished names the tickets that have not all their words yet.
func (k *chaos) unfinished(ctx context.Context) []string {
	var out []string
	for _, tk := range k.tickets {
		said := k.said(ctx, tk.key)
		for _, words := range course[tk.scenario] {
			for _, w := range words {
				n := 0
				for _, c := range said {
					n += min(1, strings.Count(c.Content, w.phrase))
				}
				if n < w.least && !slices.Contains(out, tk.key) {
					out = append(out, tk.key)
				}
			}
		}
	}
	return out
}

// slackTime is the instant of a message's ts.
func slackTime(ts string) time.Time {
	seconds, _ := strconv.ParseFloat(ts, 64) // the stand-in writes numbers
	return time.UnixMilli(int64(seconds * 1000))
}
