package work_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
)

var plan = map[string]string{"what": "openssl の更新", "effect": "web01 が約5分停止します", "checks": "応答を確認します", "rollback": "スナップショットから戻します"}

func change(t *testing.T, class bot.ChangeClass) *core {
	t.Helper()
	c := newCore(t, "10:00")
	c.ticket.Change, c.ticket.Host, c.ticket.Owner = class, "web01", "tanaka"
	return c
}

// propose records a plan; more values lie over the usual ones.
func (c *core) propose(start, end string, more ...string) string {
	c.t.Helper()
	values := map[string]string{"start": clockAt(start).Format(time.RFC3339), "end": clockAt(end).Format(time.RFC3339)}
	maps.Copy(values, plan)
	for i := 0; i+1 < len(more); i += 2 {
		values[more[i]] = more[i+1]
	}
	return c.press("work.schedule", values)
}

// writes is a customer's comment, read by desk as a plain yes or not; desk moves a waiting ticket on first.
func (c *core) writes(id int64, text string, assent bool) {
	c.t.Helper()
	c.seq++
	if c.ticket.Status == bot.StatusWaiting {
		t := *c.ticket
		t.Status = bot.StatusTaken
		c.ticket = &t
	}
	c.event(bot.EventTicketComment, fmt.Sprintf("comment:%d", c.seq), bot.Fact{
		ID: fmt.Sprintf("comment:%d", 3000+c.seq), At: c.now, Author: bot.Author{ID: id, Name: "山本", Kind: bot.AuthorCustomer}, Text: text, Assent: assent,
	})
}

// agreed leads a plan to both consents.
func (c *core) agreed() {
	c.t.Helper()
	if why := c.pressBy("sato", "work.approve", nil); why != "" {
		c.t.Fatal(why)
	}
	c.deliver()
	c.now = c.now.Add(time.Minute)
	c.writes(2001, "同意します。", true)
}

func TestChangeNeedsPlanApprovalAndAgreement(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	if why := c.press("work.schedule", map[string]string{"start": clockAt("14:00").Format(time.RFC3339), "what": "更新"}); !strings.Contains(why, "切り戻し") {
		t.Errorf("planned without a way back: %q", why)
	}
	c.propose("14:00", "15:00")
	c.wantStage(work.Proposed)
	for who, want := range map[string]string{"tanaka": "承認者の役割"} {
		if why := c.pressBy(who, "work.approve", nil); !strings.Contains(why, want) {
			t.Errorf("%s approved: %q", who, why)
		}
	}
	c.dir.People[0].Roles = []bot.Role{bot.RoleApprover}
	if why := c.press("work.approve", nil); !strings.Contains(why, "作成した人") {
		t.Errorf("the author approved: %q", why)
	}
	if why := c.press("work.start", nil); !strings.Contains(why, "承認がありません") {
		t.Errorf("started: %q", why)
	}
	if why := c.pressBy("sato", "work.approve", nil); why != "" {
		t.Fatal(why)
	}
	if why := c.pressBy("sato", "work.approve", nil); why == "" {
		t.Error("approved twice")
	}
	c.deliver()
	if c.ticket.Status != bot.StatusWaiting {
		t.Errorf("ticket is %s while the customer is asked", c.ticket.Status)
	}
	if s := c.text("agree:1:1"); !strings.Contains(s, "約5分停止") || !strings.Contains(s, "スナップショットから") || !strings.Contains(s, "14:00") || !strings.Contains(s, "P-") {
		t.Errorf("the question says %s", s)
	}
	c.writes(2001, "社内で確認します。", false)
	if c.order().Agreement != nil || !c.heard("同意かどうか確かではありません") {
		t.Error("a doubtful word was taken for agreement, or staff were not told")
	}
	c.now = c.now.Add(time.Minute)
	c.writes(2001, "同意します。", true)
	c.wantStage(work.Planned)
	if c.ticket.Status != bot.StatusScheduled {
		t.Errorf("ticket is %s", c.ticket.Status)
	}
	c.until("14:00:05")
	if why := c.pressBy("sato", "work.start", nil); !strings.Contains(why, "承認した人") {
		t.Errorf("the approver started: %q", why)
	}
	if why := c.press("work.start", nil); why != "" {
		t.Fatal(why)
	}
	c.wantSaid("agree:1:1 10:00:01", "notice:1 13:30:01")
}

func TestConsentBelongsToOnePlan(t *testing.T) {
	for name, again := range map[string]func(c *core){
		"another start":    func(c *core) { c.propose("16:00", "17:00") },
		"another end":      func(c *core) { c.propose("14:00", "15:30") },
		"another effect":   func(c *core) { c.propose("14:00", "15:00", "effect", "停止はありません") },
		"another way back": func(c *core) { c.propose("14:00", "15:00", "rollback", "手順書のとおり") },
		"another class": func(c *core) {
			tk := *c.ticket
			tk.Change = bot.ChangeIrreversible
			c.ticket = &tk
			c.seq++
			c.event(bot.EventTicketClassified, "classified", nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := change(t, bot.ChangeApproval)
			c.propose("14:00", "15:00")
			c.agreed()
			c.until("13:40")
			c.wantStage(work.Noticed)
			before := c.order()
			again(c)
			c.wantStage(work.Proposed)
			o := c.order()
			if o.Approval != nil || o.Agreement != nil || !c.heard("無効になりました") {
				t.Errorf("consent stands, or nobody was told: %+v, before %+v", o, before)
			}
			if why := c.press("work.start", nil); why == "" {
				t.Error("started without consent")
			}
			c.until("14:30")
			if why := c.press("work.start", nil); why == "" {
				t.Error("started without consent at the old start")
			}
		})
	}
}

func TestConsentExpires(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	start := clockAt("14:00").AddDate(0, 0, 8)
	c.propose("14:00", "15:00", "start", start.Format(time.RFC3339), "end", start.Add(time.Hour).Format(time.RFC3339))
	if !c.heard("開始までに切れます") {
		t.Error("nobody was warned that the consent will not last")
	}
	c.press("work.goon", nil)
	c.agreed()
	c.wantStage(work.Planned)
	c.run(start.Add(-24 * time.Hour))
	c.wantStage(work.Proposed)
	if !c.heard("5営業日が過ぎました") {
		t.Errorf("nobody was told: %v", c.posts)
	}
	c.run(start.Add(time.Minute))
	if why := c.press("work.start", nil); why == "" {
		t.Error("started on an expired consent")
	}
	for _, s := range c.said() {
		if strings.HasPrefix(s, "notice") {
			t.Errorf("a notice went out for a plan without consent: %s", s)
		}
	}
}

// The customer agreed to this very start: the short lead moves nothing.
func TestAgreedEarlierStart(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	c.propose("10:15", "11:00")
	c.agreed()
	c.until("10:10")
	c.wantStage(work.Noticed)
	if o := c.order(); !o.Early || !o.Start.Equal(clockAt("10:15")) {
		t.Errorf("order is %+v", o)
	}
	c.until("10:15")
	if why := c.press("work.start", nil); why != "" {
		t.Error(why)
	}
}

// A yes that comes after the start is too late for it.
func TestAgreementAfterTheStart(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	c.propose("10:15", "11:00")
	c.pressBy("sato", "work.approve", nil)
	c.until("10:20")
	c.writes(2001, "同意します。", true)
	c.wantStage(work.Proposed)
	if !c.heard("開始予定を過ぎました") {
		t.Error("nobody was told")
	}
	c.propose("16:00", "17:00")
	c.agreed()
	c.wantStage(work.Planned)
}

func TestOnlyApproversAgree(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	cust := *c.cust
	cust.Approvers, cust.Guests = []int64{2001, 2005}, []int64{2004}
	c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
	c.propose("14:00", "15:00")
	c.pressBy("sato", "work.approve", nil)
	c.deliver()
	var u bot.Comment
	if err := c.find("agree:1:1").Decode(&u); err != nil || len(u.Notify) != 2 {
		t.Errorf("asked %v: %v", u.Notify, err)
	}
	for _, id := range []int64{2002, 2004} {
		c.writes(id, "同意します。", true)
		if c.order().Agreement != nil || !c.heard("同意できる方ではありません") {
			t.Errorf("user %d agreed", id)
		}
	}
	if why := c.press("work.agreed", nil); why == "" {
		t.Error("a colleague's word was recorded as agreement")
	}
	c.writes(2005, "変更の時間帯だけ確認しました。この内容で実施してよいです。", false)
	if why := c.press("work.agreed", nil); why != "" {
		t.Error(why)
	}
	c.wantStage(work.Planned)
	if a := c.order().Agreement; a == nil || !strings.HasPrefix(a.Ref, "comment:") {
		t.Errorf("agreement is %+v", a)
	}
}

func TestIrreversibleStartTypesTheHost(t *testing.T) {
	c := change(t, bot.ChangeIrreversible)
	c.propose("14:00", "15:00")
	c.agreed()
	c.until("14:00")
	for _, typed := range []string{"", "web02", "WEB01"} {
		if why := c.press("work.start", map[string]string{"host": typed}); !strings.Contains(why, "web01") {
			t.Errorf("typed %q: %q", typed, why)
		}
	}
	if why := c.press("work.start", map[string]string{"host": "web01"}); why != "" {
		t.Error(why)
	}
}

// Without consent nothing is announced, also when the plan is dropped or sent back; standard changes go as before.
func TestPlanSentBackOrDropped(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	c.propose("14:00", "15:00")
	if why := c.pressBy("sato", "work.reject", map[string]string{"reason": "確認が足りません"}); why != "" || !strings.Contains(c.order().Problem, "確認が足りません") {
		t.Errorf("sent back: %q, %+v", why, c.order())
	}
	c.propose("14:00", "15:00", "checks", "応答とログを確認します")
	c.pressBy("sato", "work.approve", nil)
	c.deliver()
	if why := c.press("work.cancel", nil); why != "" {
		t.Error(why)
	}
	if c.ticket.Status != bot.StatusTaken {
		t.Errorf("ticket is %s", c.ticket.Status)
	}
	c.until("20:00")
	c.wantSaid("agree:2:1 10:00:01")
	c = change(t, bot.ChangeStandard)
	c.schedule("14:00", "15:00")
	c.until("14:00")
	c.wantStage(work.Noticed)
}

// The question could not be sent: staff can send it again; crossing answers agree to nothing.
func TestAgreementQuestionThatIsNotOut(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	c.propose("14:00", "15:00")
	c.down = true
	c.pressBy("sato", "work.approve", nil)
	c.writes(2001, "はい、お願いします。", true)
	if c.order().Agreement != nil {
		t.Error("agreed to a plan that nobody had read")
	}
	c.die(c.find("agree:1:1"))
	c.down = false
	if why := c.press("work.askagain", nil); why != "" {
		t.Error(why)
	}
	c.deliver()
	c.now = c.now.Add(time.Minute)
	c.writes(2001, "同意します。", true)
	c.wantStage(work.Planned)
}

// Somebody who may approve is always asked by name: never the plan's author, nor one who may not.
func TestApprovalIsAskedOfWhoMayGiveIt(t *testing.T) {
	approver := []bot.Role{bot.RoleApprover}
	for _, tt := range []struct{ name, manager, duty, want string }{
		{"the manager", "sato", "ito", "U2"},
		{"on duty, since the manager wrote the plan", "tanaka", "ito", "U3"},
		{"on duty, since the manager may not", "kato", "ito", "U3"},
		{"all who may", "kato", "tanaka", "U2 U3"},
		{"all who may, since nobody is named", "", "", "U2 U3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := change(t, bot.ChangeApproval)
			cust := *c.cust
			cust.Timing.ManagerPerson = tt.manager
			c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
			c.dir.People[0].Roles = approver
			c.dir.People = append(c.dir.People, bot.Person{ID: "ito", Name: "伊藤", SlackUser: "U3", Roles: approver}, bot.Person{ID: "kato", Name: "加藤", SlackUser: "U4"},
				bot.Person{ID: "soc", Name: "協力会社", SlackUser: "U5", Roles: approver, Partner: true})
			c.dir.Duty = func(string, time.Time) (bot.Person, bool) { return c.dir.Person(tt.duty) }
			c.propose("14:00", "15:00")
			if !slices.ContainsFunc(c.posts, func(p string) bool {
				return strings.Contains(p, "承認") && strings.Contains(p, `"mention":["`+strings.ReplaceAll(tt.want, " ", `","`)+`"]`)
			}) {
				t.Errorf("asked %q, want %s", c.posts, tt.want)
			}
		})
	}
}

// Who agrees to a plan after its target has changed has read another plan: it is approved and asked about anew, as a changed one.
func TestAgreementToAChangedTargetIsNone(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	c.propose("14:00", "15:00")
	if why := c.pressBy("sato", "work.approve", nil); why != "" {
		t.Fatal(why)
	}
	c.deliver()
	c.moved("web02")
	c.writes(2001, "同意します。", true)
	c.wantStage(work.Proposed)
	if o := c.order(); o.Approval != nil || o.Agreement != nil || !c.heard("web02") {
		t.Errorf("approval %+v, agreement %+v, staff heard %q", o.Approval, o.Agreement, c.posts)
	}
	c.agreed()
	c.wantStage(work.Planned)
	if s := c.text("agree:2:2"); !strings.Contains(s, "作業計画を変更しました") {
		t.Errorf("asked again with %s", s)
	}
}

// The start looks at the consents itself, whatever timers did or did not do.
func TestStartLooksAtTheConsentsItself(t *testing.T) {
	for want, spoil := range map[string]func(o *work.Order){
		"承認の有効期間が過ぎています":      func(o *work.Order) { o.Approval.At = o.Approval.At.AddDate(0, 0, -14) },
		"お客様の同意の有効期間が過ぎています":  func(o *work.Order) { o.Agreement.At = o.Agreement.At.AddDate(0, 0, -14) },
		"計画が変わったため、承認は無効":     func(o *work.Order) { o.Approval.Plan = "P-ANOTHER" },
		"計画が変わったため、お客様の同意は無効": func(o *work.Order) { o.Agreement.Plan = "P-ANOTHER" },
	} {
		c := change(t, bot.ChangeApproval)
		c.propose("14:00", "15:00")
		c.agreed()
		c.until("14:01")
		c.wantStage(work.Noticed)
		o := c.order()
		spoil(&o)
		state, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		c.state = state
		if why := c.press("work.start", nil); !strings.Contains(why, want) {
			t.Errorf("refused with %q, want %q", why, want)
		}
	}
}
