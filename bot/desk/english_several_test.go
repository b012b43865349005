package desk_test

import (
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

func TestSeveralInEnglishProse(t *testing.T) {
	c := contracts(t)["support-desk"]
	for _, x := range []struct {
		text string
		want bool
	}{
		{"Please restart web01. Also, please create an IAM user for Ms. Ono.", true},
		{"Please restart web01 tonight and please take a snapshot of db01 before that.", true},
		{"Could you open port 443 on web01 for 203.0.113.9/32? We also need a snapshot of db01.", true},
		{"Two things: please reboot ap01, and also increase the volume of db01 to 200 GB.", true},
		{"Please upgrade PHP on web01 to 8.3. In addition, could you reset the password of the IAM user suzuki?", true},
		{"Hi team,\n\nPlease add 203.0.113.5/32 to the security group of web01.\nPlease remove the monitoring alert of old01.\n\nThanks", true},
		{"Please restart web01. It has been leaking memory. Please let me know when it is done.", false},
		{"Please stop dev01 on Friday at 20:00 and start it again on Monday at 8:00.", false},
		{"Could you take a snapshot of db01? Please also keep it for 30 days.", false},
		{"Please change the instance type of ap01 to m6i.large. A short stop is fine. Thanks for your help as always.", false},
		{"Please create a snapshot of db01. Also, please tell me how long snapshots are kept.", false},
	} {
		got := desk.Understand(c, bot.Snapshot{Type: "Other", Summary: "Request", Description: x.text})
		if len(got.Several) > 1 != x.want {
			t.Errorf("%q: several = %v, want %v", x.text, got.Several, x.want)
		}
		if x.want && got.Confidence == bot.Certain {
			t.Errorf("%q is certain", x.text)
		}
	}
}
