package report

import (
	"fmt"

	"toban/report/text"
)

// keyPoints is what a manager reads when there is time for one section.
func (p *pageWriter) keyPoints() {
	total := p.fig.Total
	var l text.List
	say := func(parts ...text.Inline) { l.Items = append(l.Items, text.Item{Line: parts}) }
	switch total.Mark() {
	case None:
		say(text.Text("判定: – (判定する約束はありませんでした)"))
	case Good:
		say(text.Text("判定: ○ "), text.Text(fmt.Sprintf("判定した約束 %d 件をすべて守りました。", total.Rate().Of)))
	default:
		say(text.Text("判定: "), text.Bad(Bad), text.Text(fmt.Sprintf(" 判定した約束 %d 件のうち %d 件を守りました(達成率 %s)。目標未達 %d 件、違反 %d 件です。",
			total.Rate().Of, total.Met, total.Rate(), p.fig.Objective.Missed, p.fig.Agreement.Missed)))
	}
	if w, ok := p.worst(); ok {
		over, open := w.Over(p.till())
		state := "超過"
		if open {
			state = "超過・未完了"
		}
		say(text.Text("最も大きな未達: "), text.Issue(w.Key), text.Text(fmt.Sprintf(" %s(%s、%s、%s %s)",
			text.Cut(text.Clean(w.Summary), summaryLimit), w.Name, missWord(w.Clock.Level), span(over), state)))
	} else {
		say(text.Text("最も大きな未達: 該当なし"))
	}
	if n := p.fig.Faults; n.Count == 0 {
		say(text.Text("障害: 該当なし"))
	} else {
		say(text.Text(fmt.Sprintf("障害: %d 件(うちサービス影響あり %d 件、未復旧 %d 件)", n.Count, n.Affected, n.Open)))
	}
	if p.fig.Waiting.Total > 0 {
		say(append(text.Line{text.Text("ご回答をお待ちしている案件: ")}, keys(p.fig.Waiting)...)...)
	} else {
		say(text.Text("ご回答をお待ちしている案件: 該当なし"))
	}
	p.add(l)
	p.sub("ご判断いただきたいこと")
	p.notes(p.f.Decisions)
	p.sub("達成状況の要約")
	p.table(p.classes())
}

// worst is the first breach with the longest delay, or else the first miss with the longest.
func (p *pageWriter) worst() (Judged, bool) {
	var worst Judged
	found := false
	for _, j := range p.fig.Misses {
		if !found {
			worst, found = j, true
			continue
		}
		if j.Clock.Level != worst.Clock.Level {
			continue // breaches stand first
		}
		a, _ := j.Over(p.till())
		b, _ := worst.Over(p.till())
		if a > b {
			worst = j
		}
	}
	return worst, found
}

// classes sums the rows by class, in the order of the rows.
func (p *pageWriter) classes() text.Table {
	t := text.Table{Head: []string{"区分", "種類", "件数", "達成", "未達", "除外", "達成率", "判定"}, Right: []int{2, 3, 4, 5, 6}, RowHead: true}
	type key struct {
		class string
		level Level
	}
	var order []key
	sums := map[key]*Counts{}
	for _, r := range p.fig.Rows {
		k := key{r.ClassName, r.Level}
		if sums[k] == nil {
			order = append(order, k)
			sums[k] = &Counts{}
		}
		sums[k].sum(r.Counts)
	}
	for _, k := range order {
		c := *sums[k]
		t.Rows = append(t.Rows, []text.Line{
			text.Cell(k.class), text.Cell(levelWord(k.level)), number(c.Count()), number(c.Met), bad(c.Missed), number(c.Excluded),
			text.Cell(c.Rate().String()), mark(c.Mark()),
		})
	}
	return t
}

func (p *pageWriter) customer() {
	fields := []string{"お客様名", orElse(p.f.CustomerName, p.f.Customer)}
	if p.f.ProjectKey != "" {
		fields = append(fields, "Backlog プロジェクト", p.f.ProjectKey)
	}
	for _, x := range p.f.Info {
		fields = append(fields, x.Name, orElse(x.Value, "–"))
	}
	p.add(text.Fields(fields...))
}

func (p *pageWriter) hosts() {
	t := text.Table{Head: []string{"ホスト名", "種類", "今月の変更"}, RowHead: true}
	for _, h := range p.f.Hosts {
		change := text.Cell(orElse(h.Change, "なし"))
		if len(h.Keys) > 0 {
			change = append(append(change, text.Text(" ")), text.Issues(h.Keys, KeyLimit)...)
		}
		t.Rows = append(t.Rows, []text.Line{text.Cell(h.Name), text.Cell(orElse(h.Kind, "–")), change})
	}
	p.table(t)
	if p.f.Billed != "" {
		p.add(text.Lines("契約上のノード数: " + p.f.Billed))
	}
}
