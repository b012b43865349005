package mailsim

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"time"
)

// SeedMail is a mail that has arrived before anybody looks.
type SeedMail struct {
	From    string   `json:"from"` // address, with or without a name
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	Ago     Duration `json:"ago,omitempty"` // before now
	Bounced bool     `json:"bounced,omitempty"`
}

// Seed is what a server has taken before.
type Seed struct {
	Mails  []SeedMail `json:"mails"` // the oldest first
	Faults []Fault    `json:"faults,omitempty"`
}

// SampleSeed is a morning at the support desk of みらいMSP: an alert by mail, a question, staff who were called for, and a mail that came back.
func SampleSeed() Seed {
	const desk, duty = "サポートデスク <support@mirai-msp.example>", "toban-duty@mirai-msp.example"
	ago := func(d time.Duration) Duration { return Duration(d) }
	return Seed{Mails: []SeedMail{
		{From: "監視システム <alert@mirai-msp.example>", To: []string{"support@mirai-msp.example"}, Ago: ago(3 * time.Hour), Subject: "[PROBLEM] web01.aozora.example HTTP 応答なし", Text: "ホスト: web01.aozora.example\n監視項目: HTTP(443)\n状態: CRITICAL(3 回連続で応答なし)\n検知: 06:12:40 JST"},
		{From: desk, To: []string{duty, "night@mirai-msp.example"}, Ago: ago(175 * time.Minute), Subject: "【要対応】AOZORA-12 障害の第一報を 15 分以内に出してください", Text: "お客様: あおぞら商事\n課題: AOZORA-12 Web サイトが表示されない\n期限: 06:27\n\n対応を始めたら Slack の「対応開始」を押してください。"},
		{From: "山本 直樹 <yamamoto@aozora.example>", To: []string{"support@mirai-msp.example"}, Ago: ago(2 * time.Hour), Subject: "Re: AOZORA-12 復旧の確認", Text: "お世話になっております。あおぞら商事の山本です。\n\n社内からもサイトが見えるようになりました。\n早い対応をありがとうございました。\n\n> 復旧しましたので、ご確認をお願いいたします。"},
		{From: desk, To: []string{"old-address@aozora.example"}, Ago: ago(90 * time.Minute), Subject: "障害復旧のお知らせ(AOZORA-12)", Text: "平素よりお世話になっております。\n下記の障害が復旧しましたのでお知らせいたします。\n\n発生: 06:12\n復旧: 07:05\n影響: Web サイトの表示", Bounced: true},
		{From: desk, To: []string{"yamamoto@aozora.example"}, Ago: ago(20 * time.Minute), Subject: "作業開始 30 分前のお知らせ(AOZORA-9)", Text: "ミドルウェアの更新作業を 10:00 に開始いたします。\n作業中、数分間サイトが表示されないことがあります。"},
	}}
}

// Load takes the seed's mails in as if they had come, and its faults; nothing of it when something is wrong.
func (s *Server) Load(seed Seed) error {
	var list []Message
	for n, m := range seed.Mails {
		in, err := m.message(fmt.Sprintf("seed.%d@mailsim.test", n+1), s.opt.Now().Add(-time.Duration(m.Ago)))
		if err != nil {
			return fmt.Errorf("reading mail %d of the seed: %w", n+1, err)
		}
		list = append(list, in)
	}
	if err := s.AddFaults(seed.Faults...); err != nil {
		return err
	}
	for n, m := range list {
		s.keep(m, seed.Mails[n].Bounced)
	}
	return nil
}

// message writes the mail as a client would, and reads it as the server does.
func (m SeedMail) message(id string, at time.Time) (Message, error) {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return Message{}, fmt.Errorf("from %q: an address such as 山本 <yamamoto@aozora.example>", m.From)
	}
	if len(m.To) == 0 {
		return Message{}, errors.New("to: at least one address")
	}
	for _, to := range m.To {
		if a, err := mail.ParseAddress(to); err != nil || a.Address != to {
			return Message{}, fmt.Errorf("to %q: a bare address such as yamamoto@aozora.example", to)
		}
	}
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-Id: <%s>\r\n", from, strings.Join(m.To, ", "),
		mime.BEncoding.Encode("utf-8", m.Subject), at.Format(time.RFC1123Z), id)
	fmt.Fprintf(&raw, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s", strings.ReplaceAll(m.Text, "\n", "\r\n"))
	in := read(raw.Bytes())
	in.From, in.To, in.At = from.Address, m.To, at
	return in, nil
}
