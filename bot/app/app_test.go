package app_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/app"
	"toban/config"
)

func example(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Load("../../config/example", config.Options{Getenv: func(name string) string { return "value-of-" + name }})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestDirectoryOfTheExample(t *testing.T) {
	dir, err := app.Directory(example(t), map[string]int64{"main": 1000})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := dir.OfProject("main", "AOBA")
	if !ok || c.ID != "aoba" {
		t.Fatalf("OfProject(main, AOBA) = %v, %v", c, ok)
	}
	if _, ok := dir.OfProject("other", "AOBA"); ok {
		t.Error("a project of another space was found")
	}
	if c.Timing.StartNotice != 30*time.Minute || c.Timing.InterimAutomatic != 2*time.Minute || c.Impact[bot.PriorityHigh] != "affected" {
		t.Errorf("figures of the contract: %+v %v", c.Timing, c.Impact)
	}
	if len(c.Types) < 24 || c.Calendars["support_center"] == nil {
		t.Errorf("%d request types and calendars %v", len(c.Types), c.Calendars)
	}
	for _, tt := range []struct {
		user   int64
		member bool
		want   bot.AuthorKind
	}{
		{1000, true, bot.AuthorBot},
		{1001, true, bot.AuthorStaff},
		{2001, true, bot.AuthorCustomer},
		{2004, true, bot.AuthorCustomer}, // a guest may write
		{2005, true, bot.AuthorPartner},
		{2006, true, bot.AuthorUnknown}, // another program's account
		{2999, true, bot.AuthorUnknown}, // in no list of the customer
		{2001, false, bot.AuthorUnknown},
	} {
		if got := c.Sort(dir.Author("main", tt.user, "x", tt.member)); got.Kind != tt.want {
			t.Errorf("user %d, member %v: %s, want %s", tt.user, tt.member, got.Kind, tt.want)
		}
	}
	at := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	if p, ok := dir.Duty(c.Team, at); !ok || p.ID != "sato" {
		t.Errorf("on duty in the customer's team: %v, %v, want sato", p, ok)
	}
	if p, ok := dir.Duty("monitoring_center", at); !ok || p.ID != "suzuki" {
		t.Errorf("on duty in the tier: %v, %v, want suzuki", p, ok)
	}
}

func TestModesOfTheFile(t *testing.T) {
	cfg := example(t)
	cfg.Customers[0].Mode, cfg.Customers[0].Modes = config.ModeShadow, map[string]config.Mode{"OTHER": config.ModeOn}
	cfg.Customers[0].Projects = append(cfg.Customers[0].Projects, "OTHER")
	dir, err := app.Directory(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := dir.Customers[0]
	if got := []bot.Mode{c.ModeOf(c.Projects[0]), c.ModeOf("OTHER"), c.ModeOf("UNKNOWN")}; !slices.Equal(got, []bot.Mode{bot.ModeShadow, bot.ModeOn, bot.ModeOn}) {
		t.Errorf("modes %v", got)
	}
}

func TestPolicyStaysThatOfTheStart(t *testing.T) {
	dir, err := app.Directory(example(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := dir.Customer("aoba")
	before, after := c.PolicyAt(time.Date(2026, 12, 31, 10, 0, 0, 0, c.Zone)), c.PolicyAt(time.Date(2027, 1, 1, 0, 0, 0, 0, c.Zone))
	if before.Version == after.Version {
		t.Errorf("versions %q and %q around the revision of 2027-01-01", before.Version, after.Version)
	}
}

func TestWorldClockRunsAtItsSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
		c := app.NewWorldClock(start, 60)
		time.Sleep(time.Second)
		if got := c.Now(); !got.Equal(start.Add(time.Minute)) {
			t.Errorf("after a second at 60: %s", got)
		}
		c.SetSpeed(0)
		time.Sleep(time.Hour)
		if got := c.Now(); !got.Equal(start.Add(time.Minute)) {
			t.Errorf("standing: %s", got)
		}
		c.Set(start) // never back
		if got := c.Now(); got.Before(start.Add(time.Minute)) {
			t.Errorf("went back to %s", got)
		}
		c.SetSpeed(1)
		c.Hold(true)
		time.Sleep(time.Minute)
		held := c.Now()
		c.Hold(false)
		time.Sleep(time.Second)
		if got := c.Now(); got.Sub(held) != time.Second {
			t.Errorf("held at %s, a second later %s", held, got)
		}
	})
}

// still is a world clock for Advance.
type still struct{ at time.Time }

func (s *still) Now() time.Time  { return s.at }
func (s *still) Set(t time.Time) { s.at = t }

func TestAdvancePassesEveryMomentInOrder(t *testing.T) {
	start := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	clock := &still{start}
	due := []time.Time{start.Add(10 * time.Minute), start.Add(20 * time.Minute), start.Add(2 * time.Hour)}
	var seen []time.Time
	settle := func(context.Context) error {
		for len(due) > 0 && !due[0].After(clock.at) {
			seen = append(seen, clock.at)
			due = due[1:]
		}
		return nil
	}
	next := func(context.Context) (time.Time, bool, error) {
		if len(due) == 0 {
			return time.Time{}, false, nil
		}
		return due[0], true, nil
	}
	if err := app.Advance(t.Context(), clock, start.Add(time.Hour), next, settle); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 || !seen[0].Equal(start.Add(10*time.Minute)) || !seen[1].Equal(start.Add(20*time.Minute)) {
		t.Errorf("moments passed at %v", seen)
	}
	if !clock.at.Equal(start.Add(time.Hour)) {
		t.Errorf("clock stands at %s", clock.at)
	}
}
