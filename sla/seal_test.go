package sla_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

func TestSealedMonth(t *testing.T) {
	period := sla.Span{From: jst(t, "2026-11-01 00:00"), To: jst(t, "2026-12-01 00:00")}
	policy := deskPolicy(1, 19)
	row := func(ticket string, state sla.State, due, stopped string) sla.Judged {
		j := sla.Judged{Ticket: ticket, Clock: "complete", Level: sla.LevelObjective, State: state, Start: jst(t, "2026-10-30 10:00"), Due: jst(t, due)}
		if stopped != "" {
			j.Stopped = jst(t, stopped)
		}
		return j
	}
	rows := []sla.Judged{
		row("A-2", sla.StateMissed, "2026-11-10 19:00", "2026-11-11 10:00"),
		row("A-1", sla.StateMet, "2026-12-02 19:00", "2026-11-30 23:59"), // known when it was done
		row("A-3", sla.StateMet, "2026-12-02 19:00", "2026-12-01 00:00"), // next month
		row("A-4", sla.StateRunning, "2026-11-30 19:00", ""),
		row("A-5", sla.StateMissed, "2026-10-31 19:00", "2026-11-11 10:00"), // known in October
	}
	sum := func(p sla.Policy, rows []sla.Judged, facts ...string) sla.Seal {
		t.Helper()
		s, err := sla.Sum("2026-11", period, p, rows, facts)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	open := sum(policy, rows, "created", "done")
	if len(open.Rows) != 2 || open.Rows[0].Ticket != "A-1" || open.Closed() {
		t.Fatalf("got %+v", open.Rows)
	}
	if _, err := open.Close("hanako", period.To); err == nil || !strings.Contains(err.Error(), "A-2 complete was missed and has no cause") {
		t.Errorf("a miss without a cause: %v", err)
	}
	rows[0].Cause = "部品待ち"
	if _, err := sum(policy, rows, "created", "done").Close("", period.To); err == nil {
		t.Error("nobody closed it")
	}
	seal, err := sum(policy, rows, "created", "done").Close("hanako", period.To)
	if err != nil || !seal.Closed() {
		t.Fatal(err)
	}
	data, err := json.Marshal(seal)
	if err != nil {
		t.Fatal(err)
	}
	var kept sla.Seal
	if err := json.Unmarshal(data, &kept); err != nil {
		t.Fatal(err)
	}
	if c := kept.Corrections(sum(policy, rows, "created", "done")); len(c) != 0 {
		t.Errorf("nothing changed: %+v", c)
	}

	// A late fact: A-2 was done in time after all, and A-6 turns up.
	late := append([]sla.Judged{row("A-2", sla.StateMet, "2026-11-10 19:00", "2026-11-10 18:00"), row("A-6", sla.StateMet, "2026-11-10 19:00", "2026-11-10 18:00")}, rows[1:]...)
	shorter := deskPolicy(1, 18)
	got := kept.Corrections(sum(shorter, late, "created", "done earlier"))
	if len(got) != 2 || got[0].Was.State != sla.StateMissed || got[0].Is.State != sla.StateMet || got[1].Was.Ticket != "" || got[1].Is.Ticket != "A-6" {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff([]string{"calendar", "facts"}, got[0].Because); diff != "" {
		t.Error(diff)
	}
	if kept.Rows[1].State != sla.StateMissed {
		t.Error("the sealed month was written over")
	}
	if c := kept.Corrections(sum(policy, nil)); len(c) != 2 || c[0].Is.Ticket != "" {
		t.Errorf("judgements that are gone: %+v", c)
	}
}

func TestCalendarHash(t *testing.T) {
	hash := func(change func(*sla.CalendarSpec)) string {
		t.Helper()
		spec := sla.SupportCenter()
		change(&spec)
		h, err := spec.Hash()
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	base := hash(func(*sla.CalendarSpec) {})
	if base != hash(func(s *sla.CalendarSpec) { s.Name, s.Version = "other", "9" }) {
		t.Error("a name changes the hash")
	}
	if base != hash(func(s *sla.CalendarSpec) { s.PublicList = sla.Japan() }) {
		t.Error("the same list given by hand changes the hash")
	}
	newer, err := sla.ParseHolidayList("date,name,status\n2027-01-01,元日,official\n")
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*sla.CalendarSpec){
		"zone": func(s *sla.CalendarSpec) { s.Zone = "Asia/Seoul" }, "hours": func(s *sla.CalendarSpec) { delete(s.Week, 1) },
		"closed days": func(s *sla.CalendarSpec) { s.Closed = nil }, "public holidays": func(s *sla.CalendarSpec) { s.PublicHolidays = "" },
		"a newer list": func(s *sla.CalendarSpec) { s.PublicList = newer },
		"a holiday":    func(s *sla.CalendarSpec) { s.Holidays = map[sla.Date]string{{Year: 2026, Month: 11, Day: 24}: "x"} },
		"a date": func(s *sla.CalendarSpec) {
			s.Dates = map[sla.Date][]sla.Interval{{Year: 2026, Month: 11, Day: 24}: nil}
		},
	} {
		if hash(change) == base {
			t.Errorf("%s does not change the hash", what)
		}
	}
}
