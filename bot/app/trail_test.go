package app

import (
	"testing"

	"toban/bot"
)

// Staff read the trail in Japanese; what has no words yet stays as it is kept, and nobody reads parts of seconds.
func TestTrailAsStaffReadIt(t *testing.T) {
	c := &bot.Customer{Types: []bot.RequestType{{ID: "backup", ReportName: "バックアップ"}}}
	for _, tt := range []struct{ what, why, want string }{
		{"recorded AOZORA-1", "opened by 青木 翔 (customer)", "AOZORA-1 を記録(起票: 青木 翔 (お客様))"},
		{"classified as backup (minor), certain", `issue type "バックアップ作業" names it`, "種別を判断: バックアップ(軽微)、確実。課題の種別「バックアップ作業」から"},
		{"classified as incident (incident), unsure", "", "種別を判断: 障害(障害)、要確認。"},
		{"moved from accepted to taken by 佐藤", "taken by 佐藤", "状態: 受付済み・担当待ち → 担当あり(佐藤)"},
		{"owner is sato", "taken by 佐藤", "担当者: 佐藤(sato)"},
		{"owner is suzuki", "given to 鈴木 by 佐藤", "担当者: 鈴木(suzuki)、佐藤 が決定"},
		{"nobody owns it, was suzuki", "鈴木 gave it back: 別件の障害対応", "担当待ちに戻しました(鈴木、それまでの担当 suzuki): 別件の障害対応"},
		{"said intake_answer", "desk:demo/1:answer", "お客様へ連絡: intake_answer"},
		{"promise complete is running, due 12/1(火) 19:00 JST", "完了 (slo), counted from 11/30(月) 10:00 JST", "約束「完了」: 期限 12/1(火) 19:00 JST"},
		{"a desired date is to be asked back", "it can't be read with certainty: vague", "希望日時がはっきりしないため、お客様に確認"},
		{"opened an incident", "detected at 11/30(月) 10:20 JST", "障害対応を開始(検知 11/30(月) 10:20 JST)"},
		{"began to telephone the customer", "the contract has the customer telephoned when the service is affected", "お客様への電話を開始(契約による)"},
		{"impact is not_affected", "judged by 佐藤", "影響の判断: 影響なし(judged by 佐藤)"},
		{"did something new", "for a reason", "did something new: for a reason"},
		{"did something new", "", "did something new"},
	} {
		if got := trailLine(trailTable(), c, tt.what, tt.why); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, got, tt.want)
		}
	}
	if got := wholeSeconds("2026-11-30(月) 10:00:22.319258759 JST 現在 計測中、残り 17 時間 59 分 37.680741241 秒、1.5 倍"); got != "2026-11-30(月) 10:00:22 JST 現在 計測中、残り 17 時間 59 分 37 秒、1.5 倍" {
		t.Error(got)
	}
}
