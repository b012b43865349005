package report

import (
	"fmt"
	"time"

	"toban/report/text"
)

// till is the end of what counts: the cutoff, or the end of a month that is over.
func (p *pageWriter) till() time.Time {
	if c := p.f.Cutoff; !c.IsZero() && c.Before(p.f.Period.End) {
		return c
	}
	return p.f.Period.End
}

func (p *pageWriter) compliance() {
	t := text.Table{
		Head:  []string{"区分", "種別", "目標", "種類", "件数", "達成", "未達", "除外", "達成率", "判定", "チケット"},
		Right: []int{4, 5, 6, 7, 8}, RowHead: true,
	}
	for _, r := range p.fig.Rows {
		t.Rows = append(t.Rows, []text.Line{
			text.Cell(r.ClassName), text.Cell(r.Name), text.Cell(orElse(r.Target, "–")), text.Cell(levelWord(r.Level)),
			number(r.Count()), number(r.Met), bad(r.Missed), number(r.Excluded),
			text.Cell(r.Rate().String()), mark(r.Mark()), keys(r.Keys),
		})
	}
	p.table(t)
	p.sub("目標未達・違反の一覧")
	p.table(p.misses())
	p.shortened(len(p.fig.Misses), p.fig.Total.Missed)
	p.sub("判定から除外した案件")
	t = text.Table{Head: []string{"チケット", "種別", "目標", "件名", "理由"}}
	for _, j := range p.fig.Excluded {
		t.Rows = append(t.Rows, []text.Line{
			ticket(j.Key), text.Cell(j.Name), text.Cell(orElse(j.Target, "–")), summary(j.Summary), written(j.Clock.Cause, "理由未記入"),
		})
	}
	p.table(t)
	p.shortened(len(p.fig.Excluded), p.fig.Total.Excluded)
}

func (p *pageWriter) misses() text.Table {
	t := text.Table{Head: []string{"チケット", "種別", "目標", "件名", "判定", "期限", "実績", "超過", "原因", "対策"}}
	for _, j := range p.fig.Misses {
		over, open := j.Over(p.till())
		done := p.at(j.Clock.Stopped)
		if open {
			done = "未完了"
		}
		t.Rows = append(t.Rows, []text.Line{
			ticket(j.Key), text.Cell(j.Name), text.Cell(orElse(j.Target, "–")), summary(j.Summary),
			{text.Bad(missWord(j.Clock.Level))},
			text.Cell(p.at(j.Clock.Due)), text.Cell(done), text.Cell(span(over)),
			written(j.Clock.Cause, "原因未記入"), written(j.Clock.Measure, "対策未記入"),
		})
	}
	return t
}

// written shows what staff wrote, or that they did not.
func written(s, missing string) text.Line {
	if s == "" {
		return text.Line{text.Bad(missing)}
	}
	return text.Cell(text.Cut(text.Clean(s), 200))
}

// shortened says that a list holds only a part.
func (p *pageWriter) shortened(shown, all int) {
	if shown < all {
		p.add(text.Lines(fmt.Sprintf("全 %d 件のうち %d 件を掲載しています。", all, shown)))
	}
}

func (p *pageWriter) nonconformities() {
	p.sub("不適合(目標未達・違反)")
	if p.fig.Total.Missed == 0 {
		p.none()
	} else {
		p.add(text.Lines(fmt.Sprintf("%d 件(うち原因未記入 %d 件)。原因と対策は「4. SLO / SLA の達成状況」の一覧のとおりです。", p.fig.Total.Missed, p.fig.Uncaused)))
	}
	p.sub("ご意見・苦情")
	p.notes(p.f.Complaints)
}
