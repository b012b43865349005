package backlogsim

import "strings"

// Ids of the sample space, for those who start from it.
const (
	SampleAdminID    = 1001 // 管理者, space administrator
	SampleBotID      = 1002 // 当番, the bot: project administrator
	SampleStaffID    = 1003 // a member of the provider's staff; SampleStaffID+1 is another one
	SampleCustomerID = 2001 // a user of the customer; SampleCustomerID+1 is another one
	SampleProjectID  = 3001
	SampleProjectKey = "AOZORA"
)

// API keys of the sample space. They open nothing but a stand-in.
const (
	SampleAdminKey    = "sample-admin-key"
	SampleBotKey      = "sample-bot-key"
	SampleStaffKey    = "sample-staff-key"
	SampleCustomerKey = "sample-customer-key"
)

// SampleSeed is a small space of a support desk: one customer's project with the desk's issue types, its people and a few issues.
func SampleSeed() Seed {
	return Seed{
		Space: SeedSpace{Key: "toban-sample", Name: "当番サンプル", Lang: "ja", Timezone: "Asia/Tokyo", TextFormattingRule: "markdown"},
		Users: []SeedUser{
			{ID: SampleAdminID, UserID: "admin", Name: "管理者", RoleType: roleAdmin, Lang: "ja", Mail: "admin@provider.example", APIKey: SampleAdminKey},
			{ID: SampleBotID, UserID: "toban", Name: "当番", RoleType: roleNormal, Lang: "ja", Mail: "toban@provider.example", APIKey: SampleBotKey, Bot: true},
			{ID: SampleStaffID, UserID: "sato", Name: "佐藤 花子", RoleType: roleNormal, Lang: "ja", Mail: "sato@provider.example", APIKey: SampleStaffKey},
			{ID: SampleStaffID + 1, UserID: "suzuki", Name: "鈴木 一郎", RoleType: roleNormal, Lang: "ja", Mail: "suzuki@provider.example", APIKey: SampleStaffKey + "-2"},
			{ID: SampleCustomerID, Name: "青木 翔", RoleType: roleNormal, Lang: "ja", NulabID: "aoki-sample", APIKey: SampleCustomerKey},
			{ID: SampleCustomerID + 1, Name: "空田 美咲", RoleType: roleNormal, Lang: "ja", NulabID: "sorata-sample", APIKey: SampleCustomerKey + "-2"},
		},
		Projects: []SeedProject{{
			ID: SampleProjectID, Key: SampleProjectKey, Name: "青空商事様 運用サポート", Subtasking: true,
			Members:    []int{SampleAdminID, SampleBotID, SampleStaffID, SampleStaffID + 1, SampleCustomerID, SampleCustomerID + 1},
			Admins:     []int{SampleBotID},
			IssueTypes: sampleTypes(),
			Categories: []string{"AWS", "OS・ミドルウェア", "監視"},
			Issues: []SeedIssue{
				{
					Summary: "web01 のバックアップ取得のお願い", IssueType: "バックアップ作業", CreatedUser: SampleCustomerID, Categories: []string{"AWS"},
					Description: "お世話になっております。\n\n■ 作業の種類\n追加\n\n■ ホスト名\nweb01",
				},
				{
					Summary: "RDS の接続数についてのご相談", IssueType: "技術相談", CreatedUser: SampleCustomerID + 1, Assignee: SampleStaffID, Status: "処理中", Categories: []string{"AWS"},
					Description: "■ ご相談内容\n- 夜間に接続数が上限に近づきます。\n- 上限の考え方を教えてください。",
					Comments:    []SeedComment{{User: SampleStaffID, Content: "ご相談ありがとうございます。確認いたします。"}},
				},
				{
					Summary: "app02 の監視項目の追加", IssueType: "監視設定作業", CreatedUser: SampleCustomerID, Assignee: SampleStaffID + 1, Status: "完了", Categories: []string{"監視"},
					Description: "■ 作業の種類\n追加\n\n■ ホスト名\napp02\n\n■ 監視設定の内容\n`/healthz` の HTTP 監視を 1 分間隔で追加してください。",
				},
			},
			SharedFiles: []SeedSharedFile{
				{Path: "構成/web01.md", Content: "# web01\n\n- OS: Amazon Linux 2023\n", CreatedUser: SampleStaffID},
				{Path: "連絡先.csv", Content: "役割,氏名\n窓口,青木 翔\n", CreatedUser: SampleStaffID},
			},
			Wikis: []SeedWiki{{Name: "Home", CreatedUser: SampleStaffID, Content: "# 青空商事様 運用サポート\n\nご依頼は課題の種別を選んでご登録ください。\n\n| 種別 | 目安 |\n| --- | --- |\n| バックアップ作業 | 1 営業日 |\n| 技術相談 | 5 営業日 |"}},
		}},
	}
}

// sampleTypes are the issue types of a support desk, with the details that a ticket of each has to carry as its template.
func sampleTypes() []SeedIssueType {
	rows := [][]string{
		{"アカウント管理作業", "作業の種類", "ユーザー名 (IAM ユーザー名 / OS アカウント名)", "ホスト名", "必要な権限"},
		{"バックアップ作業", "作業の種類", "ホスト名"},
		{"Security Group 設定作業", "作業の種類", "ホスト名", "アクセスの許可 / 不許可の詳細"},
		{"監視設定作業", "作業の種類", "ホスト名", "監視設定の内容"},
		{"リストア作業", "ホスト名", "リストアする内容 (スナップショット)"},
		{"サーバー起動 / 停止作業", "作業の種類", "ホスト名"},
		{"ソフトウェア設定作業", "ホスト名", "変更内容の詳細"},
		{"ソフトウェアパッチ当て作業", "ホスト名", "パッチ当てを実施する OS/ミドルウェア名", "対象となるパッチ"},
		{"ソフトウェア更新作業", "ホスト名", "バージョンアップを実施する OS/ミドルウェア名", "バージョンアップ後のバージョン"},
		{"インスタンスタイプ変更作業", "ホスト名", "変更後のインスタンスタイプ"},
		{"ディスク変更作業", "作業の種類", "ホスト名", "必要な容量", "削除するディスク"},
		{"その他の AWS 設定作業", "変更内容の詳細"},
		{"AWS サポート制限解除のご依頼", "緩和する必要がある制限", "緩和が必要な理由"},
		{"技術相談", "ご相談内容"},
		{"脆弱性情報提供", "脆弱性の情報"},
		{"運用改善提案および構築", "ご相談内容"},
		{"キャパシティプランニング", "ご相談内容"},
		{"勉強会の実施", "具体的な内容"},
		{"定例会の実施", "具体的な内容"},
		{"パフォーマンス検証", "具体的な内容"},
		{"ボトルネック調査", "具体的な内容"},
		{"新機能提案", "具体的な内容"},
		{"障害ご連絡", "検知日時", "ホスト名", "ビジネスインパクト", "障害の詳細"},
	}
	types := mapped(rows, func(row []string) SeedIssueType {
		items := mapped(row[1:], func(item string) string { return "■ " + item + "\n" })
		return SeedIssueType{Name: row[0], TemplateDescription: strings.Join(items, "\n")}
	})
	types[len(types)-1].Color = "#e30000"
	return types
}
