package report_test

import (
	"testing"
	"time"

	"toban/report"
)

func tokyo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// clockTime reads "11-05 10:30" of 2026 in the zone; "" is no time.
func clockTime(t testing.TB, zone *time.Location, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// november is a realistic month of a customer of the support desk.
func november(t testing.TB) report.Facts {
	t.Helper()
	zone := tokyo(t)
	at := func(s string) time.Time { return clockTime(t, zone, s) }
	const done = "complete"
	clock := func(state report.State, start, due, stopped string) []report.ClockResult {
		return []report.ClockResult{{ID: done, Name: "完了", Level: report.Objective, State: state, Start: at(start), Due: at(due), Stopped: at(stopped)}}
	}
	request := func(key, id, name, class, summary, requester, assignee, received, due, finished, status string, state report.State) report.Ticket {
		return report.Ticket{
			Key: key, Type: id, TypeName: name, Class: class, Summary: summary, Requester: requester, Assignee: assignee, Priority: "中",
			Received: at(received), Due: at(due), Done: at(finished), Status: status, Clocks: clock(state, received, due, finished),
		}
	}
	facts := report.Facts{
		Customer: "acme", CustomerName: "アクメ商会株式会社", ProjectKey: "ACME", Zone: zone,
		Period: report.Month(2026, time.November, zone), Cutoff: at("12-01 09:00"), Version: "support-desk 2026-04-01",
		Types: []report.TypeRow{
			{ID: "account", Name: "アカウント追加変更依頼", Class: "minor", Target: "1 営業日以内", Level: report.Objective},
			{ID: "backup", Name: "バックアップ作業依頼(スナップショット)", Class: "minor", Target: "1 営業日以内", Level: report.Objective},
			{ID: "security_group", Name: "Security Group 設定変更依頼", Class: "minor", Target: "1 営業日以内", Level: report.Objective},
			{ID: "monitoring", Name: "監視設定変更依頼", Class: "minor", Target: "1 営業日以内", Level: report.Objective},
			{ID: "server_power", Name: "サーバー起動 / 停止依頼", Class: "minor", Target: "1 営業日以内", Level: report.Objective},
			{ID: "software_config", Name: "サーバー設定変更(OS/ミドルウェア)", Class: "impactful", Target: "5 営業日以内", Level: report.Objective},
			{ID: "upgrade", Name: "ミドルウェアバージョンアップ", Class: "impactful", Target: "5 営業日以内", Level: report.Objective},
			{ID: "disk", Name: "Disk 追加 / 削除(EBS)", Class: "impactful", Target: "5 営業日以内", Level: report.Objective},
			{ID: "consultation", Name: "技術相談", Class: "impactful", Target: "5 営業日以内", Level: report.Objective},
			{ID: "vulnerability", Name: "脆弱性情報提供 / 脆弱性管理", Class: "basic_support", Target: "5 営業日以内", Level: report.Objective},
			{ID: "workshop", Name: "各種勉強会の実施", Class: "advanced_support", Target: "5 営業日以内", Level: report.Objective},
			{Clock: "agreed", Name: "合意した日時の作業", Class: "合意日時", Target: "合意した日時", Level: report.Objective},
		},
		Classes: []report.ClassRow{
			{Class: report.Affected, Clock: "first_notice_slo", Name: "第一報(サービス影響あり)", Target: "15 分以内", Level: report.Objective},
			{Class: report.Affected, Clock: "first_notice_sla", Name: "第一報(サービス影響あり)", Target: "30 分以内", Level: report.Agreement},
			{Class: report.Affected, Rounds: true, Name: "途中経過(サービス影響あり)", Target: "1 時間ごと", Level: report.Objective},
			{Class: report.NotAffected, Clock: "first_notice_slo", Name: "第一報(サービス影響なし)", Target: "1 時間以内", Level: report.Objective},
		},
		Info:   []report.Field{{Name: "ご契約プラン", Value: "サポートデスク 24x365"}, {Name: "対応時間", Value: "平日 10:00～19:00(祝日・12/30～1/3 を除く)、障害は 24 時間 365 日"}},
		Billed: "4 ノード",
		Hosts: []report.Host{
			{Name: "web01", Kind: "EC2"},
			{Name: "web02", Kind: "EC2", Change: "11/12 追加"},
			{Name: "db01", Kind: "RDS"},
			{Name: "cache01", Kind: "ElastiCache"},
		},
		History:   []report.MonthRate{{Month: "2026-09", Rate: report.Rate{Met: 15, Of: 15}}, {Month: "2026-10", Rate: report.Rate{Met: 17, Of: 18}}},
		Decisions: []report.Note{{Text: "web01 のディスク増設の実施日をお決めください。", Keys: []string{"ACME-118"}}},
		Plans:     []report.Note{{Text: "12/10 02:00 定期メンテナンス(web01、web02 の再起動)"}},
		Proposals: []report.Note{{Text: "web01 の CPU 使用率が高い時間帯が続いています。インスタンスタイプの見直しをご提案します。"}},
	}
	facts.Tickets = []report.Ticket{
		request("ACME-98", "upgrade", "ミドルウェアバージョンアップ", "impactful", "PHP 8.3 から 8.4 への更新", "佐藤 花子", "田中 一郎", "10-29 14:20", "11-06 19:00", "11-05 16:40", "完了", report.Met),
		request("ACME-101", "account", "アカウント追加変更依頼", "minor", "IAM ユーザー yamada の追加", "山田 太郎", "鈴木 健", "11-02 10:12", "11-04 19:00", "11-02 15:30", "完了", report.Met),
		request("ACME-103", "security_group", "Security Group 設定変更依頼", "minor", "203.0.113.10/32 からの 443 番ポートを許可", "佐藤 花子", "鈴木 健", "11-04 11:05", "11-05 19:00", "11-05 13:10", "完了", report.Met),
		request("ACME-104", "monitoring", "監視設定変更依頼", "minor", "db01 のディスク使用率のしきい値を 85% へ", "山田 太郎", "田中 一郎", "11-05 17:50", "11-06 19:00", "11-09 11:20", "完了", report.Missed),
		request("ACME-106", "server_power", "サーバー起動 / 停止依頼", "minor", "検証サーバー stg01 の停止", "佐藤 花子", "自動", "11-09 10:00", "11-10 19:00", "11-10 12:05", "完了", report.Met),
		request("ACME-108", "backup", "バックアップ作業依頼(スナップショット)", "minor", "リリース前の web01 スナップショット取得", "山田 太郎", "自動", "11-10 13:30", "11-11 19:00", "11-11 10:20", "完了", report.Met),
		request("ACME-110", "software_config", "サーバー設定変更(OS/ミドルウェア)", "impactful", "nginx の client_max_body_size を 20m へ", "佐藤 花子", "田中 一郎", "11-11 18:40", "11-18 19:00", "11-17 15:00", "完了", report.Met),
		request("ACME-112", "consultation", "技術相談", "impactful", "RDS のパラメータ見直しについて", "山田 太郎", "鈴木 健", "11-12 09:15", "11-19 19:00", "11-24 11:00", "完了", report.Excluded),
		request("ACME-115", "vulnerability", "脆弱性情報提供 / 脆弱性管理", "basic_support", "OpenSSL の脆弱性(重要度: 高)について", "当番", "鈴木 健", "11-16 10:00", "11-24 19:00", "11-18 17:30", "完了", report.Met),
		request("ACME-118", "disk", "Disk 追加 / 削除(EBS)", "impactful", "web01 に 100 GB のデータボリュームを追加", "佐藤 花子", "田中 一郎", "11-19 15:25", "11-30 19:00", "", "処理中", report.Paused),
		request("ACME-121", "account", "アカウント追加変更依頼", "minor", "退職者の OS アカウント削除 [至急] <kato> | *確認*", "山田 太郎", "鈴木 健", "11-25 16:00", "11-26 19:00", "11-26 18:10", "完了", report.Met),
		request("ACME-124", "software_config", "サーバー設定変更(OS/ミドルウェア)", "impactful", "cron の実行時刻の変更", "佐藤 花子", "", "11-30 17:30", "12-07 19:00", "", "処理中", report.Running),
	}
	facts.Tickets[3].Clocks[0].Cause = "担当者の交代時に引き継ぎが漏れた"
	facts.Tickets[3].Clocks[0].Measure = "引き継ぎ一覧を日次で確認する(11/12 実施済み)"
	facts.Tickets[4].Automatic, facts.Tickets[5].Automatic = true, true
	facts.Tickets[4].Clocks = append(facts.Tickets[4].Clocks, report.ClockResult{ID: "agreed", Name: "合意日時", Level: report.Objective, State: report.Met, Start: at("11-09 11:00"), Due: at("11-10 12:30"), Stopped: at("11-10 12:05")})
	facts.Tickets[7].Clocks[0].Cause = "お客様の検証待ち(承認: 高橋)"

	notice := func(id string, level report.Level, state report.State, start, due, stopped string) report.ClockResult {
		return report.ClockResult{ID: id, Name: "第一報", Level: level, State: state, Start: at(start), Due: at(due), Stopped: at(stopped)}
	}
	late := notice("first_notice_slo", report.Objective, report.Missed, "11-14 03:12", "11-14 03:27", "11-14 03:34")
	facts.Incidents = []report.Incident{
		{
			Key: "ACME-113", Class: report.Affected, Host: "web01", Alarm: "HTTP 応答なし", Summary: "[警報] web01 HTTP",
			Detected: at("11-14 03:12"), FirstNotice: at("11-14 03:34"), Recovered: at("11-14 06:05"),
			Clocks: []report.ClockResult{late, notice("first_notice_sla", report.Agreement, report.Met, "11-14 03:12", "11-14 03:42", "11-14 03:34")},
			Rounds: []report.Round{
				{Due: at("11-14 04:34"), At: at("11-14 04:32"), State: report.Met, Automatic: true},
				{Due: at("11-14 05:32"), At: at("11-14 05:20"), State: report.Met},
			},
			Actions: []string{"04:05 web01 を再起動しましたが、復旧しませんでした。", "05:15 AMI から再作成しました。", "06:05 応答を確認しました。"},
		},
		{
			Key: "ACME-122", Class: report.NotAffected, Host: "db01", Alarm: "Multi-AZ フェイルオーバー",
			Detected: at("11-27 22:40"), FirstNotice: at("11-27 22:58"), Recovered: at("11-27 23:30"),
			Clocks:  []report.ClockResult{notice("first_notice_slo", report.Objective, report.Met, "11-27 22:40", "11-27 23:40", "11-27 22:58")},
			Actions: []string{"自動で切り替わり、サービスへの影響はありませんでした。", "元のゾーンへ戻しました。"},
		},
	}
	return facts
}
