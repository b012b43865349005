package postbox_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/postbox"
)

// What the mails of monitoring mean is said by the customer's rules; one that no rule fits is for staff to read, and none is dropped.
func TestAlertMails(t *testing.T) {
	re := regexp.MustCompile
	rules := []postbox.Rule{
		{ID: "web-down", Alert: re(`web-1`), Recovery: re(`^\[OK\] web-1`), Host: "web-1"},
		{ID: "zabbix", Alert: re(`^(?P<severity>\S+): (?P<name>.+) on (?P<host>\S+)$`), Recovery: re(`^Resolved: (?P<name>.+) on (?P<host>\S+)$`), Body: re(`(?m)^Event ID: (?P<id>\d+)$`)},
		{ID: "disk", Alert: re(`^Disk (?P<host>\S+)`), Hosts: re(`^db-`), Severity: re(`^$`)},
	}
	for name, tt := range map[string]struct {
		subject, text string
		want          bot.Alert
	}{
		"an alert":             {"[CRITICAL] web-1 is down", "x", bot.Alert{Rule: "web-down", Name: "web-down", Host: "web-1", Firing: true}},
		"its recovery":         {"[OK] web-1 is up", "x", bot.Alert{Rule: "web-down", Name: "web-down", Host: "web-1"}},
		"named groups":         {"High: CPU load on i-0123", "Event ID: 42\n", bot.Alert{Rule: "zabbix", Name: "CPU load", Host: "app-1", Severity: "High", Occurrence: "42", Firing: true}},
		"and over again":       {"Resolved: CPU load on I-0123", "a\nEvent ID: 42\nb", bot.Alert{Rule: "zabbix", Name: "CPU load", Host: "app-1", Occurrence: "42"}},
		"a text that fits not": {"High: CPU load on app-1", "no id", bot.Alert{Name: "mail that no rule fits", Unread: true, Firing: true}},
		"a host of the rule's": {"Disk db-1 full", "", bot.Alert{Rule: "disk", Name: "disk", Host: "db-1", Firing: true}},
		"a host of no rule":    {"Disk ap-1 full", "", bot.Alert{Name: "mail that no rule fits", Unread: true, Firing: true}},
		"no subject":           {"", "", bot.Alert{Name: "mail that no rule fits", Unread: true, Firing: true}},
		"a newsletter":         {"Our new features!", strings.Repeat("buy ", 1000), bot.Alert{Name: "mail that no rule fits", Unread: true, Firing: true}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{}
			p := postbox.New(postbox.Config{Inbox: s, Clock: bot.ClockFunc(func() time.Time { return received })})
			box := postbox.Box{Address: "alerts@aoba.example", Customer: "aoba", Project: "AOBA", Alerts: &postbox.Alerts{Rules: rules, Hosts: map[string]string{"i-0123": "app-1"}}}
			raw := fmt.Sprintf("From: zabbix@aoba.example\r\nAuto-Submitted: auto-generated\r\nMessage-ID: <1@x>\r\nDate: Sun, 22 Nov 2026 12:00:00 +0900\r\nSubject: %s\r\n\r\n%s\r\n", tt.subject, tt.text)
			for range 2 { // a doubled mail has the same key
				if err := p.Take(t.Context(), true, []postbox.Box{box}, []byte(raw)); err != nil {
					t.Fatal(err)
				}
			}
			if len(s.events) != 2 || s.events[0].Key != s.events[1].Key || s.events[0].Kind != bot.EventAlert || s.events[0].Customer != "aoba" {
				t.Fatalf("events %+v", s.events)
			}
			var got bot.Alert
			if err := s.events[0].Decode(&got); err != nil {
				t.Fatal(err)
			}
			if s.events[0].Lane != bot.AlertLane("aoba", tt.want.Host, tt.want.Name) {
				t.Errorf("lane %s", s.events[0].Lane)
			}
			if got.Customer != "aoba" || got.Source != "mail" || got.ID != "1@x" || got.Since.Format("15:04") != "03:00" || !strings.HasPrefix(got.Text, tt.subject) || len(got.Raw) == 0 {
				t.Errorf("alert %+v", got)
			}
			got.Customer, got.Source, got.ID, got.Text, got.Raw, got.Since = "", "", "", "", nil, tt.want.Since
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", tt.want) {
				t.Errorf("read as %+v, want %+v", got, tt.want)
			}
		})
	}
}
