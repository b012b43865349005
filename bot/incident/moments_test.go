package incident_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

// A moment that was under way when things changed says nothing: what holds now counts.
func TestMomentsThatCameTooLate(t *testing.T) {
	for name, x := range map[string]struct {
		now   string
		to    func(c *core)
		rules []string
	}{
		"decided":          {"10:30", func(c *core) { c.press("incident.affected", nil); c.deliver() }, []string{"ask", "tier", "decide", "first"}},
		"told":             {"10:10", func(c *core) { c.press("incident.affected", nil); c.deliver() }, []string{"remind1", "remind2", "auto", "round", "first"}},
		"too early to ask": {"10:01", func(*core) {}, []string{"ask", "tier", "decide"}},
		"over":             {"10:01", func(c *core) { c.press("incident.affected", nil); c.deliver(); c.recover() }, []string{"ask", "tier", "decide", "first", "remind1", "auto", "round", "climb"}},
		"dropped":          {"10:01", func(c *core) { c.classified(bot.ClassMinor, bot.PriorityHigh) }, []string{"ask", "tier", "decide", "first", "remind1", "auto", "round", "climb"}},
	} {
		for _, rule := range x.rules {
			t.Run(name+"/"+rule, func(t *testing.T) {
				c := open(t, "10:00", bot.PriorityNormal)
				c.now = clockAt("10:01")
				x.to(c)
				c.now = clockAt(x.now)
				posts, sent := len(c.posts), len(c.outbox)
				c.fire("incident/"+rule, c.now)
				if len(c.posts) != posts || len(c.outbox) != sent {
					t.Errorf("it says %q and sends %d effects", c.posts[posts:], len(c.outbox)-sent)
				}
			})
		}
	}
}

// A first notice that does not get out is told to staff at each of its promises, whether or not the impact was ever in doubt.
func TestFirstNoticeThatIsMissed(t *testing.T) {
	for name, priority := range map[string]int64{"affected at once": bot.PriorityHigh, "decided by staff": bot.PriorityNormal} {
		t.Run(name, func(t *testing.T) {
			c := newCore(t, "10:00")
			c.down = true
			c.classified(bot.ClassIncident, priority)
			if priority == bot.PriorityNormal {
				c.press("incident.affected", nil)
			}
			c.until("10:14")
			if c.heard("までに初報が届いていません") {
				t.Fatalf("staff heard %q too early", c.posts)
			}
			c.until("10:16")
			if !c.heard("初報（目標）の期限(11/24(火) 10:15 JST)までに初報が届いていません") {
				t.Errorf("staff heard %q", c.posts)
			}
			c.until("10:31")
			if !c.heard("初報（保証）の期限(11/24(火) 10:30 JST)までに初報が届いていません") || c.count("までに初報が届いていません") != 2 {
				t.Errorf("staff heard %q", c.posts)
			}
		})
	}
}

// A judgement that makes the promise shorter while the first notice is still on its way is watched by the shorter one.
func TestShorterPromiseWhileTheFirstNoticeIsOnItsWay(t *testing.T) {
	c := newCore(t, "10:00")
	c.down = true
	c.ticket.PriorityID = bot.PriorityLow
	c.classified(bot.ClassIncident, bot.PriorityLow)
	c.until("10:05")
	c.press("incident.affected", nil)
	c.until("10:16")
	if !c.heard("10:15 JST)までに初報が届いていません") {
		t.Errorf("staff heard %q", c.posts)
	}
}

// Who judges what is judged already hears by whom, or that it is so.
func TestJudgedTwice(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	if why := c.press("incident.affected", nil); !strings.HasPrefix(why, "すでに「影響あり」になっています。") {
		t.Errorf("refused with %q", why)
	}
	c.pressBy("sato", "incident.not_affected", nil)
	if why := c.press("incident.not_affected", nil); !strings.HasPrefix(why, "佐藤が「影響なし」と判断しています。") {
		t.Errorf("refused with %q", why)
	}
}

// The first of two who take an incident up again does it; the second hears so.
func TestReopenedTwice(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	if why := c.press("incident.reopen", nil); why != "この障害は対応中です。復旧したら「復旧」を押してください。" {
		t.Errorf("refused with %q", why)
	}
	c.recover()
	if why := c.press("incident.reopen", nil); why != "復旧のお知らせがまだ届いていません。届いたあとに再開できます。" {
		t.Errorf("refused with %q", why)
	}
	c.until("10:10")
	c.status(bot.StatusDone)
	if why := c.press("incident.reopen", nil); !strings.HasPrefix(why, "先にチケットを再開してください。") {
		t.Errorf("refused with %q", why)
	}
	c.status(bot.StatusAccepted)
	c.pressBy("sato", "incident.reopen", nil)
	if why := c.press("incident.reopen", nil); why != "佐藤が再開しています。" {
		t.Errorf("refused with %q", why)
	}
}

// A judgement that changes stands in the words that go out when nobody writes any.
func TestJudgementStandsInTheNextUpdate(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	c.press("incident.not_affected", nil)
	c.press("incident.affected", nil)
	c.press("incident.note", map[string]string{"text": "再起動しました"})
	var facts []string
	for _, l := range c.record().Timeline {
		facts = append(facts, l.Text)
	}
	if len(facts) != 3 || !strings.HasPrefix(facts[0], "影響の判断: ") || !strings.HasPrefix(facts[1], "影響の判断: ") || facts[0] == facts[1] || facts[2] != "再起動しました" {
		t.Errorf("timeline %q", facts)
	}
	if why := c.press("incident.note", map[string]string{"text": " "}); why != "記録する内容を入力してください。" {
		t.Errorf("refused with %q", why)
	}
}

// A status that says that the issue is over, set in Backlog before recovery, is not followed: staff are asked, once, and the incident runs on.
func TestIssueThatIsClosedBeforeRecovery(t *testing.T) {
	for id, name := range map[int64]string{bot.StatusResolved: "処理済み", bot.StatusClosed: "完了", bot.StatusInProgress: "処理中"} {
		c := open(t, "10:00", bot.PriorityHigh)
		c.until("10:05")
		e, err := bot.NewEvent(bot.EventIssueChanged, "issue:1", string(c.ticket.ID), c.now, nil)
		if err != nil {
			t.Fatal(err)
		}
		by := bot.Author{ID: 11, Name: "田中", Kind: bot.AuthorStaff}
		fact := func(origin string) bot.Fact {
			return bot.Fact{ID: "comment:8", At: c.now, Author: by, Origin: origin, Changes: []bot.Change{{Field: "status", From: "未対応", To: name}}}
		}
		in := bot.In{
			Now: c.now, Event: e, Dir: c.dir, Ticket: c.ticket, State: c.state, Snapshot: &bot.Snapshot{StatusID: id, Status: name},
			New: []bot.Fact{fact(""), {ID: "comment:9", At: c.now, Author: by, Text: "確認します"}},
		}
		out, err := c.h.Handle(in)
		if err != nil {
			t.Fatal(err)
		}
		c.apply(out)
		if got, want := c.count("田中 が状態を「"+name+"」にしましたが、復旧はまだ記録されていません"), map[bool]int{true: 0, false: 1}[id == bot.StatusInProgress]; got != want {
			t.Errorf("%s: asked %d times, want %d: %q", name, got, want, c.posts)
		}
		in.New = []bot.Fact{fact("incident:x")}
		if out, err = c.h.Handle(in); err != nil || len(out.Effects) > 0 {
			t.Errorf("%s: Toban's own status is asked about: %v, %v", name, out.Effects, err)
		}
	}
}

// An incident from before Toban came is shown as such, and goes on when staff press the button.
func TestCardOfAnIncidentThatWasTakenOver(t *testing.T) {
	c := newCore(t, "10:00")
	e, err := bot.NewEvent(bot.EventTicketClassified, "classified:0", string(c.ticket.ID), c.now, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.h.Handle(bot.In{Now: c.now, Event: e, Dir: c.dir, Ticket: c.ticket, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	c.apply(out)
	if !strings.HasPrefix(c.panel.State, "引き継いだ障害です") || c.panel.Tone != bot.ToneWarn || !c.offers("incident.reopen") || len(c.outbox) > 0 || len(c.timers) > 0 {
		t.Errorf("card %+v, effects %v", c.panel, c.outbox)
	}
	c.press("incident.reopen", nil)
	c.until("10:05")
	if c.panel.State != "障害対応中" || stage(c) != "told" {
		t.Errorf("card %+v", c.panel)
	}
}

// What could not be sent is no news any more once the incident is over.
func TestCardAfterWhatCouldNotBeSent(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.die(c.find("first-notice"))
	c.recover()
	if slices.Contains(c.panel.Notes, "初報を送れていません。") {
		t.Errorf("notes %q", c.panel.Notes)
	}
	c.die(c.find("recovered:1"))
	c.recover()
	if slices.Contains(c.panel.Notes, "復旧のお知らせを送れていません。") || c.panel.Tone != bot.ToneDone {
		t.Errorf("notes %q in %s", c.panel.Notes, c.panel.Tone)
	}
}

// An owner whom nobody knows any more takes nothing over.
func TestOwnerThatIsGone(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	for _, owner := range []string{"tanaka", "gone"} {
		c.ticket.Owner = owner
		c.status(bot.StatusTaken)
		if got := c.record(); len(got.Timeline) != 1 || got.Owner != "tanaka" {
			t.Errorf("%s: owner %q, timeline %+v", owner, got.Owner, got.Timeline)
		}
	}
}

// The host of the incident is what stands under its label, not the next label and not a word for none.
func TestHostOfAnIncident(t *testing.T) {
	for details, want := range map[string]string{
		"■ ホスト名\nweb01":             "web01",
		"ホスト名: web01\n発生: 10:00":    "web01",
		"【ホスト名】 web02":              "web02",
		"■ ホスト名\n\nweb03\n■ 内容\n停止": "web03",
		"■ ホスト名\n■ 内容\n停止":          "",
		"# ホスト名\n# 内容\n停止":          "",
		"【ホスト名】\n【内容】停止":            "",
		"ホスト名:\n内容: 停止":             "",
		"ホスト名: 不明":                  "",
		"ホスト名: (未定)":                "(未定)",
		"内容: 停止":                    "",
	} {
		c := newCore(t, "10:00")
		c.ticket.Details, c.ticket.Host = details, ""
		c.classified(bot.ClassIncident, bot.PriorityHigh)
		if got := c.record().Host; got != want {
			t.Errorf("%q names %q, want %q", details, got, want)
		}
	}
}

// When nobody answers the telephone, staff hear what the contract says of it.
func TestAfterTheRounds(t *testing.T) {
	for after, want := range map[string]bool{"restart": true, "tell_staff": false} {
		c := phoned(t, bot.PriorityHigh, func(c *core) { c.cust.Calls.After = after }, string(bot.CallNoAnswer))
		c.until("10:30")
		if c.heard("応答がなくても再起動に進みます") != want || !c.heard("応答がありませんでした") {
			t.Errorf("%s: staff heard %q", after, c.posts)
		}
	}
}

// Staff who telephone themselves are asked for the result twice, the second time with the next tier, and no more.
func TestResultOfACallIsAskedForTwice(t *testing.T) {
	c := phoned(t, bot.PriorityHigh, nil, string(bot.CallByHand))
	c.until("10:30")
	asked := slices.DeleteFunc(slices.Clone(c.posts), func(p string) bool { return !strings.Contains(p, "電話の結果が記録されていません") })
	if len(asked) != 2 {
		t.Fatalf("asked %d times: %q", len(asked), asked)
	}
	for i, leader := range []bool{false, true} {
		var p bot.Post
		if err := json.Unmarshal([]byte(asked[i]), &p); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(p.Mention, "U2") != leader || !p.Top {
			t.Errorf("round %d mentions %v", i+1, p.Mention)
		}
	}
	c.result("reached")
	before := len(c.posts)
	c.fire("incident/call", c.now)
	if len(c.posts) != before {
		t.Errorf("asked for a result that is known: %s", fmt.Sprint(c.posts[before:]))
	}
}
