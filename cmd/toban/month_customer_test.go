package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// customerTurn is a customer looking at the ticket and doing something, or nothing.
func (c *caseFile) customerTurn() {
	if c.gone {
		return
	}
	c.turns++
	const most = 8
	if c.turns < most {
		c.m.at(time.Now().Add(c.between(10*time.Minute, 60*time.Hour)), c, c.customerTurn)
	}
	user := c.opener
	if user < 2000 || c.chance(0.2) {
		user = c.d.users[c.rng.IntN(2)]
	}
	comments, err := c.read(user)
	if err != nil || len(comments) == 0 {
		return
	}
	if err := c.respond(user, comments); err != nil {
		c.note("%d could not: %v", user, err)
	}
}

func (c *caseFile) respond(user int, comments []saidOnIssue) error {
	last := ""
	for _, s := range comments {
		if s.Content != "" {
			last = s.Content
		}
		if s.Content != "" && s.User.ID > 2000 {
			last = "" // we have answered
		}
	}
	if strings.Contains(last, "同意") && c.chance(0.7) {
		return c.write(c.d.users[0], "agree", pick(c.rng, "この計画に同意します。", "同意します。よろしくお願いします。", "少し考えさせてください。"))
	}
	asked := strings.Contains(last, "お知らせください") || strings.Contains(last, "確認させてください") || strings.Contains(last, "ご返信をお待ち")
	r := c.rng.Float64()
	switch {
	case asked && r < 0.55:
		return c.write(user, "answer", c.answer(len(c.rt.Required)))
	case asked && r < 0.70:
		return c.write(user, "answer", c.answer(1))
	case asked && r < 0.75:
		return c.write(user, "answer", "確認します。後ほどご連絡します。")
	case asked && r < 0.80:
		c.mark("a polite answer to a question of staff")
		return c.write(user, "thanks", "承知しました。ありがとうございます。")
	case asked:
		return nil
	case strings.Contains(last, "完了") && r < 0.35:
		return c.write(user, "thanks", "ありがとうございました。")
	case strings.Contains(last, "完了") && r < 0.45:
		return c.write(user, "again", "まだ設定が反映されていないようです。もう一度確認をお願いします。("+c.d.mark+")")
	}
	return c.whim(user)
}

// answer gives the first n required details.
func (c *caseFile) answer(n int) string {
	short := c.rt
	short.Required = short.Required[:min(n, len(short.Required))]
	return "ご連絡ありがとうございます。\n\n" + details(short) + "\n" + c.d.mark
}

// whim is what a customer does without being asked.
func (c *caseFile) whim(user int) error {
	switch r := c.rng.Float64(); {
	case r < 0.10:
		return c.write(user, "talk", "念のためですが、対象は本番環境です。("+c.d.mark+")")
	case r < 0.14:
		return c.write(user, "thanks", "ご対応ありがとうございます。よろしくお願いいたします。")
	case r < 0.17:
		return c.write(user, "talk", "この依頼は取り下げます。不要になりました。")
	case r < 0.19:
		c.mark("status by the customer")
		return c.change(user, "closed", url.Values{"statusId": {"4"}})
	case r < 0.23:
		c.mark("priority")
		return c.change(user, "priority", url.Values{"priorityId": {fmt.Sprint(2 + c.rng.IntN(3))}})
	case r < 0.25:
		c.mark("edited")
		_, text := c.words()
		return c.change(user, "edited", url.Values{"description": {text + "\n追記しました。" + fmt.Sprint(c.turns)}})
	case r < 0.26:
		c.gone = true
		c.note("deleted")
		return c.m.call(1001, http.MethodDelete, "/issues/"+c.key, nil, nil)
	case r < 0.28:
		return c.write(user, "talk", "パスワードは "+pastedWord+" です。("+c.d.mark+")")
	}
	return nil
}
