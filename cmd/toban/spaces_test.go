package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/store"
)

// Another space of the provider: its project has the same key, its users and issues have the same ids as those of the first one, and its
// customer is another one.
const (
	otherURL     = "http://other.test"
	otherBotKey  = "the-bots-key-of-the-other-space"
	otherHook    = "hook-token-of-the-other-space"
	otherAlerts  = "alerts-of-the-other-customer"
	otherChannel = "C0INCIDENT"
)

// twoSpaces is a world with two stand-ins of Backlog.
type twoSpaces struct {
	*bench
	other *backlogsim.Server
}

func inTwoSpaces(t *testing.T, f func(t *testing.T, b *twoSpaces)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(tokyo(t, "2026-11-24 10:00:00")))
		b := &twoSpaces{}
		other := &routes{hosts: map[string]http.RoundTripper{}}
		b.other = backlogsim.New(backlogsim.Options{Transport: other, BaseURL: otherURL})
		seed := backlogsim.SampleSeed()
		seed.Space.Key = "other"
		for i := range seed.Users {
			if seed.Users[i].Bot {
				seed.Users[i].APIKey = otherBotKey
			}
		}
		seed.Projects[0].Issues = nil
		seed.Projects[0].Webhooks = []backlogsim.SeedWebhook{{Name: "当番", HookURL: simTobanURL + "/hooks/backlog/" + otherHook}}
		if err := b.other.Load(seed); err != nil {
			t.Fatal(err)
		}
		files := demoFiles(worldOptions{BacklogURL: simBacklogURL})
		own := files["customers/"+demoCustomer+".yaml"]
		theirs := strings.NewReplacer("青空商事株式会社", "緑商事株式会社", "space: demo", "space: other", demoChannel, otherChannel,
			"scheduling: {feed_token: env:CUSTOMER_FEED}\n", "", "env:CUSTOMER_ALERTS", "env:OTHER_ALERTS").Replace(own)
		b.bench = newBenchWith(t, time.Now(), bench{
			files: map[string]string{
				"customers/midori.yaml": theirs,
				"spaces.yaml": files["spaces.yaml"] + fmt.Sprintf(`- {name: other, url: %s, api_key: env:OTHER_KEY, bot_user_id: %d, hook_tokens: ["env:OTHER_HOOK"], zone: Asia/Tokyo}
`, otherURL, backlogsim.SampleBotID),
			},
			env:   map[string]string{"OTHER_KEY": otherBotKey, "OTHER_HOOK": otherHook, "OTHER_ALERTS": otherAlerts},
			hosts: map[string]http.RoundTripper{"other.test": b.other.RoundTripper()},
		})
		other.set("toban.test", b.route)
		defer func() {
			b.close()
			if err := b.other.Close(); err != nil {
				t.Error(err)
			}
		}()
		f(t, b)
	})
}

// issueIn opens a backup of a host in one of the spaces as its customer.
func (b *twoSpaces) issueIn(space, host string) simIssue {
	b.t.Helper()
	var types []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	b.callAt(space, backlogsim.SampleCustomerKey, http.MethodGet, "/projects/"+backlogsim.SampleProjectKey+"/issueTypes", nil, &types)
	form := url.Values{
		"projectId": {fmt.Sprint(backlogsim.SampleProjectID)}, "summary": {host + " のバックアップ"}, "priorityId": {"3"},
		"description": {strings.ReplaceAll(backupText, "web01", host)}, "issueTypeId": {fmt.Sprint(types[1].ID)},
	}
	var is simIssue
	b.callAt(space, backlogsim.SampleCustomerKey, http.MethodPost, "/issues", form, &is)
	return is
}

// saidIn lists the bot's words on an issue of one of the spaces.
func (b *twoSpaces) saidIn(space, issue string) []simComment {
	b.t.Helper()
	var all, out []simComment
	b.callAt(space, backlogsim.SampleAdminKey, http.MethodGet, "/issues/"+issue+"/comments", url.Values{"count": {"100"}, "order": {"asc"}}, &all)
	for _, c := range all {
		if c.User.ID == backlogsim.SampleBotID && c.Content != "" {
			out = append(out, c)
		}
	}
	return out
}

// everything that one customer's people can see or are shown: the space, or the Slack channel.
func (b *twoSpaces) everythingOf(space, channel string) string {
	b.t.Helper()
	var text strings.Builder
	var issues []struct {
		Key         string `json:"issueKey"`
		Summary     string `json:"summary"`
		Description string `json:"description"`
	}
	b.callAt(space, backlogsim.SampleAdminKey, http.MethodGet, "/issues", url.Values{"count": {"100"}}, &issues)
	for _, i := range issues {
		text.WriteString(i.Summary + i.Description)
		for _, c := range b.saidIn(space, i.Key) {
			text.WriteString(c.Content)
		}
	}
	var pages []struct{ ID int64 }
	b.callAt(space, backlogsim.SampleAdminKey, http.MethodGet, "/wikis", url.Values{"projectIdOrKey": {backlogsim.SampleProjectKey}}, &pages)
	for _, p := range pages {
		var page struct{ Content string }
		b.callAt(space, backlogsim.SampleAdminKey, http.MethodGet, fmt.Sprintf("/wikis/%d", p.ID), nil, &page)
		text.WriteString(page.Content)
	}
	for _, m := range b.slack.Messages(channel) {
		text.Write(m)
	}
	return text.String()
}

// Two spaces with one project key and the same ids for everything: each ticket is answered once and where it belongs, comments of one space are
// never taken for those of the other, and nobody reads a word of the other customer, in Backlog, in Slack or in the report.
func TestSpacesNeverMix(t *testing.T) {
	inTwoSpaces(t, func(t *testing.T, b *twoSpaces) {
		var ours, theirs []simIssue
		for i := range 3 {
			ours, theirs = append(ours, b.issueIn(simBacklogURL, fmt.Sprintf("blue%02d", i))), append(theirs, b.issueIn(otherURL, fmt.Sprintf("green%02d", i)))
			if ours[i].ID != theirs[i].ID || ours[i].Key != theirs[i].Key {
				t.Fatalf("the spaces differ: %+v and %+v", ours[i], theirs[i])
			}
		}
		time.Sleep(2 * time.Minute)
		b.callAt(simBacklogURL, backlogsim.SampleCustomerKey, http.MethodPost, "/issues/"+ours[0].Key+"/comments", url.Values{"content": {"この件は取り下げます。"}}, nil)
		b.restart(time.Minute)
		b.callAt(otherURL, backlogsim.SampleCustomerKey, http.MethodPost, "/issues/"+theirs[1].Key+"/comments", url.Values{"content": {"この件は取り下げます。"}}, nil)
		time.Sleep(5 * time.Minute)
		for i := range 3 {
			want := []int{1, 1}
			switch i {
			case 0:
				want[0] = 2
			case 1:
				want[1] = 2
			}
			if a, o := len(b.saidIn(simBacklogURL, ours[i].Key)), len(b.saidIn(otherURL, theirs[i].Key)); a != want[0] || o != want[1] {
				t.Errorf("%s: said %d and %d things, want %v", ours[i].Key, a, o, want)
			}
			for space, customer := range map[string]string{"demo": demoCustomer, "other": "midori"} {
				k, err := b.store.FindTicket(t.Context(), space+"/"+ours[i].Key)
				if err != nil || k.Customer != customer || k.ID != bot.NewTicketID(space, ours[i].ID) {
					t.Errorf("%s in %s: %+v, %v", ours[i].Key, space, k, err)
				}
			}
		}
		if _, err := b.store.FindTicket(t.Context(), ours[0].Key); err == nil || !strings.Contains(err.Error(), "demo/"+ours[0].Key+", other/"+ours[0].Key) {
			t.Errorf("a key of two spaces: %v", err)
		}
		month := tokyo(t, "2026-11-24 10:00:00").Format("2006-01")
		for _, c := range []string{demoCustomer, "midori"} {
			if _, err := b.app.Publisher().Publish(t.Context(), c, month, map[string]string{}); err != nil {
				t.Fatal(err)
			}
		}
		mine, other := b.everythingOf(simBacklogURL, demoChannel), b.everythingOf(otherURL, otherChannel)
		for text, bad := range map[string]string{mine: "green", other: "blue"} {
			if strings.Contains(text, bad) {
				t.Errorf("a customer's people see %q of the other one", bad)
			}
		}
		if !strings.Contains(mine, "blue00") || !strings.Contains(other, "green00") || strings.Contains(mine+other, "ボットのアカウントで") {
			t.Error("somebody does not see their own tickets, or an echo was not recognised")
		}
		for _, r := range b.backlog.Requests() {
			if r.Status == http.StatusUnauthorized {
				t.Errorf("a key of the other space was used: %s %s", r.Method, r.Path)
			}
		}
		b.calm()
	})
}

// A space that is down, or whose budget is used up, holds nobody up in the other one; when it is back its tickets are answered, each once.
// What a webhook did not bring comes by the feed of each space, from its own cursor.
func TestOneSpaceDownDoesNotHoldUpTheOther(t *testing.T) {
	inTwoSpaces(t, func(t *testing.T, b *twoSpaces) {
		first := b.issueIn(otherURL, "green00")
		time.Sleep(2 * time.Minute)
		if err := b.other.AddFaults(backlogsim.Faults{Outages: []backlogsim.Outage{{For: backlogsim.Duration(30 * time.Minute)}}, Webhooks: &backlogsim.WebhookFaults{Drop: 1}}); err != nil {
			t.Fatal(err)
		}
		if err := b.backlog.AddFaults(backlogsim.Faults{Webhooks: &backlogsim.WebhookFaults{Drop: 1}}); err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			is := b.issueIn(simBacklogURL, fmt.Sprintf("blue%02d", i))
			time.Sleep(90 * time.Second) // the feed is read each minute
			if n := len(b.saidIn(simBacklogURL, is.Key)); n != 1 {
				t.Errorf("%s was answered %d times while the other space was down", is.Key, n)
			}
		}
		time.Sleep(40 * time.Minute)
		var waiting []simIssue
		for i := range 3 {
			waiting = append(waiting, b.issueIn(otherURL, fmt.Sprintf("green1%d", i)))
		}
		time.Sleep(3 * time.Minute)
		for _, is := range append(waiting, first) {
			if n := len(b.saidIn(otherURL, is.Key)); n != 1 {
				t.Errorf("%s was answered %d times after the outage", is.Key, n)
			}
		}
		downs, err := b.store.Downtimes(t.Context(), tokyo(t, "2026-11-24 10:00:00"), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range downs {
			if d.Name == store.BacklogDown+"demo" {
				t.Errorf("the first space was down, too: %+v", d)
			}
		}

		// The budget of one space is used up by somebody else with the bot's key: the other one has its own.
		if err := b.other.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{User: backlogsim.SampleBotID, Status: http.StatusTooManyRequests}}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		is := b.issueIn(simBacklogURL, "blue99")
		time.Sleep(90 * time.Second)
		if n := len(b.saidIn(simBacklogURL, is.Key)); n != 1 {
			t.Errorf("%s was answered %d times while the other space had no budget", is.Key, n)
		}
		b.other.ResetFaults()
		b.calm()
	})
}
