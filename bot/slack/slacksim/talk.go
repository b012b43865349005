package slacksim

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Talk is a message that was there before the stand-in began, said some minutes ago by a person or by the bot. Nobody is told of it.
type Talk struct {
	Channel   string              `json:"channel"`
	User      string              `json:"user"`
	Text      string              `json:"text"`
	Ago       int                 `json:"minutes_ago"`
	Reactions map[string][]string `json:"reactions,omitempty"` // emoji name to users
	Replies   []Talk              `json:"replies,omitempty"`   // their channel is the message's
}

// talk puts earlier messages into the channels of a new workspace, the oldest first.
func (s *Server) talk(w *workspace, list []Talk) error {
	world := &Server{o: s.o, workspace: *w} // names and references are those of the new workspace
	type line struct {
		Talk
		ch     *channel
		parent *message
		m      *message
	}
	var lines []*line
	for _, t := range list {
		ch := w.channelNamed(t.Channel)
		if ch == nil {
			return fmt.Errorf("message %.20q: no channel %q", t.Text, t.Channel)
		}
		top := &line{Talk: t, ch: ch, m: &message{}}
		lines = append(lines, top)
		for _, r := range t.Replies {
			lines = append(lines, &line{Talk: r, ch: ch, parent: top.m, m: &message{}})
		}
	}
	slices.SortStableFunc(lines, func(a, b *line) int { return b.Ago - a.Ago })
	now, last := s.o.Now(), int64(0)
	for _, l := range lines {
		u := w.person(l.User)
		if u == nil {
			return fmt.Errorf("message %.20q: no user %q", l.Text, l.User)
		}
		last = max(now.Add(-time.Duration(l.Ago)*time.Minute).UnixMicro(), last+1)
		m := l.m
		m.ts, m.user, m.text = fmt.Sprintf("%d.%06d", last/1e6, last%1e6), u.ID, world.typed(l.Text)
		m.blocks = s.dress([]any{richText(m.text, true)})
		if u.ID == w.app.BotUserID {
			m.botID = w.app.BotID
		}
		if l.parent != nil {
			if l.parent.ts == "" {
				return fmt.Errorf("message %.20q is older than what it replies to", l.Text)
			}
			m.threadTS, l.parent.threadTS = l.parent.ts, l.parent.ts
		}
		for _, name := range slices.Sorted(maps.Keys(l.Reactions)) {
			ids, err := w.userIDs(l.Reactions[name])
			if err != nil {
				return fmt.Errorf("message %.20q: %w", l.Text, err)
			}
			m.reactions = append(m.reactions, &reaction{name: name, users: ids})
		}
		l.ch.messages = append(l.ch.messages, m)
	}
	return nil
}

// SampleTalk is a morning at the desk of SampleSeed.
func SampleTalk() []Talk {
	return []Talk{
		{Channel: "general", User: "yamada", Ago: 190, Text: "おはようございます。今週の月次報告は木曜の正午までに確認をお願いします。", Reactions: map[string][]string{"pray": {"sato"}, "ok_hand": {"tanaka", "ito"}}},
		{Channel: "サポート受付", User: "suzuki", Ago: 175, Text: "夜間の引き継ぎです。\n- 監視の警告 *2 件*（どちらも自動復旧を確認済み）\n- `web-02` の証明書は今週金曜に更新予定\n- 未対応のチケットはありません", Reactions: map[string][]string{"eyes": {"sato", "tanaka"}}},
		{
			Channel: "サポート受付", User: "tanaka", Ago: 160, Text: "証明書の更新は私が担当します。手順はこちらです: https://example.jp/wiki/cert-renewal?lang=ja",
			Replies: []Talk{
				{User: "sato", Ago: 158, Text: "ありがとうございます。お客様への事前連絡は 2 営業日前でお願いします。"},
				{User: "tanaka", Ago: 155, Text: "承知しました。水曜の午前に送ります :white_check_mark:"},
			},
		},
		{Channel: "サポート受付", User: "ito", Ago: 95, Text: "バックアップの所要時間が先週より 20 分伸びています。\n```\n2026-11-20  01:12:44\n2026-11-27  01:33:10\n```\n> 保存先の空きが 15% を切ると遅くなります\n今日のうちに原因を確かめます。"},
		{
			Channel: "障害対応", User: "sato", Ago: 60 * 26, Text: "@here 訓練を始めます。想定: 社外から *管理画面に接続できない*。初報の期限は 15 分後です。", Reactions: map[string][]string{"rotating_light": {"suzuki", "tanaka", "ito"}},
			Replies: []Talk{
				{User: "suzuki", Ago: 60*26 - 3, Text: "切り分けを始めます。社内からは接続できます。"},
				{User: "ito", Ago: 60*26 - 6, Text: "DB は正常です。ロードバランサーの状態を見ます。"},
				{User: "sato", Ago: 60*26 - 14, Text: "初報を送りました。訓練はここまでです。お疲れさまでした :tada:"},
			},
		},
		{Channel: "お昼ごはん", User: "suzuki", Ago: 40, Text: "今日は駅前のカレー、行く人？", Reactions: map[string][]string{"raising_hand": {"sato", "suzuki"}}},
		{Channel: "ops-private", User: "sato", Ago: 120, Text: "来月の当番表の案です。@tanaka 都合の悪い日があれば教えてください。"},
	}
}
