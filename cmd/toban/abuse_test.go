package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// nonsense is what a person, or a program in a person's name, may type where something is asked for.
func nonsense() []string {
	return []string{
		strings.Repeat("あ", 34_000), "\x00\x07\u202e\u200b", "<!channel> <@U0SATO> `rm -rf /`", "2026-02-30T25:61", "2026-02-30", "-2h", "0h", "999999h", "1e9h",
		"2026-13", "0000-00", "AOZORA-0", "AOZORA--1", "AOZORA-99999999999999999999", "../../etc/passwd", "';DROP TABLE ticket;--", "S-", "{{.key}}", "null", "NaN",
	}
}

// Every verb of /toban with nonsense in every place: an answer that fits into Slack and pings nobody, nothing in the dead letters, and nothing
// goes outward.
func TestVerbsWithNonsense(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		help := helpOf(b.ask("help", demoChannel, demoStaffSlack))
		comments := len(b.saidIn(simBacklogURL, "AOZORA-1"))
		for line := range strings.SplitSeq(help, "\n") {
			usage, ok := strings.CutPrefix(line, "・/toban ")
			if !ok {
				continue
			}
			verb, _, _ := strings.Cut(usage, " ")
			usage, _, _ = strings.Cut(usage, " — ")
			if verb == "stop" { // "stop NONSENSE" is asked below: nothing may be stopped by mistake
				usage = "stop [顧客ID]"
			}
			for _, bad := range nonsense() {
				things := foreignThings("S-ABC234")
				for place := range things {
					things[place] = bad
				}
				forms := slices.DeleteFunc(spellings(t, usage, things), func(text string) bool {
					const most = 40_000 // Slack itself takes no more
					return !strings.Contains(text, bad) || verb == "start" || len([]rune(text)) > most
				})
				slices.SortFunc(forms, func(a, b string) int { return len(a) - len(b) })
				for i, text := range forms {
					if i > 0 && i < len(forms)-1 { // the shortest and the longest
						continue
					}
					for _, user := range []string{demoStaffSlack, "U0YAMADA"}[i%2 : i%2+1] {
						answer := b.ask(text, demoChannel, user)
						var m struct{ Text string }
						if answer == "" || json.Unmarshal([]byte(answer), &m) != nil || len([]rune(m.Text)) > 4000 || strings.Contains(m.Text, "<!channel>") || strings.Contains(m.Text, "<@U0SATO>") {
							t.Errorf("/toban %.60q by %s: %.200q", text, user, answer)
						}
						if strings.ContainsFunc(m.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u202e' }) {
							t.Errorf("/toban %.60q by %s answers control characters: %.200q", text, user, m.Text)
						}
					}
				}
			}
		}
		if stops, err := b.store.Stops(t.Context()); err != nil || len(stops) > 0 {
			t.Errorf("something was stopped: %+v %v", stops, err)
		}
		if n := len(b.saidIn(simBacklogURL, "AOZORA-1")); n != comments {
			t.Errorf("%d comments went out", n-comments)
		}
		b.calm()
	})
}

// Every form of a ticket with nonsense in every field: refused at the field or taken as plain words, never a dead letter.
func TestFormsWithNonsense(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		tried := 0
		for i, bad := range nonsense() {
			actions := b.formActions(b.cardOf("AOZORA-1"))
			if slices.Contains(actions, "desk.reopen") { // the text before ended it
				b.press(demoStaffSlack, "AOZORA-1", "desk.reopen", nil)
				time.Sleep(time.Minute)
				actions = b.formActions(b.cardOf("AOZORA-1"))
			}
			ends := []string{"desk.done", "desk.decline", "desk.merge", "desk.withdraw"}
			slices.SortStableFunc(actions, func(x, y string) int { return slices.Index(ends, x) - slices.Index(ends, y) })
			actions = slices.DeleteFunc(actions, func(a string) bool { return slices.Contains(ends, a) && a != ends[i%len(ends)] })
			for _, action := range actions {
				c := b.cardOf("AOZORA-1") // a form before may have changed it
				if !slices.Contains(b.formActions(c), action) {
					continue
				}
				before := b.lastForm()
				if err := b.slack.Reach(t.Context(), slacksim.Click{User: demoStaffSlack, Channel: demoChannel, TS: c.TS, ActionID: action}, view.ActionMore); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				if b.lastForm() == before {
					continue
				}
				tried++
				v := b.views()
				view := v[len(v)-1]
				values := map[string]any{}
				for _, block := range view.Blocks {
					if block.Element.ID != "" {
						values[block.ID] = map[string]any{block.Element.ID: map[string]any{
							"value": bad, "selected_date_time": -1, "selected_option": map[string]any{"value": bad}, "selected_options": []any{map[string]any{"value": bad}},
						}}
					}
				}
				answer := b.deliver(map[string]any{
					"type": "view_submission", "user": map[string]any{"id": demoStaffSlack},
					"view": map[string]any{"id": view.ID, "hash": view.Hash, "private_metadata": view.Metadata, "state": map[string]any{"values": values}},
				})
				if len(answer) > 20_000 {
					t.Errorf("the form of %s with %.40q answers %d bytes", action, bad, len(answer))
				}
				time.Sleep(time.Second)
			}
		}
		if tried < 60 {
			t.Errorf("only %d forms were tried", tried)
		}
		for _, c := range b.saidIn(simBacklogURL, "AOZORA-1") {
			if len([]rune(c.Content)) > 12_000 || strings.ContainsRune(c.Content, 0) || strings.ContainsRune(c.Content, '\u202e') {
				t.Errorf("the customer reads %d characters, or control characters", len([]rune(c.Content)))
			}
		}
		b.calm()
	})
}

// formActions are the buttons of a card that have no danger of ending the ticket.
func (b *bench) formActions(c card) []string {
	return slices.DeleteFunc(b.buttonsOf(demoStaffSlack, demoChannel, c), func(a string) bool { return a == "desk.take" || a == "desk.explain" })
}

// Two people press the same button, or send the same form, at the same moment, at each step of a request with planned work: whatever the
// customer reads is read once.
func TestTwoPeopleAtOnceOnEachButton(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		at := func(hm string) time.Time { return tokyo(t, "2026-11-24 "+hm+":00") }
		b := &strangers{twoSpaces: &twoSpaces{bench: newBench(t, at("10:00"))}}
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		twice := func(action string, values map[string]any) {
			t.Helper()
			b.both(is.Key, action, values)
		}
		twice("desk.take", nil)
		twice("desk.agree", map[string]any{"date": unix(at("19:00").AddDate(0, 0, 2))})
		twice("desk.ask", map[string]any{"question": "世代数"})
		b.comment(backlogsim.SampleCustomerKey, is.Key, "3 世代です。")
		time.Sleep(time.Minute)
		twice("work.schedule", map[string]any{"start": unix(at("14:00")), "end": unix(at("15:00")), "what": "スナップショット取得"})
		time.Sleep(time.Until(at("14:01")))
		twice("work.start", nil)
		twice("work.extend", map[string]any{"end": unix(at("16:00"))})
		twice("work.done", map[string]any{"done": "取得しました。", "result": "completed です。"})
		twice("desk.reopen", nil)
		twice("desk.withdraw", map[string]any{"reason": "重複"})
		if n := len(b.said(is.Key)); n < 6 || n > 11 {
			t.Errorf("%d things were said: %s", n, fmt.Sprint(b.said(is.Key)))
		}
		b.calm()
	})
}
