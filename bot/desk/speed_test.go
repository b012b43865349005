package desk_test

import (
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

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

// BenchmarkUnderstand reads a long ticket whole, dates and details included; BenchmarkClassify only finds out what it asks for.
func BenchmarkUnderstand(b *testing.B) {
	cust, snap := contracts(b)["support-desk"], longTicket()
	compared(b, snap.Description, func() { desk.Understand(cust, snap) })
}

func BenchmarkClassify(b *testing.B) {
	cust, snap := contracts(b)["support-desk"], longTicket()
	t := desk.Ticket{IssueType: snap.Type, Summary: snap.Summary, Description: snap.Description}
	compared(b, snap.Description, func() { desk.Classify(cust.Types, cust.Signs, t) })
}

// compared measures a reading of a text beside a plain walk over its characters and one pass of one regular expression: "walks" and "regexps" are how many of
// them a reading costs, in processor time, so that a busy machine changes little.
func compared(b *testing.B, text string, read func()) {
	b.ReportAllocs()
	n := 0
	const times = 2000
	walk := cost(times, func() {
		for _, r := range text {
			if unicode.IsLetter(r) {
				n++
			}
		}
	})
	pattern := regexp.MustCompile(`(追加|変更|削除|停止|起動)(を|し)?(てください|お願い|いただ)|(ない|ません)$`)
	pass := cost(times/10, func() { n += len(pattern.FindAllStringIndex(text, -1)) })
	from := processorTime()
	for b.Loop() {
		read()
	}
	one := float64(processorTime()-from) / float64(b.N)
	b.ReportMetric(one, "cpu-ns/op")
	b.ReportMetric(one/walk, "walks")
	b.ReportMetric(one/pass, "regexps")
	if n == 0 {
		b.Fatal("nothing was walked")
	}
}

// cost is the processor time of a deed, in ns.
func cost(times int, deed func()) float64 {
	from := processorTime()
	for range times {
		deed()
	}
	return float64(processorTime()-from) / float64(times)
}

// BenchmarkEndless classifies texts that are one thing over and over, of 4,000 and of 40,000 characters: "growth" is what a character of the long one costs
// in those of the short one. What takes time by the length only has about 1, what looks back at everything before it has 10.
func BenchmarkEndless(b *testing.B) {
	cust := contracts(b)["support-desk"]
	for _, piece := range []string{
		"あ", "?", "「", "web01 ", "停止", "教えて", "再起動をお願いします", "please restart ", "作って、教えて", "昨日つながらない", "停止し、しました", "別途、停止してください", "?ご回答ください",
		"・web01 を再起動してください\n", "---\n", "> a\n", "■ ホスト名\nweb01\n", "また、web01 を停止してください。",
	} {
		b.Run(strings.ReplaceAll(piece, "\n", " "), func(b *testing.B) {
			of := func(length int) float64 {
				t := desk.Ticket{IssueType: "お問い合わせ", Summary: "お願い", Description: strings.Repeat(piece, length/utf8.RuneCountInString(piece))}
				const times = 20
				return cost(times, func() { desk.Classify(cust.Types, cust.Signs, t) })
			}
			const short, long = 4_000, 40_000
			for b.Loop() {
				b.ReportMetric(of(long)/of(short)/(long/short), "growth")
			}
		})
	}
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
