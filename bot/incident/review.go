package incident

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

// actionReview shows staff what happened when, and the draft of the review after the incident.
const actionReview = Name + ".review"

// Review is what happened in an incident, and when, with what a review afterwards begins with (spec/4-incidents.md, After). What nobody recorded
// is asked for and not made up.
type Review struct {
	Key     string    `json:"key"`
	Summary string    `json:"summary"`
	Drill   bool      `json:"drill,omitempty"`
	Lines   []Line    `json:"timeline"` // in order of time
	Facts   []Fact    `json:"facts"`
	Asks    []string  `json:"asks"`           // what people have to fill in
	Ended   time.Time `json:"ended,omitzero"` // the recovery notice's instant; zero while it goes on
}

// Fact is a figure of the review.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ReviewOf makes the review of a ticket from what is kept of its incident; ok is false for a ticket that has none.
func ReviewOf(t *bot.Ticket, c *bot.Customer, state json.RawMessage) (v Review, ok bool, err error) {
	var r Record
	if len(state) > 0 {
		if err := json.Unmarshal(state, &r); err != nil {
			return v, false, fmt.Errorf("reading the incident of %s: %w", t.Key, err)
		}
	}
	if len(r.Judged) == 0 {
		return v, false, nil
	}
	return review(t, c, &r), true, nil
}

func review(t *bot.Ticket, c *bot.Customer, r *Record) Review {
	v := Review{Key: t.Key, Summary: t.Summary, Drill: t.Drill, Ended: r.Ended, Lines: slices.Clone(r.Timeline)}
	v.Lines = append(v.Lines, Line{At: r.Detected, By: "Toban", Text: "検知"})
	words, auto := 0, 0
	for i, u := range r.Updates {
		what := "初報"
		switch {
		case u.Rejected:
			continue
		case i > 0:
			what = "経過報告"
			words++
			if u.Auto {
				what, auto = "経過報告(自動)", auto+1
			}
		}
		if u.ByHand {
			what += "(課題へのコメント)"
		}
		v.Lines = append(v.Lines, Line{At: u.At, By: "お客様へ", Text: what})
	}
	if !r.Ended.IsZero() && !r.Cancelled {
		v.Lines = append(v.Lines, Line{At: r.Ended, By: "お客様へ", Text: "復旧のお知らせ"})
	}
	slices.SortStableFunc(v.Lines, func(a, b Line) int { return a.At.Compare(b.At) })
	fact := func(name, value string) { v.Facts = append(v.Facts, Fact{name, value}) }
	fact("影響", impactNames[r.Judged[len(r.Judged)-1].Impact])
	if r.Host != "" {
		fact("対象", r.Host)
	}
	if len(r.Updates) > 0 {
		fact("検知から初報まで", lasted(r.Detected, r.Updates[0].At))
	}
	if !r.Recovered.IsZero() {
		fact("検知から復旧まで", lasted(r.Detected, r.Recovered))
	}
	fact("経過報告", fmt.Sprintf("%d回(うち自動 %d回)", words, auto))
	if r.Climbed > 0 && len(r.Ladder) > 0 {
		end := ""
		if r.Deserted {
			end = "、応答なし"
		}
		fact("担当者の呼び出し", fmt.Sprintf("%d回(%d巡目まで%s)", r.Climbed, (r.Climbed-1)/len(r.Ladder)+1, end))
	}
	if x := r.Tree; x != nil && x.Turn > 0 {
		fact("お客様への電話", fmt.Sprintf("%d回", x.Turn))
	}
	for _, row := range r.Figures {
		fact("約束: "+cmp.Or(row.Name, row.ID), promiseNames[string(row.State)]+"("+bot.ShortWhen(row.Due, c.Zone)+")")
	}
	v.Asks = []string{"直接の原因", "気付くのが遅れた、または防げなかった理由", "うまくいったこと", "再発を防ぐために行うこと(担当と期日)"}
	return v
}

var promiseNames = map[string]string{"met": "達成", "missed": "未達", "running": "計測中", "paused": "停止中", "excluded": "除外", "cancelled": "取りやめ"}

// lasted is how long something took; less than a minute is said as such.
func lasted(from, to time.Time) string {
	if d := to.Sub(from).Round(time.Minute); d >= time.Minute {
		return bot.Lasting(d)
	}
	return "1分未満"
}

// Text is the review in words for staff. most is how many lines of what happened are written; the newest are left out and counted.
func (v Review) Text(zone *time.Location, most int) string {
	text := "経緯: " + v.Key + " " + v.Summary
	if v.Drill {
		text = "【訓練】" + text
	}
	day := ""
	for i, l := range v.Lines {
		if i == most {
			text += fmt.Sprintf("\n…ほか%d件(全文は toban timeline %s)", len(v.Lines)-most, v.Key)
			break
		}
		at := l.At.In(zone)
		if d := at.Format("1/2"); d != day {
			day = d
			text += "\n" + d
		}
		text += "\n・" + at.Format("15:04") + " " + l.Text
		if l.By != "" && l.By != "Toban" {
			text += "(" + l.By + ")"
		}
	}
	text += "\n\n振り返りの下書き"
	for _, f := range v.Facts {
		text += "\n・" + f.Name + ": " + f.Value
	}
	for _, a := range v.Asks {
		text += "\n・" + a + ": (記入してください)"
	}
	return text
}

// mostLines is how much of what happened a message in Slack holds.
const mostLines = 60

func (d *decision) tellReview() {
	v := review(d.t, d.v.Customer, &d.r)
	v.Drill = false // a message of a drill is marked as one anyhow
	d.v.Tell(v.Text(d.v.Customer.Zone, mostLines))
}
