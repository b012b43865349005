package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
)

// adopt has desk take the issue over as it stands.
func (b *bench) adopt(a bot.Adopt) {
	b.t.Helper()
	b.n++
	if a.By == "" {
		a.By = "佐藤"
	}
	b.handle(bot.EventIssueAdopt, "adopt:1", a)
	b.facts, b.unsaid = nil, nil
	for _, e := range b.out.Effects {
		if e.Kind.Channel() == "backlog" {
			b.t.Errorf("taking over writes in Backlog: %s %s", e.Key, e.Body)
		}
	}
}

func (b *bench) because(what, why string) bool {
	return slices.ContainsFunc(b.out.Reasons, func(r bot.Reason) bool { return strings.Contains(r.What, what) && strings.Contains(r.Why, why) })
}

// An issue from before is taken over as it stands: clocks from its history, type, class and owner as staff confirmed them, and not a word in Backlog.
func TestIssueIsTakenOver(t *testing.T) {
	draft := func(t *testing.T) *bench {
		b := newBench(t, "2026-11-24 10:00")
		b.draft(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.now = at(t, "2026-11-24 16:00")
		return b
	}
	t.Run("as it reads", func(t *testing.T) {
		b := draft(t)
		b.adopt(bot.Adopt{})
		b.want(bot.StatusAccepted, "2026-11-25 19:00")
		if b.tk.Type != "backup" || b.tk.Owner != "" || !strings.Contains(strings.Join(b.panel.Notes, ""), "引き継いだチケットです") {
			t.Errorf("ticket %s owner %q, notes %q", b.tk.Type, b.tk.Owner, b.panel.Notes)
		}
		if due, ok := b.timer["desk/unclaimed"]; !ok || !due.Equal(at(t, "2026-11-24 16:30")) {
			t.Errorf("nobody is asked to take it: %v", b.timer)
		}
		b.adopt(bot.Adopt{})
		if b.out.Ticket != nil || !b.because("left AOBA-1 as it is", "known already") {
			t.Errorf("it is taken over twice: %+v", b.out.Reasons)
		}
	})
	t.Run("as staff say", func(t *testing.T) {
		b := draft(t)
		b.adopt(bot.Adopt{RequestType: "software_config", Owner: "suzuki"})
		b.want(bot.StatusTaken, "?")
		if b.tk.Type != "software_config" || b.tk.Confidence != bot.Certain || b.tk.Owner != "suzuki" || hasTimer(b, "desk/unclaimed") {
			t.Errorf("ticket %s (%s) of %q, timers %v", b.tk.Type, b.tk.Confidence, b.tk.Owner, b.timer)
		}
		if !b.because("classified as software_config", "佐藤 confirmed it") || !b.because("owner is suzuki", "佐藤 confirmed it") {
			t.Errorf("reasons %+v", b.out.Reasons)
		}
	})
	t.Run("nobody's name", func(t *testing.T) {
		b := draft(t)
		b.adopt(bot.Adopt{Owner: "gone"})
		b.want(bot.StatusAccepted, "?")
		if b.tk.Owner != "" {
			t.Errorf("owner %q", b.tk.Owner)
		}
	})
	t.Run("as Backlog says", func(t *testing.T) {
		b := draft(t)
		b.snap.Assignee = &bot.Author{ID: userStaff, Name: "佐藤", Kind: bot.AuthorStaff, Person: "sato"}
		b.adopt(bot.Adopt{})
		b.want(bot.StatusTaken, "?")
		if b.tk.Owner != "sato" {
			t.Errorf("owner %q", b.tk.Owner)
		}
	})
	for _, class := range []bot.Class{bot.ClassIncident, bot.ClassComplaint} {
		b := draft(t)
		b.adopt(bot.Adopt{RequestType: string(class)})
		if b.tk.Class != class {
			t.Errorf("class %s, want %s", b.tk.Class, class)
		}
	}
	t.Run("with its wish", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00")
		b.draft(userCustomer, "バックアップ作業", "バックアップ", backup+"\n実施希望日時: 2026/12/01 22:00")
		b.now = at(t, "2026-11-24 16:00")
		b.adopt(bot.Adopt{})
		if !slices.ContainsFunc(b.panel.Fields, func(f bot.Field) bool { return f.Label == "希望" && strings.Contains(f.Value, "12月1日") }) {
			t.Errorf("card %+v", b.panel.Fields)
		}
	})
	t.Run("by a stranger", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00")
		b.draft(userUnknown, "バックアップ作業", "バックアップ", backup)
		b.adopt(bot.Adopt{})
		if !strings.Contains(strings.Join(b.panel.Notes, ""), "登録のない利用者です") {
			t.Errorf("notes %q", b.panel.Notes)
		}
	})
	t.Run("late already", func(t *testing.T) {
		b := draft(t)
		b.now = at(t, "2026-11-27 10:00")
		b.adopt(bot.Adopt{})
		b.pass("2026-12-04 10:00")
		if len(b.texts()) > 0 || strings.Contains(b.staff(), "期限を過ぎ") {
			t.Errorf("what was late before is told: %q, staff %s", b.texts(), b.staff())
		}
	})
	t.Run("deleted", func(t *testing.T) {
		b := draft(t)
		b.snap.Deleted = true
		b.adopt(bot.Adopt{})
		if b.tk != nil {
			t.Errorf("ticket %+v", b.tk)
		}
	})
	t.Run("ended", func(t *testing.T) {
		b := draft(t)
		b.snap.StatusID, b.snap.Status = bot.StatusClosed, "完了"
		b.adopt(bot.Adopt{Owner: "suzuki"})
		b.want(bot.StatusFinished, "?")
		if b.tk.Owner != "" || len(b.timer) > 0 {
			t.Errorf("owner %q, timers %v", b.tk.Owner, b.timer)
		}
	})
}

func hasTimer(b *bench, rule string) bool { _, ok := b.timer[rule]; return ok }

// Staff hear who wrote on an issue from before that nobody had adopted: the customer gets no answer but theirs.
func TestWordOnAnIssueFromBefore(t *testing.T) {
	for name, x := range map[string]struct {
		by   int64
		born string
		want bool
	}{"a customer": {userCustomer, "2026-11-24 12:00", true}, "a stranger": {userUnknown, "2026-11-24 12:00", true}, "staff": {userStaff, "2026-11-24 12:00", false}, "before Toban came": {userCustomer, "2026-11-24 15:30", false}} {
		b := newBench(t, "2026-11-24 10:00")
		b.cust.Born = map[string]time.Time{"AOBA": at(t, x.born)}
		b.draft(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.now = at(t, "2026-11-24 15:00")
		b.write(x.by, "その後いかがでしょうか。")
		b.now = at(t, "2026-11-24 16:00")
		b.adopt(bot.Adopt{Found: true})
		if got := strings.Contains(b.staff(), "引き継いでいない以前の課題に"); got != x.want || len(b.texts()) > 0 {
			t.Errorf("%s: staff heard %q", name, b.staff())
		}
	}
}

// What was not said in shadow is taken out of the record; the clocks run as if it had never been decided.
func TestWordsOfTheTimeInShadow(t *testing.T) {
	shadow := func(b *bench, key string) {
		b.t.Helper()
		b.handle(bot.EventEffectDone, "done:"+key, bot.EffectResult{Key: key, Kind: bot.EffectComment, RemoteID: bot.ShadowID(key), At: b.now, Verified: true})
	}
	t.Run("a question", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "バックアップをお願いします。")
		b.want(bot.StatusWaiting, "?")
		shadow(b, b.key("ask:1"))
		b.now = at(t, "2026-11-24 12:00")
		b.unsaid = []string{b.key("ask:1")}
		b.adopt(bot.Adopt{Struck: true})
		b.want(bot.StatusAccepted, "2026-11-25 19:00")
		if slices.Contains(b.kinds(), bot.EntryAsked) || hasTimer(b, "desk/remind") || !hasTimer(b, "desk/unclaimed") || !strings.Contains(b.staff(), "シャドー中の確認はお客様に送っていません") {
			t.Errorf("entries %v, timers %v, staff heard %s", b.kinds(), b.timer, b.staff())
		}
		b.comment(userCustomer, "はい。") // answers no question
		if slices.Contains(b.kinds(), bot.EntryAnswered) {
			t.Errorf("entries %v", b.kinds())
		}
	})
	t.Run("a question that went out", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "バックアップをお願いします。")
		b.sent(b.key("ask:1"))
		b.adopt(bot.Adopt{Struck: true})
		b.want(bot.StatusWaiting, "?")
		if !hasTimer(b, "desk/remind") {
			t.Errorf("timers %v", b.timer)
		}
	})
	t.Run("an end", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.press("desk.done", map[string]string{"done": "済み"})
		shadow(b, b.key("done:1"))
		b.snap.StatusID, b.snap.Status = bot.StatusOpen, "未対応"
		b.unsaid = []string{b.key("done:1")}
		b.adopt(bot.Adopt{Struck: true})
		b.want(bot.StatusTaken, "2026-11-25 19:00")
		if slices.Contains(b.kinds(), bot.EntryDone) || hasTimer(b, "desk/close") || !strings.Contains(b.staff(), "シャドー中に終了の操作がありました") {
			t.Errorf("entries %v, timers %v, staff heard %s", b.kinds(), b.timer, b.staff())
		}
		b.press("desk.done", map[string]string{"done": "済み"})
		if b.count("実施した内容: 済み") != 2 {
			t.Errorf("said %q", b.texts())
		}
	})
	t.Run("an end that stands in Backlog", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.setStatus(userStaff, bot.StatusResolved, "処理済み")
		b.adopt(bot.Adopt{Struck: true})
		b.want(bot.StatusDone, "?")
		if !hasTimer(b, "desk/close") {
			t.Errorf("timers %v", b.timer)
		}
	})
	t.Run("an end that nothing in shadow brought about", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.press("desk.done", map[string]string{"done": "済み"})
		b.sent(b.key("done:1"))
		b.snap.StatusID, b.snap.Status = bot.StatusOpen, "未対応" // Backlog is behind
		b.adopt(bot.Adopt{Struck: true})
		b.want(bot.StatusDone, "?")
	})
}
