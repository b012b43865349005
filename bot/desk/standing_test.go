package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
)

// Custom statuses mean what the customer's file says; what it does not name means nothing.
func TestCustomStatusesByConfiguration(t *testing.T) {
	custom := map[string]bot.Standing{
		"受付済み": bot.StandsAccepted, "作業中": bot.StandsTaken, "回答待ち": bot.StandsWaiting, "対応済": bot.StandsDone, "クローズ": bot.StandsClosed, "取り下げ": bot.StandsCancelled, "処理中": bot.StandsNone,
	}
	for _, c := range []struct {
		name string
		from bot.Status
		by   int64
		to   bot.Status
		id   int64 // Backlog's status as it counts afterwards
	}{
		{"受付済み", bot.StatusAccepted, userStaff, bot.StatusAccepted, bot.StatusOpen},
		{"受付済み", bot.StatusFinished, userStaff, bot.StatusTaken, bot.StatusOpen},
		{"作業中", bot.StatusAccepted, userStaff, bot.StatusTaken, bot.StatusInProgress},
		{"回答待ち", bot.StatusAccepted, userStaff, bot.StatusAccepted, bot.StatusInProgress},
		{"対応済", bot.StatusTaken, userStaff, bot.StatusDone, bot.StatusResolved},
		{"クローズ", bot.StatusTaken, userStaff, bot.StatusFinished, bot.StatusClosed},
		{"クローズ", bot.StatusTaken, userCustomer, bot.StatusCancelled, bot.StatusClosed},
		{"取り下げ", bot.StatusAccepted, userStaff, bot.StatusCancelled, bot.StatusClosed},
		{"処理中", bot.StatusAccepted, userStaff, bot.StatusAccepted, 77},
		{"確認待ち", bot.StatusAccepted, userStaff, bot.StatusAccepted, 77},
	} {
		t.Run(c.name+" in "+string(c.from), func(t *testing.T) {
			b := into(t, c.from)
			b.cust.Statuses = custom
			b.setStatus(c.by, 77, c.name)
			if b.tk.Status != c.to || b.tk.StatusID != c.id {
				t.Errorf("leads to %s (%d), want %s (%d)", b.tk.Status, b.tk.StatusID, c.to, c.id)
			}
			if asked := strings.Contains(b.staff(), "時計は止まっていません"); asked != (c.name == "回答待ち") {
				t.Errorf("staff heard %q", b.staff())
			}
		})
	}
}

// Where the file names a status for what is accepted the answer sets it, and taking the ticket leaves it.
func TestAcceptedHasItsStatus(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.cust.Statuses = map[string]bot.Standing{"受付済み": bot.StandsAccepted}
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	accepted := ""
	for _, e := range b.said {
		var u bot.Update
		if e.Kind == bot.EffectUpdate && e.Decode(&u) == nil && u.Text != "" {
			accepted = u.Accepted
		}
	}
	if accepted != "受付済み" {
		t.Errorf("the answer sets %q", accepted)
	}
	b.setStatus(userStaff, 77, "受付済み")
	b.press("desk.take", nil)
	var u bot.Update
	for _, e := range b.out.Effects {
		if e.Kind == bot.EffectUpdate {
			_ = e.Decode(&u)
		}
	}
	if u.StatusID != bot.StatusInProgress {
		t.Errorf("taking it sets %d", u.StatusID)
	}
}
