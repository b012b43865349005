package incident_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/incident"
)

// What happened is told to staff in order of time once the incident is over, with what is on record of it and what people have to fill in; nothing
// is made up, and the customer reads none of it.
func TestReviewAfterAnIncident(t *testing.T) {
	c := escalated(t, ladder...)
	c.until("10:06")
	c.press("incident.note", map[string]string{"text": "httpd を再起動した"})
	c.until("11:20")
	if c.heard("振り返りの下書き") {
		t.Error("told before it is over")
	}
	c.recover()
	c.until("12:30")
	if n := c.count("振り返りの下書き"); n != 1 {
		t.Fatalf("told %d times: %q", n, c.posts)
	}
	got := ""
	for _, p := range c.posts {
		if strings.Contains(p, "振り返りの下書き") {
			got = p
		}
	}
	at := -1
	for _, want := range []string{ // in this order
		"経緯: AOBA-1 サイトが表示されない", "・10:00 検知", "・10:00 初報(お客様へ)", "・10:05 担当者の呼び出しを始めました。", "・10:06 httpd を再起動した(田中)", "経過報告(自動)(お客様へ)", "・11:20 復旧: ", "復旧のお知らせ(お客様へ)",
		"・影響: 影響あり", "・検知から初報まで: 1分未満", "・検知から復旧まで: 1時間20分", "・経過報告: 1回(うち自動 1回)", "・担当者の呼び出し: 8回(2巡目まで、応答なし)", "・直接の原因: (記入してください)", "再発を防ぐために行うこと",
	} {
		i := strings.Index(got, want)
		if i < at || i < 0 {
			t.Errorf("lacks %q, or has it out of order: %s", want, got)
		}
		at = max(at, i)
	}
	for _, s := range c.outbox {
		if s.Kind.Channel() == "backlog" && strings.Contains(string(s.Body), "振り返り") {
			t.Errorf("the customer reads %s", s.Body)
		}
	}
	if why := c.press("incident.review", nil); why != "" || c.count("振り返りの下書き") != 2 {
		t.Errorf("asked for again: %q, told %d times", why, c.count("振り返りの下書き"))
	}
	v, ok, err := incident.ReviewOf(c.ticket, c.cust, c.state)
	if err != nil || !ok || len(v.Lines) < 6 || v.Ended.IsZero() {
		t.Errorf("read again: %+v %v %v", v, ok, err)
	}
	if text := v.Text(tokyo, 3); !strings.Contains(text, "件(全文は toban timeline AOBA-1)") || strings.Count(text, "\n・") > 25 {
		t.Errorf("cut to three lines: %s", text)
	}
}

// What was judged not yet has no history to review, and a drill says that it is one.
func TestReviewOfADrillAndOfNothing(t *testing.T) {
	if _, ok, err := incident.ReviewOf(&bot.Ticket{Key: "AOBA-2"}, &bot.Customer{}, nil); ok || err != nil {
		t.Errorf("a ticket without an incident: %v %v", ok, err)
	}
	if _, _, err := incident.ReviewOf(&bot.Ticket{Key: "AOBA-2"}, &bot.Customer{}, []byte(`{"judged": 7}`)); err == nil || !strings.Contains(err.Error(), "AOBA-2") {
		t.Errorf("a damaged record: %v", err)
	}
	c := open(t, "10:00", bot.PriorityHigh)
	drill := *c.ticket
	drill.Drill = true
	c.ticket = &drill
	c.until("10:30")
	c.press("incident.review", nil)
	last := c.posts[len(c.posts)-1]
	if strings.Count(last, "【訓練】") != 1 {
		t.Errorf("a drill's: %s", last)
	}
	if v, _, _ := incident.ReviewOf(&drill, c.cust, c.state); !strings.HasPrefix(v.Text(tokyo, 60), "【訓練】") {
		t.Error("a drill that is printed does not say that it is one")
	}
}
