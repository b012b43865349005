package digest

import (
	"fmt"
	"strings"

	"toban/bot"
	"toban/report"
)

// References that say what a reviewer was told of a month.
func askedName(month string) string   { return "review:" + month }
func overdueName(month string) string { return "review-overdue:" + month }
func turnedName(month string) string  { return "review-turned:" + month }

// written reports whether the report of a month was written before: a month before Toban came has none.
func written(req bot.ReportRequest, refs map[string]string) bool {
	p, err := report.Parse(req.Month, nil)
	return err == nil && refs[bot.RefPageHash+report.PageName(p)] != ""
}

// review is what the person who reviews a month's report is to be told now; "" is nothing, for instance because it was told before.
func (p *Publisher) review(req bot.ReportRequest, res Published, refs map[string]string) (string, error) {
	c, ok := p.Directory().Customer(req.Customer)
	if !ok {
		return "", nil
	}
	f, now := res.Facts, p.Clock.Now()
	if now.Before(f.Period.End) {
		return "", nil
	}
	month, command := f.Period.Start.Format("2006年1月"), fmt.Sprintf("/toban report final %s %s", c.ID, req.Month)
	once := func(name, value string) bool {
		if refs[name] == value {
			return false
		}
		res.Refs[name] = value
		return true
	}
	if f.Edition.Revision > 0 {
		known, err := revisions(refs, req.Month)
		if err != nil {
			return "", err
		}
		fresh, err := unsaid(known, res.Corrections)
		if err != nil || !fresh || !once(turnedName(req.Month), fmt.Sprint(len(known), ":", len(res.Corrections))) {
			return "", err
		}
		var text strings.Builder
		fmt.Fprintf(&text, "%sの月次報告は確定していますが、その後に分かった記録では次の判定が変わります。訂正の版を出すには「%s」を実行してください。判定の数字は変えず、訂正として載せます。", month, command)
		for _, n := range corrected(res, c) {
			text.WriteString("\n・" + strings.Join(n.Keys, "、") + " " + n.Text)
		}
		return text.String(), nil
	}
	bare := ""
	if n := res.Figures.Uncaused; n > 0 {
		bare = fmt.Sprintf(" 原因が未記入の未達が%d件あります。カードの「未達の原因」で記録すると確定できます。", n)
	}
	due := f.Edition.Due
	switch {
	case once(askedName(req.Month), "asked"):
		text := fmt.Sprintf("%sの月次報告の下書きを wiki の %s に書きました。内容を確認し、「%s」で確定してください。", month, res.Page, command)
		if !due.IsZero() && now.Before(due) {
			text += "期限は " + bot.ShortWhen(due, c.Zone) + " です。"
		}
		return text + bare, nil
	case !due.IsZero() && !now.Before(due) && once(overdueName(req.Month), "told"):
		return fmt.Sprintf("%sの月次報告は、期限(%s)を過ぎましたが確定していません。「%s」で確定してください。%s", month, bot.ShortWhen(due, c.Zone), command, bare), nil
	}
	return "", nil
}

// corrected tells what would be judged otherwise today, the first few of it.
func corrected(res Published, c *bot.Customer) []report.Note {
	const most = 10
	var out []report.Note
	for _, x := range res.Corrections[:min(most, len(res.Corrections))] {
		out = append(out, correctionNote(x, res.names, c.Zone))
	}
	return out
}
