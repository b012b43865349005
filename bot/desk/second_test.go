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

// A form that is filled in, under a summary that says nothing of the work, is what the form says: most tickets are such.
func TestFormsUnderPlainSummaries(t *testing.T) {
	types := requestTypes(profile(t))
	for name, c := range map[string]struct{ id, form string }{
		"バックアップ作業":            {"backup", "■ 作業の種類\n追加\n\n■ ホスト名\nweb01"},
		"Security Group 設定作業": {"security_group", "■ 作業の種類\n追加\n■ ホスト名\nweb01\n■ アクセスの許可 / 不許可の詳細\n203.0.113.5/32 から TCP 22 を許可"},
		"アカウント管理作業":           {"account", "■ 作業の種類\n追加\n■ ユーザー名\nsuzuki\n■ ホスト名\nweb01\n■ 必要な権限\nsudo"},
		"監視設定作業":              {"monitoring", "■ 作業の種類\n追加\n■ ホスト名\nweb01\n■ 監視項目\nCPU 使用率 90% 以上を5分"},
		"サーバー起動 / 停止作業":       {"server_power", "■ 作業の種類\n再起動\n■ ホスト名\nweb01\n■ 実施希望日時\n10/5 22:00"},
		"インスタンスタイプ変更作業":       {"instance_type", "■ ホスト名\nweb01\n■ 変更後のインスタンスタイプ\nm5.xlarge\n■ 実施希望日時\n10/5 22:00"},
		"ディスク変更作業":            {"disk", "■ ホスト名\nweb01\n■ 変更内容の詳細\n/dev/sdf を 100GB から 200GB に拡張"},
		"ソフトウェア設定作業":          {"software_config", "■ ホスト名\nweb01\n■ 変更内容の詳細\nnginx の worker_connections を 2048 に変更"},
	} {
		for _, summary := range []string{
			"web01 の件", "サーバーの件について", "AP サーバの件", "ご依頼", "【至急】対応のお願い", "サーバー再構築に伴う作業", "リリースに伴う作業依頼", "定期メンテナンスの件", "新サービス公開に向けて", "プロジェクトAの件",
			"10月分の定例作業", "EC サイトの件", "キャンペーン対応", "移行前の準備", "作業依頼書の送付", "別紙のとおり", "先日ご相談した件", "監査対応",
		} {
			got := desk.Classify(types, nil, desk.Ticket{IssueType: name, Summary: summary, Description: c.form})
			if got.Type != c.id || got.Confidence != bot.Certain {
				t.Errorf("%s %q is %s (%s): %v", name, summary, got.Type, got.Confidence, got.Reasons)
			}
		}
	}
	// Nor does a summary that says nothing make something else of an issue type whose text says nothing.
	got := desk.Classify(types, nil, desk.Ticket{IssueType: "バックアップ作業", Summary: "web03 の件", Description: "お願いします"})
	if got.Type != "backup" {
		t.Errorf("an empty ticket is %s: %v", got.Type, got.Reasons)
	}
}
