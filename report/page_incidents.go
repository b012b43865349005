package report

import (
	"fmt"
	"strconv"

	"toban/report/text"
)

func (p *pageWriter) availability() {
	n := p.fig.Faults
	recover, notice := "– (復旧した障害はありません)", "– (第一報の対象はありません)"
	if mean, ok := n.MeanToRecover(); ok {
		recover = fmt.Sprintf("%s(%d 件、検知から復旧まで)", span(mean), n.Recovered)
	}
	if mean, ok := n.MeanToNotice(); ok {
		notice = fmt.Sprintf("平均 %s、最長 %s(検知から第一報まで)", span(mean), span(n.NoticeWorst))
	}
	p.add(text.Fields(
		"稼働率", "該当なし(計測の対象が登録されていません)",
		"障害件数", fmt.Sprintf("%d 件(うちサービス影響あり %d 件)", n.Count, n.Affected),
		"1 日を超えた障害", strconv.Itoa(n.OverOneDay)+" 件",
		"未復旧の障害", strconv.Itoa(n.Open)+" 件",
		"平均復旧時間(MTTR)", recover,
		"第一報までの時間", notice,
	))
	p.sub("問題管理(繰り返す障害)")
	p.notes(p.f.Problems)
}

// firstResponse lists each incident with the times of its notices and what was done.
func (p *pageWriter) firstResponse() {
	if len(p.fig.Incidents) == 0 {
		p.none()
		return
	}
	t := text.Table{Head: []string{"チケット", "区分", "ホスト / 警報", "検知", "第一報", "第一報まで", "途中経過", "復旧", "復旧まで"}}
	for _, in := range p.fig.Incidents {
		first, took, recovered, lasted := "未実施", "–", "未復旧", "–"
		if !in.FirstNotice.IsZero() {
			first, took = p.at(in.FirstNotice), span(in.FirstNotice.Sub(in.Detected))
		}
		if !in.Recovered.IsZero() && in.Recovered.Before(p.till()) {
			recovered, lasted = p.at(in.Recovered), span(in.Recovered.Sub(in.Detected))
		}
		t.Rows = append(t.Rows, []text.Line{
			ticket(in.Key), text.Cell(impact(in.Class)), summary(title(in)), text.Cell(p.at(in.Detected)),
			text.Cell(first), text.Cell(took), updates(in.Rounds), text.Cell(recovered), text.Cell(lasted),
		})
	}
	p.add(t)
	p.shortened(len(p.fig.Incidents), p.fig.IncidentsAll)
	if n := p.fig.Faults.Rounds; n.Met+n.Missed > 0 {
		p.add(text.Lines(fmt.Sprintf("途中経過のご連絡: %d 回(時間内 %d 回、うち自動投稿 %d 回、遅延 %d 回)", n.Met+n.Missed, n.Met, p.fig.Faults.Automatic, n.Missed)))
	}
	p.sub("対応内容")
	var l text.List
	for _, in := range p.fig.Incidents {
		item := text.Item{Line: text.Line{text.Issue(in.Key), text.Text(" " + text.Cut(text.Clean(title(in)), summaryLimit))}}
		for _, a := range in.Actions {
			item.Sub = append(item.Sub, text.Item{Line: text.Cell(text.Cut(text.Clean(a), 300))})
		}
		if len(in.Actions) == 0 {
			item.Sub = []text.Item{{Line: text.Cell("対応の記録なし")}}
		}
		l.Items = append(l.Items, item)
	}
	p.add(l)
}

func impact(class string) string {
	switch class {
	case Affected:
		return "影響あり"
	case NotAffected:
		return "影響なし"
	}
	return class
}

// updates sums an incident's rounds: 3 回(自動 1 回、遅延 1 回).
func updates(rounds []Round) text.Line {
	met, automatic, missed := 0, 0, 0
	for _, r := range rounds {
		switch {
		case r.State == Missed:
			missed++
		case r.State == Met:
			met++
			if r.Automatic {
				automatic++
			}
		}
	}
	switch {
	case met+missed == 0:
		return text.Cell("–")
	case missed > 0:
		return text.Line{text.Text(fmt.Sprintf("%d 回(自動 %d 回、", met+missed, automatic)), text.Bad(fmt.Sprintf("遅延 %d 回", missed)), text.Text(")")}
	}
	return text.Cell(fmt.Sprintf("%d 回(自動 %d 回)", met, automatic))
}
