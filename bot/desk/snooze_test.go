package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

func snooze(b *bench, at, why string) {
	b.press("desk.snooze", map[string]string{"at": at, "reason": why})
}

// What is put off is on record with who, until when and why. Nobody is asked to take it before; whoever put it off is reminded, once; and the
// promise runs on under it and is warned of as ever.
func TestPutOff(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	due := b.tk.Due
	snooze(b, "2026-11-24T15:00:00+09:00", "担当者が午後に戻るため")
	if s := b.staff(); !strings.Contains(s, "佐藤 が 11/24(火) 15:00 JST まで置いておくことにしました。理由: 担当者が午後に戻るため") {
		t.Errorf("staff heard %q", s)
	}
	if !slices.ContainsFunc(b.panel.Notes, func(n string) bool { return strings.Contains(n, "15:00 JST まで置いておきます(佐藤)") }) {
		t.Errorf("the card says %q", b.panel.Notes)
	}
	if !slices.ContainsFunc(b.out.Reasons, func(r bot.Reason) bool {
		return strings.HasPrefix(r.What, "put off until") && strings.Contains(r.Why, "佐藤")
	}) {
		t.Errorf("the trail says %+v", b.out.Reasons)
	}
	b.pass("2026-11-24 14:59")
	if s := b.staff(); strings.Contains(s, "まだ担当者が決まっていません") || strings.Contains(s, "時刻になりました") {
		t.Errorf("asked before: %q", s)
	}
	b.pass("2026-11-24 15:05")
	if s := b.staff(); strings.Count(s, "時刻になりました。理由: 担当者が午後に戻るため") != 1 || !slices.Contains(mentions(b), "U1") {
		t.Errorf("staff heard %q, addressed %v", s, mentions(b))
	}
	b.pass("2026-11-24 15:45")
	if s := b.staff(); strings.Count(s, "まだ担当者が決まっていません") != 1 || strings.Count(s, "時刻になりました") != 1 {
		t.Errorf("after it: %q", s)
	}
	if !b.tk.Due.Equal(due) || b.rows["complete"].State != "running" || len(b.panel.Notes) != 0 {
		t.Errorf("due %s, clock %+v, notes %q", b.tk.Due, b.rows["complete"], b.panel.Notes)
	}
	snooze(b, "2026-11-27T10:00:00+09:00", "来週でよい") // far behind the deadline
	b.pass("2026-11-25 18:50")
	if s := b.staff(); !strings.Contains(s, "期限は 11/25(水) 19:00 JST です") {
		t.Errorf("the deadline was not warned of: %q", s)
	}
}

func TestPuttingOffIsRefused(t *testing.T) {
	for name, tt := range map[string]struct{ at, why, want string }{
		"in the past":      {"2026-11-24T09:00:00+09:00", "あとで", "これからの日時"},
		"at no time":       {"あとで", "あとで", "これからの日時"},
		"without a reason": {"2026-11-25T10:00:00+09:00", " ", "理由を入力してください"},
	} {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		if snooze(b, tt.at, tt.why); !strings.Contains(ephemeral(b), tt.want) || len(b.panel.Notes) != 0 {
			t.Errorf("%s: told %q", name, ephemeral(b))
		}
	}
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "障害ご連絡", "サイトが表示されない", "■ ホスト名\nweb01")
	if snooze(b, "2026-11-25T10:00:00+09:00", "あとで"); b.tk.Class != bot.ClassIncident || !strings.Contains(ephemeral(b), "障害は置いておけません") {
		t.Errorf("an incident: %q", ephemeral(b))
	}
}

// The newest of two counts, whoever owns the ticket is reminded, and what is over reminds nobody.
func TestPutOffTwiceAndOver(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	snooze(b, "2026-11-24T12:00:00+09:00", "一度目")
	snooze(b, "2026-11-24T14:00:00+09:00", "二度目")
	b.tk.Owner = "suzuki"
	b.pass("2026-11-24 14:01")
	if s := b.staff(); strings.Contains(s, "時刻になりました。理由: 一度目") || strings.Count(s, "時刻になりました。理由: 二度目") != 1 || !slices.Contains(mentions(b), "U2") {
		t.Errorf("staff heard %q, addressed %v", s, mentions(b))
	}
	snooze(b, "2026-11-24T16:00:00+09:00", "三度目")
	b.press("desk.withdraw", map[string]string{"reason": "不要"})
	if _, ok := b.timer["desk/snooze"]; ok {
		t.Errorf("timers %v", b.timer)
	}
	b.pass("2026-11-24 17:00")
	if strings.Contains(b.staff(), "三度目に") || strings.Contains(b.staff(), "時刻になりました。理由: 三度目") {
		t.Errorf("reminded of what is over: %q", b.staff())
	}
}
