package desk_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/desk"
)

// eachType holds a realistic complete ticket of every type that customers may open, and one that lacks details.
var eachType = []struct {
	id, issueType     string
	summary, complete string
	lackSum, lacking  string
	missing           []string
}{
	{
		"account", "アカウント管理作業", "IAM ユーザーの追加", "■ 作業の種類\n追加\n\n■ ユーザー名 (IAM ユーザー名 / OS アカウント名)\nyamada-taro\n\n■ ホスト名\n\n■ 必要な権限\nReadOnlyAccess",
		"新しい担当者", "■ 作業の種類\n追加\n\n■ ユーザー名 (IAM ユーザー名 / OS アカウント名)\n\n■ ホスト名\n\n■ 必要な権限\n",
		[]string{"ユーザー名 (IAM ユーザー名 / OS アカウント名)", "必要な権限"},
	},
	{"backup", "バックアップ作業", "バックアップの件", "作業の種類：追加\nホスト名：web01", "バックアップの件", "■ 作業の種類\n\n■ ホスト名\n", []string{"作業の種類", "ホスト名"}},
	{
		"security_group", "Security Group 設定作業", "SG の変更", "| 項目 | 内容 |\n|---|---|\n| 作業の種類 | 追加 |\n| ホスト名 | web01 |\n| アクセスの許可 / 不許可の詳細 | 203.0.113.10/32 から 443/tcp を許可 |",
		"通信の追加", "【作業の種類】追加\n【ホスト名】web01\n【アクセスの許可 / 不許可の詳細】\n",
		[]string{"アクセスの許可 / 不許可の詳細"},
	},
	{"monitoring", "監視設定作業", "監視の変更", "- 作業の種類: 変更\n- ホスト名: db-1\n- 監視設定の内容: CPU の閾値を 80% から 90% に上げる", "監視の変更", "- 作業の種類: 変更\n- ホスト名: \n- 監視設定の内容: \n", []string{"ホスト名", "監視設定の内容"}},
	{"restore", "リストア作業", "リストアのお願い", "お世話になっております。\ndb01 を 11月20日 のスナップショットから復元してください。", "リストアのお願い", "お世話になっております。\n対応をお願いいたします。", []string{"ホスト名", "リストアする内容 (スナップショット)"}},
	{"server_power", "サーバー起動 / 停止作業", "サーバーの件", "bastion サーバーを再起動してください。", "サーバーの件", "作業の種類: 起動 / 停止 / 再起動 / 削除\nホスト名: (記入してください)", []string{"作業の種類", "ホスト名"}},
	{"software_config", "ソフトウェア設定作業", "nginx の設定", "## ホスト名\nweb01\n## 変更内容の詳細\nclient_max_body_size を 20m に変更", "nginx の設定", "## ホスト名\nweb01\n## 変更内容の詳細\n", []string{"変更内容の詳細"}},
	{"patch", "ソフトウェアパッチ当て作業", "パッチ適用", "web01 の OpenSSL に CVE-2026-1234 のパッチを適用してください。", "パッチ適用", "web01 にパッチを当ててください。", []string{"パッチ当てを実施する OS/ミドルウェア名", "対象となるパッチ"}},
	{"upgrade", "ソフトウェア更新作業", "更新", "ホスト名: web01\nミドルウェア名: PHP\nバージョンアップ後のバージョン: 8.3", "更新", "ホスト名: web01\nミドルウェア名: PHP\nバージョンアップ後のバージョン:", []string{"バージョンアップ後のバージョン"}},
	{"instance_type", "インスタンスタイプ変更作業", "スペックの変更", "web01 を m5.large から m5.xlarge に変更してください。", "スペックの変更", "web01 のスペックを上げてください。", []string{"変更後のインスタンスタイプ"}},
	{"disk", "ディスク変更作業", "ディスクの追加", "作業の種類: 追加\nホスト名: web01\n必要な容量: 100 GiB", "ディスクの削除", "作業の種類: 削除\nホスト名: web01", []string{"削除するディスク"}},
	{"aws_other", "その他の AWS 設定作業", "Route 53", "www.example.com の A レコードを 203.0.113.20 に変更してください。", "Route 53", "■ 変更内容の詳細\n", []string{"変更内容の詳細"}},
	{"aws_limit", "AWS サポート制限解除のご依頼", "上限緩和", "緩和する必要がある制限: EC2 の vCPU 数を 64 まで\n緩和が必要な理由: 年末の増設のため", "上限緩和", "緩和する必要がある制限: EC2 の vCPU 数を 64 まで\n緩和が必要な理由:", []string{"緩和が必要な理由"}},
	{"procedure_change", "保守手順変更のご相談", "手順書の変更", "深夜の再起動手順書に確認項目を加えたいので相談させてください。", "手順書の変更", "", []string{"ご相談内容"}},
	{"consultation", "技術相談", "料金について", "リザーブドインスタンスと Savings Plans のどちらがよいでしょうか。", "料金について", "■ ご相談内容\n\n", []string{"ご相談内容"}},
	{"improvement", "運用改善提案および構築", "運用改善", "夜間バッチの監視を自動化する提案をお願いします。", "運用改善", "よろしくお願いいたします。", []string{"ご相談内容"}},
	{"capacity", "キャパシティプランニング", "増強", "年末の繁忙期に向けてサーバーの増強計画を立てたいです。", "増強", "ご相談内容:\n", []string{"ご相談内容"}},
	{"workshop", "勉強会の実施", "勉強会", "AWS のコスト管理について 1 時間の勉強会をお願いします。", "勉強会", "具体的な内容: 未定", []string{"具体的な内容"}},
	{"regular_meeting", "定例会の実施", "定例会", "内容: 毎月第1火曜 14 時から 1 時間、先月の障害と作業の振り返り", "定例会", "* 具体的な内容\n", []string{"具体的な内容"}},
	{"performance_test", "パフォーマンス検証", "負荷試験", "EC サイトに毎秒 500 リクエストの負荷をかけて応答時間を計測", "負荷試験", "", []string{"具体的な内容"}},
	{"bottleneck", "ボトルネック調査", "遅い", "注文画面の表示に 10 秒かかります。SQL とアプリのどちらが遅いか調べてください。", "遅い", "■ 具体的な内容\n(調査したい内容をご記入ください)", []string{"具体的な内容"}},
	{
		"incident", "障害ご連絡", "サイトに接続できません", "■ 検知日時\n2026-11-24 10:30 頃\n■ ホスト名\nweb01\n■ ビジネスインパクト\n全利用者が注文できない\n■ 障害の詳細\n502 エラーが表示される",
		"サイトに接続できません", "■ 検知日時\n2026-11-24 10:30 頃\n■ ホスト名\nweb01\n■ ビジネスインパクト\n\n■ 障害の詳細\n",
		[]string{"ビジネスインパクト", "障害の詳細"},
	},
}

func TestEveryTypeThatCustomersOpen(t *testing.T) {
	types := requestTypes(profile(t))
	seen := map[string]bool{}
	for _, c := range eachType {
		seen[c.id] = true
		t.Run(c.id, func(t *testing.T) {
			for _, x := range []struct {
				summary, text string
				missing       []string
			}{{c.summary, c.complete, nil}, {c.lackSum, c.lacking, c.missing}} {
				got := desk.Classify(types, nil, desk.Ticket{IssueType: c.issueType, Summary: x.summary, Description: x.text})
				if got.Type != c.id {
					t.Fatalf("classified as %+v, want %s", got, c.id)
				}
				if want := bot.Certain; got.Confidence != want && c.issueType != "技術相談" {
					t.Errorf("confidence %s: %v", got.Confidence, got.Reasons)
				}
				for _, rt := range types {
					if rt.ID == c.id {
						if d := cmp.Diff(x.missing, desk.Missing(rt, x.summary+"\n"+x.text)); d != "" {
							t.Errorf("missing of %q:\n%s", x.text, d)
						}
					}
				}
			}
		})
	}
	for _, rt := range types {
		if rt.OpenedBy != "provider" && !seen[rt.ID] {
			t.Errorf("no ticket of type %s", rt.ID)
		}
	}
}

func TestTicketOfEveryTypeIsAnsweredOrAsked(t *testing.T) {
	for _, c := range eachType {
		if c.id == "incident" {
			continue // the incident room answers
		}
		t.Run(c.id, func(t *testing.T) {
			b := newBench(t, "2026-11-24 10:00").open(userCustomer, c.issueType, c.summary, c.complete)
			b.want(bot.StatusAccepted, "?")
			if len(b.texts()) != 1 || b.count("承りました") != 1 || b.tk.Due.IsZero() {
				t.Errorf("said %q, due %s", b.texts(), b.tk.Due)
			}
			b = newBench(t, "2026-11-24 10:00").open(userCustomer, c.issueType, c.lackSum, c.lacking)
			b.want(bot.StatusWaiting, "?")
			if len(b.texts()) != 1 {
				t.Fatalf("said %q", b.texts())
			}
			for _, m := range c.missing {
				if head, _, _ := strings.Cut(m, " "); !strings.Contains(b.texts()[0], "・"+head) {
					t.Errorf("%q does not ask for %s", b.texts()[0], m)
				}
			}
		})
	}
}

func TestTicketsThatTheProviderOpens(t *testing.T) {
	for _, issueType := range []string{"脆弱性情報提供", "新機能提案", "運用改善提案"} {
		b := newBench(t, "2026-11-24 10:00").open(userStaff, issueType, "お知らせ", "OpenSSL の脆弱性が公開されました。")
		b.want(bot.StatusAccepted, "2026-12-01 19:00")
		if len(b.texts()) != 0 || b.panel == nil {
			t.Errorf("%s: said %q", issueType, b.texts())
		}
	}
}

func TestDetailsInRealForms(t *testing.T) {
	rt := bot.RequestType{
		ID: "backup", IssueType: "バックアップ作業", Operations: []string{"追加", "削除"},
		Required: []bot.RequiredItem{{Item: "作業の種類"}, {Item: "ホスト名"}},
	}
	full := []string{"作業の種類", "ホスト名"}
	cases := []struct {
		name, text string
		want       []string
	}{
		{"full-width colon", "作業の種類：追加\nホスト名：web01", nil},
		{"brackets", "【作業の種類】追加\n【対象ホスト】web01", nil},
		{"brackets on their own line", "【作業の種類】\n追加\n【ホスト名】\nweb01", nil},
		{"squares", "■作業の種類\n追加\n■ホスト名\nweb01", nil},
		{"squares with colon", "■作業の種類：追加\n■ホスト名：web01", nil},
		{"Markdown headings", "# 作業の種類\n追加\n### ホスト名\nweb01", nil},
		{"Backlog headings", "* 作業の種類\n追加\n* ホスト名\nweb01", nil},
		{"bold labels", "**作業の種類**: 追加\n**ホスト名:** web01", nil},
		{"numbered list", "1. 作業の種類: 追加\n2. ホスト名: web01", nil},
		{"bullets", "・作業の種類：追加\n・ホスト名：web01、web02", nil},
		{"table, label beside value", "|作業の種類|追加|\n|ホスト名|web01|", nil},
		{"table, label above value", "| 作業の種類 | ホスト名 |\n| --- | --- |\n| 追加 | web01 |", nil},
		{"check boxes", "■ 作業の種類\n- [x] 追加\n- [ ] 削除\n■ ホスト名\nweb01", nil},
		{"check signs", "作業の種類\n☑追加\n□削除\nホスト名: web01", nil},
		{"polite prose", "お世話になっております。web01 のバックアップを追加していただけますでしょうか。", nil},
		{"instance id", "i-0123456789abcdef0 のバックアップ追加をお願いします", nil},
		{"carriage returns", "作業の種類: 追加\r\nホスト名: web01\r\n", nil},
		{"time in a value", "作業の種類: 追加\n希望日時: 12/1 22:00\nホスト名: web01", nil},
		{"host without a number", "作業の種類: 追加\nホスト名: bastion", nil},
		{"all hosts", "全サーバーのバックアップを追加してください", nil},
		{"template untouched", "■ 作業の種類\n\n■ ホスト名\n", full},
		{"template with choices", "■ 作業の種類\n追加 / 削除\n■ ホスト名\n(例: web01)", full},
		{"template with hints", "作業の種類: （追加・削除のいずれかをご記入ください）\nホスト名: <ホスト名を入力>", full},
		{"template with check boxes", "■ 作業の種類\n- [ ] 追加\n- [ ] 削除\n■ ホスト名\n", full},
		{"template in a table", "| 項目 | 内容 |\n|---|---|\n| 作業の種類 | |\n| ホスト名 | |", full},
		{"template as HTML comments", "作業の種類:\n<!-- 追加か削除 -->\nホスト名:\n<!-- web01 など -->", full},
		{"dashes and unknown", "作業の種類: ー\nホスト名: 未定", full},
		{"next label is no value", "作業の種類:\nホスト名:\n備考: 特にありません", full},
		{"remark under another label", "作業の種類: 追加\nホスト名:\n希望日時: 12/1", []string{"ホスト名"}},
		{"things that are no hosts", "ec2 の m5.large と t3、s3、sg-0abc12345、snap-0abc1、ap-northeast-1、10.0.0.1、user1@example.com、CVE-2026-1、PHP8 について追加", []string{"ホスト名"}},
		{"empty", "", full},
		{"emoji and control characters", "🙏🙏\x00\x07作業の種類：追加🎉\nホスト名：web01\u202e", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, desk.Missing(rt, "件名\n"+c.text)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDetailsThatDependOnOthers(t *testing.T) {
	types := map[string]bot.RequestType{}
	for _, rt := range requestTypes(profile(t)) {
		types[rt.ID] = rt
	}
	cases := []struct {
		name, id, text string
		want           []string
	}{
		{"OS account needs a host", "account", "作業の種類: 追加\nユーザー名: deploy\n必要な権限: sudo\nLinux のログイン用です", []string{"ホスト名"}},
		{"IAM user needs none", "account", "作業の種類: 追加\nIAMユーザー名: deploy\n必要な権限: S3 参照のみ", nil},
		{"deletion needs no rights", "account", "IAM の yamada-t さんのアカウントを削除してください", nil},
		{"change of rights needs them", "account", "作業の種類: 変更\nユーザー名: yamada\n権限変更をお願いします", []string{"必要な権限"}},
		{"name in brackets, rights like another's", "account", "入社に伴うアカウント発行\n12月7日入社の高橋(takahashi)に、開発環境の IAM ユーザーを作ってください。権限は既存の tanaka と同じで。", nil},
		{"a place in brackets is no name", "account", "アカウントの追加\n開発環境(kaihatsu)に IAM ユーザーを作ってください。権限は S3 参照のみ", []string{"ユーザー名 (IAM ユーザー名 / OS アカウント名)"}},
		{"more room, in English", "disk", "Need more disk on db01\nThe data volume is at 91%. Could you please extend it from 200GB to 400GB?", nil},
		{"newest version needs no number", "upgrade", "web01 の nginx を最新バージョンにしてください", nil},
		{"another version does", "upgrade", "web01 の nginx をバージョンアップしてください", []string{"バージョンアップ後のバージョン"}},
		{"more room", "disk", "web01 のディスクを容量変更してください", []string{"必要な容量"}},
		{"more room, said", "disk", "web01 のディスクを 200GB に容量変更してください", nil},
		{"another kind", "disk", "作業の種類: 種別変更\nホスト名: web01\ngp2 から gp3 へ", nil},
		{"deletion, said", "disk", "作業の種類: 削除\nホスト名: web01\nvol-0a1b2c3d を消してください", nil},
		{"stop is not read from restart", "server_power", "web01 を再起動してください", nil},
		{"no business impact is an answer", "incident", "検知日時: 10:30\nホスト名: web01\nビジネスインパクト: なし\n障害の詳細: 監視画面が赤い", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, desk.Missing(types[c.id], "件名\n"+c.text)); d != "" {
				t.Error(d)
			}
		})
	}
}
