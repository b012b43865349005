package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/sla"
)

// The answer says what was understood, with the class, and what happens next.
func TestAnswerSaysWhatHappensNext(t *testing.T) {
	for _, c := range []struct {
		name, issueType, summary, text string
		priority                       int64
		says, not                      []string
	}{
		{"standard change", "バックアップ作業", "バックアップ", backup, 0, []string{"・種別: バックアップ作業（軽微な作業）", "済みましたら、このチケットでお知らせします"}, []string{"ご同意", "日程をご相談"}},
		{"needs a plan", "サーバー起動 / 停止作業", "web01 の再起動", "■ 作業の種類\n再起動\n■ ホスト名\nweb01", 0, []string{"作業の計画をまとめ、このチケットでご同意をお願いします"}, []string{"済みましたら"}},
		{"question", "技術相談", "料金について", "先月の AWS の請求が増えた理由を教えてください。", 0, []string{"（影響のある作業・ご相談）", "このチケットでお答えします"}, []string{"済みましたら"}},
		{"high", "バックアップ作業", "バックアップ", backup, bot.PriorityHigh, []string{"優先度「高」のご依頼ですので、担当者が日程をご相談します"}, nil},
		{"low", "バックアップ作業", "バックアップ", backup, bot.PriorityLow, []string{"ご検討中として承りました"}, []string{"済みましたら", "日程をご相談"}},
		{
			"two requests", "バックアップ作業", "2件のお願い", "以下2点お願いします。\n1. web01 のスナップショットを取得してください。\n2. web01 のインスタンスタイプを m5.large に変更してください。", 0,
			[]string{"ほかのご依頼（インスタンスタイプ変更作業）も拝見しました"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, "2026-11-24 10:00")
			if c.priority != 0 {
				b.snap.PriorityID = c.priority
			}
			b.open(userCustomer, c.issueType, c.summary, c.text)
			said := strings.Join(b.texts(), "\n")
			for _, w := range c.says {
				if !strings.Contains(said, w) {
					t.Errorf("did not say %q in:\n%s", w, said)
				}
			}
			for _, w := range c.not {
				if strings.Contains(said, w) {
					t.Errorf("said %q in:\n%s", w, said)
				}
			}
		})
	}
}

// Whoever thanked for a completion is not told later that no answer came.
func TestThanksIsAnAnswerToTheCompletion(t *testing.T) {
	for _, c := range []struct{ comment, want, not string }{
		{"ありがとうございました。助かりました。", "5 営業日がたちましたので", "ご返信がなかった"},
		{"", "ご返信がなかったため", "たちましたので"},
	} {
		b := into(t, bot.StatusDone)
		if c.comment != "" {
			b.comment(userCustomer, c.comment)
			if b.tk.Status != bot.StatusDone || !strings.Contains(b.staff(), "完了へのお返事がありました") {
				t.Errorf("after a thank-you: %s, staff heard %q", b.tk.Status, b.staff())
			}
		}
		b.pass("2026-12-02 10:00")
		if said := strings.Join(b.texts(), "\n"); b.tk.Status != bot.StatusFinished || !strings.Contains(said, c.want) || strings.Contains(said, c.not) {
			t.Errorf("after %q: %s, said\n%s", c.comment, b.tk.Status, said)
		}
	}
	b := into(t, bot.StatusDone) // a new completion waits for a new answer
	b.comment(userCustomer, "ありがとうございました。")
	b.press("desk.reopen", nil)
	b.press("desk.done", map[string]string{"done": "もう一度取得しました"})
	b.sent(b.key("done:2"))
	b.pass("2026-12-02 10:00")
	if said := strings.Join(b.texts(), "\n"); !strings.Contains(said, "ご返信がなかったため") {
		t.Errorf("said\n%s", said)
	}
}

// The due date in Backlog is nobody's promise: staff hear of a change, and the deadline stays.
func TestDueDateChangedByHand(t *testing.T) {
	for _, c := range []struct {
		by   int64
		to   string
		want string
	}{
		{userStaff, "", "佐藤 が Backlog の期限日を消しました。約束の期限(11/25(水) 19:00 JST)は変わりません"},
		{userCustomer, "2026-11-24", "が Backlog の期限日を「2026-11-24」に変更しました。約束の期限(11/25(水) 19:00 JST)は変わりません"},
		{userCustomer, "2026/11/25", ""},
	} {
		b := into(t, bot.StatusAccepted)
		b.comment(c.by, "", bot.Change{Field: "limitDate", From: "2026-11-25", To: c.to})
		b.want(bot.StatusAccepted, "2026-11-25 19:00")
		if c.want == "" && b.staff() != "" || !strings.Contains(b.staff(), c.want) {
			t.Errorf("%q: staff heard %q, want %q", c.to, b.staff(), c.want)
		}
	}
}

// A customer who chooses another type than the content reads like changes nothing, and staff hear it.
func TestIssueTypeAgainstTheContentIsShown(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "技術相談", "AWS の料金について", "先月の請求が増えた理由を教えてください。")
	due := b.tk.Due
	b.snap.Type = "バックアップ作業"
	b.comment(userCustomer, "", bot.Change{Field: "issueType", From: "技術相談", To: b.snap.Type})
	if b.tk.Type != "consultation" || !b.tk.Due.Equal(due) || b.tk.Confidence == bot.Certain {
		t.Errorf("the ticket is %s (%s), due %s", b.tk.Type, b.tk.Confidence, b.tk.Due)
	}
	if !strings.Contains(b.staff(), "種別を「バックアップ作業」に変更しましたが、内容は「技術相談」のようです") {
		t.Errorf("staff heard %q", b.staff())
	}
}

// A reopened ticket that nobody has is open in Backlog; one that somebody has is under way.
func TestReopenedTicketsStatusInBacklog(t *testing.T) {
	for from, want := range map[bot.Status]int64{bot.StatusCancelled: bot.StatusOpen, bot.StatusFinished: bot.StatusInProgress} {
		b := into(t, from)
		b.comment(userCustomer, "やはりお願いします。")
		if b.tk.StatusID != want {
			t.Errorf("from %s: Backlog's status is %d, want %d", from, b.tk.StatusID, want)
		}
	}
}

// Who plans work of a ticket that nobody has is its owner: the customer is told that name.
func TestPlannedWorkHasAnOwner(t *testing.T) {
	b := into(t, bot.StatusAccepted)
	b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusScheduled, By: "佐藤", Person: "sato", Ref: "plan:1", Reason: "planned"})
	if b.tk.Owner != "sato" || b.tk.Status != bot.StatusScheduled {
		t.Errorf("the owner is %q, the status %s", b.tk.Owner, b.tk.Status)
	}
}

// A plan that was approved and agreed to is approved on its way to being scheduled, in the trail.
func TestApprovedIsPassedOnTheWay(t *testing.T) {
	b := into(t, bot.StatusTaken)
	b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusApproved, By: "山本", Ref: "comment:9", Reason: "agreed to"})
	b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusScheduled, By: "佐藤", Ref: "plan:1", Reason: "planned"})
	var steps []string
	for _, r := range b.out.Reasons {
		if m := movedBy.FindStringSubmatch(r.What); m != nil {
			steps = append(steps, m[1]+">"+m[2])
		}
	}
	if got := strings.Join(steps, " "); got != "taken>approved approved>scheduled" {
		t.Errorf("the trail has %q", got)
	}
}

// A refusal says what may be pressed instead, and that is what the card shows.
func TestRefusalSaysWhatIsAllowed(t *testing.T) {
	for _, s := range allStatuses {
		b := into(t, s)
		b.press("desk.fly", nil)
		var u bot.Ephemeral
		if len(b.out.Effects) != 1 || b.out.Effects[0].Decode(&u) != nil {
			t.Fatalf("%s: not refused: %s", s, dump(b.out))
		}
		_, said, _ := strings.Cut(u.Text, "今できる操作: ")
		for _, x := range b.panel.Buttons {
			if strings.HasPrefix(x.Action, "desk.") && x.Action != "desk.exclude" && x.Action != "desk.cause" && !strings.Contains(said, "「"+x.Label+"」") {
				t.Errorf("%s: %q does not name %s, which the card offers", s, u.Text, x.Label)
			}
		}
		if n := strings.Count(said, "「"); s != bot.StatusDeletedOff && n == 0 {
			t.Errorf("%s: %q names nothing", s, u.Text)
		}
	}
}

// A complaint is heard through thanks; an apology for a late answer is none.
func TestComplaintAmongThanks(t *testing.T) {
	for text, want := range map[string]bool{
		"いつもありがとうございます。ただ、前回の対応が遅すぎて大変困りました。改善してください。": true,
		"ご連絡ありがとうございます。返信が遅くなり、申し訳ございません。web01 です。":    false,
		"サーバーの応答が遅いです。": false,
	} {
		b := into(t, bot.StatusAccepted)
		b.comment(userCustomer, text)
		if got := slices.Contains(b.kinds(), bot.EntryComplaint); got != want {
			t.Errorf("%q: a complaint %v, want %v", text, got, want)
		}
	}
}

// Who complains instead of answering is not asked the same again; people answer, and the clock goes on.
func TestComplaintInPlaceOfAnAnswer(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "お願いします。")
	b.answer("ask:1", "2026-11-24 11:00", "そういうことを聞いているのではありません。責任者から電話してください。")
	if b.count("お知らせください") != 1 || b.tk.Status == bot.StatusWaiting || b.rows["complete"].State != sla.StateRunning {
		t.Errorf("asked %d times, status %s, clock %s", b.count("お知らせください"), b.tk.Status, b.rows["complete"].State)
	}
	if !strings.Contains(b.staff(), "自動では確認していません") || !strings.Contains(b.staff(), "苦情のようです") {
		t.Errorf("staff heard %q", b.staff())
	}
}
