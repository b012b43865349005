package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/sla"
)

const accessKey = "AKIAIOSFODNN7EXAMPLE"

// everything is all that desk has let out or keeps.
func everything(b *bench) string {
	return dump(b.tk) + string(b.state) + dump(b.panel) + dump(b.said) + dump(b.out)
}

func TestSecretsAreNeverRepeated(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.snap.Custom = map[string]string{"接続情報": "password: s3cretfield"}
	b.open(userCustomer, "バックアップ作業", "バックアップ "+accessKey, backup+"\nパスワード: hunter2hunter2")
	b.press("desk.done", map[string]string{"done": "取得しました"})
	b.now = b.now.Add(time.Minute)
	b.comment(userCustomer, "まだです。パスワードは Xy9-kk22zz です")
	b.snap.Summary = "新しい件名 " + accessKey
	b.snap.Description = backup + "\nsecret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
	b.comment(userCustomer, "", bot.Change{Field: "description", From: "a", To: "password: zzzzzz99"})
	for _, s := range []string{accessKey, "hunter2hunter2", "s3cretfield", "Xy9-kk22zz", "wJalrXUtnFEMI"} {
		if strings.Contains(everything(b), s) {
			t.Errorf("%s is repeated", s)
		}
	}
	if n := strings.Count(b.staff(), "秘密の情報"); n != 3 {
		t.Errorf("staff were warned %d times, want once for each place: %s", n, b.staff())
	}
	if !strings.Contains(b.staff(), "AWS アクセスキー") {
		t.Error("staff are not told what it is")
	}
}

func TestBadInput(t *testing.T) {
	cases := []struct {
		name, issueType, summary, text string
		status                         bot.Status
	}{
		{"empty", "", "", "", bot.StatusUnclear},
		{"empty summary", "バックアップ作業", "", backup, bot.StatusAccepted},
		{"100 kB", "バックアップ作業", "x", backup + "\n" + strings.Repeat("あ: い\n", 12000), bot.StatusAccepted},
		{"one long line", "技術相談", "x", strings.Repeat("質", 100000), bot.StatusAccepted},
		{"long table", "バックアップ作業", "x", backup + "\n" + strings.Repeat("|a|b|c|\n", 10000), bot.StatusAccepted},
		{"emoji and control characters", "バックアップ作業", "件\x00名\u202e\n🎉", backup + "\x07👩‍👩‍👧", bot.StatusAccepted},
		{"mention bomb", "バックアップ作業", "<!channel> @here <@U1>", backup + "\n<!channel>", bot.StatusAccepted},
		{"markup", "バックアップ作業", "{code}[[x]]''b''", backup + "\n{code}rm -rf{/code}\n<script>alert(1)</script>", bot.StatusAccepted},
		{"invalid UTF-8", "バックアップ作業", "\xff\xfe", backup + "\xff", bot.StatusAccepted},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			b := newBench(t, "2026-11-24 10:00").open(userCustomer, c.issueType, c.summary, c.text)
			b.want(c.status, "?")
			if strings.ContainsAny(b.tk.Summary, "\x00\n\u202e") {
				t.Errorf("summary %q", b.tk.Summary)
			}
			for _, s := range b.texts() {
				if strings.Contains(s, "<!channel>") {
					t.Errorf("said %q", s)
				}
			}
			if d := time.Since(start); d > time.Minute {
				t.Errorf("took %s", d)
			}
			if c.status == bot.StatusUnclear {
				return
			}
			b.press("desk.done", map[string]string{"done": "済み"})
			b.want(bot.StatusDone, "?")
		})
	}
}

func TestWhoWrites(t *testing.T) {
	t.Run("user without a name", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00")
		b.draft(userCustomer, "バックアップ作業", "x", backup)
		b.snap.CreatedBy.Name = ""
		b.deliver()
		if len(b.texts()) != 1 || strings.Contains(b.texts()[0], "様") {
			t.Errorf("said %q", b.texts())
		}
	})
	t.Run("opened by staff for a customer", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userStaff, "バックアップ作業", "x", backup)
		var u bot.Update
		if len(b.texts()) != 1 || b.said[0].Decode(&u) != nil || !slices.Equal(u.Notify, []int64{userCustomer}) || b.tk.OnBehalfOf != "佐藤" {
			t.Errorf("said %s", dump(b.said))
		}
	})
	t.Run("nobody to notify", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00")
		b.cust.NotifyDefault = nil
		b.open(userStaff, "バックアップ作業", "x", backup)
		if !strings.Contains(b.staff(), "notify_default") {
			t.Error(b.staff())
		}
	})
	t.Run("nobody on duty", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00")
		b.dir.Duty = func(string, time.Time) (bot.Person, bool) { return bot.Person{}, false }
		b.open(userCustomer, "バックアップ作業", "x", backup)
		b.pass("2026-11-30 10:00")
		if b.count("承りました") != 1 || b.count("遅れています") != 1 {
			t.Errorf("said %q", b.texts())
		}
	})
	t.Run("unknown creator", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userUnknown, "バックアップ作業", "x", backup)
		if len(b.texts()) != 0 || !strings.Contains(b.staff(), "登録のない利用者") {
			t.Errorf("said %q", b.texts())
		}
	})
	t.Run("unknown closer", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "x", backup)
		b.setStatus(userUnknown, bot.StatusClosed, "完了")
		if b.tk.StatusID != bot.StatusClosed || b.tk.Status != bot.StatusAccepted || b.rows["complete"].State != sla.StateRunning || !strings.Contains(b.staff(), "状態を「完了」に変更しました") {
			t.Errorf("status %s (%d in Backlog), staff heard %q", b.tk.Status, b.tk.StatusID, b.staff())
		}
	})
	t.Run("partner", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00")
		b.cust.Partners = []int64{userColleague}
		b.open(userCustomer, "バックアップ作業", "x", halfDone)
		b.sent(b.key("ask:1"))
		b.comment(userColleague, "web01")
		b.want(bot.StatusWaiting, "?") // a partner is no customer user
	})
	t.Run("the bot's key in other hands", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "x", backup)
		b.setStatus(userBot, bot.StatusResolved, "処理済み")
		if b.want(bot.StatusDone, "?"); !strings.Contains(b.staff(), "APIキー") {
			t.Error(b.staff())
		}
		b = newBench(t, "2026-11-24 10:00").open(userBot, "バックアップ作業", "x", backup)
		if !strings.Contains(b.staff(), "起票") {
			t.Error(b.staff())
		}
	})
	t.Run("person who is nobody", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "x", backup)
		b.handle(bot.EventStaffAction, "press:x", bot.StaffAction{Action: "desk.take", Person: "mallory", SlackUser: "U9", Channel: "C1"})
		if b.tk.Owner != "" || len(b.out.Effects) != 1 || b.out.Effects[0].Kind != bot.EffectEphemeral {
			t.Error("somebody who is no staff took it")
		}
	})
	t.Run("project of nobody", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00")
		b.cust.Projects = nil
		b.open(userCustomer, "バックアップ作業", "x", backup)
		if b.tk != nil || len(b.out.Reasons) != 1 {
			t.Errorf("%s", dump(b.out))
		}
	})
}

func TestWithdrawal(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "x", halfDone)
	b.sent(b.key("ask:1"))
	b.comment(userCustomer, "場合によっては本件を取り下げます。")
	if len(b.texts()) != 1 || !strings.Contains(b.staff(), "取り下げを希望") {
		t.Fatalf("said %q, staff heard %s", b.texts(), b.staff())
	}
	b.press("desk.withdraw", map[string]string{"reason": "お客様の希望"})
	b.want(bot.StatusCancelled, "?")
	if b.count("取り消しを承りました") != 1 || len(b.timer) != 0 {
		t.Fatalf("said %q, timers %v", b.texts(), b.timer)
	}
	b.press("desk.reopen", nil)
	b.press("desk.withdraw", map[string]string{"reason": "やはり不要"})
	if b.count("取り消しを承りました") != 2 {
		t.Fatalf("said %q", b.texts())
	}
}

func TestDeletedAndMoved(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "x", halfDone)
	b.snap.Deleted = true
	b.deliver()
	b.want(bot.StatusDeletedOff, "?")
	if len(b.timer) != 0 || !slices.Contains(b.out.Withdraw, b.key("ask:1")) {
		t.Errorf("timers %v, withdrawn %v", b.timer, b.out.Withdraw)
	}
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "x", backup)
	other := *b.cust
	other.ID, other.Projects, other.Channel = "midori", []string{"MIDORI"}, "C2"
	b.dir.Customers = append(b.dir.Customers, &other)
	b.snap.Project, b.snap.Key, b.snap.Summary = "MIDORI", "MIDORI-9", "別のお客様の件名"
	b.comment(userCustomer, "続きです")
	b.want(bot.StatusCancelled, "?")
	if strings.Contains(everything(b), "別のお客様の件名") || len(b.texts()) != 1 {
		t.Error("another customer's words are told here")
	}
}

func TestComplaintGoesToTheSatisfactionOwner(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "苦情", "対応について", "連絡が来ませんでした。")
	if !strings.Contains(dump(b.said), "U3") && !slices.ContainsFunc(b.said, func(e bot.Effect) bool { return strings.Contains(string(e.Body), "U3") }) {
		t.Errorf("said %s", dump(b.said))
	}
	if len(b.texts()) != 1 || b.count("田中") != 1 || b.count("担当者以外の窓口: 鈴木") != 1 {
		t.Errorf("said %q", b.texts())
	}
	// Each business day until staff have answered.
	b.pass("2026-11-27 09:00")
	if n := strings.Count(b.staff(), "まだ回答していません"); n != 2 {
		t.Errorf("reminded %d times: %s", n, b.staff())
	}
	b.comment(userStaff, "ご連絡が遅れ、申し訳ございません。原因と今後の対応をご説明します。")
	b.pass("2026-12-10 09:00")
	if n := strings.Count(b.staff(), "まだ回答していません"); n != 2 {
		t.Errorf("reminded %d times after the answer", n)
	}
}

// A complaint within a comment on another ticket is one as well.
func TestComplaintInAComment(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.comment(userCustomer, "対応が遅く、たいへん遺憾です。")
	if !strings.Contains(b.staff(), "苦情のようです") || !slices.ContainsFunc(b.said, func(e bot.Effect) bool { return strings.Contains(string(e.Body), "U3") }) {
		t.Errorf("staff heard %s", b.staff())
	}
	if !slices.Contains(b.kinds(), bot.EntryComplaint) {
		t.Error("not recorded")
	}
	b.pass("2026-11-25 20:00")
	b.comment(userOther, "遅くなり申し訳ございません。本日中に実施します。")
	if !slices.Contains(b.kinds(), bot.EntryAppeased) {
		t.Error("the answer is not recorded")
	}
}
