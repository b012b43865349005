package desk_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"toban/bot"
)

// Random lives: whatever happens in whatever order, every decision holds what the harness checks (reasons, order, keys, no negative
// clock, nothing said twice), the request is answered at most once, and doubled events change nothing that anybody hears.
func TestRandomLives(t *testing.T) {
	lives, steps := 150, 40
	if testing.Short() {
		lives = 30
	}
	for seed := range lives {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 7))
			b := newBench(t, "2026-11-24 10:00")
			b.snap.PriorityID = []int64{2, 3, 3, 3, 4}[r.IntN(5)]
			types := []string{"バックアップ作業", "技術相談", "障害ご連絡", "", "運用改善提案", "苦情"}
			texts := []string{backup, halfDone, "", "サイトにつながりません", "password: hunter22"}
			by := []int64{userCustomer, userCustomer, userStaff, userUnknown, userBot}
			b.open(by[r.IntN(len(by))], types[r.IntN(len(types))], "件名", texts[r.IntN(len(texts))])
			for range steps {
				b.now = b.now.Add(time.Duration(r.IntN(6*3600)) * time.Second)
				step(b, r, types, texts, by)
				if t.Failed() {
					return
				}
			}
			if n := b.count("次のとおり承りました"); n > 1 {
				t.Errorf("answered %d times: %q", n, b.texts())
			}
		})
	}
}

func step(b *bench, r *rand.Rand, types, texts []string, by []int64) {
	words := []string{"web01", "ありがとうございます。", "追加です", "まだですか？", "取り下げます", "次を教えてください\n・世代数", "了解です。web01 です", "", accessKey}
	actions := []string{"take", "classify", "ask", "done", "withdraw", "agree", "close", "reopen"}
	chosen := []string{"backup", "consultation", "incident", "account"}
	statuses := []struct {
		id   int64
		name string
	}{{1, "未対応"}, {2, "処理中"}, {3, "処理済み"}, {4, "完了"}}
	who := by[r.IntN(len(by))]
	switch r.IntN(12) {
	case 0, 1:
		b.write(who, words[r.IntN(len(words))])
		if r.IntN(2) == 0 {
			b.now = b.now.Add(time.Minute)
			b.write(by[r.IntN(len(by))], words[r.IntN(len(words))])
		}
		b.deliver()
	case 2, 3, 4:
		b.press("desk."+actions[r.IntN(len(actions))], map[string]string{
			"type": chosen[r.IntN(len(chosen))], "question": "世代数", "done": "済み", "reason": "理由", "date": b.now.Add(72 * time.Hour).Format(time.RFC3339),
		})
	case 5:
		s := statuses[r.IntN(len(statuses))]
		b.setStatus(who, s.id, s.name)
	case 6:
		b.setPriority([]int64{2, 3, 4}[r.IntN(3)])
	case 7:
		b.snap.Type = types[r.IntN(len(types))]
		b.snap.Description = texts[r.IntN(len(texts))]
		b.comment(who, "", bot.Change{Field: "issueType", From: "a", To: b.snap.Type}, bot.Change{Field: "description", From: "a", To: "b"})
	case 8, 9: // the newest report of ours is out
		for i := len(b.said) - 1; i >= 0; i-- {
			if b.said[i].Report {
				b.sent(b.said[i].Key)
				return
			}
		}
	case 10:
		kinds := []bot.EventKind{bot.EventWorkScheduled, bot.EventWorkStarted, bot.EventWorkDone, bot.EventIncidentClosed}
		b.tell(kinds[r.IntN(len(kinds))], bot.WorkNews{Status: bot.StatusScheduled, By: "佐藤", Ref: fmt.Sprintf("work:%d", b.n), Reason: "test"})
	case 11:
		b.pass(b.now.Add(time.Duration(r.IntN(96)) * time.Hour).In(tokyo).Format("2006-01-02 15:04"))
	}
}
