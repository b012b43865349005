package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
)

const secondCustomerKey = backlogsim.SampleCustomerKey + "-2"

// ticketOf reads what Toban keeps of an issue.
func (b *bench) ticketOf(key string) *bot.Ticket {
	b.t.Helper()
	k, err := b.store.FindTicket(b.t.Context(), key)
	if err != nil {
		b.t.Fatal(err)
	}
	return k
}

// clocksOf are the clocks of an issue in words: when they are due, and how they stand.
func (b *bench) clocksOf(key string) string {
	b.t.Helper()
	clocks, err := b.store.TicketClocks(b.t.Context(), b.ticketOf(key).ID)
	if err != nil {
		b.t.Fatal(err)
	}
	var out strings.Builder
	for _, c := range clocks {
		fmt.Fprintf(&out, "%s %s %s\n", c.ID, c.State, c.Due)
	}
	return out.String()
}

// A member of the project who stands in no list is unknown: what they write is recorded and told to staff, and moves no promise, whatever it
// says; what they open is told to staff, too, and the contract's contact is notified.
func TestUnknownUsersMoveNoPromise(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{terms: fmt.Sprintf("users: {customers: [%d]}\n", backlogsim.SampleCustomerID)})
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		asked := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 の件", "お願いします", 3)
		time.Sleep(2 * time.Minute)
		clocks, waiting, said := b.clocksOf(is.Key), b.clocksOf(asked.Key), len(b.said(is.Key))+len(b.said(asked.Key))
		before := b.ticketOf(is.Key).Status
		b.comment(secondCustomerKey, is.Key, "この件は取り下げます。")
		b.comment(secondCustomerKey, asked.Key, "■ 作業の種類\n追加\n\n■ ホスト名\nweb02")
		time.Sleep(5 * time.Minute)
		if now := b.ticketOf(is.Key).Status; now != before || b.clocksOf(is.Key) != clocks || b.clocksOf(asked.Key) != waiting {
			t.Errorf("an unknown user moved the ticket from %s to %s, or a clock", before, now)
		}
		if n := len(b.said(is.Key)) + len(b.said(asked.Key)); n != said {
			t.Errorf("an unknown user was answered %d times", n-said)
		}
		if n := b.shown("登録のない利用者", "空田"); n < 2 {
			t.Errorf("staff were told %d times, want of both comments", n)
		}
		facts, err := b.store.Facts(t.Context(), b.ticketOf(is.Key).ID)
		if err != nil || !slices.ContainsFunc(facts, func(f bot.Fact) bool { return strings.Contains(f.Text, "取り下げます") }) {
			t.Errorf("the comment is not recorded: %v", err)
		}
		opened := b.issue(secondCustomerKey, "バックアップ作業", "web03 のバックアップ", strings.ReplaceAll(backupText, "web01", "web03"), 3)
		time.Sleep(2 * time.Minute)
		k := b.ticketOf(opened.Key)
		if k.OpenedBy.Kind != bot.AuthorUnknown || len(k.Requester) != 1 || k.Requester[0].ID != backlogsim.SampleCustomerID {
			t.Errorf("a ticket of an unknown user: opened by %+v, requester %+v", k.OpenedBy, k.Requester)
		}
		if b.shown("起票者", "登録のない利用者") != 1 {
			t.Error("staff were not asked about who opened the ticket")
		}
		b.calm()
	})
}

// Somebody who uses the bot's key is staff, unknown: it is reported, and acted on as staff's. Toban's own echoes are neither.
func TestSomebodyUsesTheBotsKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(5 * time.Minute)
		if n := b.shown("ボットのアカウントで"); n != 0 {
			t.Fatalf("Toban's own words were reported %d times", n)
		}
		b.call(backlogsim.SampleBotKey, http.MethodPatch, "/issues/"+is.Key, url.Values{"statusId": {fmt.Sprint(bot.StatusResolved)}, "comment": {"手で書きました。"}}, nil)
		time.Sleep(5 * time.Minute)
		if n := b.shown("ボットのアカウントで", "APIキー"); n != 1 {
			t.Errorf("reported %d times", n)
		}
		if k := b.ticketOf(is.Key); k.Status != bot.StatusDone || k.Owner != "" {
			t.Errorf("status %s, owner %q: want the change of status followed, and nobody's", k.Status, k.Owner)
		}
		b.issue(backlogsim.SampleBotKey, "バックアップ作業", "web04 のバックアップ", strings.ReplaceAll(backupText, "web01", "web04"), 3)
		time.Sleep(5 * time.Minute)
		if n := b.shown("ボットのアカウントで", "起票"); n != 1 {
			t.Errorf("an issue of the bot's account was reported %d times", n)
		}
		b.calm()
	})
}

// A ticket that staff open is of the contract's contact, who is notified of every word; on whose behalf it was opened is kept. Any customer user may
// answer and cancel, and who did is recorded.
func TestRequesterOnBehalfAndAnyCustomerUser(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleStaffKey, "バックアップ作業", "web01 のバックアップ", "お願いします", 3)
		time.Sleep(2 * time.Minute)
		k := b.ticketOf(is.Key)
		if len(k.Requester) != 1 || k.Requester[0].ID != backlogsim.SampleCustomerID || !strings.Contains(k.OnBehalfOf, "佐藤") {
			t.Errorf("requester %+v, on behalf of %q", k.Requester, k.OnBehalfOf)
		}
		b.comment(secondCustomerKey, is.Key, "■ 作業の種類\n追加\n\n■ ホスト名\nweb01")
		time.Sleep(2 * time.Minute)
		said := b.said(is.Key)
		if len(said) != 2 || !strings.Contains(said[1].Content, "承りました") {
			t.Fatalf("another customer user's answer was not taken: %+v", said)
		}
		for _, c := range said {
			if !slices.ContainsFunc(c.Notes, func(n struct{ User struct{ ID int64 } }) bool { return n.User.ID == backlogsim.SampleCustomerID }) {
				t.Errorf("notified %+v", c.Notes)
			}
		}
		b.comment(secondCustomerKey, is.Key, "この件は取り下げます。")
		time.Sleep(2 * time.Minute)
		k = b.ticketOf(is.Key)
		i := slices.IndexFunc(k.Entries, func(e bot.Entry) bool { return e.Kind == bot.EntryCancelled })
		if k.Status != bot.StatusCancelled || i < 0 || !strings.Contains(k.Entries[i].Actor, "空田") {
			t.Errorf("cancelled by another customer user: %s, %+v", k.Status, k.Entries)
		}
		b.calm()
	})
}

// Only the contract's approvers agree to a plan: another customer user's yes starts nothing, and staff see that agreement is still missing.
func TestOnlyApproversAgree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(secondCustomerKey, "ソフトウェアパッチ当て作業", "openssl の更新", patchPlanText, 3)
		time.Sleep(30 * time.Second)
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(30 * time.Second)
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{
			"start": unix(tokyo(t, "2026-11-24 14:00:00")), "end": unix(tokyo(t, "2026-11-24 15:00:00")), "what": "openssl の更新",
			"effect": "web01 が約5分停止します。", "checks": "トップページの応答を確認します。", "rollback": "作業前のスナップショットから戻します。",
		})
		time.Sleep(30 * time.Second)
		b.press("U0SUZUKI", is.Key, "work.approve", nil)
		time.Sleep(10 * time.Minute)
		before := len(b.said(is.Key))
		b.comment(secondCustomerKey, is.Key, "同意します。")
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:20:00")))
		for _, c := range b.said(is.Key)[before:] {
			if strings.Contains(c.Content, "まもなく作業を開始します") {
				t.Fatalf("the yes of a user who is no approver counted: %s", c.Content)
			}
		}
		b.comment(backlogsim.SampleCustomerKey, is.Key, "同意します。")
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:31:00")))
		said := b.said(is.Key)
		if !strings.Contains(said[len(said)-1].Content, "まもなく作業を開始します") {
			t.Errorf("the yes of an approver did not count: %+v", said)
		}
		b.calm()
	})
}
