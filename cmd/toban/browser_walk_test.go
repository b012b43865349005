package main_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A visitor's morning in the demo, in a real browser, on a desk and on a telephone's screen: a request from its ticket to its completion notice, an incident
// from its report to its recovery, a call that is registered, a change with a second person, the
// customer's agreement and a checklist, and forms that refuse what can't be.
func TestDemoInABrowser(t *testing.T) {
	for name, size := range map[string][2]int64{"desk": {1280, 1000}, "telephone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t, size[0], size[1])
			request(v)
			incident(v)
			call(v)
			change(v)
			alarm(v)
			v.end()
		})
	}
}

// request is a backup from the customer's ticket to the completion notice.
func request(v *visitor) {
	key := v.open("バックアップ作業")
	v.said(key, "承りました", "完了予定")
	v.press(key, "担当する")
	v.further(key, "期限の根拠")
	v.holds("how the deadline came about", `document.querySelector("#messages").innerText.includes("あなただけに表示")`)
	v.press(key, "作業の日程を決める")
	start := v.now().Add(95 * time.Minute).Truncate(30 * time.Minute)
	v.fill(map[string]string{"start": wall(start), "end": wall(start.Add(-time.Hour))})
	v.submit()
	v.holds("an error at the field", `document.querySelector("#modal[open] .wrong, #modal[open] .bad")`)
	v.send(map[string]string{"end": wall(start.Add(time.Hour))})
	v.advance(start.Add(-29 * time.Minute))
	v.said(key, "まもなく作業を開始します")
	v.advance(start)
	v.press(key, "作業開始")
	v.press(key, "作業完了")
	v.send(map[string]string{"done": "web01 のバックアップを取得しました。", "result": "容量と世代を確認しました。"})
	v.said(key, "完了", "容量と世代を確認しました。")
}

// incident is a fault from its report to its recovery.
func incident(v *visitor) {
	key := v.open("障害（高）")
	v.said(key, "障害の検知についてお知らせします", "サービスに影響が出ています")
	v.press(key, "経過報告")
	v.fill(map[string]string{"state": ""}) // it begins with a draft
	v.submit()
	v.holds("an error at the field", `document.querySelector("#modal[open] .wrong, #modal[open] .bad")`)
	v.do(chromedp.KeyEvent(kb.Escape))
	v.holds("the form closed", `!document.querySelector("#modal[open]")`)
	v.press(key, "復旧")
	v.send(map[string]string{"happened": "web01 の httpd が停止していました。", "done": "再起動し、応答を確認しました。"})
	v.said(key, "復旧", "再起動し、応答を確認しました。")
}

// change is one that needs a second person and the customer's agreement, by a checklist.
func change(v *visitor) {
	key := v.open("承認と同意が要る変更")
	v.said(key, "承りました")
	v.press(key, "担当する")
	v.press(key, "作業の日程を決める")
	start := v.now().Add(125 * time.Minute).Truncate(30 * time.Minute)
	v.send(map[string]string{"start": wall(start), "end": wall(start.Add(time.Hour)), "playbook": "patch-os"})
	v.as("U0SUZUKI")
	v.press(key, "計画を承認")
	v.said(key, "同意")
	v.comment(key, "同意します。よろしくお願いいたします。")
	v.as("U0SATO")
	v.advance(start.Add(-29 * time.Minute))
	v.said(key, "まもなく作業を開始します")
	v.advance(start)
	v.press(key, "作業開始")
	for steps := 0; !v.shows(key, "作業完了") && steps < 20; steps++ {
		before := v.text(key)
		v.press(key, "確認した")
		v.until("the step after the one that was ticked off", func() bool { return v.text(key) != before })
	}
	v.press(key, "作業完了")
	v.send(map[string]string{"done": "openssl を更新しました。", "result": "応答を確認しました。"})
	v.said(key, "完了", "openssl を更新しました。")
}

// alarm is an alert of the customer's monitoring, in shadow, where nothing reaches the customer, and then as usual.
func alarm(v *visitor) {
	v.side("slack")
	mode := func(to string) {
		v.choose("mode", to)
		v.until("the mode "+to, func() bool {
			var info struct {
				Mode string `json:"mode"`
			}
			v.get("/demo/info", &info)
			return info.Mode == to
		})
	}
	mode("shadow")
	before := v.last()
	v.tap("the button 監視の警報", `labelled(document.querySelector("#quick"), "監視の警報")`)
	v.holds("what would have been opened", `document.querySelector("#messages").innerText.includes("送るところでした: 課題の登録")`)
	if key := v.last(); key != before {
		v.Errorf("in shadow %s was opened", key)
	}
	mode("on")
	v.tap("the button 監視の警報", `labelled(document.querySelector("#quick"), "監視の警報")`)
	v.said(v.newest(before), "障害の検知についてお知らせします", "URL監視")
}

// call is a request by telephone that staff register.
func call(v *visitor) {
	before := v.last()
	v.side("slack")
	v.tap("the button 電話のご依頼", `labelled(document.querySelector("#quick"), "電話のご依頼")`)
	v.send(map[string]string{"caller": "山本", "summary": "web01 の再起動", "content": "作業の種類: 再起動\nホスト名: web01"})
	key := v.newest(before)
	v.said(key, "承りました")
	v.holds("its card", `[...document.querySelectorAll("#messages article.msg .card")].some((c) => c.innerText.includes(%q))`, key)
	v.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
}
