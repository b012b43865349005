package config

import (
	"slices"
	"strconv"
	"time"

	"toban/config/tree"
	"toban/sla"
)

// Profile is a service profile: what a kind of contract promises. A customer's copy holds that customer's overrides.
type Profile struct {
	Name  string `yaml:"-"`
	Title string `yaml:"title,required"`
	// Extends names the profile that this one was laid over.
	Extends string `yaml:"extends"`
	// Version and Effective belong to the clocks as first written; no date = from ever on.
	Version      string                      `yaml:"version,required"`
	Effective    sla.Date                    `yaml:"effective"`
	Calendars    map[string]sla.CalendarSpec `yaml:"-"`
	RequestTypes []RequestType               `yaml:"request_types"`
	// Words are classes of words that Signs and Catalogue name in angle brackets: "<make>" stands for all of them.
	Words map[string]string `yaml:"words"`
	Signs []TypeSigns       `yaml:"signs"`
	// Against are words of the provider's own that speak against taking a request at its word, by what they say (AgainstKinds), in the form
	// of TypeSigns.Asks. Those of the language are built in.
	Against   map[string][]string `yaml:"against"`
	Catalogue []Work              `yaml:"catalogue"`
	// Policies are the versions of the clocks, the oldest first.
	Policies  []sla.Policy   `yaml:"-"`
	Desk      DeskRules      `yaml:"desk,required"`
	Work      WorkRules      `yaml:"work,required"`
	Incident  IncidentRules  `yaml:"incident,required"`
	Contract  ContractRules  `yaml:"contract"`
	Plans     []Plan         `yaml:"plans"`
	Reports   []ReportRule   `yaml:"reports"`
	Measures  []Measure      `yaml:"measures"`
	Services  []ServiceHours `yaml:"services"`
	Figures   []Figure       `yaml:"figures"`
	Templates Templates      `yaml:"-"`
	Setup     Setup          `yaml:"setup"`
	// Warnings say who hears of a clock at each warning level, and at due.
	Warnings []Warning `yaml:"warnings"`
}

// Warning names who hears of a clock at a level: a percent of the promise, or due.
type Warning struct {
	Level string   `yaml:",key"`
	Tell  []string `yaml:"tell,required" oneof:"owner duty leader manager"`
}

// profileFile is a profile as it is written.
type profileFile struct {
	Profile
	Calendars []calendarFile `yaml:"calendars,required"`
	Policy    *tree.Node     `yaml:"policy,required"`
	Messages  *tree.Node     `yaml:"messages,required"`
	Revisions []revisionFile `yaml:"revisions"`
}

// DeskRules are the figures of intake and of the life of a request.
type DeskRules struct {
	// SupportCalendar is the calendar in whose hours staff timers run and whose business days are counted for reminders.
	SupportCalendar string        `yaml:"support_calendar,required"`
	Unclaimed       time.Duration `yaml:"unclaimed,required" min:"1m"`
	ReminderDays    []int         `yaml:"reminder_days,required" max:"5"`
	CloseDays       int           `yaml:"close_days,required" min:"1" max:"90"`
	ReopenWithin    time.Duration `yaml:"reopen_within,required"`
	ApprovalDays    int           `yaml:"approval_days,required" min:"1" max:"90"`
	// Quota limits the units of work a month: none, or one for each contracted node.
	Quota string `yaml:"quota" oneof:"none nodes"`
	// Phone and Mail say whether requests come in by telephone and mail, beside Backlog.
	Phone bool `yaml:"phone"`
	Mail  bool `yaml:"mail"`
}

// WorkRules are the figures of scheduled work.
type WorkRules struct {
	StartNotice time.Duration `yaml:"start_notice,required" min:"1m"`
	NoticeLate  time.Duration `yaml:"notice_late,required"`
	// PlanAgain is how long before the start the plan is made again.
	PlanAgain time.Duration `yaml:"plan_again,required" min:"1m"`
	Length    time.Duration `yaml:"length,required" min:"1m"`
	StartAsk  time.Duration `yaml:"start_ask,required"`
	StartLate time.Duration `yaml:"start_late,required"`
	// EndAsk is how long before the expected end staff are asked for a new one. OverTell after it, without one, the customer is told that the
	// work goes on; the next word comes within OverNext, and so on.
	EndAsk   time.Duration `yaml:"end_ask,required" min:"1m"`
	OverTell time.Duration `yaml:"over_tell,required" min:"1m"`
	OverNext time.Duration `yaml:"over_next,required" min:"5m"`
}

// IncidentRules are the figures of incidents that are no clock targets.
type IncidentRules struct {
	// Priority says what the priority of a customer's own ticket means.
	Priority map[string]string `yaml:"priority,required" oneof:"affected ask not_affected"`
	// An undecided impact: asked again, the next tier asked, and so long before the objective handled as affected.
	AskAgain     time.Duration `yaml:"ask_again,required"`
	AskTier      time.Duration `yaml:"ask_tier,required"`
	DecideBefore time.Duration `yaml:"decide_before,required"`
	// Interim updates: when the person in charge is asked, when Toban posts the facts, how many of those in a row go to the leader.
	InterimAsk       []time.Duration `yaml:"interim_ask,required" max:"5"`
	InterimAutomatic time.Duration   `yaml:"interim_automatic,required" min:"1m"`
	InterimEscalate  int             `yaml:"interim_escalate,required" min:"1"`
	// Escalation says who is reached while nobody takes an incident. A profile knows no teams and people: duty, manager or tier:NAME.
	Escalation []EscalationStep `yaml:"escalation"`
	// Phone tree.
	Rings       int    `yaml:"rings" min:"1" max:"30"`
	Rounds      int    `yaml:"rounds" min:"1" max:"5"`
	AfterRounds string `yaml:"after_rounds" oneof:"tell_staff restart"`
	// Urgency says by which means customers are told of an alert, by urgency.
	Urgency map[string][]string `yaml:"urgency"`
	// Affected says by which means customers are told of an incident that affects the service, beside the ticket: phone and mail.
	Affected []string `yaml:"affected" oneof:"phone mail"`
	// CallAsk is how long staff who telephone a customer themselves have until they are asked for the result.
	CallAsk time.Duration `yaml:"call_ask" min:"1m"`
	// Secondary response.
	SecondaryDays   int           `yaml:"secondary_days" min:"0"`
	SecondaryEffort time.Duration `yaml:"secondary_effort"`
	// ProblemCount incidents of one host and alert within ProblemDays make a problem.
	ProblemCount  int           `yaml:"problem_count,required" min:"2"`
	ProblemDays   int           `yaml:"problem_days,required" min:"1"`
	ProbeInterval time.Duration `yaml:"probe_interval"`
}

// RequestType returns a type of the profile.
func (p *Profile) RequestType(id string) (*RequestType, bool) {
	i := slices.IndexFunc(p.RequestTypes, func(t RequestType) bool { return t.ID == id })
	if i < 0 {
		return nil, false
	}
	return &p.RequestTypes[i], true
}

// Plan returns a plan of the profile.
func (p *Profile) Plan(id string) (*Plan, bool) {
	i := slices.IndexFunc(p.Plans, func(t Plan) bool { return t.ID == id })
	if i < 0 {
		return nil, false
	}
	return &p.Plans[i], true
}

func (p *Profile) typeIDs() []string {
	out := make([]string, len(p.RequestTypes))
	for i := range p.RequestTypes {
		out[i] = p.RequestTypes[i].ID
	}
	return out
}

func (p *Profile) planIDs() []string {
	out := make([]string, len(p.Plans))
	for i := range p.Plans {
		out[i] = p.Plans[i].ID
	}
	return out
}

// profile decodes and checks one profile, whole or with a customer's overrides laid over it.
func (l *loader) profile(name string, n *tree.Node) Profile {
	var f profileFile
	l.decoder.Decode(n, &f, l.faults)
	p := f.Profile
	p.Name = name
	p.Calendars = l.calendars(f.Calendars, p.Version, n.Get("calendars"))
	p.Templates = l.templates(f.Messages)
	l.checkRequestTypes(&p, n.Get("request_types"))
	l.spell(&p, n)
	l.checkSigns(&p, n.Get("signs"))
	l.checkAgainst(&p, n.Get("against"))
	l.checkCatalogue(&p, n.Get("catalogue"))
	l.checkSetup(&p, n.Get("setup"))
	p.Policies = l.policies(&p, f.Revisions, n)
	for i := range p.RequestTypes {
		p.RequestTypes[i].BusinessDays = daysOf(p.Policies[len(p.Policies)-1], p.RequestTypes[i])
	}
	l.checkRules(&p, n)
	return p
}

func (l *loader) checkRules(p *Profile, n *tree.Node) {
	if p.Desk.SupportCalendar != "" {
		l.checkCalendarName(p, p.Desk.SupportCalendar, n.At("desk", "support_calendar"))
	}
	for i, d := range p.Desk.ReminderDays {
		if d < 1 || i > 0 && d <= p.Desk.ReminderDays[i-1] {
			l.faults.Add(n.At("desk", "reminder_days", i), "must be business days from 1 on in rising order")
		}
	}
	if p.Work.StartAsk > p.Work.StartLate {
		l.faults.Add(n.At("work", "start_ask"), "must not be later than start_late: staff are asked before the customer is told")
	}
	for i, d := range p.Incident.InterimAsk {
		if d <= p.Incident.InterimAutomatic {
			l.faults.Add(n.At("incident", "interim_ask", i), "must be more than interim_automatic (%s): people are asked first", p.Incident.InterimAutomatic)
		}
	}
	l.checkEscalation(p.Incident.Escalation, n.Get("incident").Get("escalation"), false)
	if priority := n.Get("incident").Get("priority"); priority != nil {
		for _, f := range priority.Fields {
			if !slices.Contains([]string{"高", "中", "低"}, f.Name) {
				tree.UnknownKey(f, []string{"高", "中", "低"}, l.faults)
			}
		}
	}
	for _, w := range p.Warnings {
		const most = 99 // percent
		if percent, err := strconv.Atoi(w.Level); w.Level != "due" && (err != nil || percent < 1 || percent > most) {
			l.faults.Add(n.At("warnings", w.Level), "must be a percent from 1 to %d, or due, got %s", most, tree.Quote(w.Level))
		}
	}
	if how := p.Contract.NodeCount.Autoscaling; how != "" && how != RunningCapacity {
		l.faults.Add(n.At("contract", "node_count", "autoscaling"), "must be %s, got %s", tree.Quote(RunningCapacity), tree.Quote(how))
	}
	for i, s := range p.Services {
		if s.Hours != "" {
			l.checkCalendarName(p, s.Hours, n.At("services", i, "hours"))
		}
	}
	for _, r := range p.Reports {
		if r.Due.Calendar != "" {
			l.checkCalendarName(p, r.Due.Calendar, n.At("reports", r.ID, "due", "calendar"))
		}
	}
}
