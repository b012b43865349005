package backlogsim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// officeProjectKey is the second project of OfficeSeed, whose texts are in Backlog's own notation.
const officeProjectKey = "MIDORI"

// OfficeSeed is the year of a support desk before now: the people and the project of SampleSeed and a second customer's project, with so many issues
// between them, with comments, wiki pages, documents, files and milestones. The same arguments give the same seed.
func OfficeSeed(issues int, now time.Time, seed uint64) Seed {
	o := &office{Rand: rand.New(rand.NewPCG(seed, 1)), now: now.UTC().Truncate(time.Second)} //nolint:gosec // dice that fall the same way again
	s := SampleSeed()
	s.Space.Name = "当番 サポートデスク"
	s.Users = append(s.Users,
		SeedUser{ID: SampleStaffID + 2, UserID: "tanaka", Name: "田中 健", RoleType: roleNormal, Lang: "ja", Mail: "tanaka@provider.example"},
		SeedUser{ID: SampleCustomerID + 2, Name: "緑川 遥", RoleType: roleNormal, Lang: "ja", NulabID: "midorikawa-sample", APIKey: SampleCustomerKey + "-3"},
		SeedUser{ID: SampleCustomerID + 3, Name: "森 大輔", RoleType: roleReporter, Lang: "ja", NulabID: "mori-sample"},
	)
	aozora := &s.Projects[0]
	aozora.Members = append(aozora.Members, SampleStaffID+2)
	midori := SeedProject{
		ID: SampleProjectID + 1, Key: officeProjectKey, Name: "緑ソフト様 マネージド運用", TextFormattingRule: "backlog", Subtasking: true,
		Members: []int{SampleAdminID, SampleBotID, SampleStaffID, SampleStaffID + 1, SampleStaffID + 2, SampleCustomerID + 2, SampleCustomerID + 3}, Admins: []int{SampleBotID},
		IssueTypes: sampleTypes(), Categories: []string{"AWS", "OS・ミドルウェア", "監視", "ネットワーク"},
	}
	for n, p := range []*SeedProject{aozora, &midori} {
		o.settings(p, n)
	}
	customers := [][]int{{SampleCustomerID, SampleCustomerID + 1}, {SampleCustomerID + 2, SampleCustomerID + 3}}
	aozora.Issues = nil
	for n := range issues {
		at := 0
		if o.IntN(3) == 0 {
			at = 1
		}
		p := []*SeedProject{aozora, &midori}[at]
		p.Issues = append(p.Issues, o.issue(p, customers[at], float64(n)/float64(max(issues, 1))))
	}
	s.Projects = append(s.Projects, midori)
	return s
}

type office struct {
	*rand.Rand
	now time.Time
}

func pick[T any](o *office, list []T) T { return list[o.IntN(len(list))] }

// settings gives a project what desks have: an own status, fields, milestones, pages, files.
func (o *office) settings(p *SeedProject, n int) {
	first := 6001 + 100*n
	p.Statuses = []SeedStatus{{Name: "回答待ち", Color: "#eda62a"}, {Name: "作業予定", Color: "#3b9dbd"}}
	p.CustomFields = []SeedCustomField{
		{ID: first, TypeID: 1, Name: "対象ホスト"},
		{ID: first + 1, TypeID: 4, Name: "実施希望日"},
		{ID: first + 2, TypeID: 8, Name: "環境", Items: []string{"本番", "検証", "開発"}},
		{ID: first + 3, TypeID: 3, Name: "影響台数", Unit: "台"},
	}
	for m := range 12 {
		day := o.now.AddDate(0, m-11, 1-o.now.Day())
		p.Versions = append(p.Versions, SeedVersion{Name: day.Format("2006年1月"), StartDate: day.Format(time.DateOnly), ReleaseDueDate: day.AddDate(0, 1, -1).Format(time.DateOnly)})
	}
	bold, head, row := "**%s**", "## ", "| %s | %s |\n"
	table := "| 項目 | 内容 |\n| --- | --- |\n"
	if p.TextFormattingRule == "backlog" {
		bold, head, row, table = "''%s''", "** ", "|%s|%s|\n", "|項目|内容|h\n"
	}
	contact := head + "連絡先\n\n" + table + fmt.Sprintf(row, "窓口", "平日 9:00〜18:00") + fmt.Sprintf(row, "緊急時", "24 時間")
	began := o.now.AddDate(-1, 0, 0)
	p.Wikis = []SeedWiki{
		{Name: "Home", CreatedUser: SampleStaffID, Created: began, Content: contact + "\n" + fmt.Sprintf(bold, "お急ぎのとき") + "は、種別「障害ご連絡」でご登録ください。\n\n[[運用手順/パッチ適用]]"},
		{Name: "運用手順/パッチ適用", CreatedUser: SampleStaffID + 1, Created: began, Content: head + "手順\n\n- スナップショットを取得する\n- 検証環境で適用する\n- 本番環境で適用する\n- 監視を確認する\n"},
		{Name: "運用手順/障害対応[緊急]", CreatedUser: SampleStaffID + 1, Created: began, Content: head + "一次対応\n\n- 検知時刻を記録する\n- 影響範囲を確認する\n- 15 分以内に第一報を出す\n"},
	}
	for m := 3; m > 0; m-- {
		month := o.now.AddDate(0, -m, 1-o.now.Day())
		p.Wikis = append(p.Wikis, SeedWiki{
			Name: "月次報告/" + month.Format("2006/01"), CreatedUser: SampleBotID, Created: month.AddDate(0, 1, 1),
			Content: head + month.Format("2006年1月") + "の実績\n\n" + table + fmt.Sprintf(row, "ご依頼", fmt.Sprintf("%d 件", 20+o.IntN(30))) + fmt.Sprintf(row, "期限内の完了", fmt.Sprintf("%d.%d %%", 96+o.IntN(4), o.IntN(10))) +
				fmt.Sprintf(row, "障害", fmt.Sprintf("%d 件", o.IntN(4))),
		})
	}
	p.Documents = []SeedDocument{{Title: "構成図", Emoji: "🗺️", CreatedUser: SampleStaffID, Created: began, Content: "# 構成\n\n- ALB\n    - web01, web02\n- RDS (Multi-AZ)\n", Children: []SeedDocument{
		{Title: "web01", CreatedUser: SampleStaffID, Created: began, Content: "| 項目 | 値 |\n| --- | --- |\n| OS | Amazon Linux 2023 |\n| 種類 | m7g.large |\n"}, {Title: "db01", CreatedUser: SampleStaffID, Created: began, Content: "## バックアップ\n\n日次 3:00、7 世代。\n"},
	}}}
	p.SharedFiles = append(p.SharedFiles, SeedSharedFile{Path: "契約/体制図.csv", Content: "役割,氏名\n窓口,佐藤 花子\n", CreatedUser: SampleStaffID})
	p.Repositories = []SeedRepository{{Name: "infra", Description: "構成管理 (Terraform)", CreatedUser: SampleStaffID}}
}

// topic is what tickets of a type are about; %s is a host.
type topic struct{ typ, summary, text string }

func topics() []topic {
	return []topic{
		{"バックアップ作業", "%s のバックアップ取得のお願い", "月末の処理の前に、手動でのバックアップをお願いいたします。"},
		{"ソフトウェアパッチ当て作業", "%s のセキュリティパッチ適用", "公開された脆弱性への対応として、適用をお願いいたします。"},
		{"ソフトウェア更新作業", "%s の PHP 8.3 への更新", "検証環境で問題がないことを確認しております。"},
		{"監視設定作業", "%s の監視項目の追加", "応答時間が 3 秒を超えたら通知されるようにしたいです。"},
		{"Security Group 設定作業", "%s への接続元 IP アドレスの追加", "拠点の移転に伴い、203.0.113.10/32 からの 443 番を許可してください。"},
		{"アカウント管理作業", "退職者のアカウントの削除 (%s)", "今月末で退職するため、翌営業日に削除をお願いいたします。"},
		{"ディスク変更作業", "%s のディスク容量の追加", "使用率が 85 % を超えました。100 GB の追加をお願いいたします。"},
		{"サーバー起動 / 停止作業", "停電に伴う %s の停止と起動", "土曜 22 時に停止し、日曜 6 時に起動してください。"},
		{"インスタンスタイプ変更作業", "%s のインスタンスタイプの変更", "繁忙期に備え、m7g.xlarge への変更をお願いいたします。"},
		{"リストア作業", "%s の誤って消したファイルの復元", "昨日 18 時の時点のものを復元してください。"},
		{"技術相談", "%s の接続数についてのご相談", "夜間に接続数が上限に近づきます。上限の考え方を教えてください。"},
		{"障害ご連絡", "%s が応答しません", "9 時 20 分ごろから画面が表示されません。至急ご確認ください。"},
		{"脆弱性情報提供", "OpenSSL の脆弱性の %s への影響", "影響の有無と対応の要否を教えてください。"},
		{"定例会の実施", "来月の定例会の日程について", "第 2 週の午後でご都合のよい日をお知らせください。"},
	}
}

// issue is one ticket; at is where in the year it lies, 0 to 1. Old ones are done, young ones are on their way.
func (o *office) issue(p *SeedProject, customers []int, at float64) SeedIssue {
	t := pick(o, topics())
	host := fmt.Sprintf("%s%02d", pick(o, []string{"web", "app", "db", "batch", "mail", "proxy"}), 1+o.IntN(4))
	created := o.now.Add(-time.Duration(float64(365*24*time.Hour) * math.Pow(1-at, 1.7))).Add(-time.Duration(o.IntN(3600)) * time.Second)
	i := SeedIssue{
		Summary: strings.ReplaceAll(t.summary, "%s", host), IssueType: t.typ, CreatedUser: pick(o, customers), Created: created, PriorityID: 3, Categories: []string{pick(o, p.Categories)},
		Description: "お世話になっております。\n\n■ ホスト名\n" + host + "\n\n■ 内容\n" + t.text + "\n\nよろしくお願いいたします。",
		CustomText:  map[int]string{p.CustomFields[0].ID: host},
	}
	if t.typ == "障害ご連絡" {
		i.PriorityID = 2
	}
	i.Assignee = SampleStaffID + o.IntN(3)
	due := created.AddDate(0, 0, 1+o.IntN(6))
	i.DueDate = due.Format(time.DateOnly)
	age := o.now.Sub(created)
	i.Milestones = []string{created.In(o.now.Location()).Format("2006年1月")}
	if created.Format("2006-01") < o.now.AddDate(0, -11, 1-o.now.Day()).Format("2006-01") {
		i.Milestones = nil // older than the oldest
	}
	say := func(after time.Duration, user int, text string) {
		when := created.Add(after)
		if when.Before(o.now) {
			i.Comments = append(i.Comments, SeedComment{User: user, Content: text, Created: when})
		}
	}
	say(time.Duration(5+o.IntN(50))*time.Minute, SampleBotID, "ご依頼を承りました。"+due.Format("1月2日")+"までに対応いたします。")
	if o.IntN(3) == 0 {
		say(3*time.Hour, i.Assignee, "対象の "+host+" について確認させてください。実施の時間帯にご希望はございますか。")
		say(5*time.Hour, i.CreatedUser, "平日の 22 時以降でお願いします。")
	}
	done := time.Duration(1+o.IntN(6)) * 24 * time.Hour
	if o.IntN(25) == 0 {
		done *= 12 // some take long
	}
	switch {
	case age > done+72*time.Hour || age > done && o.IntN(2) == 0:
		say(done, i.Assignee, "作業が完了いたしました。\n\n- 開始 22:00\n- 終了 22:35\n- 結果 正常\n\nご確認をお願いいたします。")
		i.Status, i.Resolution = "完了", "対応済み"
	case age > done:
		i.Status = "処理済み"
	case age > 4*time.Hour:
		i.Status = pick(o, []string{"処理中", "回答待ち", "作業予定"})
	}
	return i
}
