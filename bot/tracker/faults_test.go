package tracker_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/outbox/effecttest"
)

// act is the call of the API that carries an effect out.
type act struct{ method, path string }

// bench is a desk for the suite of faults.
func bench(t *testing.T, a act, effect func(d *desk, n int) bot.Effect, arrived func(d *desk) []effecttest.Arrival) effecttest.Bench {
	d := newDesk(t)
	return effecttest.Bench{
		Open:    func() bot.Sender { return d.open() },
		Effect:  func(n int) bot.Effect { return effect(d, n) },
		Arrived: func() []effecttest.Arrival { return arrived(d) },
		Break: func(f effecttest.Fault) {
			r := backlogsim.FaultRule{Method: a.method, Path: a.path, Times: 1}
			switch f {
			case effecttest.Lost:
				r.Lost = "drop"
			case effecttest.Timeout:
				r.LagAfter = backlogsim.Duration(time.Minute)
			case effecttest.Failing:
				r.Status = 503
			case effecttest.Limited:
				r.Status = 429
			default:
				t.Fatalf("nobody breaks %q", f)
			}
			d.breaks(r)
		},
		Close: func() { _ = d.sim.Close() },
	}
}

// words finds the numbers of effects in texts.
func numbers(texts []string, kind bot.EffectKind) []effecttest.Arrival {
	var out []effecttest.Arrival
	for _, text := range texts {
		for n := 1; n <= 3; n++ {
			if bot.FindNoticeNumber(text) == bot.NoticeNumber(fmt.Sprintf("%s/%d", kind, n)) {
				out = append(out, effecttest.Arrival{N: n, Again: strings.Contains(text, "再送")})
			}
		}
	}
	return out
}

func (d *desk) commented(kind bot.EffectKind) []effecttest.Arrival {
	var texts []string
	for _, c := range d.comments() {
		texts = append(texts, c.Content)
	}
	return numbers(texts, kind)
}

func TestFaultsOfComments(t *testing.T) {
	effecttest.Run(t, "comment", func(t *testing.T) effecttest.Bench {
		return bench(t, act{"POST", commentPath}, func(d *desk, n int) bot.Effect {
			return d.attempt(bot.EffectComment, "", bot.Comment{Text: fmt.Sprint("お知らせ", n), Notify: []int64{customer}, Verify: true}).Effect
		}, func(d *desk) []effecttest.Arrival { return d.commented(bot.EffectComment) })
	})
}

func TestFaultsOfChangesWithWords(t *testing.T) {
	effecttest.Run(t, "change with a comment", func(t *testing.T) effecttest.Bench {
		return bench(t, act{"PATCH", "/api/v2/issues/*"}, func(d *desk, n int) bot.Effect {
			return d.attempt(bot.EffectUpdate, "", bot.Update{Text: fmt.Sprint("お知らせ", n), DueDate: fmt.Sprintf("2000-02-0%d", n)}).Effect
		}, func(d *desk) []effecttest.Arrival { return d.commented(bot.EffectUpdate) })
	})
}

func TestFaultsOfChanges(t *testing.T) {
	effecttest.Run(t, "change of fields", func(t *testing.T) effecttest.Bench {
		return bench(t, act{"PATCH", "/api/v2/issues/*"}, func(d *desk, n int) bot.Effect {
			// Each sets another field: of two that set the same one the newer overtakes the older.
			return d.attempt(bot.EffectUpdate, "", []bot.Update{{DueDate: "2000-02-01"}, {StatusID: bot.StatusInProgress}, {AssigneeID: staff}}[n-1]).Effect
		}, func(d *desk) []effecttest.Arrival {
			var out []effecttest.Arrival
			for _, c := range d.comments() {
				for _, l := range c.ChangeLog {
					if n := slices.Index([]string{"limitDate", "status", "assigner"}, l.Field); n >= 0 {
						out = append(out, effecttest.Arrival{N: n + 1})
					}
				}
			}
			return out
		})
	})
}

func TestFaultsOfIssues(t *testing.T) {
	effecttest.Run(t, "new issue", func(t *testing.T) effecttest.Bench {
		return bench(t, act{"POST", "/api/v2/issues"}, func(d *desk, n int) bot.Effect {
			return d.attempt(bot.EffectIssue, "", bot.NewIssue{Space: "s", Project: "ACME", IssueType: "障害", Summary: fmt.Sprint("検知", n)}).Effect
		}, func(d *desk) []effecttest.Arrival {
			var texts []string
			for i, err := range d.as(1).AllIssues(d.Context(), &backlog.GetIssuesOptions{Sort: backlog.SortCreated, Order: backlog.OrderAsc}) {
				if err != nil {
					d.Fatal(err)
				}
				texts = append(texts, i.Description)
			}
			return numbers(texts, bot.EffectIssue)
		})
	})
}

func TestFaultsOfFiles(t *testing.T) {
	effecttest.Run(t, "file", func(t *testing.T) effecttest.Bench {
		return bench(t, act{"PATCH", "/api/v2/issues/*"}, func(d *desk, n int) bot.Effect {
			return d.attempt(bot.EffectFile, "", bot.File{Name: fmt.Sprintf("経過%d.csv", n), Content: []byte("時刻,内容")}).Effect
		}, func(d *desk) []effecttest.Arrival {
			var out []effecttest.Arrival
			for _, f := range d.files() {
				var n int
				if _, err := fmt.Sscanf(f.Name, "経過%d.csv", &n); err != nil {
					d.Fatal(err)
				}
				out = append(out, effecttest.Arrival{N: n})
			}
			return out
		})
	})
}

func TestFaultsOfPages(t *testing.T) {
	effecttest.Run(t, "wiki page", func(t *testing.T) effecttest.Bench {
		return bench(t, act{"POST", "/api/v2/wikis"}, func(d *desk, n int) bot.Effect {
			return d.attempt(bot.EffectWiki, "", bot.WikiPage{Space: "s", Project: "ACME", Name: fmt.Sprint("報告", n), Content: "本文"}).Effect
		}, func(d *desk) []effecttest.Arrival {
			list, err := d.as(1).GetWikis(context.Background(), &backlog.GetWikisOptions{ProjectIDOrKey: "ACME"})
			if err != nil {
				d.Fatal(err)
			}
			slices.SortFunc(list, func(a, b *backlog.Wiki) int { return int(a.ID - b.ID) }) // by age
			var out []effecttest.Arrival
			for _, p := range list {
				var n int
				if _, err := fmt.Sscanf(p.Name, "報告%d", &n); err == nil {
					out = append(out, effecttest.Arrival{N: n})
				}
			}
			return out
		})
	})
}
