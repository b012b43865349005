package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
)

// Two tickets that ask for the same are noticed: staff hear of it once, and the requester of both is told on the one that is kept.
func TestDuplicateIsNoticedAndTheKeptTicketHearsOfIt(t *testing.T) {
	first := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "web01 のバックアップをお願いします", backup)
	var held bot.Holding
	for _, h := range first.out.Holdings {
		if h.Kind == bot.HoldRequest {
			held = h
		}
	}
	held.Ticket, held.Key, held.Customer = "main/7", "AOBA-7", first.cust.ID
	for name, c := range map[string]struct {
		kind, summary, text string
		want                bool
	}{
		"the same words":             {"バックアップ作業", "ｗｅｂ０１のバックアップを、お願いします。", backup, true},
		"nearly the same words":      {"バックアップ作業", "web01 のバックアップをお願い致します", backup, true},
		"sent again":                 {"バックアップ作業", "【再送】web01 のバックアップをお願いします", backup, true},
		"another host":               {"バックアップ作業", "web02 のバックアップをお願いします", strings.ReplaceAll(backup, "web01", "web02"), false},
		"other work on the host":     {"バックアップ作業", "web01 の設定変更", backup, false},
		"another type, other words":  {"アカウント作業", "アカウントの追加", "ユーザー名: yamada", false},
		"a complaint in other words": {"バックアップ作業", "対応が遅い", backup, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "2026-11-24 10:05")
			b.holdings = []bot.Holding{held}
			b.open(userCustomer, c.kind, c.summary, c.text)
			if told := strings.Contains(b.staff(), "「AOBA-7」と同じ依頼かもしれません"); told != c.want {
				t.Errorf("told %v, want %v: %s", told, c.want, b.staff())
			}
			if strings.Contains(strings.Join(b.texts(), "\n"), "AOBA-7") {
				t.Errorf("the customer heard of a guess: %q", b.texts())
			}
		})
	}
	b := newBench(t, "2026-11-24 10:05")
	b.open(userCustomer, "バックアップ作業", "web01 のバックアップをお願いします", backup) // at the same moment: neither sees the other
	b.holdings = []bot.Holding{held}
	b.press("desk.take", nil)
	b.press("desk.ask", map[string]string{"question": "時刻"})
	if n := strings.Count(b.staff(), "同じ依頼かもしれません"); n > 1 {
		t.Errorf("told %d times", n)
	}
	b.press("desk.merge", map[string]string{"into": "AOBA-7"})
	said := map[string]string{}
	for _, e := range b.out.Effects {
		if e.Ticket == "main/7" {
			said[string(e.Kind)] = string(e.Body)
		}
	}
	if !strings.Contains(said["backlog.comment"], b.tk.Key+" でいただいたご依頼") || !strings.Contains(said["slack.post"], "まとめました") {
		t.Errorf("the kept ticket hears %v", said)
	}
	// Reopened and merged again: the words on the kept ticket are the same effect, which goes out once; staff hear of each.
	keys := func() (comment, post string) {
		for _, e := range b.out.Effects {
			if e.Ticket == "main/7" && e.Kind == bot.EffectComment {
				comment = e.Key
			} else if e.Ticket == "main/7" {
				post = e.Key
			}
		}
		return comment, post
	}
	comment, post := keys()
	b.press("desk.reopen", nil)
	b.press("desk.merge", map[string]string{"into": "AOBA-7"})
	if c, p := keys(); comment == "" || c != comment || p == "" || p == post {
		t.Errorf("merged again: %s and %s, before %s and %s", c, p, comment, post)
	}
}
