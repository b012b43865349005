package desk_test

import (
	"fmt"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

// Every request type of every profile is reached by a ticket of the corpus, and, where customers open it, by one whose issue type does not
// tell; or by its own name alone.
func TestEveryTypeIsReached(t *testing.T) {
	customers := contracts(t)
	reached := map[string]bool{}
	for _, c := range corpus(t) {
		cust := customers[c.Profile]
		got := desk.Understand(cust, bot.Snapshot{Type: c.IssueType, Summary: c.Summary, Description: c.Description})
		if got.Type == c.Want.Type {
			reached[c.Profile+"/"+got.Type] = true
		}
		if got := desk.Understand(cust, bot.Snapshot{Type: "お問い合わせ", Summary: c.Summary, Description: c.Description}); got.Type == c.Want.Type {
			reached[c.Profile+"/"+got.Type+"/by content"] = true
		}
	}
	for name, cust := range customers {
		for _, rt := range cust.Types {
			byName := desk.Understand(cust, bot.Snapshot{Type: rt.IssueType, Summary: rt.IssueType})
			if !reached[name+"/"+rt.ID] && byName.Type != rt.ID {
				t.Errorf("%s: no ticket is read as %s", name, rt.ID)
			}
			if rt.OpenedBy == "customer" && !reached[name+"/"+rt.ID+"/by content"] {
				t.Errorf("%s: no ticket is read as %s by its content", name, rt.ID)
			}
		}
	}
}

// Every row of the work catalogue is found by its own words, and what it says of the work reaches the reading.
func TestEveryRowOfTheCatalogueIsReached(t *testing.T) {
	for name, cust := range contracts(t) {
		for _, w := range cust.Catalogue.Rows() {
			text := fmt.Sprintf("%s の %s をお願いします。", w.Area, w.Work)
			if w.Area == "" {
				text = w.Work + "をお願いします。"
			}
			got := desk.Understand(cust, bot.Snapshot{Type: "依頼", Summary: w.Work, Description: text})
			if got.Work.ID != w.ID && (got.Work.Declined != w.Declined || got.Work.Note != w.Note) {
				t.Errorf("%s: %q is read as row %q, want %q", name, text, got.Work.ID, w.ID)
			}
			want := desk.Supported
			switch {
			case w.Declined:
				want = desk.Unsupported
			case w.Note != "":
				want = desk.Conditional
			}
			if got.Support != want {
				t.Errorf("%s: %q: supported %s, want %s", name, text, got.Support, want)
			}
		}
	}
}
