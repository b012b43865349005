package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/sla"
)

// A file is an answer that people read: the clock goes on, nobody is asked again, and staff hear what to look for.
func TestFileIsAnAnswer(t *testing.T) {
	for name, text := range map[string]string{"without words": "", "with words": "添付のとおりです。"} {
		t.Run(name, func(t *testing.T) {
			b := into(t, bot.StatusWaiting)
			b.pass("2026-11-24 15:00")
			b.comment(userCustomer, text, bot.Change{Field: "attachment", To: "form.xlsx"})
			b.want(bot.StatusAccepted, "2026-11-25 19:00")
			if b.rows["complete"].State != sla.StateRunning || !strings.Contains(b.staff(), "ファイルで回答しました") || !strings.Contains(b.staff(), "お尋ねください: ホスト名") {
				t.Errorf("the clock is %s, staff heard %q", b.rows["complete"].State, b.staff())
			}
			if n := b.count("お知らせください。"); n != 1 {
				t.Errorf("asked %d times:\n%s", n, strings.Join(b.texts(), "\n"))
			}
			if b.count("次のとおり承りました") != 1 {
				t.Errorf("said\n%s", strings.Join(b.texts(), "\n"))
			}
		})
	}
	b := into(t, bot.StatusAccepted)
	b.comment(userCustomer, "", bot.Change{Field: "attachment", To: "log.txt"})
	if b.want(bot.StatusAccepted, "2026-11-25 19:00"); !strings.Contains(b.staff(), "がファイルを添付しました") {
		t.Errorf("staff heard %q", b.staff())
	}
	b = into(t, bot.StatusAccepted)
	b.comment(userCustomer, "", bot.Change{Field: "attachment", From: "log.txt"})
	if b.staff() != "" {
		t.Errorf("a file that was taken away: staff heard %q", b.staff())
	}
}
