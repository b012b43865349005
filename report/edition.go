package report

import (
	"fmt"
	"time"

	"toban/report/text"
)

// Edition says how far the report of a month that is over has come: a draft until a person makes it final. A final report keeps its
// judgements; what turns out later stands beside them as a correction, and makes another revision of it.
type Edition struct {
	Revision int       // 1 is the first final one, 0 a draft
	At       time.Time // when a person made this revision
	By       string
	Due      time.Time // until when it is promised to be final; zero when nothing is
	// Corrections belong to the revisions after the first, the oldest first.
	Corrections []Correction
}

// Correction is what a revision corrects.
type Correction struct {
	Revision int
	At       time.Time
	By       string
	Notes    []Note
}

// stage is the line that says whether the figures may still change.
func (p *pageWriter) stage() text.Para {
	e := p.f.Edition
	switch {
	case p.till().Before(p.f.Period.End):
		return text.Lines("状態: 速報(期間の途中です。数字は変わります)")
	case e.Revision > 0:
		return text.Lines(fmt.Sprintf("状態: 確定(第 %d 版、%s、%s)", e.Revision, p.at(e.At), orElse(e.By, "–")))
	case e.Due.IsZero():
		return text.Lines("状態: 下書き(確認前です。数字は変わることがあります)")
	}
	return text.Lines("状態: 下書き(確認前です。数字は変わることがあります。確定の期限: " + p.at(e.Due) + ")")
}

// corrections tell what turned out after the report had been made final.
func (p *pageWriter) corrections() {
	for _, c := range p.f.Edition.Corrections {
		p.sub(fmt.Sprintf("訂正(第 %d 版、%s、%s)", c.Revision, p.at(c.At), orElse(c.By, "–")))
		p.notes(c.Notes)
	}
	if len(p.f.Edition.Corrections) > 0 {
		p.add(text.Lines("判定の数字は最初に確定したままです。そのほかの数字は、この版を作った時点の記録によります。"))
	}
}
