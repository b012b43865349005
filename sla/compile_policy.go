package sla

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Compile compiles the calendars of a policy and checks its targets against them.
// All mistakes are told at once, each with what is allowed.
func (p Policy) Compile() (map[string]*Calendar, error) {
	var errs []error
	out := make(map[string]*Calendar, len(p.Calendars))
	for _, name := range slices.Sorted(maps.Keys(p.Calendars)) {
		c, err := p.Calendars[name].Compile()
		if err != nil {
			errs = append(errs, fmt.Errorf("calendar %q: %w", name, err))
			continue
		}
		out[name] = c
	}
	check := func(where string, t Target) {
		fail := func(err error) {
			if err != nil {
				errs = append(errs, fmt.Errorf("%s, target %q: %w", where, t.ID, err))
			}
		}
		if _, known := p.Calendars[t.Calendar]; !known && t.Calendar != "" {
			fail(fmt.Errorf("calendar %q: want one of %q", t.Calendar, slices.Sorted(maps.Keys(p.Calendars))))
			return
		}
		if _, known := p.Calendars[t.Notice]; !known && t.Notice != "" {
			fail(fmt.Errorf("notice %q: want one of %q", t.Notice, slices.Sorted(maps.Keys(p.Calendars))))
		}
		fail(t.checkWords())
		if c, ok := out[t.Calendar]; ok || t.Calendar == "" {
			fail(t.check(c))
		}
	}
	for i, rule := range p.Rules {
		for _, t := range rule.Targets {
			check(fmt.Sprintf("rule %d", i+1), t)
		}
	}
	for _, t := range p.Promises {
		check("promises", t)
	}
	for _, r := range p.Rates {
		if r.Share.Valid() == (r.AtMost > 0) {
			errs = append(errs, fmt.Errorf("rate %q: want a share or a length of time", r.ID))
		}
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("compiling policy %q version %q: %w", p.Name, p.Version, errors.Join(errs...))
	}
	return out, nil
}

// checkWords checks what a wrong word or number would silently turn into a default.
func (t Target) checkWords() error {
	switch {
	case t.ID == "":
		return errors.New("id is missing")
	case t.Level != LevelObjective && t.Level != LevelAgreement:
		return fmt.Errorf("level %q: want slo or sla", t.Level)
	case !slices.Contains([]PauseRule{"", PauseNone, PauseExtend, PauseRestart}, t.Pause):
		return fmt.Errorf("pause %q: want none, extend or restart", t.Pause)
	case !slices.Contains([]DayRule{"", DayNext, DaySame}, t.Counting):
		return fmt.Errorf("counting %q: want next_day or same_day", t.Counting)
	}
	if t.DueTime != "" && t.DueTime != DueClose && t.DueTime != DueSameTime {
		if _, err := parseMinute(string(t.DueTime)); err != nil {
			return fmt.Errorf("due time: want close, same_time or HH:MM: %w", err)
		}
	}
	for i, level := range t.Warn {
		if level < 1 || level > 99 || (i > 0 && level <= t.Warn[i-1]) {
			return fmt.Errorf("warning levels %v: want ascending percents from 1 to 99", t.Warn)
		}
	}
	for _, before := range t.WarnBefore {
		if before <= 0 {
			return fmt.Errorf("warning %s before the due instant: want more than zero", before)
		}
	}
	return nil
}
