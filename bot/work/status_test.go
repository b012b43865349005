package work_test

import (
	"fmt"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/work"
)

// sets is a status that a person set in Backlog.
func (c *core) sets(by bot.Author, at, to, origin string) {
	c.t.Helper()
	c.seq++
	c.fresh = []bot.Fact{{ID: fmt.Sprintf("comment:%d", 7000+c.seq), At: clockAt(at), Author: by, Origin: origin, Changes: []bot.Change{{Field: "status", From: "未対応", To: to}}}}
	c.event(bot.EventIssueChanged, fmt.Sprintf("backlog:%d", c.seq), nil)
	c.fresh = nil
}

// 処理中 by staff begins planned work once its start has come, at Backlog's instant; before that, by others and as our own echo it does not.
func TestStatusByHandStartsDueWork(t *testing.T) {
	tanaka := bot.Author{ID: 11, Name: "田中", Kind: bot.AuthorStaff, Person: "tanaka"}
	for _, c := range []struct {
		name   string
		now    string
		by     bot.Author
		at, to string
		origin string
		want   work.Stage
	}{
		{"due", "12:01", tanaka, "12:00:30", "処理中", "", work.Working},
		{"in English", "12:01", tanaka, "12:00:30", "In Progress", "", work.Working},
		{"before the start", "12:01", tanaka, "11:59:59", "処理中", "", work.Noticed},
		{"another status", "12:01", tanaka, "12:00:30", "処理済み", "", work.Noticed},
		{"by the customer", "12:01", bot.Author{ID: 2001, Name: "山本", Kind: bot.AuthorCustomer}, "12:00:30", "処理中", "", work.Noticed},
		{"our own", "12:01", tanaka, "12:00:30", "処理中", "desk:main/1:take:x", work.Noticed},
		{"after the end", "12:31", tanaka, "12:30:30", "処理中", "", work.Noticed},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newCore(t, "10:00")
			x.schedule("12:00", "12:30")
			x.until(c.now)
			x.wantStage(work.Noticed)
			x.sets(c.by, c.at, c.to, c.origin)
			x.wantStage(c.want)
			if c.want == work.Working && !x.order().Began.Equal(clockAt(c.at)) {
				t.Errorf("began at %s, want Backlog's %s", x.order().Began, c.at)
			}
			if told := x.heard("作業は始まったことになっていません"); told != (c.name == "after the end") {
				t.Errorf("staff heard %q", strings.Join(x.posts, "\n"))
			}
		})
	}
}

// A status starts no work that may not begin: not by who approved the plan, and not where the target's name has to be typed.
func TestStatusByHandNeedsWhatTheButtonNeeds(t *testing.T) {
	for _, class := range []bot.ChangeClass{bot.ChangeApproval, bot.ChangeIrreversible} {
		c := change(t, class)
		c.propose("13:00", "13:30")
		c.agreed()
		c.until("13:01")
		c.wantStage(work.Noticed)
		by := bot.Author{ID: 12, Name: "佐藤", Kind: bot.AuthorStaff, Person: "sato"}
		want := "計画を承認した人は開始できません"
		if class == bot.ChangeIrreversible {
			by, want = bot.Author{ID: 11, Name: "田中", Kind: bot.AuthorStaff, Person: "tanaka"}, "対象の名前"
		}
		c.sets(by, "13:00:30", "処理中", "")
		c.wantStage(work.Noticed)
		if !c.heard(want) {
			t.Errorf("%s: staff heard %q", class, strings.Join(c.posts, "\n"))
		}
	}
}
