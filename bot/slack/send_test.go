package slack_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

func TestCardIsPostedOnceAndThenEdited(t *testing.T) {
	b := newBench(t)
	refs := b.post()
	m := b.messages("C0DESK")
	if len(m) != 1 || refs[bot.RefCard] != "C0DESK "+m[0].TS {
		t.Fatalf("have %d messages and the reference %q", len(m), refs[bot.RefCard])
	}
	if m[0].Metadata.EventType != "toban_effect" || m[0].Metadata.Payload["key"] != "ev1/desk/slack.card" {
		t.Errorf("metadata is %+v", m[0].Metadata)
	}
	a := attempt(t, bot.EffectCard, func() bot.Card { c := card(); c.Panels[0].State = "佐藤が担当しています。"; return c }())
	a.Effect.Key, a.Refs = "ev2/desk/card", refs
	sent, err := b.slack.Send(t.Context(), a)
	if err != nil || sent.Refs[bot.RefCard] != refs[bot.RefCard] {
		t.Fatalf("updating: %v, reference %q", err, sent.Refs[bot.RefCard])
	}
	m = b.messages("C0DESK")
	if len(m) != 1 || !strings.Contains(string(m[0].Blocks), "佐藤が担当しています。") || !strings.Contains(m[0].Text, "佐藤が担当しています。") {
		t.Errorf("the card was not edited in place: %d messages, %s", len(m), m[0].Blocks)
	}
	if want := start; !sent.At.Equal(want) {
		t.Errorf("the vendor's instant is %v, want %v", sent.At, want)
	}
}

// The first card's answer was lost, a newer state was edited into it, and then the first one is tried again.
func TestRepeatedCardPutsNothingOldBack(t *testing.T) {
	b := newBench(t)
	refs := b.post()
	newer := card()
	newer.Version++
	newer.Panels[0].State = "佐藤が担当しています。"
	b.board.mu.Lock()
	b.board.cards[newer.Ticket] = newer
	b.board.mu.Unlock()
	a := attempt(t, bot.EffectCard, newer)
	a.Effect.Key, a.Refs = "ev2/desk/card", refs
	if _, err := b.slack.Send(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for _, known := range []bool{true, false} {
		a = attempt(t, bot.EffectCard, card())
		a.Effect.Key, a.Look, a.Number = "ev1/desk/slack.card", true, 2
		if known {
			a.Refs = refs
		}
		if _, err := b.slack.Send(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if m := b.messages("C0DESK"); len(m) != 1 || !strings.Contains(m[0].Text, "佐藤が担当しています。") {
			t.Errorf("known %t: %d cards, %s", known, len(m), m[0].Text)
		}
	}
}

func TestVanishedCardIsPostedAnew(t *testing.T) {
	b := newBench(t)
	a := attempt(t, bot.EffectCard, card())
	a.Refs = map[string]string{bot.RefCard: "C0DESK 1700000000.000100"}
	for n := 1; n <= 2; n++ { // the second try finds what the first one posted
		a.Number, a.Look = n, n > 1
		sent, err := b.slack.Send(t.Context(), a)
		if err != nil || sent.Refs[bot.RefCard] == a.Refs[bot.RefCard] {
			t.Fatalf("try %d: %v, reference %q", n, err, sent.Refs[bot.RefCard])
		}
	}
	if n := len(b.messages("C0DESK")); n != 1 {
		t.Errorf("have %d cards, want 1", n)
	}
}

func TestCardThatCantBeEditedIsNotFoundAgain(t *testing.T) {
	b := newBench(t)
	a := attempt(t, bot.EffectCard, card())
	a.Effect.Key, a.Refs, a.Look, a.Number = "ev2/desk/card", b.post(), true, 2
	rule := slacksim.Fault{Kind: slacksim.FaultError, Method: "chat.update", Error: "cant_update_message"}
	if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
		t.Fatal(err)
	}
	sent, err := b.slack.Send(t.Context(), a)
	if err != nil || sent.Refs[bot.RefCard] == a.Refs[bot.RefCard] || !strings.Contains(sent.Why, "cant_update_message") {
		t.Errorf("have %+v, %v; want a new card", sent, err)
	}
}

func TestLostAnswerNeverDoubles(t *testing.T) {
	for _, kind := range []slacksim.FaultKind{slacksim.FaultDropAfter, slacksim.FaultFailAfter, slacksim.FaultDropBefore, slacksim.FaultFailBefore} {
		for _, effect := range []bot.EffectKind{bot.EffectCard, bot.EffectPost} {
			t.Run(string(kind)+" "+string(effect), func(t *testing.T) {
				b := newBench(t)
				a := attempt(t, effect, card())
				if effect == bot.EffectPost {
					a = attempt(t, effect, bot.Post{Text: "初報の期限まで5分です。"})
					a.Refs = b.post()
				}
				before := len(b.messages("C0DESK"))
				if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: kind, Method: "chat.postMessage", Count: 1}}}); err != nil {
					t.Fatal(err)
				}
				_, err := b.slack.Send(t.Context(), a)
				var later *bot.RetryAfterError
				if err == nil || bot.IsPermanent(err) || errors.As(err, &later) {
					t.Fatalf("the lost answer gave %v, want an error that asks for a look", err)
				}
				b.advance(time.Minute)
				a.Number, a.Look = 2, true
				sent, err := b.slack.Send(t.Context(), a)
				if err != nil {
					t.Fatal(err)
				}
				if n := len(b.messages("C0DESK")) - before; n != 1 {
					t.Errorf("have %d messages, want exactly 1", n)
				}
				after := kind == slacksim.FaultDropAfter || kind == slacksim.FaultFailAfter
				if found := strings.Contains(sent.Why, "found on look"); found != after {
					t.Errorf("found on look: %v, want %v (%s)", found, after, sent.Why)
				}
			})
		}
	}
}

func TestCosmeticCardWithoutReferenceFindsTheFirstOne(t *testing.T) {
	b := newBench(t)
	b.post() // its answer was lost: no reference was kept
	b.advance(2 * time.Hour)
	c := card()
	c.Panels[0].State = "更新後"
	a := attempt(t, bot.EffectCard, c)
	a.Effect.Key, a.Effect.Class, a.First = "ev9/desk/card", bot.Cosmetic, b.time()
	sent, err := b.slack.Send(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	m := b.messages("C0DESK")
	if len(m) != 1 || sent.Refs[bot.RefCard] != "C0DESK "+m[0].TS || !strings.Contains(m[0].Text, "更新後") {
		t.Errorf("have %d cards, reference %q, text %q", len(m), sent.Refs[bot.RefCard], m[0].Text)
	}
}

func TestLookWithoutHistoryScope(t *testing.T) {
	blind := func(_ *slack.Config, s *slacksim.Seed) {
		s.App.Scopes = slices.DeleteFunc(slacksim.SampleScopes(), func(x string) bool { return strings.HasSuffix(x, ":history") })
	}
	b := newBench(t, blind)
	a := attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: "障害の初報です。"})
	a.Number, a.Look = 2, true
	_, err := b.slack.Send(t.Context(), a)
	if !bot.IsPermanent(err) || !strings.Contains(err.Error(), "channels:history") {
		t.Errorf("an ordinary message gave %v, want a permanent error that names the scope", err)
	}
	if n := len(b.messages("C0DESK")); n != 0 {
		t.Fatalf("%d messages were posted blindly", n)
	}
	a.Effect.Urgent = true
	if _, err := b.slack.Send(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if m := b.messages("C0DESK"); len(m) != 1 || !strings.Contains(m[0].Text, "再送") || !strings.Contains(string(m[0].Blocks), "再送") {
		t.Errorf("the urgent message was not repeated with 再送: %+v", m)
	}
}

func TestPostPlaces(t *testing.T) { synctest.Test(t, testPostPlaces) }

func testPostPlaces(t *testing.T) {
	b := newBench(t)
	refs := b.post()
	cardTS := strings.Fields(refs[bot.RefCard])[1]
	send := func(key string, p bot.Post, refs map[string]string) {
		t.Helper()
		a := attempt(t, bot.EffectPost, p)
		a.Effect.Key, a.Refs = key, refs
		if _, err := b.slack.Send(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	send("thread", bot.Post{Channel: "C0DESK", Text: "一"}, refs)
	send("both", bot.Post{Channel: "C0DESK", Text: "二", Top: true}, refs)
	send("elsewhere", bot.Post{Channel: "C0INCIDENT", Text: "三", Top: true, Mention: []string{"U0SATO", "<!channel>", "everyone"}}, refs)
	send("cardless", bot.Post{Text: "四"}, nil)
	send("orphan", bot.Post{Text: "五"}, map[string]string{bot.RefCard: "C0DESK 1700000000.000100"})
	by := map[string]message{}
	for _, ch := range []string{"C0DESK", "C0INCIDENT"} {
		for _, m := range b.messages(ch) {
			by[m.Metadata.Payload["key"]] = m
		}
	}
	if m := by["thread"]; m.ThreadTS != cardTS || m.Subtype != "" {
		t.Errorf("the reply stands in thread %q, subtype %q", m.ThreadTS, m.Subtype)
	}
	if m := by["both"]; m.ThreadTS != cardTS || m.Subtype != "thread_broadcast" {
		t.Errorf("the broadcast stands in thread %q, subtype %q", m.ThreadTS, m.Subtype)
	}
	if m := by["elsewhere"]; !strings.Contains(m.Text, "<@U0SATO>") || strings.Contains(m.Text+string(m.Blocks), "!channel") || !strings.Contains(m.Text, "MSP-12") {
		t.Errorf("mentions or key are wrong: %q", m.Text)
	}
	for _, key := range []string{"cardless", "orphan"} {
		if m := by[key]; m.ThreadTS != "" || !strings.Contains(m.Text, "MSP-12") {
			t.Errorf("%s: the post does not name its ticket: %+v", key, m)
		}
	}
}

func TestLatePostSaysSo(t *testing.T) {
	b := newBench(t)
	a := attempt(t, bot.EffectPost, bot.Post{Text: "お知らせ"})
	a.Effect.Due = start.Add(-30 * time.Minute).UTC()
	if _, err := b.slack.Send(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if m := b.messages("C0DESK"); !strings.Contains(m[0].Text, "【遅延】11月24日 09:30 JST") {
		t.Errorf("text is %q", m[0].Text)
	}
}

func TestErrorsOfTheAPI(t *testing.T) {
	for _, tt := range []struct {
		code string
		want string // what an operator must read; "" for an error that is tried again
	}{
		{"channel_not_found", "invite the bot"},
		{"is_archived", "unarchive"},
		{"missing_scope", "scope"},
		{"invalid_blocks", "fault of Toban"},
		{"msg_too_long", "fault of Toban"},
		{"restricted_action", "posting permissions"},
		{"internal_error", ""},
		{"service_unavailable", ""},
		{"invalid_auth", ""}, // these are about the app and wait: see TestWhatWaitsForTheAppIsKept
		{"token_revoked", ""},
		{"account_inactive", ""},
	} {
		t.Run(tt.code, func(t *testing.T) {
			b := newBench(t)
			rule := slacksim.Fault{Kind: slacksim.FaultError, Method: "chat.*", Error: tt.code}
			if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
				t.Fatal(err)
			}
			_, err := b.slack.Send(t.Context(), attempt(t, bot.EffectCard, card()))
			if err == nil || bot.IsPermanent(err) != (tt.want != "") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("have %v (permanent %v), want %q", err, bot.IsPermanent(err), tt.want)
			}
		})
	}
}

func TestRateLimitOfSlack(t *testing.T) {
	b := newBench(t)
	rule := slacksim.Fault{Kind: slacksim.FaultRateLimit, Method: "chat.postMessage", RetryAfter: 7, Count: 1}
	if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second one is held back without asking Slack again
		_, err := b.slack.Send(t.Context(), attempt(t, bot.EffectCard, card()))
		var later *bot.RetryAfterError
		if !errors.As(err, &later) || later.After < 6*time.Second || later.After > 7*time.Second {
			t.Fatalf("have %v, want a wait of 7 s", err)
		}
	}
	if n := len(b.sim.Requests("chat.postMessage")); n != 1 {
		t.Errorf("Slack was asked %d times, want once", n)
	}
}

func TestOneMessageASecondAChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		begin := time.Now()
		for i := range 5 {
			a := attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: "x"})
			a.Effect.Key = fmt.Sprint("k", i)
			if _, err := b.slack.Send(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(begin); d != 2*time.Second {
			t.Errorf("five messages took %v, want 2 s: three at once, then one a second", d)
		}
		a := attempt(t, bot.EffectPost, bot.Post{Channel: "C0INCIDENT", Text: "x"})
		before := time.Now()
		if _, err := b.slack.Send(t.Context(), a); err != nil || time.Since(before) != 0 {
			t.Errorf("another channel waited %v: %v", time.Since(before), err)
		}
	})
}

func TestJoinsPublicChannelOnce(t *testing.T) {
	b := newBench(t)
	a := attempt(t, bot.EffectPost, bot.Post{Channel: "C0LUNCH", Text: "こんにちは"})
	if _, err := b.slack.Send(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	// The line that it has joined, and the post.
	if len(b.messages("C0LUNCH")) != 2 || len(b.sim.Requests("conversations.join")) != 1 {
		t.Error("the bot did not join and post")
	}
	noJoin := newBench(t, func(_ *slack.Config, s *slacksim.Seed) {
		s.App.Scopes = slices.DeleteFunc(slacksim.SampleScopes(), func(x string) bool { return x == "channels:join" })
	})
	if _, err := noJoin.slack.Send(t.Context(), a); !bot.IsPermanent(err) || !strings.Contains(err.Error(), "/invite") {
		t.Errorf("have %v, want a permanent error that asks for an invitation", err)
	}
}

func TestEphemeralOnlyOnce(t *testing.T) {
	b := newBench(t)
	a := attempt(t, bot.EffectEphemeral, bot.Ephemeral{Channel: "C0DESK", User: "U0SATO", Text: "<!here> 受け付けました"})
	if _, err := b.slack.Send(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	a.Number, a.Look = 2, true
	if sent, err := b.slack.Send(t.Context(), a); err != nil || !strings.Contains(sent.Why, "not repeated") {
		t.Errorf("the repeat gave %+v, %v", sent, err)
	}
	if w := b.whispers("sato"); len(w) != 1 || w[0] != "&lt;!here&gt; 受け付けました" {
		t.Errorf("sato sees %q", w)
	}
}

func TestForeignAndBrokenEffects(t *testing.T) {
	b := newBench(t)
	for _, a := range []bot.Attempt{
		attempt(t, bot.EffectComment, bot.Comment{}),
		attempt(t, bot.EffectCard, []int{1}),
		attempt(t, bot.EffectPost, "text"),
		attempt(t, bot.EffectEphemeral, 7),
		attempt(t, bot.EffectCard, bot.Card{Ticket: ticket, Key: "MSP-12"}), // no channel
	} {
		if _, err := b.slack.Send(t.Context(), a); !bot.IsPermanent(err) {
			t.Errorf("%s: have %v, want a permanent error", a.Effect.Body, err)
		}
	}
}

func TestTokensStaySecret(t *testing.T) {
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.HTTPClient = &http.Client{Transport: leaky{}}
	})
	_, err := b.slack.Send(t.Context(), attempt(t, bot.EffectCard, card()))
	if err == nil || strings.Contains(err.Error(), botToken) || !strings.Contains(err.Error(), "[secret]") {
		t.Errorf("have %v", err)
	}
	for _, f := range b.slack.Check(t.Context()) {
		if strings.Contains(f.Detail, botToken) {
			t.Errorf("the finding %q holds the token", f.Detail)
		}
	}
	if strings.Contains(b.logged(), botToken) {
		t.Error("the log holds the token")
	}
}

// leaky fails with an error that holds the request's body.
type leaky struct{}

func (leaky) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, errors.New("proxy refused token=" + botToken + " for " + r.URL.Path)
}

func TestRandomCardsAreTaken(t *testing.T) { synctest.Test(t, testRandomCards) }

func testRandomCards(t *testing.T) {
	b := newBench(t)
	dice := rand.New(rand.NewPCG(7, 11))
	words := []string{"<!channel>", "<https://evil.example|Backlog>", "```rm -rf```", "| a | b |\n|---|---|", "日本語", "🚨", "&amp;", "\x00\u202e", strings.Repeat("長い文章。", 200), "", "@here *bold*"}
	text := func() string {
		var s strings.Builder
		for range dice.IntN(6) {
			s.WriteString(words[dice.IntN(len(words))])
		}
		return s.String()
	}
	for i := range 60 {
		c := bot.Card{Channel: "C0DESK", Ticket: ticket, Key: fmt.Sprintf("MSP-%d", i), URL: "https://acme.backlog.com/view/x?" + text(), Title: text()}
		for p := range dice.IntN(12) {
			panel := bot.Panel{Tone: []bot.Tone{bot.ToneCalm, bot.ToneWarn, bot.ToneAlarm, bot.ToneDone}[dice.IntN(4)], State: text()}
			for range dice.IntN(30) {
				panel.Fields = append(panel.Fields, bot.Field{Label: text(), Value: text()})
			}
			for range dice.IntN(25) {
				panel.Notes = append(panel.Notes, text())
			}
			for j := range dice.IntN(60) {
				panel.Buttons = append(panel.Buttons, bot.Button{
					Action: fmt.Sprintf("f%d.b%d", p, j%55), Label: strings.Repeat("押", 1+dice.IntN(75)), Confirm: text(),
					Style: []string{"", "primary", "danger", "odd"}[dice.IntN(4)], Value: strings.Repeat("v", dice.IntN(2100)),
				})
			}
			c.Panels = append(c.Panels, panel)
		}
		a := attempt(t, bot.EffectCard, c)
		a.Refs = map[string]string{}
		if i > 0 { // updates have the tighter limit of text
			a.Refs = map[string]string{bot.RefCard: "C0DESK " + b.messages("C0DESK")[0].TS}
		}
		if _, err := b.slack.Send(t.Context(), a); err != nil {
			t.Fatalf("card %d: %v", i, err)
		}
		p := attempt(t, bot.EffectPost, bot.Post{Channel: "C0INCIDENT", Text: text() + text(), Top: true})
		p.Effect.Key = fmt.Sprint("post", i)
		if i%40 == 0 {
			if _, err := b.slack.Send(t.Context(), p); err != nil {
				t.Fatalf("post %d: %v", i, err)
			}
		}
	}
}
