package slack_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// crowded is a card with more than it shows.
func crowded() bot.Card {
	c := card()
	c.Panels[0].Buttons[0].Rank = bot.RankNext
	c.Panels[0].Buttons = append(c.Panels[0].Buttons,
		bot.Button{Action: "desk.ask", Label: "お客様に確認"},
		bot.Button{Action: "desk.explain", Label: "期限の根拠", Rank: bot.RankMenu, Help: "期限の計算を表示します。", Value: "v1"},
		bot.Button{Action: "desk.judge", Label: "判定", Rank: bot.RankMenu, Roles: []bot.Role{bot.RoleApprover}},
		bot.Button{Action: "desk.withdraw", Label: "取り下げ", Style: "danger", Rank: bot.RankMenu, Form: form()},
	)
	return c
}

// crowd puts the crowded card onto the board and into Slack.
func crowd(b *bench) {
	b.board.put(crowded())
	b.postCard(crowded())
}

// offered lists the action ids of the open menu, "" for one that is only explained.
func (b *bench) offered(user string) []string {
	b.t.Helper()
	views := b.sim.Views(user)
	if len(views) == 0 {
		return nil
	}
	var v struct {
		Blocks []struct {
			Type      string `json:"type"`
			Accessory struct {
				Action string `json:"action_id"`
			} `json:"accessory"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal(views[len(views)-1], &v); err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, x := range v.Blocks {
		if x.Type == "section" {
			out = append(out, x.Accessory.Action)
		}
	}
	return out
}

// pick presses in the open menu.
func (b *bench) pick(user, action string) error {
	b.t.Helper()
	return b.sim.ClickView(b.t.Context(), slacksim.ClickView{User: user, ActionID: action})
}

func (b *bench) mustPick(user, action string) {
	b.t.Helper()
	if err := b.click(user, view.ActionMore); err != nil {
		b.t.Fatal(err)
	}
	if err := b.pick(user, action); err != nil {
		b.t.Fatal(err)
	}
}

// front is what the front dialogue says.
func (b *bench) front(user string) string {
	views := b.sim.Views(user)
	if len(views) == 0 {
		return ""
	}
	return string(views[len(views)-1])
}

func TestMenuOfFurtherActions(t *testing.T) {
	for _, mode := range []string{"http", "socket"} {
		t.Run(mode, func(t *testing.T) {
			b := newBench(t)
			if mode == "socket" {
				b, _, _ = dial(t)
				until(t, "hello", func() bool { return b.slack.Socket().Connected })
			}
			crowd(b)
			if err := b.click("suzuki", "desk.explain"); !errors.Is(err, slacksim.ErrUnknown) {
				t.Errorf("what stands in the menu stands on the card: %v", err)
			}
			if err := b.click("suzuki", view.ActionMore); err != nil {
				t.Fatal(err)
			}
			// 判定 is an approver's: it is explained, and can't be pressed.
			if diff := cmp.Diff([]string{"desk.explain", "", "desk.withdraw"}, b.offered("suzuki")); diff != "" {
				t.Fatal(diff)
			}
			if !strings.Contains(b.front("suzuki"), "「判定」には承認者の権限が必要です。できる人: 佐藤、田中") {
				t.Errorf("the menu does not say who may: %s", b.front("suzuki"))
			}
			if err := b.pick("suzuki", "desk.explain"); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.front("suzuki"), "受け付けました") {
				t.Errorf("the person is not told: %s", b.front("suzuki"))
			}
			b.mustPick("sato", "desk.withdraw")
			if m, _ := b.modal("sato"); m.CallbackID != "desk.withdraw" || len(b.sim.Views("sato")) != 1 {
				t.Fatalf("the form is %+v", m)
			}
			res, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "sato", Values: fill("2026-11-25T22:00:00+09:00", "2026-11-25T23:00:00+09:00", "")})
			if err != nil || len(res.Errors) != 0 || len(b.sim.Views("sato")) != 0 {
				t.Fatalf("sending: %+v %v, %d views", res, err, len(b.sim.Views("sato")))
			}
			want := []bot.StaffAction{
				{Action: "desk.explain", Ticket: ticket, Person: "suzuki", SlackUser: "U0SUZUKI", Channel: "C0DESK", Value: "v1"},
				{
					Action: "desk.withdraw", Ticket: ticket, Person: "sato", SlackUser: "U0SATO", Channel: "C0DESK",
					Values: map[string]string{"start": "2026-11-25T22:00:00+09:00", "end": "2026-11-25T23:00:00+09:00", "who": "suzuki"},
				},
			}
			if diff := cmp.Diff(want, b.inbox.actions(t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMenuPressesThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name, action string
		between      func(*bench)
		want, count  string
	}{
		{"no longer offered", "desk.explain", func(b *bench) { b.board.put(card()) }, "今はできません", "stale"},
		{"another value now", "desk.explain", func(b *bench) { c := crowded(); c.Panels[0].Buttons[3].Value = "v2"; b.board.put(c) }, "今はできません", "stale"},
		{"role was taken away", "desk.explain", func(b *bench) {
			c := crowded()
			c.Panels[0].Buttons[3].Roles = []bot.Role{bot.RoleManager}
			b.board.put(c)
		}, "マネージャーの権限が必要です", "refused"},
		{"store is down", "desk.explain", func(b *bench) { b.inbox.fail(errors.New("disk full")) }, "記録できませんでした", "failed"},
		{"store can't be read", "desk.withdraw", func(b *bench) { b.board.err = errors.New("disk gone") }, "確認できませんでした", "failed"},
		{"the form can't be shown", "desk.withdraw", func(b *bench) {
			c := crowded()
			c.Panels[0].Buttons[5].Form.Inputs[2].Options = nil
			b.board.put(c)
		}, "表示できません", "failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			crowd(b)
			if err := b.click("sato", view.ActionMore); err != nil {
				t.Fatal(err)
			}
			tt.between(b)
			if err := b.pick("sato", tt.action); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.front("sato"), tt.want) || b.counted("slack.interactions "+tt.count) != 1 || len(b.inbox.actions(t)) != 0 {
				t.Errorf("front %s\ncounts %v, actions %v", b.front("sato"), b.counts, b.inbox.actions(t))
			}
		})
	}
}

// A card that Slack still shows as it was has all that can be done now behind its menu, also what moved onto the new card.
func TestMenuOfAStaleCard(t *testing.T) {
	b := newBench(t)
	crowd(b)
	now := crowded()
	now.Panels[0].Buttons[0].Action, now.Panels[0].Buttons[2].Action = "desk.start", "desk.end"
	b.board.put(now)
	if err := b.click("sato", view.ActionMore); err != nil {
		t.Fatal(err)
	}
	want := []string{"desk.start", "desk.end", "desk.explain", "desk.judge", "desk.withdraw"}
	if diff := cmp.Diff(want, b.offered("sato")); diff != "" {
		t.Error(diff)
	}
	now.Panels = nil
	b.board.put(now)
	if err := b.sim.CloseView(t.Context(), slacksim.CloseView{User: "sato", All: true}); err != nil {
		t.Fatal(err)
	}
	if err := b.click("sato", view.ActionMore); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.front("sato"), "いまできるほかの操作はありません") {
		t.Errorf("an empty menu says %s", b.front("sato"))
	}
}

func TestTwoPeopleInTheMenu(t *testing.T) {
	b := newBench(t)
	crowd(b)
	var both sync.WaitGroup
	for _, user := range []string{"sato", "suzuki"} {
		both.Go(func() { b.mustPick(user, "desk.explain") })
	}
	both.Wait()
	if a := b.inbox.actions(t); len(a) != 2 || a[0].Person == a[1].Person {
		t.Errorf("both presses must come in, for the feature to judge: %+v", a)
	}
}

func TestRedeliveredMenuPressCountsOnce(t *testing.T) {
	b := newBench(t)
	crowd(b)
	if err := b.click("sato", view.ActionMore); err != nil {
		t.Fatal(err)
	}
	if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultDuplicate, Method: "block_actions"}}}); err != nil {
		t.Fatal(err)
	}
	if err := b.pick("sato", "desk.explain"); err != nil {
		t.Fatal(err)
	}
	_ = b.sim.Close() // waits for the second delivery
	if len(b.inbox.actions(t)) != 1 {
		t.Errorf("counts %v, actions %+v", b.counts, b.inbox.actions(t))
	}
}

// Cards that the release before posted have every button on them: a press of one that stands in the menu now counts as before.
func TestButtonsOfTheReleaseBefore(t *testing.T) {
	b := newBench(t)
	crowd(b)
	press := func(action, value, trigger string) int {
		payload := `{"type":"block_actions","trigger_id":"` + trigger + `","user":{"id":"U0SATO"},"container":{"type":"message","channel_id":"C0DESK"},` +
			`"actions":[{"type":"button","action_id":"` + action + `","value":"` + view.Value(ticket, 1, value) + `"}]}`
		return b.serve(signed("/slack/interactions", formType, url.Values{"payload": {payload}}.Encode(), b.seed.App.SigningSecret, time.Now())).Code
	}
	if code := press("desk.explain", "v1", "1.1.1"); code != 200 || len(b.inbox.actions(t)) != 1 {
		t.Errorf("status %d, actions %+v", code, b.inbox.actions(t))
	}
	if code := press("desk.judge", "", "1.1.2"); code != 200 || len(b.inbox.actions(t)) != 2 {
		t.Errorf("status %d, actions %+v", code, b.inbox.actions(t))
	}
	// What the release before stored has no ranks: such a card still shows few, those with a style first.
	old := crowded()
	for i := range old.Panels[0].Buttons {
		old.Panels[0].Buttons[i].Rank = bot.RankCard
	}
	b.board.put(old)
	if code := press("desk.explain", "v1", "1.1.3"); code != 200 || len(b.inbox.actions(t)) != 3 {
		t.Errorf("status %d, actions %+v", code, b.inbox.actions(t))
	}
}

// A menu in another customer's channel, and one whose origin is no card of ours.
func TestMenusOfNobody(t *testing.T) {
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.Directory = func() *bot.Directory {
			d := directory()
			d.Customers = append(d.Customers, &bot.Customer{ID: "other", Channel: "C0DESK"})
			d.Customers[0].Channel = "C0ACME"
			return d
		}
	})
	crowd(b)
	if err := b.click("sato", view.ActionMore); err != nil {
		t.Fatal(err)
	}
	if w := b.whispers("sato"); len(w) != 1 || b.front("sato") != "" || b.counted("slack.interactions foreign") != 1 {
		t.Errorf("a menu opened in another customer's channel: %q %s", w, b.front("sato"))
	}
	payload := `{"type":"block_actions","trigger_id":"9.9.9","user":{"id":"U0SATO"},"container":{"type":"view"},"view":{"id":"V1","callback_id":"card.more","private_metadata":"nonsense"},` +
		`"actions":[{"type":"button","action_id":"desk.take","value":"` + view.Value(ticket, 1, "") + `"}]}`
	w := b.serve(signed("/slack/interactions", formType, url.Values{"payload": {payload}}.Encode(), b.seed.App.SigningSecret, time.Now()))
	if w.Code != 400 || len(b.dead.all()) != 1 || len(b.inbox.actions(t)) != 0 {
		t.Errorf("status %d, dead %q, actions %+v", w.Code, b.dead.all(), b.inbox.actions(t))
	}
}

// A menu whose origin names another customer's channel, another card, or none at all: nothing is pressed by it.
func TestMenusOfForgedOrigin(t *testing.T) {
	const theirs = bot.TicketID("other.backlog.com/7")
	for _, tt := range []struct {
		name, origin string
		pressed      bot.TicketID
		code         int
		outcome      string
	}{
		{"as it was opened", `{"t":"` + string(ticket) + `","c":"C0DESK"}`, ticket, 200, "accepted"},
		{"another customer's channel", `{"t":"` + string(ticket) + `","c":"C0INCIDENT"}`, ticket, 200, "foreign"},
		{"another customer's card from our channel", `{"t":"` + string(theirs) + `","c":"C0DESK"}`, theirs, 200, "foreign"},
		{"another card than the menu's", `{"t":"` + string(ticket) + `","c":"C0DESK"}`, theirs, 200, "foreign"},
		{"another card, both of them theirs", `{"t":"` + string(ticket) + `","c":"C0INCIDENT"}`, theirs, 200, "foreign"},
		{"no channel", `{"t":"` + string(ticket) + `"}`, ticket, 400, "unreadable"},
		{"no card", `{"c":"C0DESK"}`, ticket, 400, "unreadable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
				c.Directory = func() *bot.Directory {
					d := directory()
					d.Customers = append(d.Customers, &bot.Customer{ID: "other", Space: "other.backlog.com", Projects: []string{"OTHER"}, Channel: "C0INCIDENT", Zone: tokyo})
					return d
				}
			})
			crowd(b)
			c := crowded()
			c.Ticket, c.Key, c.Channel = theirs, "OTHER-7", "C0INCIDENT"
			b.board.put(c)
			if err := b.click("sato", view.ActionMore); err != nil {
				t.Fatal(err)
			}
			m, _ := b.modal("sato")
			raw, err := json.Marshal(map[string]any{
				"type": "block_actions", "trigger_id": "9.9.9", "user": map[string]string{"id": "U0SATO"}, "container": map[string]string{"type": "view"},
				"view":    map[string]string{"id": m.ID, "callback_id": "card.more", "private_metadata": base64.RawURLEncoding.EncodeToString([]byte(tt.origin))},
				"actions": []map[string]string{{"type": "button", "action_id": "desk.explain", "value": view.Value(tt.pressed, 3, "v1")}},
			})
			if err != nil {
				t.Fatal(err)
			}
			w := b.serve(signed("/slack/interactions", formType, url.Values{"payload": {string(raw)}}.Encode(), b.seed.App.SigningSecret, time.Now()))
			want := 0
			if tt.outcome == "accepted" {
				want = 1
			}
			if w.Code != tt.code || b.counted("slack.interactions "+tt.outcome) == 0 || len(b.inbox.actions(t)) != want {
				t.Errorf("status %d, counts %v, actions %+v", w.Code, b.counts, b.inbox.actions(t))
			}
			if tt.outcome == "foreign" && !strings.Contains(b.front("sato"), "今はできません") {
				t.Errorf("the person is not told: %s", b.front("sato"))
			}
		})
	}
}
