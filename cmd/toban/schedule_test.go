package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// feed reads a change schedule as a calendar would, unfolded.
func (b *bench) feed(token string) (code int, ics string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, simTobanURL+"/schedule/"+token+".ics", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, strings.ReplaceAll(string(raw), "\r\n ", "")
}

// Planned, moved and withdrawn work shows in the feed, on the wiki page and in Slack: one schedule in three places.
func TestChangeScheduleFollowsTheWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		if code, ics := b.feed(demoFeed); code != http.StatusOK || strings.Contains(ics, "VEVENT") || b.page("作業予定").Content != "" {
			t.Errorf("before anything is planned: %d\n%s", code, ics)
		}
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{"start": unix(tokyo(t, "2026-11-24 15:00:00")), "end": unix(tokyo(t, "2026-11-24 17:00:00")), "what": "取得; 確認, 報告"})
		time.Sleep(time.Minute)
		_, first := b.feed(demoFeed)
		for _, want := range []string{"DTSTART:20261124T060000Z", "DTEND:20261124T080000Z", "SEQUENCE:100\r\n", "STATUS:CONFIRMED", `SUMMARY:` + is.Key + ` 取得\; 確認\, 報告`} {
			if !strings.Contains(first, want) {
				t.Errorf("the feed lacks %q:\n%s", want, first)
			}
		}
		if p := b.page("作業予定").Content; !strings.Contains(p, "2026年11月24日(火) 15:00 〜 17:00 JST") || !strings.Contains(p, is.Key) {
			t.Errorf("the page says\n%s", p)
		}
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{"start": unix(tokyo(t, "2026-11-24 16:00:00")), "end": unix(tokyo(t, "2026-11-24 18:00:00"))})
		time.Sleep(time.Minute)
		_, second := b.feed(demoFeed)
		if strings.Count(second, "BEGIN:VEVENT") != 1 || !strings.Contains(second, "DTSTART:20261124T070000Z") || !strings.Contains(second, "SEQUENCE:200\r\n") || between(first, "UID:", "\r\n") != between(second, "UID:", "\r\n") {
			t.Errorf("moved:\n%s", second)
		}
		if p := b.page("作業予定").Content; !strings.Contains(p, "16:00 〜 18:00") || strings.Contains(p, "15:00 〜 17:00") {
			t.Errorf("moved, the page says\n%s", p)
		}
		if text := b.ask("schedule"); !strings.Contains(text, is.Key) || !strings.Contains(text, "16:00 〜 18:00 JST") || !strings.Contains(text, "青空商事") {
			t.Errorf("Slack says %q", text)
		}
		b.press(demoStaffSlack, is.Key, "work.cancel", nil)
		time.Sleep(time.Minute)
		_, third := b.feed(demoFeed)
		if !strings.Contains(third, "STATUS:CANCELLED") || !strings.Contains(third, "SEQUENCE:201\r\n") || between(first, "UID:", "\r\n") != between(third, "UID:", "\r\n") {
			t.Errorf("withdrawn:\n%s", third)
		}
		if p := b.page("作業予定").Content; !strings.Contains(p, "取りやめ |") && !strings.Contains(p, "取りやめ|") {
			t.Errorf("withdrawn, the page says\n%s", p)
		}
		if _, all := b.feed(demoFeedAll); !strings.Contains(all, "青空商事株式会社 "+is.Key) {
			t.Errorf("the provider's feed:\n%s", all)
		}
		for _, token := range []string{"", "wrong", demoHookToken, demoFeed + "x", "../status"} {
			if code, ics := b.feed(token); code == http.StatusOK || strings.Contains(ics, is.Key) {
				t.Errorf("token %q: %d\n%s", token, code, ics)
			}
		}
		b.calm()
	})
}

// ask types a command in the customer's channel and gives the answer.
func (b *bench) ask(text string) string {
	b.t.Helper()
	before := len(b.whispers())
	if err := b.slack.Command(b.t.Context(), slacksim.Command{User: demoStaffSlack, Channel: demoChannel, Command: "/toban", Text: text}); err != nil {
		b.t.Fatal(err)
	}
	time.Sleep(time.Second)
	return strings.Join(b.whispers()[before:], "\n")
}

// whispers are what only the person on duty has seen.
func (b *bench) whispers() (out []string) {
	b.t.Helper()
	for _, ch := range b.slack.State(demoStaffSlack).Channels {
		for _, raw := range ch.Messages {
			var m struct {
				Text      string `json:"text"`
				Ephemeral bool   `json:"is_ephemeral"`
			}
			if err := json.Unmarshal(raw, &m); err != nil {
				b.t.Fatal(err)
			}
			if m.Ephemeral {
				out = append(out, m.Text)
			}
		}
	}
	return out
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}
