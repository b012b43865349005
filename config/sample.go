package config

// samples are values of placeholders for previews, in Japanese and English.
var samples = map[string][2]string{
	"subject": {"web01 のバックアップ", "Backup of web01"}, "url": {"https://example.backlog.com/view/AOBA-12", "https://example.backlog.com/view/AOBA-12"},
	"requester": {"山田 花子", "Hanako Yamada"}, "customer": {"青葉商店", "Aoba Shoten"}, "person": {"佐藤", "Sato"}, "key": {"AOBA-12", "AOBA-12"},
	"type": {"バックアップ作業", "Backup"}, "class": {"軽微な作業", "minor work"}, "due": {"2026年12月1日(火) 19:00 JST", "Tue 1 Dec 2026 19:00 JST"},
	"desired":  {"2026年12月1日(火) 22:00 〜 24:00 JST", "Tue 1 Dec 2026 22:00 – 24:00 JST"},
	"earliest": {"2026年12月1日(火)", "Tue 1 Dec 2026"}, "condition": {"memcached のみ", "memcached only"},
	"next": {"2026年11月24日(火) 12:00 JST", "Tue 24 Nov 2026 12:00 JST"}, "note": {"ご希望の日時も、年月日と時刻でお知らせください。", "Please also tell us when you want the work done."},
	"question": {"日付と曜日が合いません。", "The date and the weekday do not match."}, "asked": {"2026年11月24日(火) 11:00 JST", "Tue 24 Nov 2026 11:00 JST"},
	"reason": {"お客様のご希望により変更しました。", "Changed at your request."}, "alternative": {"設定手順のご案内", "a description of the steps"},
	"cause": {"作業に想定より時間がかかりました。", "The work took longer than planned."}, "new_due": {"2026年12月2日(水) 19:00 JST", "Wed 2 Dec 2026 19:00 JST"},
	"date": {"2026年12月1日(火)", "Tue 1 Dec 2026"},
	"days": {"5", "5"}, "start": {"2026年12月1日(火) 22:00 JST", "Tue 1 Dec 2026 22:00 JST"}, "end": {"2026年12月2日(水) 00:00 JST", "Wed 2 Dec 2026 00:00 JST"},
	"old_start": {"2026年12月1日(火) 21:00 JST", "Tue 1 Dec 2026 21:00 JST"}, "old_end": {"2026年12月1日(火) 23:00 JST", "Tue 1 Dec 2026 23:00 JST"},
	"new_start": {"2026年12月2日(水) 22:00 JST", "Wed 2 Dec 2026 22:00 JST"}, "work": {"web01 のスナップショット取得", "a snapshot of web01"},
	"started": {"2026年12月1日(火) 22:00 JST", "Tue 1 Dec 2026 22:00 JST"}, "ended": {"2026年12月1日(火) 22:40 JST", "Tue 1 Dec 2026 22:40 JST"},
	"done": {"スナップショットを取得しました。", "The snapshot was taken."}, "result": {"状態が completed になりました。", "Its state is completed."},
	"received": {"2026年11月24日(火) 10:00 JST", "Tue 24 Nov 2026 10:00 JST"}, "detected": {"2026年11月24日(火) 10:00 JST", "Tue 24 Nov 2026 10:00 JST"},
	"host": {"web01", "web01"}, "alarm": {"URL 監視 https://www.example.jp/", "URL check https://www.example.jp/"},
	"impact": {"サイトを表示できません。", "The site can't be shown."}, "action": {"原因を調査しています。", "We are looking for the cause."},
	"state": {"調査中です。", "Under investigation."}, "at": {"2026年11月24日(火) 11:00 JST", "Tue 24 Nov 2026 11:00 JST"},
	"happened": {"httpd が停止していました。", "httpd had stopped."}, "from": {"2026年11月24日(火) 10:00 JST", "Tue 24 Nov 2026 10:00 JST"},
	"to": {"2026年11月24日(火) 11:20 JST", "Tue 24 Nov 2026 11:20 JST"}, "duration": {"1時間20分", "1 h 20 min"},
	"owner": {"田中", "Tanaka"}, "second": {"渡辺", "Watanabe"}, "into": {"AOBA-7", "AOBA-7"}, "from_key": {"AOBA-9", "AOBA-9"},
	"number": {"P-7KQ2MX4A", "P-7KQ2MX4A"}, "effect": {"web01 が約5分停止します。", "web01 is down for about 5 minutes."},
	"checks": {"トップページが200を返すことを確認します。", "The top page answers 200."}, "rollback": {"作業前のスナップショットから戻します。", "We go back to the snapshot taken before."},
	"expires": {"2026年12月8日(火) 19:00 JST", "Tue 8 Dec 2026 19:00 JST"}, "resources": {"web01: インスタンスタイプ t3.medium → t3.large", "web01: instance type t3.medium → t3.large"},
	"types": {"バックアップ作業", "Backup"}, "missing": {"ホスト名", "host name"}, "facts": {"担当者が調査を始めました。", "Somebody began to look into it."}, "missed": {"2026年11月24日(火) 12:00 JST", "Tue 24 Nov 2026 12:00 JST"},
}

// Sample is data with which a message can be previewed: every placeholder is filled in, or with bare only those that it must have.
func (m Message) Sample(lang string, bare bool) map[string]any {
	out := map[string]any{}
	for _, p := range m.Placeholders {
		if bare && p.Optional {
			continue
		}
		value := samples[p.Name][0]
		if lang == LangEnglish {
			value = samples[p.Name][1]
		}
		switch p.Kind {
		case PlaceText:
			out[p.Name] = value
		case PlaceList:
			out[p.Name] = []string{value}
		case PlaceFlag:
			out[p.Name] = true
		}
	}
	return out
}
