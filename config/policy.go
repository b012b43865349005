package config

import (
	"slices"
	"time"

	"toban/config/tree"
	"toban/sla"
)

// TargetComplete is the id of the target that says when a request must be done. Its days are the type's business days.
const TargetComplete = "complete"

// policyFile holds the clocks of a profile: rules in the order in which they are tried, the first that matches applies.
type policyFile struct {
	Rules    []ruleFile   `yaml:"rules,required"`
	Promises []targetFile `yaml:"promises"`
}

type ruleFile struct {
	ID      string       `yaml:",key"`
	Match   matchFile    `yaml:"match,required"`
	Targets []targetFile `yaml:"targets,required"`
}

type matchFile struct {
	Classes      []Class  `yaml:"classes" oneof:"minor impactful basic_support advanced_support incident announcement complaint other unclear"`
	RequestTypes []string `yaml:"request_types"`
	Impacts      []string `yaml:"impacts" oneof:"affected not_affected ask"`
	Priorities   []string `yaml:"priorities" oneof:"高 中 低"`
	Plans        []string `yaml:"plans"`
}

type targetFile struct {
	ID         string          `yaml:",key"`
	Name       string          `yaml:"name,required"`
	Kind       sla.ClockKind   `yaml:"kind,required" oneof:"business_days business_time elapsed cycle calendar_date ahead"`
	Level      sla.Level       `yaml:"level,required" oneof:"slo sla"`
	Days       int             `yaml:"days" min:"0" max:"365"`
	Months     int             `yaml:"months" min:"0" max:"24"`
	Duration   time.Duration   `yaml:"duration"`
	Calendar   string          `yaml:"calendar"`
	Pause      sla.PauseRule   `yaml:"pause" oneof:"none extend restart"`
	Counting   sla.DayRule     `yaml:"counting" oneof:"next_day same_day"`
	Due        string          `yaml:"due_time"`
	Warn       []int           `yaml:"warn"`
	WarnBefore []time.Duration `yaml:"warn_before"`
	// Notice is the calendar in whose hours people are warned.
	Notice string `yaml:"notice"`
}

func (l *loader) policy(p *Profile, version string, from sla.Date, n *tree.Node) sla.Policy {
	out := sla.Policy{Name: p.Name, Version: version, From: from, Calendars: p.Calendars}
	if n == nil {
		return out
	}
	var file policyFile
	l.decoder.Decode(n, &file, l.faults)
	for _, r := range file.Rules {
		at := n.Get("rules").Get(r.ID)
		for i, id := range r.Match.RequestTypes {
			if _, ok := p.RequestType(id); !ok {
				l.missing(at.At("match", "request_types", i), "request type", id, p.typeIDs())
			}
		}
		for i, plan := range r.Match.Plans {
			if _, ok := p.Plan(plan); !ok {
				l.missing(at.At("match", "plans", i), "plan", plan, p.planIDs())
			}
		}
		rule := sla.Rule{Match: sla.Match{
			RequestTypes: r.Match.RequestTypes, Impacts: r.Match.Impacts, Priorities: r.Match.Priorities, Plans: r.Match.Plans,
		}}
		for _, c := range r.Match.Classes {
			rule.Match.Classes = append(rule.Match.Classes, string(c))
		}
		for _, t := range r.Targets {
			rule.Targets = append(rule.Targets, l.target(p, t, at.Get("targets").Get(t.ID)))
		}
		out.Rules = append(out.Rules, rule)
	}
	out.Rules = ownDays(out.Rules, p.RequestTypes)
	for _, t := range file.Promises {
		out.Promises = append(out.Promises, l.target(p, t, n.Get("promises").Get(t.ID)))
	}
	for _, m := range p.Measures {
		if rate, ok := m.rate(); ok {
			out.Rates = append(out.Rates, rate)
		}
	}
	return out
}

func (l *loader) target(p *Profile, t targetFile, n *tree.Node) sla.Target {
	needs := func(key string, ok bool) {
		if !ok {
			l.faults.Add(n.At(key), "of kind %s needs %s", t.Kind, key)
		}
	}
	switch t.Kind {
	case sla.KindBusinessDays, sla.KindCalendarDate:
		needs("days", t.Days > 0)
		needs("calendar", t.Calendar != "")
	case sla.KindBusinessTime:
		needs("duration", t.Duration > 0)
		needs("calendar", t.Calendar != "")
	case sla.KindAhead:
		needs("duration", t.Duration > 0 || t.Months > 0)
		if t.Pause != "" && t.Pause != sla.PauseNone {
			l.faults.Add(n.At("pause"), "must be none: a clock of kind %s never pauses", t.Kind)
		}
	case sla.KindElapsed, sla.KindCycle:
		needs("duration", t.Duration > 0)
		if t.Pause != "" && t.Pause != sla.PauseNone {
			l.faults.Add(n.At("pause"), "must be none: a clock of kind %s never pauses", t.Kind)
		}
	}
	if t.Calendar != "" {
		l.checkCalendarName(p, t.Calendar, n.At("calendar"))
	}
	if t.Notice != "" {
		l.checkCalendarName(p, t.Notice, n.At("notice"))
	}
	if t.Due != "" && t.Due != string(sla.DueClose) && t.Due != string(sla.DueSameTime) {
		if _, err := sla.ParseInterval(t.Due + "-24:00"); err != nil {
			l.faults.Add(n.At("due_time"), "must be close, same_time or a time of day such as 17:00, got %s", tree.Quote(t.Due))
		}
	}
	for i, w := range t.Warn {
		if w < 1 || w > 99 || i > 0 && w <= t.Warn[i-1] {
			l.faults.Add(n.At("warn", i), "must be percents from 1 to 99 in rising order")
		}
	}
	return sla.Target{
		ID: t.ID, Name: t.Name, Kind: t.Kind, Level: t.Level, Days: t.Days, Months: t.Months, Duration: t.Duration,
		Calendar: t.Calendar, Pause: t.Pause, Counting: t.Counting, DueTime: sla.DueTime(t.Due), Warn: t.Warn, WarnBefore: t.WarnBefore, Notice: t.Notice,
	}
}

// ownDays puts a rule for each request type that sets its own business days before the rule that its class would have.
func ownDays(rules []sla.Rule, types []RequestType) []sla.Rule {
	var out []sla.Rule
	for _, r := range rules {
		i := slices.IndexFunc(r.Targets, func(t sla.Target) bool { return t.ID == TargetComplete })
		if i < 0 || r.Targets[i].Kind != sla.KindBusinessDays {
			out = append(out, r)
			continue
		}
		for _, t := range types {
			classFits := len(r.Match.Classes) == 0 || slices.Contains(r.Match.Classes, string(t.Class))
			typeFits := len(r.Match.RequestTypes) == 0 || slices.Contains(r.Match.RequestTypes, t.ID)
			if t.BusinessDays == 0 || !classFits || !typeFits {
				continue
			}
			own := sla.Rule{Match: r.Match, Targets: slices.Clone(r.Targets)}
			own.Match.RequestTypes = []string{t.ID}
			own.Targets[i].Days = t.BusinessDays
			out = append(out, own)
		}
		out = append(out, r)
	}
	return out
}

// daysOf returns N of the completion target that a ticket of the type, with the standard priority, would have; 0 = none.
func daysOf(p sla.Policy, t RequestType) int {
	for _, target := range p.For(sla.Subject{Class: string(t.Class), RequestType: t.ID, Priority: "中"}) {
		if target.ID == TargetComplete && target.Kind == sla.KindBusinessDays {
			return target.Days
		}
	}
	return 0
}
