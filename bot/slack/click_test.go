package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// click presses a button of the only card.
func (b *bench) click(user, action string) error {
	b.t.Helper()
	return b.sim.Click(b.t.Context(), slacksim.Click{User: user, Channel: "C0DESK", TS: b.messages("C0DESK")[0].TS, ActionID: action})
}

func TestClickBecomesAnEvent(t *testing.T) {
	b := newBench(t)
	b.post()
	if err := b.click("suzuki", "desk.take"); err != nil {
		t.Fatal(err)
	}
	want := []bot.StaffAction{{Action: "desk.take", Ticket: ticket, Person: "suzuki", SlackUser: "U0SUZUKI", Channel: "C0DESK"}}
	if diff := cmp.Diff(want, b.inbox.actions(t)); diff != "" {
		t.Error(diff)
	}
	e := b.inbox.events[0]
	if e.Kind != bot.EventStaffAction || e.Lane != string(ticket) || e.Customer != "acme" || !e.At.Equal(start) || !strings.HasPrefix(e.Key, "slack:click:") {
		t.Errorf("the event is %+v", e)
	}
	if w := b.whispers("suzuki"); len(w) != 0 {
		t.Errorf("suzuki is told %q", w)
	}
}

func TestClicksThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name, user, action string
		before             func(*bench)
		want               string
		count              string
	}{
		{"nobody we know", "ito", "desk.take", nil, "U0ITO", "unknown_user"},
		{"without the role", "suzuki", "desk.approve", nil, "承認者の権限が必要です。できる人: 佐藤、田中", "refused"},
		{"no longer offered", "suzuki", "desk.take", func(b *bench) { c := card(); c.Panels = c.Panels[1:]; b.board.put(c) }, "今はできません", "stale"},
		{"another value now", "sato", "desk.approve", func(b *bench) { c := card(); c.Panels[0].Buttons[1].Value = "plan-8"; b.board.put(c) }, "今はできません", "stale"},
		{"unknown ticket", "sato", "desk.take", func(b *bench) { delete(b.board.cards, ticket) }, "確認できませんでした", "failed"},
		{"store is down", "sato", "desk.take", func(b *bench) { b.inbox.fail(errors.New("disk full")) }, "記録できませんでした", "failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.post()
			if tt.before != nil {
				tt.before(b)
			}
			if err := b.click(tt.user, tt.action); err != nil {
				t.Fatal(err)
			}
			if w := b.whispers(tt.user); len(w) != 1 || !strings.Contains(w[0], tt.want) {
				t.Errorf("%s is told %q, want %q", tt.user, w, tt.want)
			}
			if b.counted("slack.interactions "+tt.count) != 1 || len(b.inbox.actions(t)) != 0 {
				t.Errorf("counts %v, actions %v", b.counts, b.inbox.actions(t))
			}
		})
	}
}

func TestOlderCardWithTheSameButtonStillCounts(t *testing.T) {
	b := newBench(t)
	b.post()
	c := card()
	c.Version, c.Panels[0].State = 9, "ほかの項目が変わりました。"
	b.board.put(c)
	if err := b.click("suzuki", "desk.take"); err != nil || len(b.inbox.actions(t)) != 1 {
		t.Errorf("the click was refused: %v %q", err, b.whispers("suzuki"))
	}
}

func TestApproverPresses(t *testing.T) {
	for _, user := range []string{"sato", "tanaka"} { // an approver, an admin
		b := newBench(t)
		b.post()
		if err := b.click(user, "desk.approve"); err != nil {
			t.Fatal(err)
		}
		if a := b.inbox.actions(t); len(a) != 1 || a[0].Person != user || a[0].Value != "plan-7" {
			t.Errorf("%s: %+v", user, a)
		}
	}
}

func TestTwoClicksAtOnce(t *testing.T) {
	b := newBench(t)
	b.post()
	var both sync.WaitGroup
	errs := make(chan error, 2)
	for _, user := range []string{"sato", "suzuki"} {
		both.Go(func() { errs <- b.click(user, "desk.take") })
	}
	both.Wait()
	if err := errors.Join(<-errs, <-errs); err != nil {
		t.Fatal(err)
	}
	if a := b.inbox.actions(t); len(a) != 2 || a[0].Person == a[1].Person {
		t.Errorf("both clicks must come in, for desk to judge: %+v", a)
	}
}

func TestRedeliveredClickCountsOnce(t *testing.T) {
	b := newBench(t)
	b.post()
	if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultDuplicate, Method: "block_actions"}}}); err != nil {
		t.Fatal(err)
	}
	if err := b.click("sato", "desk.take"); err != nil {
		t.Fatal(err)
	}
	_ = b.sim.Close() // waits for the second delivery
	if b.counted("slack.interactions accepted") != 2 || len(b.inbox.actions(t)) != 1 {
		t.Errorf("counts %v, actions %+v", b.counts, b.inbox.actions(t))
	}
}

func TestClickNobodyCouldBeToldAbout(t *testing.T) {
	b := newBench(t)
	b.post()
	b.inbox.fail(errors.New("disk full"))
	rule := slacksim.Fault{Kind: slacksim.FaultFailBefore, Method: "chat.postEphemeral"}
	if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
		t.Fatal(err)
	}
	if err := b.click("sato", "desk.take"); !errors.Is(err, slacksim.ErrNotAcknowledged) {
		t.Errorf("have %v: Slack itself must show the failure", err)
	}
}

func TestClickIsKeptWhenSlackHangsUp(t *testing.T) {
	b := newBench(t)
	payload := `{"type":"block_actions","trigger_id":"1.2.3","user":{"id":"U0SATO"},"container":{"channel_id":"C0DESK"},` +
		`"actions":[{"type":"button","action_id":"desk.take","value":"` + view.Value(ticket, 3, "") + `"}]}`
	r := signed("/slack/interactions", formType, url.Values{"payload": {payload}}.Encode(), b.seed.App.SigningSecret, time.Now())
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if w := b.serve(r.WithContext(gone)); w.Code != 200 || len(b.inbox.actions(t)) != 1 {
		t.Errorf("status %d, actions %+v", w.Code, b.inbox.actions(t))
	}
}

// modal is an open form as the workspace shows it.
type modal struct {
	ID         string `json:"id"`
	CallbackID string `json:"callback_id"`
	Title      struct {
		Text string `json:"text"`
	} `json:"title"`
	Blocks []struct {
		BlockID string          `json:"block_id"`
		Type    string          `json:"type"`
		Element json.RawMessage `json:"element"`
	} `json:"blocks"`
}

func (b *bench) modal(user string) (modal, bool) {
	b.t.Helper()
	v := b.sim.Views(user)
	if len(v) == 0 {
		return modal{}, false
	}
	var m modal
	if err := json.Unmarshal(v[len(v)-1], &m); err != nil {
		b.t.Fatal(err)
	}
	return m, true
}

func unix(s string) string {
	t, _ := time.Parse(time.RFC3339, s)
	return strconv.FormatInt(t.Unix(), 10)
}

// fill gives the values of the sample form.
func fill(start, end, memo string) map[string]map[string]any {
	v := map[string]map[string]any{"start": {"start": unix(start)}, "end": {"end": unix(end)}}
	if memo != "" {
		v["memo"] = map[string]any{"memo": memo}
	}
	return v
}

func TestFormGoesAllTheWay(t *testing.T) {
	b := newBench(t)
	b.post()
	if err := b.click("sato", "work.schedule"); err != nil {
		t.Fatal(err)
	}
	m, ok := b.modal("sato")
	if !ok || m.CallbackID != "work.schedule" || m.Title.Text != "作業の予定" || len(m.Blocks) != 6 {
		t.Fatalf("the form is %+v", m)
	}
	if len(b.inbox.actions(t)) != 0 {
		t.Fatal("opening a form is no action yet")
	}
	res, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "sato", Values: fill("2026-11-25T22:00:00+09:00", "2026-11-25T23:00:00+09:00", "夜間です")})
	if err != nil || len(res.Errors) != 0 || res.Action != "" {
		t.Fatalf("submitting: %+v, %v", res, err)
	}
	want := []bot.StaffAction{{
		Action: "work.schedule", Ticket: ticket, Person: "sato", SlackUser: "U0SATO", Channel: "C0DESK",
		Values: map[string]string{"start": "2026-11-25T22:00:00+09:00", "end": "2026-11-25T23:00:00+09:00", "who": "suzuki", "memo": "夜間です"},
	}}
	if diff := cmp.Diff(want, b.inbox.actions(t)); diff != "" {
		t.Error(diff)
	}
	if _, open := b.modal("sato"); open {
		t.Error("the form is still open")
	}
}

func TestFormsThatAreRefused(t *testing.T) {
	good := func() map[string]map[string]any {
		return fill("2026-11-25T22:00:00+09:00", "2026-11-25T23:00:00+09:00", "")
	}
	for _, tt := range []struct {
		name   string
		values map[string]map[string]any
		before func(*bench)
		want   map[string]string // field to message
		view   string            // or what the form is replaced by
	}{
		{"start has passed", fill("2026-11-24T09:00:00+09:00", "2026-11-24T11:00:00+09:00", ""), nil, map[string]string{"start": "これから"}, ""},
		{"end before start", fill("2026-11-25T22:00:00+09:00", "2026-11-25T21:00:00+09:00", ""), nil, map[string]string{"end": "開始より後"}, ""},
		{"stale", good(), func(b *bench) { c := card(); c.Panels = c.Panels[:1]; b.board.put(c) }, map[string]string{"end": "今はできません"}, ""},
		{"other fields now", good(), func(b *bench) {
			c := card()
			f := form()
			f.Inputs = append(f.Inputs, bot.Input{ID: "reason", Label: "理由", Type: bot.InputText})
			c.Panels[1].Buttons[0].Form = f
			b.board.put(c)
		}, map[string]string{"end": "今はできません"}, ""},
		{"store is down", good(), func(b *bench) { b.inbox.fail(errors.New("disk full")) }, map[string]string{"end": "記録できませんでした"}, ""},
		{"store can't be read", good(), func(b *bench) { b.board.err = errors.New("disk gone") }, map[string]string{"end": "確認できませんでした"}, ""},
		{"role was taken away", good(), func(b *bench) {
			c := card()
			c.Panels[1].Buttons[0].Roles = []bot.Role{bot.RoleManager}
			b.board.put(c)
		}, nil, "マネージャーの権限が必要です"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.post()
			if err := b.click("sato", "work.schedule"); err != nil {
				t.Fatal(err)
			}
			if tt.before != nil {
				tt.before(b)
			}
			res, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "sato", Values: tt.values})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Errors) != len(tt.want) || !strings.Contains(string(res.View), tt.view) {
				t.Errorf("errors %v, view %s", res.Errors, res.View)
			}
			for id, want := range tt.want {
				if !strings.Contains(res.Errors[id], want) {
					t.Errorf("field %s says %q, want %q", id, res.Errors[id], want)
				}
			}
			if len(b.inbox.actions(t)) != 0 {
				t.Error("an event came of it")
			}
		})
	}
}

func TestFormThatCantOpen(t *testing.T) {
	for _, code := range []string{"expired_trigger_id", "exchanged_trigger_id"} {
		b := newBench(t)
		b.post()
		rule := slacksim.Fault{Kind: slacksim.FaultError, Method: "views.open", Error: code}
		if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
			t.Fatal(err)
		}
		if err := b.click("sato", "work.schedule"); err != nil {
			t.Fatal(err)
		}
		told := len(b.whispers("sato")) == 1
		if told != (code == "expired_trigger_id") { // an exchanged one means that the form is open
			t.Errorf("%s: sato is told %q", code, b.whispers("sato"))
		}
	}
}
