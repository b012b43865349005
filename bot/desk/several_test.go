package desk_test

import (
	"fmt"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

// Two requests in one ticket are offered to be split, in a list and in prose alike; the steps of one piece of work are not.
func TestSeveralRequests(t *testing.T) {
	cust := contracts(t)["support-desk"]
	for _, tt := range []struct{ text, want string }{
		{"db01 のディスクを 100GB 拡張してください。あわせて、ディスク使用率の監視の閾値を 90% に変更してください。", "[monitoring disk]"},
		{"onair02 の監視を追加してください。それから、203.0.113.55 からの 1935 番を許可してください。", "[monitoring security_group]"},
		{"① 12/28 18:00 に dev01 を停止\n② 監視アラートを止める", "[server_power monitoring]"},
		{"web01 の nginx の設定を変更してください。反映のため、最後に nginx を再起動してください。", "[]"},
		{"web01 のバックアップを取得してください。また、ご不明な点があればご連絡ください。", "[]"},
		{"web01 を再起動してください。また、何分ほどかかるか教えてください。", "[]"},
		{"・対象サーバー: web01\n・ユーザー名: okada\n・権限: 一般\n追加をお願いします。", "[]"},
	} {
		got := desk.Understand(cust, bot.Snapshot{Type: "依頼事項", Summary: "お願い", Description: tt.text})
		if fmt.Sprint(got.Several) != tt.want {
			t.Errorf("%q: several %v, want %s (%s, %v)", tt.text, got.Several, tt.want, got.Type, got.Reasons)
		}
		if len(got.Several) > 1 && got.Confidence == bot.Certain {
			t.Errorf("%q is certain", tt.text)
		}
	}
}
