package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// scenario is what becomes of a ticket.
type scenario string

const (
	asksAll    scenario = "request"             // everything is in it: one answer
	asksLess   scenario = "incomplete request"  // asked back, then answered
	asksWork   scenario = "scheduled work"      // answered, start notice, start, completion
	hasTrouble scenario = "incident"            // receipt, first notice, updates, recovery
	lateToHear scenario = "unattended incident" // the same, and nobody writes an update
)

// chaosTicket is a ticket that a customer opens.
type chaosTicket struct {
	scenario
	desk    int
	kind    string
	text    string
	answers []string      // what the customer says when asked
	at      time.Duration // after the beginning
	lasts   time.Duration // of an incident and of work
	rng     *rand.Rand    // of the people around it
	key     string
	id      int64
	opened  time.Time // world time
}

const troubleText = "■ 検知日時\n2026/11/24 10:05\n\n■ ホスト名\nweb01\n\n■ ビジネスインパクト\n購入ができません\n\n■ 障害の詳細\nトップページが 503 エラーになります。"

// plan makes the tickets of a round from its seed.
func (k *chaos) plan() {
	rng := rand.New(rand.NewPCG(k.seed, 1))
	kinds := []struct{ name, text string }{
		{"バックアップ作業", "■ 作業の種類\n追加\n\n■ ホスト名\nweb01"},
		{"監視設定作業", "■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n\n■ 監視設定の内容\n/healthz を 1 分間隔で監視してください。"},
		{"リストア作業", "■ ホスト名\ndb01\n\n■ リストアする内容 (スナップショット)\n昨夜のスナップショット"},
		{"技術相談", "■ ご相談内容\n接続数の上限について教えてください。"},
		{"ソフトウェア設定作業", "■ ホスト名\nweb02\n\n■ 変更内容の詳細\nnginx の worker_connections を 2048 にしてください。"},
	}
	for i := range k.many {
		kind := kinds[rng.IntN(len(kinds))]
		tk := &chaosTicket{
			desk: i % k.desks, kind: kind.name, text: kind.text, scenario: asksAll, at: time.Duration(rng.Int64N(int64(k.span * 3 / 4))),
			rng: rand.New(rand.NewPCG(k.seed, uint64(100+i))),
		}
		switch i % 8 {
		case 1, 5:
			tk.scenario, tk.text, tk.answers = asksLess, "よろしくお願いします。", []string{kind.text}
			if i%16 == 1 {
				tk.answers = append(tk.answers, "急ぎではありません。ホスト名は上のとおりです。")
			}
		case 2, 6:
			tk.scenario, tk.kind, tk.text = asksWork, kinds[0].name, kinds[0].text
			tk.at, tk.lasts = tk.at/3, 4*time.Second
		case 3, 7:
			tk.scenario, tk.kind, tk.text = hasTrouble, "障害ご連絡", troubleText
			tk.at, tk.lasts = tk.at/3, k.span/2+time.Duration(rng.Int64N(int64(k.span/4)))
			if i%8 == 7 {
				tk.scenario = lateToHear
			}
		}
		k.tickets = append(k.tickets, tk)
	}
}

// live opens a ticket at its time and does what the people around it do, until its last word is out.
func (k *chaos) live(ctx context.Context, tk *chaosTicket) {
	if wait(ctx, tk.at) != nil {
		return
	}
	k.openTicket(ctx, tk)
	switch tk.scenario {
	case asksAll:
	case asksLess:
		k.await(ctx, func() bool { return len(k.said(ctx, tk.key)) > 0 })
		for _, words := range tk.answers {
			k.call(ctx, http.MethodPost, "/issues/"+tk.key+"/comments", url.Values{"content": {words}}, nil)
			_ = wait(ctx, time.Duration(tk.rng.IntN(300))*time.Millisecond)
		}
	case asksWork:
		k.work(ctx, tk)
	case hasTrouble, lateToHear:
		k.trouble(ctx, tk)
	}
}

func (k *chaos) openTicket(ctx context.Context, tk *chaosTicket) {
	var types []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	k.call(ctx, http.MethodGet, "/projects/"+k.projectKey(tk.desk)+"/issueTypes", nil, &types)
	priority := "3"
	if tk.scenario == hasTrouble || tk.scenario == lateToHear {
		priority = "2" // 高: affected
	}
	form := url.Values{
		"projectId": {strconv.Itoa(backlogsim.SampleProjectID + tk.desk)}, "summary": {tk.kind + "のお願い"}, "description": {tk.text}, "priorityId": {priority},
	}
	for _, x := range types {
		if x.Name == tk.kind {
			form.Set("issueTypeId", strconv.FormatInt(x.ID, 10))
		}
	}
	var is struct {
		ID      int64     `json:"id"`
		Key     string    `json:"issueKey"`
		Created time.Time `json:"created"`
	}
	k.call(ctx, http.MethodPost, "/issues", form, &is)
	tk.key, tk.id, tk.opened = is.Key, is.ID, is.Created
}

// work is what staff do with a request that is carried out at a time: they plan it, start it when its start has come, and end it. What is
// in their way they do again after a while, and a plan that was stopped is planned anew.
func (k *chaos) work(ctx context.Context, tk *chaosTicket) {
	const patience = 4 * time.Second
	var planned, begun time.Time // world time of the start, machine time of the work
	var next, asked time.Time
	k.await(ctx, func() bool {
		c, ok := k.card(tk)
		if !ok || k.has(ctx, tk, "対応が完了しました") {
			return ok
		}
		if time.Now().Before(next) {
			return false
		}
		press := func(wait time.Duration, action string, values map[string]any) {
			next = time.Now().Add(wait)
			k.press(ctx, tk, action, values)
		}
		now := k.world()
		switch {
		case c.offers("work.done"):
			if begun.IsZero() {
				begun = time.Now()
			}
			if time.Since(begun) > tk.lasts {
				press(patience, "work.done", map[string]any{"done": "取得しました。", "result": "completed です。"})
			}
		// It is not planned, the plan did not arrive or was stopped, or it can't be started. The button may stand in the card's menu.
		case (c.offers("work.schedule") || c.offers(view.ActionMore)) && (now.Sub(planned) > 15*time.Minute || !c.offers("work.start") && time.Since(asked) > 5*patience):
			asked, planned = time.Now(), now.Add(7*time.Minute).Truncate(time.Minute)
			press(patience, "work.schedule", map[string]any{
				"start": int(planned.Unix()), "end": int(planned.Add(20 * time.Minute).Unix()), "what": "スナップショット取得",
			})
		case c.offers("work.start") && !now.Before(planned):
			press(patience, "work.start", nil)
		}
		return false
	})
}

// trouble is what staff do with an incident: they write an update now and then, or none, and tell the recovery.
func (k *chaos) trouble(ctx context.Context, tk *chaosTicket) {
	ends := time.Now().Add(tk.lasts)
	next, told := time.Now().Add(time.Duration(8+tk.rng.IntN(8))*time.Second), ends
	k.await(ctx, func() bool {
		c, ok := k.card(tk)
		if !ok || k.has(ctx, tk, "障害が復旧しました") {
			return ok
		}
		switch now := time.Now(); {
		case now.After(told) && k.has(ctx, tk, "途中経過") && c.offers("incident.recovered"):
			told = now.Add(4 * time.Second)
			k.press(ctx, tk, "incident.recovered", map[string]any{"happened": "プロセスが停止していました。", "done": "再起動しました。"})
		case tk.scenario == hasTrouble && now.After(next) && c.offers("incident.update"):
			next = now.Add(time.Duration(10+tk.rng.IntN(10)) * time.Second)
			k.press(ctx, tk, "incident.update", map[string]any{"state": "復旧作業を行っています。", "done": "接続数を確認しました。"})
		}
		return false
	})
}

// chaosCard is a ticket's card as Slack shows it.
type chaosCard struct {
	TS       string           `json:"ts"`
	Blocks   []map[string]any `json:"blocks"`
	Metadata struct {
		Payload struct {
			Key  string `json:"key"`
			Card string `json:"card"`
		} `json:"event_payload"`
	} `json:"metadata"`
	Thread string `json:"thread_ts"`
	text   string // the blocks as JSON
}

func (c chaosCard) offers(action string) bool {
	return strings.Contains(c.text, `"action_id":"`+action+`"`)
}

// messages are what stands in a customer's channel.
func (k *chaos) messages(desk int) []chaosCard {
	var out []chaosCard
	for _, raw := range k.slack.Messages(k.channel(desk)) {
		var c chaosCard
		if err := json.Unmarshal(raw, &c); err != nil {
			k.t.Error(err)
		}
		c.text = string(raw)
		out = append(out, c)
	}
	return out
}

func (k *chaos) card(tk *chaosTicket) (chaosCard, bool) {
	list := k.messages(tk.desk)
	i := slices.IndexFunc(list, func(c chaosCard) bool { return c.Metadata.Payload.Card == string(bot.NewTicketID("demo", tk.id)) })
	if i < 0 {
		return chaosCard{}, false
	}
	return list[i], true
}

// press clicks a button of a ticket's card and, with values, fills in the form that opens and sends it. It may fail in every way that a
// person knows; then it is pressed again later.
func (k *chaos) press(ctx context.Context, tk *chaosTicket, action string, values map[string]any) {
	hand := int(tk.id) % len(staff)
	k.hands[hand].Lock()
	defer k.hands[hand].Unlock()
	user := staff[hand]
	c, ok := k.card(tk)
	if !ok {
		return
	}
	_ = k.slack.CloseView(ctx, slacksim.CloseView{User: user, All: true})
	if k.slack.Reach(ctx, slacksim.Click{User: user, Channel: k.channel(tk.desk), TS: c.TS, ActionID: action}, view.ActionMore) != nil || values == nil {
		return
	}
	var form struct {
		ID     string `json:"id"`
		Blocks []struct {
			ID      string `json:"block_id"`
			Element struct {
				ID string `json:"action_id"`
			} `json:"element"`
		} `json:"blocks"`
	}
	for range 10 {
		if views := k.slack.Views(user); len(views) > 0 {
			if err := json.Unmarshal(views[len(views)-1], &form); err != nil {
				k.t.Error(err)
			}
			break
		}
		_ = wait(ctx, 100*time.Millisecond)
	}
	filled := map[string]map[string]any{}
	for _, b := range form.Blocks {
		if v, ok := values[b.ID]; ok {
			filled[b.ID] = map[string]any{b.Element.ID: v}
		}
	}
	if len(filled) > 0 {
		_, _ = k.slack.Submit(ctx, slacksim.Submit{User: user, ViewID: form.ID, Values: filled})
	}
}

// chaosComment is what the bot said on an issue.
type chaosComment struct {
	ID      int64     `json:"id"`
	Content string    `json:"content"`
	Created time.Time `json:"created"`
	User    struct {
		ID int64 `json:"id"`
	} `json:"createdUser"`
}

// said lists the words of the bot on an issue, the oldest first.
func (k *chaos) said(ctx context.Context, key string) []chaosComment {
	if key == "" {
		return nil
	}
	var all []chaosComment
	k.call(ctx, http.MethodGet, "/issues/"+key+"/comments", url.Values{"count": {"100"}, "order": {"asc"}}, &all)
	return slices.DeleteFunc(all, func(c chaosComment) bool {
		return c.User.ID != backlogsim.SampleBotID || strings.TrimSpace(c.Content) == ""
	})
}

func (k *chaos) has(ctx context.Context, tk *chaosTicket, words string) bool {
	return slices.ContainsFunc(k.said(ctx, tk.key), func(c chaosComment) bool { return strings.Contains(c.Content, words) })
}

// call speaks to the stand-in of Backlog as the customer; faults strike the bot only.
func (k *chaos) call(ctx context.Context, method, path string, form url.Values, into any) {
	if ctx.Err() != nil {
		return
	}
	target := k.url + "/api/v2" + path
	var body io.Reader
	if method == http.MethodGet {
		target += "?" + form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		k.t.Error(err)
		return
	}
	req.Header.Set("Backlog-Api-Key", backlogsim.SampleCustomerKey)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for try := 1; ; try++ {
		code, raw, err := send(req.Clone(ctx), form, method)
		switch {
		case err == nil && code < http.StatusMultipleChoices:
			if into != nil {
				if err := json.Unmarshal(raw, into); err != nil {
					k.t.Errorf("%s %s: %v", method, path, err)
				}
			}
			return
		case ctx.Err() != nil:
			return
		case err != nil && method == http.MethodGet: // a page that did not load is loaded again
		case code != http.StatusServiceUnavailable: // an outage strikes everybody: a person tries again
			k.t.Errorf("%s %s: %d %s %v", method, path, code, raw, err)
			return
		}
		_ = wait(ctx, 200*time.Millisecond)
	}
}

func send(req *http.Request, form url.Values, method string) (code int, raw []byte, err error) {
	if method != http.MethodGet {
		req.Body = io.NopCloser(strings.NewReader(form.Encode()))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err = io.ReadAll(res.Body)
	return res.StatusCode, raw, err
}

// await asks again and again until ok or the end of ctx.
func (k *chaos) await(ctx context.Context, ok func() bool) {
	for !ok() {
		if wait(ctx, 100*time.Millisecond) != nil {
			return
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting: %w", ctx.Err())
	case <-time.After(d):
		return nil
	}
}
