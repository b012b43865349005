package tracker_test

import (
	"strings"
	"testing"

	"toban/backlog/backlogsim"
	"toban/bot"
)

// A request is opened whatever its files are: what the space's plan does not take is named in the issue.
func TestFilesThatThePlanDoesNotTake(t *testing.T) {
	for name, tt := range map[string]struct {
		plan     backlogsim.SeedPlan
		attached string
		left     string
	}{
		"all fit":         {backlogsim.SeedPlan{}, "a.txt b.txt c.txt", ""},
		"one too large":   {backlogsim.SeedPlan{FileLimit: 20}, "a.txt c.txt", "b.txt"},
		"all too large":   {backlogsim.SeedPlan{FileLimit: 1}, "", "a.txt、b.txt、c.txt"},
		"no room":         {backlogsim.SeedPlan{StorageLimit: 1}, "", "a.txt、b.txt、c.txt"},
		"too many":        {backlogsim.SeedPlan{FilesLimit: 2}, "a.txt b.txt", "c.txt"},
		"large, and many": {backlogsim.SeedPlan{FilesLimit: 1, FileLimit: 20}, "a.txt", "b.txt、c.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				s := seed()
				s.Plan = tt.plan
				if err := d.sim.Load(s); err != nil {
					d.Fatal(err)
				}
				body := newIssue()
				body.Files = []bot.File{{Name: "a.txt", Content: []byte("a")}, {Name: "b.txt", Content: []byte(strings.Repeat("b", 100))}, {Name: "c.txt", Content: []byte("c")}}
				if tt.attached == "" {
					body.Files[0].Content, body.Files[2].Content = []byte("aa"), []byte("cc")
				}
				d.send(d.attempt(bot.EffectIssue, "k1", body))
				list := d.opened("k1")
				if len(list) != 1 {
					d.Fatalf("%d issues", len(list))
				}
				var names []string
				for _, a := range list[0].Attachments {
					names = append(names, a.Name)
				}
				_, left, _ := strings.Cut(list[0].Description, "添付していないファイル: ")
				left, _, _ = strings.Cut(left, "\n")
				if strings.Join(names, " ") != tt.attached || left != tt.left {
					d.Errorf("attached %v, left %q; want %q, %q", names, left, tt.attached, tt.left)
				}
			})
		})
	}
}
