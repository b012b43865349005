package desk_test

import (
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"toban/bot"
	"toban/config"
	"toban/sla"
)

// loaded is the example's configuration, read once: it never changes.
var loaded = sync.OnceValues(func() (*config.Config, error) {
	_, file, _, _ := runtime.Caller(0)
	return config.Load(filepath.Join(filepath.Dir(file), "..", "..", "config", "example"), config.Options{Getenv: func(string) string { return "x" }})
})

// profile is the shipped support-desk profile as the example's customer has it.
func profile(t testing.TB) *config.Customer {
	t.Helper()
	cfg, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	for i := range cfg.Customers {
		if cfg.Customers[i].ID == "aoba" {
			return &cfg.Customers[i]
		}
	}
	t.Fatal("the example has no customer aoba")
	return nil
}

func requestTypes(c *config.Customer) []bot.RequestType { return typesOf(*c.Profile()) }

func typesOf(p config.Profile) []bot.RequestType {
	var out []bot.RequestType
	for _, t := range p.RequestTypes {
		rt := bot.RequestType{ID: t.ID, IssueType: t.IssueType, Aliases: t.Aliases, ReportName: t.ReportName, Class: bot.Class(t.Class), OpenedBy: string(t.OpenedBy)}
		rt.Operations = append(rt.Operations, t.Operations...)
		for _, r := range t.Required {
			rt.Required = append(rt.Required, bot.RequiredItem{Item: r.Item, When: r.When})
		}
		rt.Change = bot.ChangeRule{Class: bot.ChangeClass(t.Change.Class), ByOperation: map[string]bot.ChangeClass{}}
		for op, class := range t.Change.ByOperation {
			rt.Change.ByOperation[op] = bot.ChangeClass(class)
		}
		signs := p.SignsOf(t.ID)
		rt.Signs = bot.SignWords{Asks: signs.Groups(), Own: signs.Own(), Phrases: signs.Words(signs.Phrases), Except: signs.Words(signs.Except)}
		out = append(out, rt)
	}
	return out
}

func customer(t testing.TB) *bot.Customer {
	t.Helper()
	c := profile(t)
	desk := c.Profile().Desk
	out := &bot.Customer{
		ID: c.ID, Name: c.Name, Space: "main", Projects: []string{"AOBA"}, Channel: "C1", Lang: "ja", Zone: tokyo, NotifyDefault: []int64{userCustomer},
		Policies: c.Policies(), Calendars: map[string]*sla.Calendar{}, Messages: c.Templates("ja"), Team: "desk", Types: requestTypes(c),
		Timing: bot.Timing{
			Unclaimed: desk.Unclaimed, ReminderDays: desk.ReminderDays, CloseDays: 5, ReopenWithin: desk.ReopenWithin, SupportCalendar: desk.SupportCalendar,
			SatisfactionPerson: "tanaka",
		},
	}
	for name, spec := range c.CalendarSpecs() {
		cal, err := spec.Compile()
		if err != nil {
			t.Fatal(err)
		}
		out.Calendars[name] = cal
	}
	return out
}
