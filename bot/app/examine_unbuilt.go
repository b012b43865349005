package app

import (
	"fmt"

	"toban/config"
)

// unbuilt names what configuration asks for and this release does not do yet, so that nobody relies on it.
func unbuilt(cfg *config.Config) []Finding {
	var out []Finding
	for i := range cfg.Customers {
		c := &cfg.Customers[i]
		for _, k := range []struct {
			key  string
			set  bool
			does string
		}{
			{"report.weekly", c.Report.Weekly, "the monthly report alone is written"},
			{"report.yearly", c.Report.Yearly, "the monthly report alone is written"},
			{"report.live", c.Report.Live, "the running month's report is written each evening; there is no page SLA/現在"},
			{"report.pdf_mail", c.Report.PDFMail, "the report is on the wiki alone"},
			{"report.sections", len(c.Report.Sections) > 0, "every report has all sections"},
		} {
			if k.set {
				out = append(out, Finding{
					LevelWarn, fmt.Sprintf("customer %s asks for %s, which this release does not do: %s", c.ID, k.key, k.does), "leave it so if that will do for now",
				})
			}
		}
	}
	return out
}
