package incident_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/incident"
)

const (
	yamamoto  = "情報システム部 山本様"
	takahashi = "情報システム部 高橋様"
	answered  = string(bot.CallAcknowledged) + ":1"
)

// phoned is an incident of a contract whose customer is telephoned when the service is affected; calls end in this order, the last one from
// then on.
func phoned(t *testing.T, priority int64, edit func(*core), ends ...string) *core {
	t.Helper()
	c := newCore(t, "10:00")
	c.ticket.PriorityID = priority
	cust := *c.cust
	cust.PhoneTo, cust.ByImpact = []string{yamamoto, takahashi}, []string{"phone"}
	cust.Calls = bot.Calls{Rings: 10, Rounds: 2, After: "tell_staff", Ask: 5 * time.Minute}
	c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
	c.ends = ends
	if edit != nil {
		edit(c)
	}
	c.classified(bot.ClassIncident, priority)
	c.until("10:01")
	return c
}

// dialled lists the calls to the customer, with their state.
func (c *core) dialled() []string {
	var out []string
	for _, s := range c.outbox {
		var call bot.Call
		if s.Kind == bot.EffectCall && s.Decode(&call) == nil && strings.HasPrefix(call.To, "contact:") {
			out = append(out, strings.TrimPrefix(call.To, "contact:")+" "+s.state)
		}
	}
	return out
}

func (c *core) wantDialled(want ...string) {
	c.t.Helper()
	if got := c.dialled(); !slices.Equal(got, want) {
		c.t.Errorf("dialled %q, want %q", got, want)
	}
}

// result is what staff say of the call that they were asked to make.
func (c *core) result(result string) string {
	c.t.Helper()
	value := ""
	for _, b := range c.panel.Buttons {
		if b.Action == "incident.call" {
			value = b.Value
		}
	}
	return c.pressValue("incident.call", value, map[string]string{"result": result})
}

func (c *core) treeEnd() string {
	var r incident.Record
	if err := json.Unmarshal(c.state, &r); err != nil || r.Tree == nil {
		return "none"
	}
	return r.Tree.End
}

func TestTelephoneTree(t *testing.T) {
	no, voicemail := string(bot.CallNoAnswer), string(bot.CallVoicemail)
	for name, x := range map[string]struct {
		ends []string
		want []string
		end  string
		hear string
	}{
		"the first answers":          {[]string{answered}, []string{yamamoto + " done"}, "reached", "伝わりました"},
		"the second answers":         {[]string{no, answered}, []string{yamamoto + " done", takahashi + " done"}, "reached", "応答なし"},
		"voicemail is no answer":     {[]string{voicemail, answered}, []string{yamamoto + " done", takahashi + " done"}, "reached", "留守番電話"},
		"no key is no answer":        {[]string{string(bot.CallAnswered), answered}, []string{yamamoto + " done", takahashi + " done"}, "reached", "番号が押されていません"},
		"another key is no answer":   {[]string{string(bot.CallAcknowledged) + ":9", answered}, []string{yamamoto + " done", takahashi + " done"}, "reached", "ほかの番号"},
		"the second round":           {[]string{no, no, answered}, []string{yamamoto + " done", takahashi + " done", yamamoto + " done"}, "reached", "伝わりました"},
		"unknown: the next one":      {[]string{string(bot.CallUnknown), answered}, []string{yamamoto + " done", takahashi + " done"}, "reached", "確認できません"},
		"nobody answers: staff hear": {[]string{no}, []string{yamamoto + " done", takahashi + " done", yamamoto + " done", takahashi + " done"}, "nobody", "2回ずつ電話しましたが、応答がありませんでした"},
	} {
		t.Run(name, func(t *testing.T) {
			c := phoned(t, bot.PriorityHigh, nil, x.ends...)
			c.until("10:30")
			c.wantDialled(x.want...)
			if c.treeEnd() != x.end || !c.heard(x.hear) {
				t.Errorf("ended %q, want %q; staff heard %q", c.treeEnd(), x.end, c.posts)
			}
		})
	}
}

// Where nobody is telephoned the card says nothing of it.
func TestNoTelephoneOnTheCard(t *testing.T) {
	for name, edit := range map[string]func(*core){
		"a drill":    func(c *core) { c.ticket.Drill = true },
		"no contact": func(c *core) { c.cust.PhoneTo = nil },
	} {
		c := phoned(t, bot.PriorityHigh, edit)
		if v := c.field("お客様への電話"); v != "" || c.offers("incident.call") {
			t.Errorf("%s: the card says %q and offers %+v", name, v, c.panel.Buttons)
		}
	}
}

// What is said on the telephone says what the first notice says, and the customer reads in the next update that somebody was called.
func TestWordsOnTheTelephone(t *testing.T) {
	c := phoned(t, bot.PriorityHigh, nil, string(bot.CallNoAnswer), answered)
	i := slices.IndexFunc(c.outbox, func(s *sending) bool { return s.Kind == bot.EffectCall })
	var call bot.Call
	if err := c.outbox[i].Decode(&call); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"情報システム部 山本様", "web01", "サイトが表示されない", "サービスに影響が出ています", "AOBA-1"} {
		if !strings.Contains(call.Text, want) {
			t.Errorf("the call says %q without %q", call.Text, want)
		}
	}
	if call.Rings != 10 || !strings.Contains(call.Press, "1を押して") || strings.Contains(call.Text, "押して") {
		t.Errorf("call %+v", call)
	}
	c.until("11:01")
	if text := c.text("update:1:auto"); !strings.Contains(text, yamamoto+"にお電話しましたが、応答をいただけませんでした") || !strings.Contains(text, takahashi+"にお電話でお知らせしました") {
		t.Errorf("the update says %q", text)
	}
}

// No customer is telephoned while staff have not judged, on a guess, in a drill, or when the contract does not ask for it.
func TestNobodyIsTelephoned(t *testing.T) {
	for name, x := range map[string]struct {
		priority int64
		edit     func(*core)
	}{
		"undecided":    {bot.PriorityNormal, nil},
		"not affected": {bot.PriorityLow, nil},
		"only likely":  {bot.PriorityHigh, func(c *core) { c.ticket.Confidence = bot.Likely }},
		"a drill":      {bot.PriorityHigh, func(c *core) { c.ticket.Drill = true }},
		"no telephone": {bot.PriorityHigh, func(c *core) { c.cust.ByImpact = nil }},
		"no contact":   {bot.PriorityHigh, func(c *core) { c.cust.PhoneTo = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			c := phoned(t, x.priority, x.edit, answered)
			c.until("11:30") // undecided is handled as affected at 10:10
			c.wantDialled()
		})
	}
	c := phoned(t, bot.PriorityNormal, nil, answered)
	c.until("10:20")
	if got := c.press("incident.affected", nil); got != "" {
		t.Fatal(got)
	}
	c.until("10:21")
	c.wantDialled(yamamoto + " done")
	c = phoned(t, bot.PriorityHigh, func(c *core) { c.ticket.Confidence = bot.Likely }, answered)
	c.press("incident.not_affected", nil)
	c.press("incident.affected", nil)
	c.until("10:21")
	c.wantDialled(yamamoto + " done")
}

// An incident that was told before the contract, or the release, telephoned anybody is not telephoned in its midst; judged anew, it is.
func TestTreeBeginsWithTheJudgement(t *testing.T) {
	c := phoned(t, bot.PriorityHigh, func(c *core) { c.cust.ByImpact = nil }, answered)
	c.until("10:20")
	c.cust.ByImpact = []string{"phone"}
	c.until("11:30")
	c.update("調査中です")
	c.wantDialled()
	c.press("incident.not_affected", nil)
	c.press("incident.affected", nil)
	c.until("11:32")
	c.wantDialled(yamamoto + " done")
}

// By urgency, whatever the impact, as soon as somebody judged.
func TestTelephonedByUrgency(t *testing.T) {
	urgent := func(c *core) {
		c.cust.ByImpact, c.cust.ByUrgency = nil, map[string][]string{"高": {"phone"}}
		c.ticket.Alert = &bot.AlertOrigin{Urgency: "高", Impact: "not_affected"}
	}
	c := phoned(t, bot.PriorityHigh, urgent, answered)
	c.wantDialled(yamamoto + " done")
	c = phoned(t, bot.PriorityHigh, func(c *core) { urgent(c); c.ticket.Alert.Urgency = "低" }, answered)
	c.wantDialled()
}

// Without a provider staff call whom they are told to, and say how it went; who does not say is asked, then the next tier is.
func TestTelephoneByHand(t *testing.T) {
	byHand := string(bot.CallByHand)
	c := phoned(t, bot.PriorityHigh, nil, byHand)
	c.until("10:04")
	c.wantDialled(yamamoto + " done")
	if c.heard("結果が記録されていません") {
		t.Error("asked too early")
	}
	c.until("10:20")
	if n := c.count("結果が記録されていません"); n != 2 {
		t.Errorf("asked %d times, want 2: %q", n, c.posts)
	}
	if got := c.result(""); got == "" {
		t.Error("took no result")
	}
	if got := c.result("no_answer"); got != "" {
		t.Fatal(got)
	}
	c.until("10:21")
	c.wantDialled(yamamoto+" done", takahashi+" done")
	// The button of the first call is stale; a second person clicks it.
	first := fmt.Sprintf("incident:%s:tree:1:1", c.ticket.ID)
	if got := c.pressValue("incident.call", first, map[string]string{"result": "reached"}); !strings.Contains(got, "すでに記録されています") {
		t.Errorf("a stale button says %q", got)
	}
	if got := c.result("reached"); got != "" || c.treeEnd() != "reached" {
		t.Errorf("refused %q, ended %s", got, c.treeEnd())
	}
	if got := c.result("reached"); !strings.Contains(got, "進んでいる電話はありません") {
		t.Errorf("said %q", got)
	}
	c.until("10:40")
	if n := c.count("結果が記録されていません"); n != 2 {
		t.Errorf("asked %d times after the end", n)
	}
}

// In shadow the first call is shown, nobody is asked for its result, and what comes later is not told as if it had been made.
func TestTreeInShadow(t *testing.T) {
	c := phoned(t, bot.PriorityHigh, func(c *core) {
		c.ticket.Project = "AOBA"
		c.cust.Modes = map[string]bot.Mode{"AOBA": bot.ModeShadow}
	}, string(bot.CallByHand))
	c.until("11:30")
	c.update("調査中です")
	c.recover()
	c.until("12:00")
	c.wantDialled(yamamoto + " done")
	if c.heard("電話の結果") {
		t.Errorf("staff heard %q", c.posts)
	}
}

// Staff may say that the customer knows, or stop the calls, while the provider rings; the results of calls are the provider's.
func TestStaffEndTheTree(t *testing.T) {
	for result, end := range map[string]string{"reached": "reached", "stop": "called_off", "no_answer": ""} {
		c := phoned(t, bot.PriorityHigh, func(c *core) { c.ringing = true }, answered)
		if got := c.result(result); (got == "") != (end != "") {
			t.Errorf("%s: %q", result, got)
		}
		if c.treeEnd() != end {
			t.Errorf("%s: ended %q", result, c.treeEnd())
		}
		if end != "" {
			c.wantDialled(yamamoto + " withdrawn")
		}
	}
}

// An incident that ends, or is judged otherwise, telephones nobody any more; judged as before, it begins anew.
func TestTreeIsCalledOff(t *testing.T) {
	for name, end := range map[string]func(c *core){
		"no incident":  func(c *core) { c.classified(bot.ClassMinor, bot.PriorityNormal) },
		"not affected": func(c *core) { c.press("incident.not_affected", nil) },
		"cancelled":    func(c *core) { c.status(bot.StatusCancelled) },
	} {
		t.Run(name, func(t *testing.T) {
			c := phoned(t, bot.PriorityHigh, func(c *core) { c.ringing = true }, string(bot.CallNoAnswer))
			end(c)
			c.ringing = false
			c.until("10:30")
			c.wantDialled(yamamoto + " withdrawn")
			if name != "not affected" {
				return
			}
			c.ends = []string{answered}
			c.press("incident.affected", nil)
			c.until("10:32")
			c.wantDialled(yamamoto+" withdrawn", yamamoto+" done")
		})
	}
}

// Whoever was telephoned about the incident is telephoned about its recovery, also when nobody had answered; and anew when it goes on.
func TestRecoveryIsTelephoned(t *testing.T) {
	c := phoned(t, bot.PriorityHigh, nil, answered)
	c.until("10:10")
	if got := c.recover(); got != "" {
		t.Fatal(got)
	}
	c.until("10:12")
	c.wantDialled(yamamoto+" done", yamamoto+" done")
	last := c.outbox[len(c.outbox)-1]
	for _, s := range c.outbox {
		if s.Kind == bot.EffectCall {
			last = s
		}
	}
	if !strings.Contains(string(last.Body), "復旧") || !strings.Contains(string(last.Body), "上限を変更") {
		t.Errorf("said %s", last.Body)
	}
	c.status(bot.StatusAccepted)
	if got := c.press("incident.reopen", nil); got != "" {
		t.Fatal(got)
	}
	c.until("10:15")
	c.wantDialled(yamamoto+" done", yamamoto+" done", yamamoto+" done")

	c = phoned(t, bot.PriorityLow, nil, answered) // who was never telephoned hears of the recovery on the ticket
	c.until("10:10")
	c.recover()
	c.until("10:20")
	c.wantDialled()

	c = phoned(t, bot.PriorityHigh, func(c *core) { c.ringing = true }, string(bot.CallNoAnswer)) // still ringing when it was over
	c.recover()
	c.ringing = false
	c.until("10:03")
	if got := c.dialled(); len(got) < 2 || got[0] != yamamoto+" withdrawn" {
		t.Errorf("dialled %q", got)
	}
}

// What comes late, twice or in the wrong order moves the tree once.
func TestTreeHearsOnce(t *testing.T) {
	c := phoned(t, bot.PriorityHigh, nil, string(bot.CallNoAnswer), string(bot.CallNoAnswer), answered)
	c.until("10:30")
	before := c.dialled()
	for _, s := range slices.Clone(c.outbox) {
		if s.Kind == bot.EffectCall {
			c.sent(s)
			c.die(s)
		}
	}
	c.fire("call", clockAt("10:06"))
	c.until("10:50")
	if got := c.dialled(); len(got) != len(before) || c.treeEnd() != "reached" {
		t.Errorf("dialled %q, then %q", before, got)
	}
	// A call that was given up for dead is followed by the next contact.
	c = phoned(t, bot.PriorityHigh, func(c *core) { c.ringing = true }, answered)
	i := slices.IndexFunc(c.outbox, func(s *sending) bool { return s.Kind == bot.EffectCall })
	c.die(c.outbox[i])
	c.ringing = false
	c.until("10:05")
	c.wantDialled(yamamoto+" dead", takahashi+" done")
	// Who confirms an earlier call while the next one rings knows.
	c = phoned(t, bot.PriorityHigh, func(c *core) { c.ringing = true }, string(bot.CallUnknown))
	i = slices.IndexFunc(c.outbox, func(s *sending) bool { return s.Kind == bot.EffectCall })
	c.sent(c.outbox[i])
	c.ends = []string{answered}
	c.sent(c.outbox[i])
	if c.treeEnd() != "reached" {
		t.Errorf("ended %q", c.treeEnd())
	}
}
