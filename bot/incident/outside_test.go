package incident_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

// mailed is an incident of a contract whose customer has two mail contacts.
func mailed(t *testing.T, priority int64, edit func(*core, *bot.Customer)) *core {
	t.Helper()
	c := newCore(t, "10:00")
	cust := *c.cust
	cust.MailTo, cust.ByImpact = []string{"情報システム部 山本様", "運用窓口"}, []string{"mail"}
	c.cust, c.dir.Customers, c.dir.Mails = &cust, []*bot.Customer{&cust}, true
	c.ticket.URL = "https://main.backlog.test/view/AOBA-1"
	if edit != nil {
		edit(c, &cust)
	}
	c.ticket.PriorityID = priority
	c.classified(bot.ClassIncident, priority)
	c.until("10:01")
	return c
}

// mails are those to the customer.
func (c *core) mails() (list []bot.Mail) {
	c.t.Helper()
	for _, s := range c.outbox {
		var m bot.Mail
		if s.Kind != bot.EffectMail || s.Decode(&m) != nil || !strings.HasPrefix(m.To, "contact:") {
			continue
		}
		if !s.Urgent || !s.Report || s.Class != bot.Notice {
			c.t.Errorf("mail %s waits behind others, or nobody hears of its end: %+v", s.Key, s.Effect)
		}
		list = append(list, m)
	}
	return list
}

// The first notice and the recovery of an incident that affects the service are mailed to every contact where the contract says so.
func TestContactsAreMailed(t *testing.T) {
	c := mailed(t, bot.PriorityHigh, nil)
	list := c.mails()
	if len(list) != 2 || list[0].To != bot.ContactRef("情報システム部 山本様") || list[1].To != bot.ContactRef("運用窓口") {
		t.Fatalf("mailed %+v", list)
	}
	for i, name := range []string{"情報システム部 山本 様\n", "運用窓口 様\n"} {
		m := list[i]
		if !strings.HasPrefix(m.Text, name) || !strings.Contains(m.Text, "サイトが表示されない") || !strings.HasSuffix(m.Text, "\n\nhttps://main.backlog.test/view/AOBA-1") ||
			m.Subject != "サイトが表示されない [AOBA-1]" {
			t.Errorf("mail %+v", m)
		}
	}
	c.recover()
	c.until("10:10")
	if list = c.mails(); len(list) != 4 || !strings.Contains(list[2].Text, "上限を変更") || !strings.Contains(list[3].Text, "上限を変更") {
		t.Errorf("mailed %+v", list)
	}
}

// Who was told by telephone that the service is affected reads of the recovery by mail.
func TestRecoveryIsMailedToWhoWasTelephoned(t *testing.T) {
	c := mailed(t, bot.PriorityHigh, func(_ *core, cust *bot.Customer) { cust.ByImpact = []string{"phone"} })
	if list := c.mails(); len(list) != 0 {
		t.Fatalf("mailed %+v", list)
	}
	c.recover()
	if list := c.mails(); len(list) != 2 {
		t.Errorf("mailed %+v", list)
	}
}

func TestWhoIsMailed(t *testing.T) {
	alert := func(urgency, impact string) func(*core, *bot.Customer) {
		return func(c *core, cust *bot.Customer) {
			c.ticket.Alert = &bot.AlertOrigin{Urgency: urgency, Impact: impact}
			cust.ByImpact, cust.ByUrgency = nil, map[string][]string{"低": {"mail"}, "高": {"phone", "mail"}, "中": {"phone"}}
		}
	}
	for name, x := range map[string]struct {
		priority int64
		edit     func(*core, *bot.Customer)
		mails    int
		hear     string
	}{
		"affected":                     {bot.PriorityHigh, nil, 2, ""},
		"not affected":                 {bot.PriorityLow, nil, 0, ""},
		"not decided":                  {bot.PriorityNormal, nil, 0, ""},
		"no mail in the contract":      {bot.PriorityHigh, func(_ *core, cust *bot.Customer) { cust.ByImpact = nil }, 0, ""},
		"a drill":                      {bot.PriorityHigh, func(c *core, _ *bot.Customer) { c.ticket.Drill = true }, 0, ""},
		"no contact":                   {bot.PriorityHigh, func(_ *core, cust *bot.Customer) { cust.MailTo = nil }, 0, ""},
		"no mail server":               {bot.PriorityHigh, func(c *core, _ *bot.Customer) { c.dir.Mails = false }, 0, "メールで知らせてください: 情報システム部 山本様、運用窓口"},
		"an alert of low urgency":      {bot.PriorityNormal, alert("低", "not_affected"), 2, ""},
		"an alert of high urgency":     {bot.PriorityNormal, alert("高", "affected"), 2, ""},
		"an alert that is telephoned":  {bot.PriorityNormal, alert("中", "affected"), 0, ""},
		"an alert that nobody decided": {bot.PriorityNormal, alert("高", "ask"), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := mailed(t, x.priority, x.edit)
			if got := c.mails(); len(got) != x.mails {
				t.Errorf("mailed %+v, want %d", got, x.mails)
			}
			if x.hear != "" && !c.heard(x.hear) || x.hear == "" && c.heard("メールで知らせてください") {
				t.Errorf("staff heard %q", c.posts)
			}
		})
	}
}

// A mail that can't be delivered is told to staff; the first notice on the ticket has nothing to do with it.
func TestMailThatIsNotDelivered(t *testing.T) {
	c := newCore(t, "10:00")
	c.down = true
	cust := *c.cust
	cust.MailTo, cust.ByImpact = []string{"運用窓口"}, []string{"mail"}
	c.cust, c.dir.Customers, c.dir.Mails = &cust, []*bot.Customer{&cust}, true
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	i := slices.IndexFunc(c.outbox, func(s *sending) bool { return s.Kind == bot.EffectMail })
	c.die(c.outbox[i])
	if !c.heard("お客様への連絡を送れませんでした") || slices.ContainsFunc(c.panel.Buttons, func(b bot.Button) bool { return b.Action == "incident.notice" }) || c.record().NoticeDead {
		t.Errorf("staff heard %q, the card offers %+v", c.posts, c.panel.Buttons)
	}
	if why := c.press("incident.notice", nil); !strings.Contains(why, "送信済みか、送っているところ") {
		t.Errorf("a second first notice is refused with %q", why)
	}
	c.down = false
	c.until("10:01")
	if got := c.record(); len(got.Updates) != 1 || stage(c) != "told" {
		t.Errorf("updates %+v", got.Updates)
	}
}

// What was not said in shadow does not count: a first notice that nobody has read is owed, with a button; later words count from what arrived.
func TestWordsOfTheTimeInShadow(t *testing.T) {
	adopt := func(c *core, unsaid ...string) bot.Output {
		c.t.Helper()
		e, err := bot.NewEvent(bot.EventIssueAdopt, "adopt:1", string(c.ticket.ID), c.now, nil)
		if err != nil {
			c.t.Fatal(err)
		}
		out, err := c.h.Handle(bot.In{Now: c.now, Event: e, Dir: c.dir, Ticket: c.ticket, State: c.state, Unsaid: unsaid})
		if err != nil {
			c.t.Fatal(err)
		}
		c.apply(out)
		return out
	}
	shadow := func(c *core, key string) {
		c.t.Helper()
		s := c.find(key)
		s.state = "done"
		c.event(bot.EventEffectDone, "effect:"+s.Key, bot.EffectResult{Key: s.Key, Kind: s.Kind, Ticket: s.Ticket, RemoteID: bot.ShadowID(s.Key), At: c.now, Verified: true})
	}
	t.Run("nothing was said", func(t *testing.T) {
		c := open(t, "10:00", bot.PriorityHigh)
		c.until("10:10")
		if out := adopt(c); out.State != nil || len(out.Effects) > 0 {
			t.Errorf("words that went out are taken back: %+v", out)
		}
	})
	t.Run("the first notice", func(t *testing.T) {
		c := open(t, "10:00", bot.PriorityHigh)
		shadow(c, "first-notice")
		adopt(c)
		if !c.heard("シャドー中の初報は、お客様に送っていません") || len(c.record().Updates) != 0 || len(c.timers) != 0 {
			t.Fatalf("staff heard %q, updates %+v, timers %v", c.posts, c.record().Updates, c.timers)
		}
		if why := c.press("incident.notice", nil); why != "" {
			t.Fatal(why)
		}
		c.until("10:20")
		if stage(c) != "told" {
			t.Errorf("stage %s", stage(c))
		}
	})
	t.Run("an update", func(t *testing.T) {
		c := open(t, "10:00", bot.PriorityHigh)
		c.until("10:20")
		c.update("調査しています")
		shadow(c, "update:1")
		adopt(c)
		if got := c.record(); len(got.Updates) != 1 || got.NoticeDead || !c.heard("シャドー中の経過報告は、お客様に送っていません") {
			t.Errorf("updates %+v, staff heard %q", got.Updates, c.posts)
		}
		if due := c.timers["incident/round"]; !due.Equal(clockAt("11:00:03")) {
			t.Errorf("the next word is due %s", due.In(tokyo))
		}
	})
	t.Run("the recovery", func(t *testing.T) {
		c := open(t, "10:00", bot.PriorityHigh)
		c.until("10:20")
		c.recover()
		adopt(c, c.find("recovered:1").Key)
		if r := c.record(); !r.DoneDead || r.Open || !c.heard("シャドー中の復旧のお知らせは、お客様に送っていません") {
			t.Errorf("record %+v, staff heard %q", r, c.posts)
		}
		if why := c.recover(); why != "" {
			t.Error(why)
		}
	})
}
