package tracker_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
	"toban/bot/tracker"
)

// findings are those of a check, one a line, without what is well if only faults are asked for.
func (d *desk) findings(faults bool) []string {
	d.Helper()
	var out []string
	for _, f := range d.tracker.Check(d.Context(), "s", "ACME") {
		if strings.Contains(f.What+f.Mend, botKey) || strings.Contains(f.What+f.Mend, "secret-of-the-hook") {
			d.Errorf("a secret is shown: %+v", f)
		}
		if f.Level != tracker.OK && f.Mend == "" {
			d.Errorf("nobody learns what to do about %q", f.What)
		}
		if !faults || f.Level != tracker.OK {
			out = append(out, fmt.Sprintf("%s: %s", f.Level, f.What))
		}
	}
	return out
}

const hookURL = "https://toban.test/hooks/backlog/secret-of-the-hook"

func (d *desk) promote() {
	d.Helper()
	if _, err := d.as(1).AddProjectAdministrator(d.Context(), "ACME", botUser); err != nil {
		d.Fatal(err)
	}
	d.hooks = []string{hookURL}
}

func (d *desk) registers(in backlog.CreateWebhookInput) {
	d.Helper()
	if _, err := d.as(1).CreateWebhook(d.Context(), "ACME", &in); err != nil {
		d.Fatal(err)
	}
}

func TestCheckOfAHealthyProject(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.promote()
		d.registers(backlog.CreateWebhookInput{Name: "toban", HookURL: hookURL, AllEvent: true})
		d.space.Transport = clock{time.Now}
		want := []string{
			"ok: our clock agrees with Backlog's",
			"ok: the API key is that of 当番 (10)",
			"ok: rate limits a minute: 600 reads, 150 updates, 150 searches",
			"ok: project ACME (ACME) can be read",
			"ok: text rule: backlog",
			"ok: wiki and its tree view are on",
			"ok: all issue types of the contract are there (2)",
			"ok: the bot is an administrator of the project",
			`ok: the webhook "toban" sends to Toban`,
		}
		if diff := cmp.Diff(want, d.findings(false)); diff != "" {
			d.Error(diff)
		}
	})
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	cases := []struct {
		name string
		make func(d *desk)
		want string // start of the only fault
	}{
		{"no administrator", func(*desk) {}, "warn: the bot is no administrator"},
		{"no webhook", func(d *desk) { d.promote() }, "warn: no webhook of the project"},
		{"webhook elsewhere", func(d *desk) {
			d.promote()
			d.registers(backlog.CreateWebhookInput{Name: "x", HookURL: "https://else.test/", AllEvent: true})
		}, "warn: no webhook of the project"},
		{"twin webhooks", func(d *desk) {
			d.promote()
			d.registers(backlog.CreateWebhookInput{Name: "toban", HookURL: hookURL, AllEvent: true})
			d.registers(backlog.CreateWebhookInput{Name: "again", HookURL: hookURL, AllEvent: true})
		}, "warn: webhooks that send everything twice: again"},
		{"no status", func(d *desk) {
			d.promote()
			d.hooks, d.statuses = nil, []string{"受付済み"}
		}, "warn: statuses missing: 受付済み"},
		{"few events", func(d *desk) {
			d.promote()
			d.registers(backlog.CreateWebhookInput{Name: "toban", HookURL: hookURL, ActivityTypeIDs: []backlog.ActivityType{1, 2, 3}})
		}, `warn: the webhook "toban" does not send the events [4 14 17]`},
		{"other account", func(d *desk) { d.space.BotUser = 99 }, "bad: the API key belongs to 当番 (10), not to the bot user 99"},
		{"no member", func(d *desk) {
			if _, err := d.as(1).DeleteProjectUser(d.Context(), "ACME", botUser); err != nil {
				d.Fatal(err)
			}
		}, "bad: reading project ACME"},
		{"wrong key", func(d *desk) { d.space.Client = d.as(99) }, "bad: asking whom the API key belongs to"},
		{"clock far off", func(d *desk) {
			d.promote()
			d.hooks = nil
			d.space.Transport = clock{func() time.Time { return time.Now().Add(2 * time.Minute) }}
		}, "bad: our clock is -2m0s off Backlog's"},
		{"clock a little off", func(d *desk) {
			d.promote()
			d.hooks = nil
			d.space.Transport = clock{func() time.Time { return time.Now().Add(-10 * time.Second) }}
		}, "warn: our clock is 10s off Backlog's"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				c.make(d)
				if got := d.findings(true); len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
					d.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

func TestCheckNamesMissingIssueTypesAndWiki(t *testing.T) {
	inBubble(t, func(d *desk) {
		poor := seed()
		poor.Projects[0].IssueTypes = poor.Projects[0].IssueTypes[:1]
		poor.Projects[0].NoWiki = true
		if err := d.sim.Load(poor); err != nil {
			d.Fatal(err)
		}
		d.promote()
		d.hooks = nil
		want := []string{"bad: the project's wiki is switched off: reports have no place", "warn: issue types missing: 事故"}
		if diff := cmp.Diff(want, d.findings(true)); diff != "" {
			d.Error(diff)
		}
	})
}

func TestCheckOfAnUnknownSpace(t *testing.T) {
	inBubble(t, func(d *desk) {
		if got := d.tracker.Check(d.Context(), "nowhere", "ACME"); len(got) != 1 || got[0].Level != tracker.Bad {
			d.Errorf("got %+v", got)
		}
	})
}

// clock is a front page that only tells the time.
type clock struct{ now func() time.Time }

func (c clock) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Backlog-API-Key") != "" {
		return nil, http.ErrNotSupported
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Date": {c.now().UTC().Format(http.TimeFormat)}}, Body: http.NoBody, Request: r}, nil
}
