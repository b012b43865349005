package digest_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/digest"
	"toban/report/text"
)

// The list shows what the customer's file says, the newest change of each by work, what work brought that the file does not list, and all
// changes, the newest first; what people wrote breaks nothing.
func TestResourcePage(t *testing.T) {
	c := customer(t)
	c.ResourcePage = "管理対象"
	c.Resources = []bot.Resource{
		{ID: "i-1", Host: "web01", Type: "EC2", OS: "Amazon Linux 2023", Region: "ap-northeast-1", Zone: "ap-northeast-1a", Owner: "情報システム部"},
		{ID: "db-1", Host: "db01", Type: "RDS", Region: "ap-northeast-1"},
	}
	at := func(day int) time.Time { return time.Date(2026, 11, day, 14, 30, 0, 0, zone(t)) }
	changes := []bot.ResourceChange{
		{Key: "A-1", Name: "web01", What: "t3.small → t3.medium", At: at(20)},
		{Key: "A-3", Name: "I-1", What: "t3.medium → t3.large", At: at(24)},
		{Key: "A-2", Name: "web09", What: "追加 |表| <script>", At: at(22)},
	}
	page := text.Render(text.Markdown, digest.ResourcePage(c, changes))
	list, history, _ := strings.Cut(page, "作業による変更")
	for where, wants := range map[string][]string{
		list:    {"web01", "EC2", "Amazon Linux 2023", "ap-northeast-1a", "t3.medium → t3.large", "A-3", "db01", "RDS", "web09", "登録待ち", "A-2"},
		history: {"2026年11月24日(火) 14:30 JST", "t3.small → t3.medium", "A-1", "A-2", "A-3"},
	} {
		for _, want := range wants {
			if !strings.Contains(where, want) {
				t.Errorf("the page lacks %q where it belongs:\n%s", want, page)
			}
		}
	}
	if strings.Contains(list, "t3.small") || strings.Contains(page, " <script>") || strings.Index(history, "A-3") > strings.Index(history, "A-1") {
		t.Errorf("the page says\n%s", page)
	}
	c.Lang, c.Resources = "en", nil
	if s := text.Render(text.Backlog, digest.ResourcePage(c, nil)); !strings.Contains(s, "Managed resources") || !strings.Contains(s, "None.") {
		t.Errorf("the empty page says\n%s", s)
	}
}
