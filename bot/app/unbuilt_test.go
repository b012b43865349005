package app

import (
	"testing"

	"toban/config"
)

func TestWhatIsAskedForAndNotBuilt(t *testing.T) {
	cfg := &config.Config{Customers: []config.Customer{{ID: "aoba"}, {ID: "midori", Report: config.ReportOptions{Monthly: true, Weekly: true, Yearly: true, Live: true, PDFMail: true, Sections: []string{"お客様情報"}}}}}
	got := unbuilt(cfg)
	if len(got) != 5 {
		t.Fatalf("found %+v", got)
	}
	for _, f := range got {
		if f.Level != LevelWarn || f.Mend == "" {
			t.Errorf("finding %+v", f)
		}
	}
}
