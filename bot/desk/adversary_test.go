package desk_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

// Whatever wrong issue type a customer chooses, and whatever summary stands over a text that is about another thing: no reading is certain
// and wrong. Readings that are only likely go to staff.
func TestWrongLabels(t *testing.T) {
	customers := contracts(t)
	list := corpus(t)
	of := map[string][]corpusTicket{}
	for _, c := range list {
		of[c.Profile] = append(of[c.Profile], c)
	}
	wrong := func(c corpusTicket, cust *bot.Customer, issueType, summary, what string, category ...string) {
		got := desk.Classify(cust.Types, cust.Signs, desk.Ticket{IssueType: issueType, Summary: summary, Description: c.Description, Category: category})
		if got.Confidence == bot.Certain && got.Type != c.Want.Type {
			t.Errorf("%s with %s, issue type %q, summary %q: %s is certain, meant is %s: %v", c.ID, what, issueType, summary, got.Type, c.Want.Type, got.Reasons)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	types, subjects := 0, 0
	for n, c := range list {
		cust := customers[c.Profile]
		if c.Want.Type == "unclear" {
			continue
		}
		own, _ := cust.Type(c.Want.Type)
		const part = 8 // of all wrong issue types, another part for each ticket: all of them take minutes
		for i := n % part; i < len(cust.Types); i += part {
			if rt := cust.Types[i]; rt.ID != c.Want.Type && rt.IssueType != own.IssueType {
				wrong(c, cust, rt.IssueType, c.Summary, "a wrong issue type")
				wrong(c, cust, "お問い合わせ", c.Summary, "a wrong category", rt.IssueType)
				wrong(c, cust, c.IssueType, c.Summary, "a wrong category beside its issue type", rt.ReportName, rt.IssueType)
				types++
			}
		}
		// A text that tells nothing of its type without its summary can't stand against a false one.
		alone := desk.Classify(cust.Types, cust.Signs, desk.Ticket{Summary: "お願い", Description: c.Description})
		if alone.Type != c.Want.Type || own.Class == bot.ClassIncident || named(alone) {
			continue
		}
		const tries = 2
		for range tries {
			o := of[c.Profile][r.IntN(len(of[c.Profile]))]
			other, _ := cust.Type(o.Want.Type)
			if o.Want.Type == c.Want.Type || other.ID == "" {
				continue
			}
			for _, issueType := range []string{"お問い合わせ", own.IssueType, other.IssueType} {
				wrong(c, cust, issueType, o.Summary, "a summary of another ticket")
				subjects++
			}
		}
	}
	t.Logf("%d readings with wrong issue types, %d with wrong summaries", types, subjects)
}

// named reports whether no rule but only the second opinion names a reading's type: such a text is not plain.
func named(c desk.Classification) bool {
	return slices.ContainsFunc(c.Reasons, func(why string) bool { return strings.Contains(why, "second opinion, by sample tickets, names it") })
}

// A form with next to nothing in it bears out no issue type against a summary that is of another: neither of the two is certain.
func TestBareFormUnderASwappedSummary(t *testing.T) {
	customers := contracts(t)
	forms, certain := 0, 0
	for _, c := range corpus(t) {
		cust := customers[c.Profile]
		own, ok := cust.Type(c.Want.Type)
		alone := desk.Classify(cust.Types, cust.Signs, desk.Ticket{IssueType: "お問い合わせ", Summary: c.Summary})
		if !ok || own.Class == bot.ClassIncident || alone.Type != c.Want.Type || alone.Confidence == bot.Unsure || named(alone) {
			continue // a summary that says nothing of its type
		}
		for _, rt := range cust.Types {
			if rt.ID == own.ID || rt.IssueType == own.IssueType || len(rt.Operations) == 0 || rt.Class == bot.ClassIncident {
				continue
			}
			text := "作業の種類: " + rt.Operations[0] + "\nホスト名: web01\n"
			got := desk.Classify(cust.Types, cust.Signs, desk.Ticket{IssueType: rt.IssueType, Summary: c.Summary, Description: text})
			forms++
			if got.Confidence == bot.Certain {
				certain++
				t.Errorf("%q under issue type %q: %s is certain: %v", c.Summary, rt.IssueType, got.Type, got.Reasons)
			}
		}
	}
	t.Logf("%d forms, %d certain", forms, certain)
}
