package desk_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/desk"
	"toban/sla"
)

const signature = "\n\n-- \n青葉商事株式会社 情報システム部\n山本 太郎\nTEL: 03-1234-5678\nhttps://www.aoba.co.jp/"

// A thank-you stays one under a signature and over the mail it answers, in every form that mail programs give it.
func TestLettersAroundWords(t *testing.T) {
	for _, c := range []struct {
		name, text string
		thanks     bool
	}{
		{"signature", "確認しました。ありがとうございました。" + signature, true},
		{"ruled signature", "承知しました。\n━━━━━━━━━━\n青葉商事株式会社\n山本\n電話 03-1234-5678\n━━━━━━━━━━", true},
		{"quoted mail", "ありがとうございます。\n\n2026年11月24日(火) 10:00 当番 <toban@provider.example>:\n> 完了しました", true},
		{"quoted in English", "Thank you.\n\nOn Tue, Nov 24, 2026 at 10:00 Toban <toban@provider.example> wrote:\n> done", true},
		{"original message", "了解です。\n-----Original Message-----\nFrom: toban@provider.example\n対応が完了しました。web01 を再起動しました。", true},
		{"words above a signature", "まだつながりません。" + signature, false},
		{"rule within the words", "ありがとうございます。\n-----\nあと db01 も見てください。", false},
		{"words under a rule with an address", "ありがとうございます。\n-----\n■ 追加のお願い\nuser@example.jp を登録", false},
		{"only a signature", signature, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := desk.IsThanks(c.text, "山本", "青葉商事"); got != c.thanks {
				t.Errorf("%q: a thank-you: %v, want %v", c.text, got, c.thanks)
			}
		})
	}
}

// A signature's own address is no host, and the customer's word counts before what was quoted.
func TestHostIsTheCustomersWord(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップの追加", "追加をお願いします。"+signature)
	b.want(bot.StatusWaiting, "2026-11-25 19:00")
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "> ホスト: web09\nweb03 のバックアップを追加してください。")
	if b.tk.Host != "web03" {
		t.Errorf("the host is %q, want the customer's own word", b.tk.Host)
	}
}

// What is asked for in other words than the table's is understood; what may be two things is asked back.
func TestOperationsInOtherWords(t *testing.T) {
	types := map[string]bot.RequestType{}
	for _, rt := range requestTypes(profile(t)) {
		types[rt.ID] = rt
	}
	for _, c := range []struct {
		id, text string
		missing  []string
	}{
		{"account", "来月入社する田中(tanaka.t)のIAMユーザーを作っていただけますか。権限は ReadOnly です。", nil},
		{"account", "IAM ユーザー yamaguchi を消してください。", nil},
		{"account", "IAM ユーザー sorata の MFA をリセットしてください。", nil},
		{"account", "<!channel> IAMユーザー deploy-bot のキーを再発行してください。", nil},
		{"account", "IAM ユーザー a.sato を作って、IAM ユーザー b.sato は消してください。", []string{"作業の種類"}},
		{"account", "IAM ユーザー sorata の件です。", []string{"作業の種類"}},
		{"backup", "web01 のスナップショットを今晩取ってほしいです。", nil},
		{"backup", "web01 のスナップショットを取得してください。", nil},
		{"security_group", "db01 の 3306 番ポートを 10.0.3.0/24 から許可してください。", nil},
		{"server_power", "web01 を年末年始は止めておいてください。", nil},
		{"disk", "web02 の /var を 100GB に増やしてください。", nil},
		{"monitoring", "明日の深夜は web01 の監視を止めてください。こちらで保守をします。", nil},
		{"patch", "web01 の OS の月例パッチ適用をお願いします。", nil},
		{"server_power", "Could you please restart web01 tonight at 23:00?", nil},
		{"server_power", "Please stop web01 on Saturday.", nil},
		{"backup", "Please delete the snapshots of web01.", nil},
	} {
		t.Run(c.text, func(t *testing.T) {
			if d := cmp.Diff(c.missing, desk.Missing(types[c.id], "件名\n"+c.text)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Who is asked for the kind of work is told what there is to choose from.
func TestQuestionNamesTheKindsOfWork(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "web01 の件", "web01 の件、よろしくお願いします。")
	if got := strings.Join(b.texts(), "\n"); !strings.Contains(got, "作業の種類（追加・削除）") {
		t.Errorf("asked with %q", got)
	}
}

// Staff who choose the issue type in Backlog have read the content: their word stands against it.
func TestStaffsIssueTypeStands(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "技術相談", "証明書の更新", "証明書はどのように更新されますか?")
	b.snap.Type = "その他の AWS 設定作業"
	b.comment(userStaff, "", bot.Change{Field: "issueType", From: "技術相談", To: b.snap.Type})
	if b.tk.Type != "aws_other" || b.tk.Confidence != bot.Certain {
		t.Errorf("the ticket is %s, %s", b.tk.Type, b.tk.Confidence)
	}
}

// The deadline of a reopened ticket is not called met: its new cycle runs.
func TestReopenedDeadlineIsOpen(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.done", map[string]string{"done": "取得しました。"})
	b.sent(b.key("done:1"))
	b.now = at(t, "2026-11-24 14:00")
	b.comment(userCustomer, "まだ一覧に表示されていないようですが、いかがでしょうか。")
	b.want(bot.StatusTaken, "2026-11-25 19:00")
	for _, f := range b.panel.Fields {
		if f.Label == "期限" && strings.Contains(f.Value, "達成") {
			t.Errorf("the card says %s", f.Value)
		}
	}
}

// Backlog's instants are whole seconds: asked again in the second of the answer, the clock stands still all the same.
func TestAskedAgainInTheSecondOfTheAnswer(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "web01 の件", "web01 の件、よろしくお願いします。")
	b.sent(b.key("ask:1"))
	b.now = at(t, "2026-11-24 10:30")
	b.comment(userCustomer, "社内で確認して、後ほどご連絡します。")
	b.sent(b.key("ask:2"))
	if texts := b.texts(); !strings.Contains(texts[0], "ご依頼を拝見しました") || !strings.Contains(texts[1], "ご返信をありがとうございます") {
		t.Errorf("asked with %q", texts)
	}
	b.pass("2026-11-25 20:00")
	if b.tk.Status != bot.StatusWaiting || b.count("対応が予定より遅れています") > 0 {
		t.Errorf("%s, told:\n%s", b.tk.Status, strings.Join(b.texts(), "\n"))
	}
	for _, r := range b.rows {
		if r.State != sla.StatePaused {
			t.Errorf("the promise %s is %s", r.ID, r.State)
		}
	}
}
