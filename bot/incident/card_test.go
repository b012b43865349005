package incident_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

// field is what the card says under a label.
func (c *core) field(label string) string {
	for _, f := range c.panel.Fields {
		if f.Label == label {
			return f.Value
		}
	}
	return ""
}

func (c *core) offers(action string) bool {
	return slices.ContainsFunc(c.panel.Buttons, func(b bot.Button) bool { return b.Action == action })
}

// The card shows where the incident stands: when it was noticed, whether it affects the service, what is due next, when it was over.
func TestCardOfAnIncident(t *testing.T) {
	type want map[string]string
	check := func(t *testing.T, c *core, state string, tone bot.Tone, fields want) {
		t.Helper()
		if c.panel.State != state || c.panel.Tone != tone {
			t.Errorf("the card says %q in %q, want %q in %q", c.panel.State, c.panel.Tone, state, tone)
		}
		for label, v := range fields {
			if got := c.field(label); got != v {
				t.Errorf("%s is %q, want %q", label, got, v)
			}
		}
	}
	c := open(t, "10:00", bot.PriorityNormal)
	check(t, c, "障害: 影響の判断をお願いします", bot.ToneAlarm, want{"検知": "11/24(火) 10:00 JST", "影響": "判断待ち", "初報": "", "復旧": "", "次の経過報告の期限": ""})
	if !c.offers("incident.affected") || !c.offers("incident.not_affected") || c.offers("incident.notice") || c.offers("incident.reopen") {
		t.Errorf("offers %+v", c.panel.Buttons)
	}
	c.press("incident.not_affected", nil)
	check(t, c, "障害対応中", bot.ToneWarn, want{"影響": "影響なし"})
	if !c.offers("incident.affected") || c.offers("incident.not_affected") {
		t.Errorf("offers %+v", c.panel.Buttons)
	}
	c.press("incident.affected", nil)
	check(t, c, "障害対応中", bot.ToneAlarm, want{"影響": "影響あり", "初報": ""})
	if c.offers("incident.affected") || !c.offers("incident.not_affected") {
		t.Errorf("offers %+v", c.panel.Buttons)
	}
	if due := slices.IndexFunc(c.panel.Fields, func(f bot.Field) bool {
		return strings.HasSuffix(f.Label, "の期限") && f.Value == "11/24(火) 10:15 JST"
	}); due < 0 {
		t.Errorf("the deadline of the first notice is not among %+v", c.panel.Fields)
	}
	c.until("10:05")
	check(t, c, "障害対応中", bot.ToneAlarm, want{"初報": "11/24(火) 10:00 JST", "次の経過報告の期限": "11/24(火) 11:00 JST"})
	c.recover()
	check(t, c, "復旧", bot.ToneDone, want{"復旧": "11/24(火) 10:05 JST"})
	if !slices.Contains(c.panel.Notes, "復旧のお知らせを送っています。") || c.offers("incident.reopen") || c.offers("incident.update") {
		t.Errorf("notes %q, offers %+v", c.panel.Notes, c.panel.Buttons)
	}
	c.until("10:10")
	check(t, c, "復旧", bot.ToneDone, want{"次の経過報告の期限": ""})
	if slices.Contains(c.panel.Notes, "復旧のお知らせを送っています。") {
		t.Errorf("notes %q", c.panel.Notes)
	}
	c.status(bot.StatusAccepted)
	if !c.offers("incident.reopen") {
		t.Errorf("offers %+v", c.panel.Buttons)
	}
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	c.press("incident.reopen", nil)
	check(t, c, "障害対応中", bot.ToneAlarm, want{"復旧": ""})
	c.classified(bot.ClassMinor, bot.PriorityHigh)
	check(t, c, "障害対応を終えました(取りやめ)", bot.ToneOver, nil)
}

// What could not be sent stands on the card, with the button that sends it again.
func TestCardOfWhatCouldNotBeSent(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.die(c.find("first-notice"))
	if !slices.Contains(c.panel.Notes, "初報を送れていません。") || !c.offers("incident.notice") {
		t.Errorf("notes %q, offers %+v", c.panel.Notes, c.panel.Buttons)
	}
	c.press("incident.notice", nil)
	if len(c.panel.Notes) != 0 || c.offers("incident.notice") {
		t.Errorf("notes %q, offers %+v", c.panel.Notes, c.panel.Buttons)
	}
	c.until("10:05")
	c.recover()
	c.die(c.find("recovered:1"))
	if !slices.Contains(c.panel.Notes, "復旧のお知らせを送れていません。") || c.panel.Tone != bot.ToneAlarm || len(c.panel.Buttons) == 0 || c.panel.Buttons[0].Label != "復旧を知らせ直す" {
		t.Errorf("notes %q, tone %s, offers %+v", c.panel.Notes, c.panel.Tone, c.panel.Buttons)
	}
}

// Whom nobody can mention in Slack is not mentioned as nobody; the next tier has its leader and the manager.
func TestNextTierWithoutSlack(t *testing.T) {
	for name, x := range map[string]struct {
		edit func(c *core)
		want []string
		not  string
	}{
		"both":              {func(*core) {}, []string{"U1", "U2"}, `""`},
		"the manager alone": {func(c *core) { c.dir.People[0].SlackUser = "" }, []string{"U2"}, `""`},
		"the leader alone":  {func(c *core) { c.dir.People[1].SlackUser = "" }, []string{"U1"}, `""`},
		"no manager":        {func(c *core) { c.cust.Timing.ManagerPerson = "gone" }, []string{"U1"}, `""`},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCore(t, "10:00")
			cust := *c.cust
			c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
			x.edit(c)
			c.classified(bot.ClassIncident, bot.PriorityNormal)
			c.until("10:08")
			i := slices.IndexFunc(c.posts, func(p string) bool { return strings.Contains(p, "サポートセンターで判断してください") })
			if i < 0 {
				t.Fatalf("staff heard %q", c.posts)
			}
			for _, who := range x.want {
				if !strings.Contains(c.posts[i], `"`+who+`"`) {
					t.Errorf("%s is not asked: %s", who, c.posts[i])
				}
			}
			if strings.Contains(c.posts[i], x.not) {
				t.Errorf("nobody is mentioned: %s", c.posts[i])
			}
		})
	}
}

// An incident that is over hears no more of who takes its ticket, and a comment that counts can be taken back by the card's own button.
func TestSmallPrintOfIncidents(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	c.comment("7", "データベースの接続数を調べています。", clockAt("10:10"))
	i := slices.IndexFunc(c.panel.Buttons, func(b bot.Button) bool { return b.Action == "incident.discount" })
	if i < 0 || c.panel.Buttons[i].Value != "comment:7" {
		t.Fatalf("offers %+v", c.panel.Buttons)
	}
	if why := c.pressValue("incident.discount", "comment:6", nil); why == "" {
		t.Error("a button of an older card is obeyed")
	}
	if why := c.pressValue("incident.discount", "comment:7", nil); why != "" {
		t.Error(why)
	}
	c.recover()
	c.until("10:20")
	before := len(c.record().Timeline)
	c.ticket.Owner = "sato"
	c.status(bot.StatusTaken)
	if got := c.record().Timeline; len(got) != before {
		t.Errorf("the record of what is over goes on: %+v", got)
	}
}

// An event of the issue without what it looks like now tells nothing of an incident.
func TestNoSnapshotIsNoNews(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	e, err := bot.NewEvent(bot.EventIssueChanged, "issue:1", string(c.ticket.ID), c.now, nil)
	if err != nil {
		t.Fatal(err)
	}
	if out := c.handle(e); out.State != nil || len(out.Effects) > 0 {
		t.Errorf("it came to %+v", out)
	}
}

// Whatever is given up, or not verified, is in the trail with its cause.
func TestTrailOfWhatDidNotArrive(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.gone = true
	s := c.find("first-notice")
	out := c.event(bot.EventEffectDone, "effect:1", bot.EffectResult{Key: s.Key, Kind: s.Kind, Ticket: s.Ticket, RemoteID: "1000", At: c.now, Why: "not notified: user 2001"})
	if !slices.ContainsFunc(out.Reasons, func(r bot.Reason) bool {
		return r.What == "first notice is not verified" && r.Why == "not notified: user 2001"
	}) {
		t.Errorf("reasons %+v", out.Reasons)
	}
	c.recover()
	s = c.find("recovered:1")
	out = c.event(bot.EventEffectDone, "effect:2", bot.EffectResult{Key: s.Key, Kind: s.Kind, Ticket: s.Ticket, RemoteID: "1001", At: c.now, Why: "not notified: user 2001"})
	if !slices.ContainsFunc(out.Reasons, func(r bot.Reason) bool { return r.What == "recovery notice is not verified" }) || !c.heard("復旧のお知らせをお客様が受け取ったことを確認できませんでした") {
		t.Errorf("reasons %+v, staff heard %q", out.Reasons, c.posts)
	}
}
