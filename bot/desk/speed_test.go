package desk_test

import (
	"regexp"
	"syscall"
	"testing"
	"time"
	"unicode"

	"toban/bot"
	"toban/bot/desk"
)

// longTicket is a ticket of 2,000 characters as people write them: greetings, a template, prose, a quoted mail, a signature.
func longTicket() bot.Snapshot {
	const text = "お世話になっております。株式会社あおば商事 情報システム部の山本です。\n\n下記のとおり作業をお願いいたします。\n\n■ ホスト名\nweb01\n■ 変更内容の詳細\n" +
		"nginx の worker_connections を 1024 から 4096 に変更し、設定の確認後に再読み込みをお願いします。\n先週末にアクセスが集中した際、接続数の上限に達して一部の画面の表示が遅くなったため、余裕を持たせたいと考えています。\n" +
		"・対象は本番の web01 のみで、検証環境は変更済みです。\n・設定ファイルは /etc/nginx/nginx.conf です。変更前のファイルは残してください。\n・作業の前後で https://www.example.com/status の表示を確認していただけますでしょうか。\n" +
		"実施希望日時: 12/1(火) 22:00〜24:00\n社内の都合により、上記の時間帯に完了できない場合は、担当の山本までご連絡ください。当日は 21 時から待機しております。\n"
	const tail = "\nご不明な点がございましたら、お手数ですがご連絡ください。どうぞよろしくお願いいたします。\n\n-----\n株式会社あおば商事 山本太郎\nTEL 03-1234-5678 / yamamoto@example.co.jp\n\n> 2026年11月20日 10:12 サポート窓口:\n> 検証環境への反映が完了しましたのでお知らせします。\n"
	const fill = "なお、関係する部署には本日までに周知しており、利用者への影響は軽微であると考えています。過去に同様の変更を行った際の記録も社内に残っています。\n"
	const length = 2000
	body := text
	for len([]rune(body+fill+tail)) < length {
		body += fill
	}
	return bot.Snapshot{Type: "ソフトウェア設定作業", Summary: "web01 の nginx 設定変更のお願い", Description: body + tail, Created: time.Date(2026, 11, 24, 10, 0, 0, 0, tokyo)}
}

// BenchmarkUnderstand reads a long ticket whole, dates and details included, beside a plain walk over its characters and one pass of
// one regular expression: "walks" and "regexps" are how many of them a reading costs, in processor time, so that a busy machine changes little.
func BenchmarkUnderstand(b *testing.B) {
	cust, snap := contracts(b)["support-desk"], longTicket()
	n := 0
	walk := func() {
		for _, r := range snap.Description {
			if unicode.IsLetter(r) {
				n++
			}
		}
	}
	const walks = 2000
	from := processorTime()
	for range walks {
		walk()
	}
	one := float64(processorTime()-from) / walks
	pattern := regexp.MustCompile(`(追加|変更|削除|停止|起動)(を|し)?(てください|お願い|いただ)|(ない|ません)$`)
	from = processorTime()
	for range walks / 10 {
		n += len(pattern.FindAllStringIndex(snap.Description, -1))
	}
	pass := float64(processorTime()-from) / (walks / 10)
	from = processorTime()
	for b.Loop() {
		desk.Understand(cust, snap)
	}
	cost := float64(processorTime()-from) / float64(b.N)
	b.ReportMetric(cost, "cpu-ns/op")
	b.ReportMetric(cost/one, "walks")
	b.ReportMetric(cost/pass, "regexps")
	if n == 0 {
		b.Fatal("nothing was walked")
	}
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkClassify(b *testing.B) {
	cust, snap := contracts(b)["support-desk"], longTicket()
	t := desk.Ticket{IssueType: snap.Type, Summary: snap.Summary, Description: snap.Description}
	from := processorTime()
	for b.Loop() {
		desk.Classify(cust.Types, cust.Signs, t)
	}
	b.ReportMetric(float64(processorTime()-from)/float64(b.N), "cpu-ns/op")
}
