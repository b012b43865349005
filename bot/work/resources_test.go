package work_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/work"
)

// What work changed of managed resources is recorded with who and when, told with the completion, and the list is written anew; a line that
// names nothing is refused; notices sent again replace what was recorded, and a second order adds to it.
func TestResourceChanges(t *testing.T) {
	c := newCore(t, "10:00")
	c.cust.ResourcePage = "管理対象"
	begin := func(from, until string) {
		c.schedule(from, until)
		c.until(from + ":05")
		if why := c.press("work.start", nil); why != "" {
			t.Fatal(why)
		}
	}
	changes := func() string {
		t.Helper()
		list, err := work.Changes(c.ticket, c.state)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, x := range list {
			if x.By != "田中" || x.At.IsZero() {
				t.Errorf("recorded %+v", x)
			}
			out = append(out, x.Name+"="+x.What)
		}
		return strings.Join(out, " / ")
	}
	pages := func() (n int) {
		for _, s := range c.outbox {
			if s.Kind == bot.EffectReport && strings.HasPrefix(s.Key, "resources:") {
				n++
			}
		}
		return n
	}
	begin("11:00", "12:00")
	for _, bad := range []string{"web01", ": t3.large", "web01:", "web01: t3.large\nあとで確認"} {
		if why := c.press("work.done", map[string]string{"done": "変更しました", "resources": bad}); !strings.Contains(why, "ホスト名: 変わったこと") {
			t.Errorf("%q was taken: %q", bad, why)
		}
	}
	c.down = true
	c.press("work.done", map[string]string{"done": "変更しました", "resources": "・web01： t3.medium →  t3.large \n\n"})
	if got := changes(); got != "web01=t3.medium → t3.large" || pages() != 1 {
		t.Errorf("recorded %q, %d pages", got, pages())
	}
	c.die(c.find("done:1:1"))
	c.down = false
	c.press("work.done", map[string]string{"done": "変更しました", "resources": "web01: t3.medium → t3.xlarge\nweb02: 追加"})
	c.until("11:10")
	if s := c.text("done:1:2"); !strings.Contains(s, "管理対象の更新: web01: t3.medium → t3.xlarge、web02: 追加") {
		t.Errorf("the customer reads %s", s)
	}
	if got := changes(); got != "web01=t3.medium → t3.xlarge / web02=追加" || pages() != 2 {
		t.Errorf("recorded %q, %d pages", got, pages())
	}
	c.status(bot.StatusTaken)
	begin("14:00", "15:00")
	c.press("work.done", map[string]string{"done": "戻しました", "resources": "web02: 削除"})
	if got := changes(); got != "web01=t3.medium → t3.xlarge / web02=追加 / web02=削除" {
		t.Errorf("recorded %q", got)
	}
}

// Each figure of the work has its line in the trail: what is promised, when it is kept or missed, and what a new plan makes of it.
func TestFiguresStandInTheTrail(t *testing.T) {
	c := newCore(t, "10:00")
	var trail []string
	c.heardReasons = func(list []bot.Reason) {
		for _, r := range list {
			if strings.HasPrefix(r.What, "promise ") {
				trail = append(trail, r.What)
			}
		}
	}
	c.schedule("14:00", "15:00")
	c.schedule("16:00", "17:00")
	c.until("15:45")
	c.until("15:50")
	want := []string{
		"promise start-notice/1 is running, due 11/24(火) 13:35 JST", "promise start-notice/1 is cancelled, due 11/24(火) 13:35 JST",
		"promise start-notice/2 is running, due 11/24(火) 15:35 JST", "promise start-notice/2 is met, due 11/24(火) 15:35 JST",
	}
	if diff := cmp.Diff(want, trail); diff != "" {
		t.Error(diff)
	}
}
