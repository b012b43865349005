package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/slack/slacksim"
	shown "toban/bot/slack/view"
)

// strangers is a world with another customer, who has something of every kind; himitsu stands in all of it.
type strangers struct {
	*twoSpaces
	held    string // number of what waits for a person
	silence string
	tickets []bot.TicketID
	n       int
	heard   map[string]bool
}

// secretOf reports a word of the other customer in a text.
func secretOf(text string) string {
	for _, w := range []string{"himitsu", "緑商事", "midori"} {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

func inStrangers(t *testing.T, f func(t *testing.T, b *strangers)) {
	t.Helper()
	inTwoSpaces(t, func(t *testing.T, two *twoSpaces) {
		b := &strangers{twoSpaces: two}
		b.issueIn(simBacklogURL, "web01")
		b.issueIn(otherURL, "himitsu")
		b.issueIn(otherURL, "himitsu-2")
		outage := b.issueOf(otherURL, "障害ご連絡", "himitsu が応答しない")
		time.Sleep(2 * time.Minute)
		b.ask("mode other/AOZORA assist", "C0GENERAL", "U0YAMADA")
		b.ask("silence midori all 5h himitsu", "C0GENERAL", demoStaffSlack)
		b.issueIn(otherURL, "himitsu-3") // whose answer waits for a person
		time.Sleep(2 * time.Minute)
		b.pressIn(otherChannel, "himitsu のバックアップ", "work.schedule", map[string]any{
			"start": unix(time.Now().Add(3 * time.Hour)), "end": unix(time.Now().Add(4 * time.Hour)), "what": "himitsu の取得",
		})
		time.Sleep(time.Minute)
		list, err := b.store.Tickets(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range list {
			if k.Customer == "midori" {
				b.tickets = append(b.tickets, k.ID)
			}
		}
		waiting, err := b.store.Waiting(t.Context())
		if err != nil || len(waiting) == 0 || len(b.tickets) != 4 {
			t.Fatalf("%d wait, %d tickets of %v, %v", len(waiting), len(b.tickets), outage, err)
		}
		b.held = bot.NoticeNumber(waiting[0].Key)
		silences, err := b.store.Silences(t.Context(), "midori", time.Now())
		if err != nil || len(silences) != 1 {
			t.Fatal(silences, err)
		}
		b.silence = silences[0].ID
		time.Sleep(3 * time.Minute) // nothing is due any more
		f(t, b)
	})
}

func (b *strangers) issueOf(space, typeName, summary string) simIssue {
	b.t.Helper()
	return b.issueWith(space, typeName, summary, outageText)
}

func (b *strangers) issueWith(space, typeName, summary, text string) simIssue {
	b.t.Helper()
	var types []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	b.callAt(space, backlogsim.SampleCustomerKey, http.MethodGet, "/projects/"+backlogsim.SampleProjectKey+"/issueTypes", nil, &types)
	i := slices.IndexFunc(types, func(x struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	},
	) bool {
		return x.Name == typeName
	})
	var is simIssue
	b.callAt(space, backlogsim.SampleCustomerKey, http.MethodPost, "/issues", url.Values{
		"projectId": {fmt.Sprint(backlogsim.SampleProjectID)}, "summary": {summary}, "description": {text}, "priorityId": {"4"}, "issueTypeId": {fmt.Sprint(types[i].ID)},
	}, &is)
	return is
}

// pressIn presses a button of the card whose text holds words, and fills in its form.
func (b *strangers) pressIn(channel, words, action string, values map[string]any) {
	b.t.Helper()
	for _, raw := range b.slack.Messages(channel) {
		var c card
		if err := json.Unmarshal(raw, &c); err != nil {
			b.t.Fatal(err)
		}
		if !strings.Contains(string(raw), words) || c.Thread != "" && c.Thread != c.TS {
			continue
		}
		if err := b.slack.Reach(b.t.Context(), slacksim.Click{User: demoStaffSlack, Channel: channel, TS: c.TS, ActionID: action}, shown.ActionMore); err != nil {
			b.t.Fatal(err)
		}
		time.Sleep(time.Second)
		v := b.views()
		view := v[len(v)-1]
		filled := map[string]map[string]any{}
		for _, bl := range view.Blocks {
			if x, ok := values[bl.ID]; ok {
				filled[bl.ID] = map[string]any{bl.Element.ID: x}
			}
		}
		if res, err := b.slack.Submit(b.t.Context(), slacksim.Submit{User: demoStaffSlack, ViewID: view.ID, Values: filled}); err != nil || len(res.Errors) > 0 {
			b.t.Fatal(res, err)
		}
		return
	}
	b.t.Fatalf("no card with %q offers %s", words, action)
}

// openForm is a form as Slack keeps it.
type openForm struct {
	ID       string `json:"id"`
	Hash     string `json:"hash"`
	Metadata string `json:"private_metadata"`
	Blocks   []struct {
		ID      string `json:"block_id"`
		Element struct {
			ID string `json:"action_id"`
		} `json:"element"`
	} `json:"blocks"`
}

func (b *strangers) views() []openForm {
	b.t.Helper()
	var out []openForm
	for _, raw := range b.slack.Views(demoStaffSlack) {
		var v openForm
		if err := json.Unmarshal(raw, &v); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// whispers is what only one person was told since it was looked at last.
func (b *strangers) whispers(user string) []string {
	b.t.Helper()
	var out []string
	if b.heard == nil {
		b.heard = map[string]bool{}
	}
	for _, text := range whispersTo(b.slack, user) {
		if !b.heard[user+text] {
			b.heard[user+text] = true
			out = append(out, text)
		}
	}
	return out
}

// whispersTo is all that only one person was told.
func whispersTo(s *slacksim.Server, user string) (out []string) {
	for _, ch := range s.State(user).Channels {
		for _, raw := range ch.Messages {
			if text := string(raw); strings.Contains(text, `"is_ephemeral":true`) {
				out = append(out, text)
			}
		}
	}
	return out
}

// ask types a command and gives the answer.
func (b *strangers) ask(text, channel, user string) string {
	b.t.Helper()
	b.whispers(user)
	if err := b.slack.Command(b.t.Context(), slacksim.Command{User: user, Channel: channel, Command: "/toban", Text: text}); err != nil {
		b.t.Fatalf("/toban %s: %v", text, err)
	}
	time.Sleep(time.Second)
	return strings.Join(b.whispers(user), "\n")
}

// deliver hands Toban an interaction as Slack would; the answer is what the acknowledgement carries.
func (b *strangers) deliver(payload map[string]any) string {
	b.t.Helper()
	raw, err := json.Marshal(payload)
	if err != nil {
		b.t.Fatal(err)
	}
	body := url.Values{"payload": {string(raw)}}.Encode()
	stamp := fmt.Sprint(time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(demoSigning))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, simTobanURL+"/slack/interactions", strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(res.Body); err != nil || res.StatusCode != http.StatusOK && res.StatusCode != http.StatusRequestEntityTooLarge {
		b.t.Fatalf("%d %s %v", res.StatusCode, answer.String(), err)
	}
	return answer.String()
}

// click is a press of a button with a value that names a ticket.
func (b *strangers) click(user, channel, action, value string) {
	b.t.Helper()
	b.n++
	b.deliver(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": user}, "trigger_id": fmt.Sprintf("1.%d.x", b.n),
		"container": map[string]any{"type": "message", "channel_id": channel, "message_ts": "1.1"},
		"actions":   []any{map[string]any{"action_id": action, "type": "button", "value": value, "action_ts": fmt.Sprint(b.n)}},
	})
}

// lastForm is the form that was opened last.
func (b *strangers) lastForm() string {
	if v := b.views(); len(v) > 0 {
		return v[len(v)-1].ID
	}
	return ""
}

// tables is everything that Toban remembers, but for what it notes of itself.
func (b *strangers) tables() map[string]string {
	b.t.Helper()
	snap, err := b.store.Snapshot(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = snap.Close() }()
	out := map[string]string{}
	for _, table := range snap.Tables {
		if slices.Contains([]string{"pulse", "downtime", "epoch"}, table.Name) {
			continue
		}
		var text strings.Builder
		if err := snap.Rows(b.t.Context(), table, func(row []any) error {
			_, err := fmt.Fprintln(&text, row...)
			return err
		}); err != nil {
			b.t.Fatal(err)
		}
		out[table.Name] = text.String()
	}
	return out
}

// unchanged compares all tables with what they were.
func (b *strangers) unchanged(before map[string]string, what string) {
	b.t.Helper()
	for name, now := range b.tables() {
		if now != before[name] {
			old := strings.Split(before[name], "\n")
			for line := range strings.SplitSeq(now, "\n") {
				if !slices.Contains(old, line) {
					b.t.Errorf("%s wrote into %s: %.300s", what, name, line)
				}
			}
		}
	}
}

// Every button of every room, pressed in a customer's channel with a ticket of another customer, with what waits there, and by people who
// are nobody or lack the role: nothing is written, no form opens, and the answer tells nothing.
func TestButtonsOfAnotherCustomersTicket(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		before := b.tables()
		users := []string{demoStaffSlack, "U0YAMADA", "U0ITO"}
		for _, u := range users {
			b.whispers(u)
		}
		for _, action := range buttonActions(t) {
			clicks, form := map[string]int{}, b.lastForm()
			for i, ticket := range b.tickets {
				for _, user := range users {
					channel := demoChannel
					if user == "U0ITO" && i%2 == 0 { // nobody we know, in the right channel
						channel = otherChannel
					}
					b.click(user, channel, action, string(ticket)+"|1|")
					b.click(user, channel, action, string(ticket)+"|1|"+b.held)
					clicks[user] += 2
				}
			}
			time.Sleep(10 * time.Millisecond)
			for _, user := range users {
				answers := b.whispers(user)
				if w := secretOf(strings.Join(answers, "")); w != "" || len(answers) != clicks[user] {
					t.Errorf("%s by %s: %d answers to %d presses, %q in them: %s", action, user, len(answers), clicks[user], w, answers)
				}
			}
			if b.lastForm() != form {
				t.Errorf("%s opens a form", action)
			}
		}
		// What waits for a person is decided in its own channel only.
		for _, action := range []string{"release.send", "release.drop"} {
			b.click(demoStaffSlack, demoChannel, action, "|0|"+b.held)
			time.Sleep(10 * time.Millisecond)
			if answer := strings.Join(b.whispers(demoStaffSlack), ""); !strings.Contains(answer, "見つかりません") {
				t.Errorf("%s in another channel: %q", action, answer)
			}
		}
		b.unchanged(before, "a press")
	})
}

// A form that was opened for another customer's ticket and comes back from this customer's channel.
func TestFormsOfAnotherCustomersTicket(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		forms := 0
		for _, raw := range b.slack.Messages(otherChannel) {
			var c card
			if err := json.Unmarshal(raw, &c); err != nil {
				t.Fatal(err)
			}
			{
				for _, action := range b.buttonsOf(demoStaffSlack, otherChannel, c) {
					if strings.HasPrefix(action, "release.") {
						continue
					}
					before := b.lastForm()
					if err := b.slack.Reach(t.Context(), slacksim.Click{User: demoStaffSlack, Channel: otherChannel, TS: c.TS, ActionID: action}, shown.ActionMore); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Second)
					if now := b.lastForm(); now == "" || now == before { // no form: it was a legitimate press
						continue
					}
					forms++
					tables, v := b.tables(), b.views()
					view := v[len(v)-1]
					raw, err := base64.RawURLEncoding.DecodeString(view.Metadata)
					if err != nil {
						t.Fatal(err)
					}
					meta := strings.Replace(string(raw), otherChannel, demoChannel, 1)
					values := map[string]any{}
					for _, block := range view.Blocks {
						if block.Element.ID != "" {
							values[block.ID] = map[string]any{block.Element.ID: map[string]any{"value": "x"}}
						}
					}
					answer := b.deliver(map[string]any{
						"type": "view_submission", "user": map[string]any{"id": demoStaffSlack},
						"view": map[string]any{"id": view.ID, "hash": view.Hash, "private_metadata": base64.RawURLEncoding.EncodeToString([]byte(meta)), "state": map[string]any{"values": values}},
					})
					if meta == string(raw) || !strings.Contains(answer, "この操作は今はできません") || secretOf(answer) != "" {
						t.Errorf("the form of %s answers %q", action, answer)
					}
					b.unchanged(tables, "the form of "+action)
				}
			}
		}
		if forms < 8 {
			t.Errorf("only %d forms were tried", forms)
		}
	})
}

// Every verb of /toban, in every spelling that its usage allows, typed in a customer's channel about another customer.
func TestVerbsAboutAnotherCustomer(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		usages := 0
		for line := range strings.SplitSeq(helpOf(b.ask("help", demoChannel, demoStaffSlack)), "\n") {
			usage, ok := strings.CutPrefix(line, "・/toban ")
			if !ok {
				continue
			}
			usage, _, _ = strings.Cut(usage, " — ")
			usages++
			for _, text := range spellings(t, usage, foreignThings(b.silence)) {
				foreign := strings.Contains(text, "midori") || strings.Contains(text, "other/") || strings.Contains(text, "himitsu") || strings.Contains(text, b.silence)
				verb, _, _ := strings.Cut(text, " ")
				if !foreign && (verb == "stop" || verb == "start" || verb == "handover") { // of everybody
					continue
				}
				for _, user := range []string{demoStaffSlack, "U0YAMADA", "U0ITO"} {
					before := b.tables()
					answer := b.ask(text, demoChannel, user)
					for word := range strings.FieldsSeq(text) { // what the person typed is no news
						answer = strings.ReplaceAll(answer, word, "")
					}
					if w := secretOf(answer); w != "" || answer == "" && (foreign || !slices.Contains([]string{"new", "incident", "adopt", "onboard", "offboard"}, verb)) {
						t.Errorf("/toban %s by %s answers %q", text, user, answer)
					}
					for _, raw := range b.slack.Views(user) {
						if w := secretOf(string(raw)); w != "" && foreign {
							t.Errorf("/toban %s by %s shows %s", text, user, w)
						}
					}
					// A stop is for emergencies: whoever sees harm stops it from wherever they are.
					if foreign && (verb != "stop" || user == "U0ITO") {
						b.unchanged(before, "/toban "+text+" by "+user)
					}
					if verb == "stop" { // what is said of it goes out
						time.Sleep(10 * time.Second)
					}
					time.Sleep(time.Second)
				}
			}
		}
		if usages < 12 {
			t.Errorf("the help lists %d verbs", usages)
		}
	})
}

// Feeds and pages: a customer's token shows that customer's work, no other token anything.
func TestFeedsAndPagesOfAnotherCustomer(t *testing.T) {
	inStrangers(t, func(t *testing.T, b *strangers) {
		get := func(path string) (int, string) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, simTobanURL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := b.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			var text bytes.Buffer
			if _, err := text.ReadFrom(res.Body); err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, text.String()
		}
		before := b.tables()
		if code, text := get("/schedule/" + demoFeed + ".ics"); code != http.StatusOK || secretOf(text) != "" {
			t.Errorf("the customer's feed: %d %s", code, text)
		}
		if code, text := get("/schedule/" + demoFeedAll + ".ics"); code != http.StatusOK || secretOf(text) == "" {
			t.Errorf("the provider's feed lacks the work: %d %s", code, text)
		}
		for _, path := range []string{"/schedule/midori.ics", "/schedule/.ics", "/schedule/" + demoFeed + "/../midori.ics", "/schedule/" + demoHookToken + ".ics", "/status", "/status?customer=midori", "/hooks/backlog/x"} {
			if code, text := get(path); code < http.StatusMultipleChoices || secretOf(text) != "" {
				t.Errorf("%s: %d %.200s", path, code, text)
			}
		}
		b.unchanged(before, "a page")
	})
}

// helpOf is the text of an answer.
func helpOf(raw string) string {
	var m struct{ Text string }
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		return raw
	}
	return m.Text
}
