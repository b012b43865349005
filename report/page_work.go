package report

import (
	"fmt"
	"strconv"

	"toban/report/text"
)

func (p *pageWriter) work() {
	p.sub("種別ごとの件数")
	t := text.Table{Head: []string{"種別", "受付", "完了", "うち自動", p.ended() + "の未完了", "チケット"}, Right: []int{1, 2, 3, 4}, RowHead: true}
	for _, w := range p.fig.Work {
		t.Rows = append(t.Rows, []text.Line{
			text.Cell(orElse(w.Name, "種別なし")), number(w.New), number(w.Done), number(w.Automatic), number(w.Open), keys(w.Keys),
		})
	}
	p.table(t)

	p.sub("件数の流れ")
	fl := p.fig.Flow
	p.add(text.Table{
		Head: []string{"月初の未完了", "受付", "完了", p.ended() + "の未完了"}, Right: []int{0, 1, 2, 3},
		Rows: [][]text.Line{{number(fl.Start), number(fl.New), number(fl.Done), number(fl.End)}},
	})
	p.add(text.Lines(fmt.Sprintf("%d + %d − %d = %d", fl.Start, fl.New, fl.Done, fl.End)))

	p.sub("未完了の経過日数")
	if fl.End == 0 {
		p.none()
	} else {
		t = text.Table{Head: []string{"受付からの日数", "件数", "チケット"}, Right: []int{1}, RowHead: true}
		for _, a := range p.fig.Ageing {
			days := fmt.Sprintf("%d～%d 日", a.From, a.To)
			if a.To == 0 {
				days = fmt.Sprintf("%d 日以上", a.From)
			}
			t.Rows = append(t.Rows, []text.Line{text.Cell(days), number(a.Count), keys(a.Keys)})
		}
		p.add(t)
	}

	p.sub("契約作業数の利用状況")
	t = text.Table{Head: []string{"内容", "利用", "上限", "備考"}, Right: []int{1, 2}, RowHead: true}
	for _, q := range p.f.Quota {
		t.Rows = append(t.Rows, []text.Line{
			text.Cell(q.Name), text.Cell(strconv.Itoa(q.Used) + " " + q.Unit), text.Cell(strconv.Itoa(q.Limit) + " " + q.Unit), text.Cell(orElse(q.Explanation, "–")),
		})
	}
	p.table(t)

	p.sub("作業実績詳細")
	p.add(text.Para{text.Text("案件ごとの詳細: "), text.Page(DetailsName(p.f.Period))})
}

// weekdays are Monday first, as Figures.Load counts them.
const weekdays = "月火水木金土日"

// load shows when requests came, in bands of three hours.
func (p *pageWriter) load() {
	p.sub("曜日・時間帯別の受付件数")
	if p.fig.Flow.New == 0 {
		p.none()
	} else {
		const band = 3
		t := text.Table{Head: []string{"曜日"}, RowHead: true}
		for h := 0; h < 24; h += band {
			t.Head = append(t.Head, fmt.Sprintf("%d～%d時", h, h+band))
			t.Right = append(t.Right, len(t.Head)-1)
		}
		for d, name := range []rune(weekdays) {
			row := []text.Line{text.Cell(string(name))}
			for h := 0; h < 24; h += band {
				sum := 0
				for _, n := range p.fig.Load[d][h : h+band] {
					sum += n
				}
				row = append(row, number(sum))
			}
			t.Rows = append(t.Rows, row)
		}
		p.add(t)
	}
	p.sub("達成率の推移(13 か月)")
	t := text.Table{Head: []string{"月", "判定した件数", "達成", "達成率"}, Right: []int{1, 2, 3}, RowHead: true}
	history := p.f.History[max(len(p.f.History)-12, 0):]
	if len(history) == 0 {
		p.add(text.Lines("該当なし(過去の月の記録がありません)"))
		return
	}
	for _, m := range append(history[:len(history):len(history)], MonthRate{Month: p.f.Period.String(), Rate: p.fig.Total.Rate()}) {
		t.Rows = append(t.Rows, []text.Line{text.Cell(m.Month), number(m.Rate.Of), number(m.Rate.Met), text.Cell(m.Rate.String())})
	}
	p.add(t)
}
