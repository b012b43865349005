package report

import (
	"fmt"

	"toban/report/text"
)

// MonthlyPage builds the month's page and the page of its tickets (PageName, DetailsName). Both say only what the facts
// and figures hold; a section without any says 該当なし.
func MonthlyPage(f Facts, fig Figures) (page, details text.Doc) {
	p := pageWriter{f: f, fig: fig, zone: zoneOf(f)}
	p.add(text.Heading{Level: 1, Text: "月次報告 " + p.month() + " " + orElse(f.CustomerName, f.Customer) + " 様"})
	p.add(p.stage(), text.Lines("対象期間: "+p.span()+" / データの締め: "+p.closing()))
	p.corrections()
	for i, section := range []struct {
		title string
		write func()
	}{
		{"今月の要点", p.keyPoints},
		{"お客様情報", p.customer},
		{"対象ホスト", p.hosts},
		{"SLO / SLA の達成状況", p.compliance},
		{"可用性・復旧時間・障害", p.availability},
		{"作業実績報告", p.work},
		{"警報一次対応報告", p.firstResponse},
		{"受付の傾向と推移", p.load},
		{"不適合と是正・ご意見", p.nonconformities},
		{"脆弱性情報・メンテナンス", p.announcements},
		{"改善提案・来月の予定", p.plans},
		{"特記事項・その他", p.remarks},
		{"計測方法", p.method},
	} {
		p.add(text.Heading{Level: 2, Text: fmt.Sprintf("%d. %s", i+1, section.title)})
		section.write()
	}
	return p.doc, p.details()
}

// pageWriter collects the blocks of a page.
type pageWriter struct {
	f    Facts
	fig  Figures
	zone zone
	doc  text.Doc
}

func (p *pageWriter) add(blocks ...text.Block) { p.doc = append(p.doc, blocks...) }

func (p *pageWriter) sub(title string) { p.add(text.Heading{Level: 3, Text: title}) }

func (p *pageWriter) none() { p.add(text.Lines("該当なし")) }

// table adds the table, or 該当なし when it has no rows.
func (p *pageWriter) table(t text.Table) {
	if len(t.Rows) == 0 {
		p.none()
		return
	}
	p.add(t)
}

// notes adds the sentences as points with links to their tickets, or 該当なし.
func (p *pageWriter) notes(notes []Note) {
	if len(notes) == 0 {
		p.none()
		return
	}
	var l text.List
	for _, n := range notes {
		line := text.Cell(n.Text)
		if len(n.Keys) > 0 {
			line = append(line, text.Text(" "))
			line = append(line, text.Issues(n.Keys, KeyLimit)...)
		}
		l.Items = append(l.Items, text.Item{Line: line})
	}
	p.add(l)
}

func (p *pageWriter) month() string { return p.f.Period.Start.Format("2006年1月") }

// span names the first and the last day.
func (p *pageWriter) span() string {
	return p.f.Period.Start.Format("2006-01-02") + " ～ " + p.f.Period.End.AddDate(0, 0, -1).Format("2006-01-02")
}

// ended names the end of what is counted.
func (p *pageWriter) ended() string {
	if p.till().Before(p.f.Period.End) {
		return "締め時点"
	}
	return "月末"
}

// closing tells until when the data goes: the end of the month, or earlier with the words that it isn't over.
func (p *pageWriter) closing() string {
	if c := p.till(); c.Before(p.f.Period.End) {
		return p.at(c)
	}
	return p.f.Period.End.AddDate(0, 0, -1).Format("2006-01-02") + " 24:00"
}
