package report

import (
	"fmt"

	"toban/report/text"
)

func (p *pageWriter) announcements() {
	p.sub("脆弱性情報")
	p.notes(p.f.Vulnerabilities)
	p.sub("メンテナンス")
	p.notes(p.f.Maintenance)
}

func (p *pageWriter) plans() {
	p.sub("改善提案")
	p.notes(p.f.Proposals)
	p.sub("来月の予定")
	p.notes(p.f.Plans)
}

func (p *pageWriter) remarks() {
	p.add(text.Para{text.Text("担当者の記入欄: "), text.Page(NotesName(p.f.Period))})
}

func (p *pageWriter) method() {
	p.add(text.Points(
		"案件は、結果が確定した月(完了または期限の早い方)に計上しています。",
		"件数は約束の数です。1 つの案件に複数の約束(第一報の目標と合意など)があるため、案件の数とは異なることがあります。",
		"達成率 = 達成 ÷ (達成 + 未達)。除外・取消・期限前の案件は含みません。小数第 2 位以下は切り捨てです。",
		"判定: ○ 未達なし、× 未達あり、– 判定した案件なし。SLO(目標)の未達は「目標未達」、SLA(合意)の未達は「違反」です。",
		"期限は契約の営業時間と休日で計算し、ご回答をお待ちしている時間は含めていません。",
		"「該当なし」は、締めまでの記録に該当するものがないことを示します。",
	))
	version := orElse(p.f.Version, "–")
	p.add(text.Fields("データの締め", p.closing(), "適用した規則の版", version, "時刻の表記", p.zone.String()))
	if p.fig.Doubtful.Total > 0 {
		line := text.Para{text.Text(fmt.Sprintf("記録の確認が必要な案件(完了が受付より前): %d 件 ", p.fig.Doubtful.Total))}
		p.add(append(line, keys(p.fig.Doubtful)...))
	}
	p.sub("当番システムの停止")
	p.notes(p.f.Downtimes)
	p.sub("遅れてお送りしたご連絡")
	p.notes(p.f.LateNotices)
}

// details is the page of the month's tickets, each with its clocks.
func (p *pageWriter) details() text.Doc {
	d := pageWriter{f: p.f, fig: p.fig, zone: p.zone}
	d.add(
		text.Heading{Level: 1, Text: "作業詳細 " + p.month() + " " + orElse(p.f.CustomerName, p.f.Customer) + " 様"},
		p.stage(),
		text.Para{text.Text("月次報告: "), text.Page(PageName(p.f.Period)), text.Text(" / データの締め: " + p.closing())},
		text.Heading{Level: 2, Text: "依頼"},
	)
	t := text.Table{Head: []string{"チケット", "種別", "件名", "依頼者", "担当者", "優先度", "受付", "期限", "完了", "状態", "判定"}}
	for _, x := range p.fig.Details {
		t.Rows = append(t.Rows, []text.Line{
			ticket(x.Key), text.Cell(orElse(x.TypeName, orElse(x.Type, "–"))), summary(x.Summary),
			text.Cell(orElse(x.Requester, "–")), text.Cell(orElse(x.Assignee, "–")), text.Cell(orElse(x.Priority, "–")),
			text.Cell(d.at(x.Received)), text.Cell(d.at(x.Due)), text.Cell(d.at(x.Done)), text.Cell(orElse(x.Status, "–")), verdicts(x.Clocks),
		})
	}
	d.table(t)
	if len(p.fig.Details) < p.fig.DetailsAll {
		d.add(text.Lines(fmt.Sprintf("全 %d 件のうち、未達・除外・未完了を優先して %d 件を掲載しています。全件は添付の CSV をご覧ください。", p.fig.DetailsAll, len(p.fig.Details))))
	}
	d.add(text.Heading{Level: 2, Text: "障害"})
	t = text.Table{Head: []string{"チケット", "区分", "ホスト / 警報", "約束", "期限", "実績", "判定", "備考"}}
	for _, in := range p.fig.Incidents {
		for _, c := range in.Clocks {
			t.Rows = append(t.Rows, d.promise(in, c.Name, levelWord(c.Level), c, c.Cause))
		}
		for i, r := range in.Rounds[:min(len(in.Rounds), RoundLimit)] {
			note := r.Cause
			if r.Automatic {
				note = orElse(note, "自動投稿")
			}
			c := ClockResult{State: r.State, Level: r.Level, Due: r.Due, Stopped: r.At}
			t.Rows = append(t.Rows, d.promise(in, fmt.Sprintf("途中経過 %d 回目", i+1), "", c, note))
		}
		if more := len(in.Rounds) - RoundLimit; more > 0 {
			t.Rows = append(t.Rows, d.promise(in, fmt.Sprintf("途中経過 ほか %d 回", more), "", ClockResult{State: "–"}, ""))
		}
		if len(in.Clocks)+len(in.Rounds) == 0 {
			t.Rows = append(t.Rows, d.promise(in, "", "", ClockResult{State: "–"}, ""))
		}
	}
	d.table(t)
	d.shortened(len(p.fig.Incidents), p.fig.IncidentsAll)
	return d.doc
}

func (p *pageWriter) promise(in Incident, name, level string, c ClockResult, note string) []text.Line {
	if level != "" {
		name += " " + level
	}
	return []text.Line{
		ticket(in.Key), text.Cell(impact(in.Class)), summary(title(in)), text.Cell(orElse(name, "–")),
		text.Cell(p.at(c.Due)), text.Cell(p.at(c.Stopped)), stateWord(c), text.Cell(orElse(note, "–")),
	}
}

// verdicts names the results of a ticket's clocks, by name when there are several.
func verdicts(clocks []ClockResult) text.Line {
	var l text.Line
	for i, c := range clocks {
		if i > 0 {
			l = append(l, text.Break{})
		}
		if len(clocks) > 1 {
			l = append(l, text.Text(c.Name+": "))
		}
		l = append(l, stateWord(c)...)
	}
	if l == nil {
		return text.Cell("–")
	}
	return l
}
