package bot_test

import (
	"testing"

	"toban/bot"
)

func TestPartnersServeWhoNamesThem(t *testing.T) {
	ito := bot.Person{ID: "ito", Partner: true, Teams: []string{"soc", "partner"}, Backlog: map[string]int64{"main": 2005}}
	step := func(to string) *bot.Customer {
		return &bot.Customer{Escalation: []bot.EscalationStep{{To: "duty"}, {To: to}}}
	}
	for name, tt := range map[string]struct {
		person bot.Person
		of     *bot.Customer
		want   bool
	}{
		"our own people serve all":       {bot.Person{ID: "sato"}, &bot.Customer{}, true},
		"our own people serve nobody's":  {bot.Person{ID: "sato"}, nil, true},
		"nobody's project":               {ito, nil, false},
		"named nowhere":                  {ito, step("manager"), false},
		"their team":                     {ito, &bot.Customer{Team: "soc"}, true},
		"another team":                   {ito, &bot.Customer{Team: "desk"}, false},
		"no team on either side":         {bot.Person{ID: "x", Partner: true, Teams: []string{""}}, &bot.Customer{}, false},
		"a step for them":                {ito, step("person:ito"), true},
		"a step for somebody else":       {ito, step("person:itoh"), false},
		"a step for their team":          {ito, step("team:soc"), true},
		"a step for their tier":          {ito, step("tier:partner"), true},
		"a step for another tier":        {ito, step("tier:support_center"), false},
		"among the project's partners":   {ito, &bot.Customer{Space: "main", Partners: []int64{2005}}, true},
		"the same number, another space": {ito, &bot.Customer{Space: "other", Partners: []int64{2005}}, false},
	} {
		if got := tt.person.Serves(tt.of); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	dir := &bot.Directory{Customers: []*bot.Customer{{ID: "a", Team: "soc"}, {ID: "b"}}}
	if got := dir.For(ito).Customers; len(got) != 1 || got[0].ID != "a" || len(dir.Customers) != 2 {
		t.Errorf("a partner is told of %+v", got)
	}
	if got := dir.For(bot.Person{}).Customers; len(got) != 2 {
		t.Errorf("our own people are told of %+v", got)
	}
}
