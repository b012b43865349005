package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
)

// A contract with a number of units a month counts its requests; at the limit staff decide, and what is not done gives its unit back.
func TestQuota(t *testing.T) {
	month := func(units int) []bot.Holding {
		return []bot.Holding{
			{Kind: bot.HoldUnit, From: at(t, "2026-11-01 00:00"), Until: at(t, "2026-12-01 00:00"), Units: units},
			{Kind: bot.HoldUnit, From: at(t, "2026-10-01 00:00"), Until: at(t, "2026-11-01 00:00"), Units: 50},
			{Kind: bot.HoldWork, Ref: "web01", From: at(t, "2026-11-24 00:00"), Until: at(t, "2026-11-25 00:00")},
		}
	}
	open := func(used int) *bench {
		b := newBench(t, "2026-11-24 10:00")
		b.cust.Units, b.holdings = 5, month(used)
		for i := range b.cust.Types {
			b.cust.Types[i].Quota = 1
		}
		return b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	}
	b := open(4)
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if h := units(b); len(h) != 1 || h[0].Units != 1 || !h[0].From.Equal(at(t, "2026-11-01 00:00")) || !h[0].Until.Equal(at(t, "2026-12-01 00:00")) {
		t.Errorf("holds %+v", h)
	}
	b.press("desk.withdraw", map[string]string{"reason": "不要"})
	if h := b.out.Holdings; h == nil || len(h) != 0 {
		t.Errorf("holds %+v after the end", h)
	}
	b = open(5)
	if len(b.texts()) != 0 || !strings.Contains(b.staff(), "上限 5件を超えます") || len(units(b)) != 0 {
		t.Errorf("said %q, staff heard %s, holds %+v", b.texts(), b.staff(), b.out.Holdings)
	}
	b.press("desk.takeon", nil)
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if b.count("次のとおり承りました") != 1 || len(units(b)) != 1 {
		t.Errorf("said %q, holds %+v", b.texts(), b.out.Holdings)
	}
	b = open(5)
	b.press("desk.decline", map[string]string{"reason": "今月の作業数が上限に達しているため", "alternative": "来月1日以降の実施"})
	b.want(bot.StatusDeclined, "?")
	if b.count("来月1日以降") != 1 {
		t.Errorf("said %q", b.texts())
	}
}

// units are the units of work that the last decision holds.
func units(b *bench) []bot.Holding {
	var out []bot.Holding
	for _, h := range b.out.Holdings {
		if h.Kind == bot.HoldUnit {
			out = append(out, h)
		}
	}
	return out
}
