package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/sla"
)

// edit changes the issue's description as a person.
func (b *bench) edit(by int64, text string) {
	b.t.Helper()
	old := b.snap.Description
	b.snap.Description = text
	b.comment(by, "", bot.Change{Field: "description", From: old, To: text})
}

// A customer who writes another date into the issue moves the deadline as a date of a new ticket does, and hears it.
func TestDateWrittenIntoTheIssueLater(t *testing.T) {
	const plan = "作業の種類: 追加\nホスト名: web01\n"
	for _, c := range []struct {
		name, from, to string
		by             int64
		at             string
		due            string // afterwards
		staff, said    string
	}{
		{"later", "", "実施希望日時: 12/1(火) 22:00〜24:00", userCustomer, "2026-11-24 12:00", "2026-12-02 19:00", "ご希望の日時を変更しました", "完了予定: 2026年12月2日(水) 19:00 JST"},
		{"back again", "実施希望日時: 12/1(火) 22:00〜24:00", "実施希望日時: 11/26(木) 10:00〜11:00", userCustomer, "2026-11-24 12:00", "2026-11-26 19:00", "ご希望の日時を変更しました", "完了予定: 2026年11月26日(木) 19:00 JST"},
		{"within the standard", "", "実施希望日時: 11/25(水) 15:00〜16:00", userCustomer, "2026-11-24 12:00", "2026-11-25 19:00", "期限は 11/25(水) 19:00 JST です", ""},
		{"unclear", "", "実施希望日時: 12/1(水) 22:00", userCustomer, "2026-11-24 12:00", "2026-11-25 19:00", "はっきりしません", ""},
		{"the same", "実施希望日時: 12/1(火) 22:00〜24:00", "実施希望日時: 12/1(火) 22:00〜24:00\n補足: よろしく", userCustomer, "2026-11-24 12:00", "2026-12-02 19:00", "", ""},
		{"by staff", "", "実施希望日時: 12/1(火) 22:00〜24:00", userStaff, "2026-11-24 12:00", "2026-11-25 19:00", "", ""},
		{"too late", "", "実施希望日時: 12/1(火) 22:00〜24:00", userCustomer, "2026-11-25 20:00", "2026-11-25 19:00", "過ぎています", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", plan+c.from)
			b.pass(c.at)
			missed := b.rows["complete"].State == sla.StateMissed
			before := len(b.texts())
			b.edit(c.by, plan+c.to)
			b.want(bot.StatusAccepted, c.due)
			if missed && b.rows["complete"].State != sla.StateMissed {
				t.Errorf("a date that came later made a missed promise %s", b.rows["complete"].State)
			}
			heard := strings.Contains(b.staff(), "ご希望の日時を変更")
			if heard != (c.staff != "") || !strings.Contains(b.staff(), c.staff) {
				t.Errorf("staff heard %q", b.staff())
			}
			said := strings.Join(b.texts()[before:], "\n")
			if strings.Contains(said, "扱いを変更") != (c.said != "") || !strings.Contains(said, c.said) {
				t.Errorf("said %q", said)
			}
		})
	}
}
