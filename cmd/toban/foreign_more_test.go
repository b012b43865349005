package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/slack"
	"toban/bot/store"
	"toban/sla"
)

// The table of open issues: every button of it with an issue of another customer, with another customer's table in this channel, and by people who
// are nobody or have no role. Nothing is written, and nothing of the other customer is shown.
func TestTableOfAnotherCustomer(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		theirs := bot.ModeKey{Customer: "midori", Project: backlogsim.SampleProjectKey}
		for _, k := range []bot.ModeKey{theirs, {Customer: demoCustomer, Project: backlogsim.SampleProjectKey}} {
			id := bot.NewTicketID(map[string]string{"midori": "other", demoCustomer: "demo"}[k.Customer], 9999)
			if err := b.store.ListAdoptions(t.Context(), k, []bot.TicketID{id}); err != nil {
				t.Fatal(err)
			}
			body := `{"issue":9999,"space":"x","key":"AOZORA-9999","summary":"himitsu の古い課題","type":"backup","class":"minor","confidence":"certain"}`
			if k.Customer == demoCustomer {
				body = strings.ReplaceAll(body, "himitsu", "web01")
			}
			if err := b.store.ProposeAdoption(t.Context(), id, time.Now(), json.RawMessage(body)); err != nil {
				t.Fatal(err)
			}
		}
		b.ask("adopt AOZORA", demoChannel, demoStaffSlack)
		v := b.views()
		view := v[len(v)-1]
		raw, err := base64.RawURLEncoding.DecodeString(view.Metadata)
		if err != nil || secretOf(string(raw)) != "" {
			t.Fatalf("the table's place is %q, %v", raw, err)
		}
		swapped := strings.Replace(string(raw), demoCustomer, "midori", 1)
		if swapped == string(raw) {
			t.Fatalf("the table's place names no customer: %s", raw)
		}
		time.Sleep(time.Minute)
		before := b.tables()
		for _, action := range []string{"take", "leave", "undo", "change", "page", "sure", "filter", "next", "back"} {
			for _, where := range []string{string(raw), swapped} {
				for _, user := range []string{demoStaffSlack, "U0YAMADA", "U0ITO"} {
					if action == "sure" && where == string(raw) && user != "U0ITO" {
						continue // it takes this customer's own
					}
					b.n++
					value := "other/9999|2|"
					if action == "page" {
						value = "other/9999|2,demo/1|1"
					}
					answer := b.deliver(map[string]any{
						"type": "block_actions", "user": map[string]any{"id": user}, "trigger_id": fmt.Sprintf("9.%d.x", b.n),
						"container": map[string]any{"type": "view", "view_id": view.ID},
						"view":      map[string]any{"id": view.ID, "private_metadata": base64.RawURLEncoding.EncodeToString([]byte(where))},
						"actions":   []any{map[string]any{"action_id": "adopt." + action, "type": "button", "value": value}},
					})
					answer += b.deliver(map[string]any{
						"type": "view_submission", "user": map[string]any{"id": user},
						"view": map[string]any{
							"id": "V1", "hash": fmt.Sprint(b.n), "callback_id": "adopt.change", "state": map[string]any{"values": map[string]any{"type": map[string]any{"type": map[string]any{"value": "x"}}}},
							"private_metadata": base64.RawURLEncoding.EncodeToString([]byte(strings.TrimSuffix(where, "}") + `,"t":"other/9999","v":2,"b":"` + view.ID + `"}`)),
						},
					})
					time.Sleep(time.Second)
					shown := ""
					for _, raw := range b.slack.Views(demoStaffSlack) {
						shown += string(raw)
					}
					if secretOf(answer+shown) != "" {
						t.Fatalf("adopt.%s by %s in %s shows %s %s", action, user, where, answer, shown)
					}
				}
			}
		}
		b.unchanged(before, "the table")
	})
}

// Shortcuts in a customer's channel, and by somebody whom the provider knows but who has no role there: the forms name this customer alone, and
// one that comes back with another customer's project is refused.
func TestShortcutsAboutAnotherCustomer(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		var ids []string
		for id := range slack.Shortcuts() {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		if len(ids) < 3 {
			t.Fatalf("shortcuts are %v", ids)
		}
		for _, id := range ids {
			kind := slack.Shortcuts()[id]
			before, form := b.tables(), b.lastForm()
			for _, user := range []string{demoStaffSlack, "U0YAMADA", "U0ITO"} {
				b.n++
				payload := map[string]any{"type": "shortcut", "callback_id": id, "user": map[string]any{"id": user}, "trigger_id": fmt.Sprintf("7.%d.x", b.n)}
				if kind == "message" {
					payload["type"], payload["channel"], payload["message"] = "message_action", map[string]any{"id": demoChannel}, map[string]any{"text": "web01 が遅い"}
				}
				if answer := b.deliver(payload); secretOf(answer) != "" {
					t.Errorf("%s by %s answers %s", id, user, answer)
				}
			}
			b.unchanged(before, id)
			if b.lastForm() != form {
				t.Errorf("%s opens a form with a trigger that Slack never gave", id)
			}
		}
		b.ask("new", demoChannel, demoStaffSlack)
		v := b.views()
		view := v[len(v)-1]
		shown := b.slack.Views(demoStaffSlack)
		if w := secretOf(string(shown[len(shown)-1])); w != "" {
			t.Errorf("the form of a new request shows %s", w)
		}
		before := b.tables()
		values := map[string]any{}
		for _, block := range view.Blocks {
			if block.Element.ID != "" {
				values[block.ID] = map[string]any{block.Element.ID: map[string]any{"value": "x"}}
			}
		}
		values["project"] = map[string]any{"project": map[string]any{"selected_option": map[string]any{"value": "midori/AOZORA"}}}
		answer := b.deliver(map[string]any{
			"type": "view_submission", "user": map[string]any{"id": demoStaffSlack},
			"view": map[string]any{"id": view.ID, "hash": "h", "private_metadata": view.Metadata, "state": map[string]any{"values": values}},
		})
		if !strings.Contains(answer, "errors") || secretOf(answer) != "" {
			t.Errorf("another customer's project: %s", answer)
		}
		b.unchanged(before, "the form")
	})
}

// Somebody whom the provider knows, without the role that a button needs, presses it in the right channel and sends its form: refused with the
// role's name, and nothing is changed by that.
func TestKnownPeopleWithoutARole(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		b.issueWith(otherURL, "ソフトウェアパッチ当て作業", "himitsu の openssl の更新", patchPlanText)
		time.Sleep(2 * time.Minute)
		b.pressIn(otherChannel, "himitsu の openssl", "work.schedule", map[string]any{
			"start": unix(time.Now().Add(3 * time.Hour)), "end": unix(time.Now().Add(4 * time.Hour)), "what": "openssl の更新", "effect": "5分停止", "checks": "応答", "rollback": "戻す",
		})
		time.Sleep(3 * time.Minute)
		list, err := b.store.Tickets(t.Context(), "midori")
		if err != nil {
			t.Fatal(err)
		}
		dir := b.app.Directory()
		i := slices.IndexFunc(dir.People, func(p bot.Person) bool { return p.SlackUser == "U0YAMADA" })
		pressed := 0
		for _, k := range list {
			c, err := b.store.Card(t.Context(), k.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range c.Panels {
				for _, button := range p.Buttons {
					if dir.People[i].Has(button.Roles...) {
						continue
					}
					before, form := b.tables(), b.lastForm()
					b.whispers("U0YAMADA")
					b.click("U0YAMADA", otherChannel, button.Action, fmt.Sprintf("%s|%d|%s", k.ID, c.Version, button.Value))
					meta := fmt.Sprintf(`{"t":%q,"a":%q,"c":%q,"v":""}`, k.ID, button.Action, otherChannel)
					answer := b.deliver(map[string]any{
						"type": "view_submission", "user": map[string]any{"id": "U0YAMADA"},
						"view": map[string]any{"id": "V2", "hash": "h", "private_metadata": base64.RawURLEncoding.EncodeToString([]byte(meta))},
					})
					time.Sleep(10 * time.Millisecond)
					if said := strings.Join(b.whispers("U0YAMADA"), ""); !strings.Contains(said, "承認者の権限が必要です") {
						t.Errorf("%s without the role: %q", button.Action, said)
					}
					if b.lastForm() != form || answer == "" {
						t.Errorf("%s opens a form without the role, or takes one: %q", button.Action, answer)
					}
					b.unchanged(before, button.Action)
					pressed++
				}
			}
		}
		if pressed < 2 {
			t.Errorf("only %d buttons need a role", pressed)
		}
	})
}

// Every query of the command line about one customer prints nothing of another.
func TestQueriesOfTheCommandLineAboutAnotherCustomer(t *testing.T) {
	o := newOffice(t)
	o.neighbour()
	for _, args := range [][]string{
		{"explain", "AOZORA-1"},
		{"explain", "--json", "AOZORA-1"},
		{"audit", "AOZORA-1"},
		{"audit", "--json", "AOZORA-1"},
		{"report", "--customer", demoCustomer, "--month", "2026-11"},
		{"report", "--customer", demoCustomer, "--month", "2026-11", "--json"},
		{"shadow", "report", "--from", "2026-11-01", "--to", "2026-11-30", "AOZORA"},
		{"shadow", "report", "--from", "2026-11-01", "--to", "2026-11-30", "--json", "AOZORA"},
		{"erase", "--customer", demoCustomer, "--reason", "x"},
		{"erase", "--customer", demoCustomer, "--reason", "x", "--json"},
		{"erase", "--customer", demoCustomer, "--reason", "x", "--word", "himitsu"},
		{"audit", "erase", "--customer", demoCustomer, "--reason", "x", "--word", "himitsu"},
		{"customer", "check", demoCustomer},
		{"customer", "plan", demoCustomer},
		{"messages", "--customer", demoCustomer},
		{"adopt", "AOZORA"},
		{"adopt", "--json", "AOZORA"},
	} {
		n := 1
		if args[1] == "erase" || args[1] == "check" || args[1] == "plan" || args[1] == "report" {
			n = 2
		}
		code, out, errs := o.toban("", slices.Concat(args[:n], []string{"--config", "CONFIG"}, args[n:])...)
		if out+errs == "" || code == exitUsage || strings.Contains(errs, "panic") {
			t.Errorf("toban %s: exit %d, %s %s", strings.Join(args, " "), code, out, errs)
		}
		said := out + errs
		for _, word := range args { // what the person typed is no news
			said = strings.ReplaceAll(said, word, "")
		}
		if w := secretOf(said); w != "" {
			t.Errorf("toban %s prints %s of another customer: %s", strings.Join(args, " "), w, said)
		}
	}
	if code, out, errs := o.toban("", "audit", "--config", "CONFIG", "MIDORI-1"); code != exitOK || secretOf(out) == "" {
		t.Errorf("the other customer has nothing to hide: exit %d, %s %s", code, out, errs)
	}
}

// neighbour adds a second customer to an office, and a ticket, a silence and a proposal to both.
func (o *office) neighbour() {
	o.t.Helper()
	own, err := os.ReadFile(filepath.Join(o.dir, "config", "customers", demoCustomer+".yaml"))
	if err != nil {
		o.t.Fatal(err)
	}
	text := strings.NewReplacer("青空商事株式会社", "緑商事株式会社", "projects: [AOZORA]", "projects: [MIDORI]", demoChannel, "C0GENERAL", "scheduling: {feed_token: env:CUSTOMER_FEED}\n", "", "env:CUSTOMER_ALERTS", "env:OTHER_ALERTS").Replace(string(own))
	o.t.Setenv("OTHER_ALERTS", "other-alerts-token")
	if err := os.WriteFile(filepath.Join(o.dir, "config", "customers", "midori.yaml"), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	st, err := store.Open(o.t.Context(), store.Options{Path: filepath.Join(o.dir, "toban.db")})
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			o.t.Error(err)
		}
	}()
	at := tokyo(o.t, "2026-11-24 10:00:00")
	for i, who := range []struct{ customer, project, word string }{{demoCustomer, "AOZORA", "web01"}, {"midori", "MIDORI", "himitsu"}} {
		id := bot.NewTicketID("demo", int64(9000+i))
		e := bot.Event{Key: who.word, Kind: "x", Lane: string(id), At: at, Customer: who.customer}
		fatal := func(err error) {
			if err != nil {
				o.t.Fatal(err)
			}
		}
		fatal(st.Accept(o.t.Context(), e))
		claims, err := st.ClaimEvents(o.t.Context(), "test", time.Now(), time.Minute, 9)
		fatal(err)
		k := &bot.Ticket{ID: id, Customer: who.customer, Space: "demo", Project: who.project, Key: who.project + "-1", Summary: who.word + " のバックアップ", Type: "backup", Class: bot.ClassMinor, Received: at, Due: at.Add(time.Hour), Status: bot.StatusAccepted}
		fatal(st.Commit(o.t.Context(), store.Decision{
			Claim: claims[0], Now: at, Ticket: k, Facts: []bot.Fact{{ID: "issue:1", At: at, Opened: true, Text: who.word}},
			Clocks:  []bot.ClockRow{{Ticket: id, Customer: who.customer, ID: "complete", Name: who.word, State: sla.StateMissed, Start: at, Due: at.Add(time.Hour)}},
			Reasons: []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "recorded " + who.word, Why: "test"}}},
		}))
		_, err = st.Silence(o.t.Context(), bot.Silence{ID: "S-" + who.word, Customer: who.customer, Hosts: []string{}, From: at, Until: at.Add(time.Hour), Reason: who.word, Person: "佐藤", Made: at})
		fatal(err)
	}
}
