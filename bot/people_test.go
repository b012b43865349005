package bot_test

import (
	"testing"

	"toban/bot"
)

// Who somebody is: by the lists of the provider first, then by those of the customer, else a customer user when a member of the project.
func TestWhoIsWho(t *testing.T) {
	const space = "main"
	dir := &bot.Directory{
		BotUser: map[string]int64{space: 1, "other": 2},
		People: []bot.Person{
			{ID: "sato", Backlog: map[string]int64{space: 10, "other": 20}}, {ID: "ito", Partner: true, Backlog: map[string]int64{space: 11}},
		},
	}
	open := &bot.Customer{Guests: []int64{30}, Partners: []int64{31}, Bots: []int64{32}}
	closed := &bot.Customer{Users: []int64{40, 41}, Guests: []int64{30}, Approvers: []int64{40}}
	for _, tt := range []struct {
		name   string
		of     *bot.Customer
		space  string
		id     int64
		member bool
		kind   bot.AuthorKind
		agrees bool
	}{
		{"the bot", open, space, 1, true, bot.AuthorBot, false},
		{"the bot's id in another space is somebody", open, space, 2, true, bot.AuthorCustomer, true},
		{"staff", open, space, 10, true, bot.AuthorStaff, false},
		{"staff's id of another space is a customer user's here", open, space, 20, true, bot.AuthorCustomer, true},
		{"a partner of the provider", open, space, 11, true, bot.AuthorPartner, false},
		{"a partner whom the customer names", open, space, 31, true, bot.AuthorPartner, false},
		{"another program", open, space, 32, true, bot.AuthorUnknown, false},
		{"a guest writes and agrees to nothing", open, space, 30, true, bot.AuthorCustomer, false},
		{"a member where no users are named", open, space, 99, true, bot.AuthorCustomer, true},
		{"no member", open, space, 99, false, bot.AuthorUnknown, false},
		{"an approver", closed, space, 40, true, bot.AuthorCustomer, true},
		{"a user who is no approver", closed, space, 41, true, bot.AuthorCustomer, false},
		{"a member in no list", closed, space, 99, true, bot.AuthorUnknown, false},
		{"a guest beside named users", closed, space, 30, true, bot.AuthorCustomer, false},
		{"staff stay staff, whatever the customer names", &bot.Customer{Users: []int64{10}}, space, 10, true, bot.AuthorStaff, false},
	} {
		a := tt.of.Sort(dir.Author(tt.space, tt.id, "x", tt.member))
		if a.Kind != tt.kind || tt.of.MayAgree(a) != tt.agrees {
			t.Errorf("%s: %s, agrees %t; want %s, %t", tt.name, a.Kind, tt.of.MayAgree(a), tt.kind, tt.agrees)
		}
	}
}
