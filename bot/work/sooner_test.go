package work_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
	"toban/sla"
)

// soon asks for a start in ten minutes.
func (c *core) soon(sooner string) string {
	c.t.Helper()
	return c.press("work.schedule", map[string]string{
		"start": clockAt("10:20").Format(time.RFC3339), "end": clockAt("11:00").Format(time.RFC3339), "what": "取得", "sooner": sooner,
	})
}

// A start with less than the notice's lead stands when an approver of the customer agreed to it on the ticket, which a person has read; the
// notice goes out at once and is kept, and who agreed is on record.
func TestAgreedSoonerStartOfStandardWork(t *testing.T) {
	c := newCore(t, "10:00")
	c.writes(2001, "できるだけ早く、10時20分からで構いません。", false)
	ref := c.order().Heard.Ref
	c.until("10:05")
	if why := c.soon("comment:1"); why == "" {
		t.Error("a comment that nobody wrote was taken for agreement")
	}
	if why := c.soon(ref); why != "" {
		t.Fatal(why)
	}
	c.until("10:06")
	c.wantStage(work.Noticed)
	o := c.order()
	if !o.Start.Equal(clockAt("10:20")) || !o.Early || o.Sooner == nil || o.Sooner.Ref != ref || o.Sooner.By != "山本" {
		t.Errorf("the order is %+v", o)
	}
	c.wantSaid("notice:1 10:05:01")
	c.wantRow("start-notice/1", sla.StateMet)
	c.until("10:20")
	if why := c.press("work.start", nil); why != "" {
		t.Error(why)
	}
}

// Without an agreement, or with somebody's who may not agree, the start moves to one lead after the notice.
func TestSoonerStartThatNobodyAgreedTo(t *testing.T) {
	c := newCore(t, "10:00")
	c.soon("")
	if o := c.order(); !o.Start.Equal(clockAt("10:30")) {
		t.Errorf("starts at %s", o.Start)
	}
	c = newCore(t, "10:00")
	cust := *c.cust
	cust.Approvers = []int64{2001}
	c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
	c.writes(2002, "すぐ始めてください。", true)
	if c.order().Heard != nil {
		t.Error("a colleague's word is offered as agreement")
	}
	c.writes(2001, "10時20分で結構です。", false)
	ref := c.order().Heard.Ref
	c.writes(2001, "やはり夜にしてください。", false)
	if why := c.soon(ref); !strings.Contains(why, "新しいコメント") {
		t.Errorf("an older word stands: %q", why)
	}
}

// The customer agreed, but the notice can't be verified before the start: the work does not begin.
func TestAgreedSoonerStartStillNeedsItsNotice(t *testing.T) {
	c := newCore(t, "10:00")
	c.writes(2001, "10時20分からお願いします。", false)
	c.down = true
	c.soon(c.order().Heard.Ref)
	c.until("10:21")
	c.wantStage(work.Stopped)
	if why := c.press("work.start", nil); why == "" {
		t.Error("started without a notice")
	}
}
