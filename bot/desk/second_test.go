package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

// secondly are the reasons of a reading that come from the second opinion.
func secondly(c desk.Classification) []string {
	return slices.DeleteFunc(slices.Clone(c.Reasons), func(s string) bool { return !strings.Contains(s, "second opinion") })
}

// TestSecondOpinion: wording that is that of another type withdraws certainty, with a reason in words and the other type as what staff may choose.
func TestSecondOpinion(t *testing.T) {
	types := requestTypes(profile(t))
	i := slices.IndexFunc(types, func(rt bot.RequestType) bool { return rt.ID == "server_power" })
	types[i].Signs.Asks = append(slices.Clone(types[i].Signs.Asks), [][]string{{"定期バックアップ"}, {"止めて"}}) // a rule that nobody should have written
	backup := desk.Ticket{IssueType: "お問い合わせ", Summary: "定期バックアップの停止", Description: "goma-stg01 の定期バックアップは不要なので、週次のスナップショットの取得を止めてください。"}
	got := desk.Classify(types, nil, backup)
	if got.Type == "server_power" && got.Confidence == bot.Certain {
		t.Errorf("a backup is a certain %s: %v", got.Type, got.Reasons)
	}
	if why := secondly(got); got.Type == "server_power" && (len(why) != 1 || got.Suggested != "backup") {
		t.Errorf("second opinion %q, suggested %q", why, got.Suggested)
	}
}

// TestOwnWordsNeedNoSecondOpinion: what a provider added, types and words, was in no lesson; it is certain by the rules alone.
func TestOwnWordsNeedNoSecondOpinion(t *testing.T) {
	types := append(requestTypes(profile(t)), bot.RequestType{
		ID: "toner", IssueType: "消耗品", Class: bot.ClassMinor, OpenedBy: "customer",
		Signs: bot.SignWords{Asks: [][][]string{{{"トナー"}, {"送って"}}}, Own: []bool{true}, Phrases: []string{"トナー", "複合機"}},
	})
	toner := desk.Ticket{IssueType: "お問い合わせ", Summary: "トナー", Description: "3 階の複合機が切れそうですので、黒のトナーを 2 本送ってください。"}
	if got := desk.Classify(types, nil, toner); got.Type != "toner" || got.Confidence != bot.Certain {
		t.Errorf("a type of the provider's own: %+v", got)
	}
	i := slices.IndexFunc(types, func(rt bot.RequestType) bool { return rt.ID == "server_power" })
	wake := desk.Ticket{IssueType: "サーバー起動 / 停止作業", Summary: "寝かせ", Description: "夜間のバックアップの前に、AMI を取ったら ロボ太郎 をスナップショットのため寝かせてください。"}
	for _, own := range []bool{false, true} {
		signs := types[i].Signs
		types[i].Signs.Asks = append(slices.Clone(signs.Asks), [][]string{{"ロボ太郎"}, {"寝かせて"}})
		types[i].Signs.Own = make([]bool, len(types[i].Signs.Asks))
		types[i].Signs.Own[len(signs.Asks)] = own
		got := desk.Classify(types, nil, wake)
		if why := secondly(got); got.Type != "server_power" || (len(why) == 0) != own {
			t.Errorf("own words %v: %+v", own, got)
		}
		types[i].Signs = signs
	}
}
