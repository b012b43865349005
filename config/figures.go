package config

import (
	"strconv"
	"strings"
	"time"

	"toban/sla"
)

// ContractRules are the terms that a profile's contracts have unless they say otherwise.
type ContractRules struct {
	MinimumNodes      int `yaml:"minimum_nodes" min:"0"`
	MinimumTermMonths int `yaml:"minimum_term_months" min:"0"`
	// CancellationDays is the notice of cancellation, in writing.
	CancellationDays int       `yaml:"cancellation_days" min:"0"`
	NodeCount        NodeCount `yaml:"node_count"`
	Price            Price     `yaml:"price"`
}

// NodeCount says what counts as a node.
type NodeCount struct {
	Counts []string `yaml:"counts"`
	// Autoscaling says which capacity of a group counts: RunningCapacity, the only rule there is.
	Autoscaling string `yaml:"autoscaling"`
	// FreeScaleOut is how long a month scaled-out capacity is free.
	FreeScaleOut time.Duration `yaml:"free_scale_out"`
}

// RunningCapacity counts the instances of an Auto Scaling group that are wanted and run.
const RunningCapacity = "desired capacity that runs"

// Price is the fee of a month, without tax.
type Price struct {
	Currency     string `yaml:"currency"`
	MonthMinimum int    `yaml:"month_minimum" min:"0"` // for Nodes nodes
	Nodes        int    `yaml:"nodes" min:"0"`
	PerExtraNode int    `yaml:"per_extra_node" min:"0"`
	SetupMonths  int    `yaml:"setup_months" min:"0"`
	Added        string `yaml:"added" oneof:"by_day by_month"`
	Removed      string `yaml:"removed" oneof:"by_day by_month"`
}

// Plan is one of the plans of a profile.
type Plan struct {
	ID string `yaml:",key"`
	// Alerts says what is done with an alert.
	Alerts string `yaml:"alerts" oneof:"forward review_next_day triage"`
	// Includes says what the plan includes: yes, no or paid.
	Includes map[string]string `yaml:"includes" oneof:"yes no paid"`
	// MeetingsAYear are included review meetings; the date is agreed MeetingAhead before.
	MeetingsAYear int           `yaml:"meetings_a_year" min:"0"`
	MeetingAhead  time.Duration `yaml:"meeting_ahead"`
	Reviews       []string      `yaml:"reviews"`
	// Skips are the alerts that a review leaves out.
	Skips   []string          `yaml:"skips"`
	Actions map[string]string `yaml:"actions"`
}

// ReportRule says which report is written, of what, and by when.
type ReportRule struct {
	ID       string    `yaml:",key"`
	Period   string    `yaml:"period,required" oneof:"week month year"`
	Due      ReportDue `yaml:"due"`
	By       []string  `yaml:"by" oneof:"wiki mail pdf"`
	Sections []string  `yaml:"sections"`
}

// ReportDue is "within N business days after the period", the first business day counted as the 1st.
type ReportDue struct {
	Days     int    `yaml:"days,required" min:"1" max:"31"`
	Calendar string `yaml:"calendar,required"`
}

// Measure is a promised figure that is measured over a period.
type Measure struct {
	ID   string `yaml:",key"`
	Name string `yaml:"name,required"`
	// Promise is the figure; none = counted and shown, never judged.
	Promise *float64 `yaml:"promise"`
	Unit    string   `yaml:"unit,required"`
	Better  string   `yaml:"better" oneof:"higher lower"`
	// By says who knows the figure: Toban measures it, or a person attests it.
	By   string `yaml:"by,required" oneof:"measured attested"`
	Note string `yaml:"note"`
}

// rate is the promise as the engine judges it: exactly. Figures of other units are counted and shown.
func (m Measure) rate() (sla.Rate, bool) {
	if m.Promise == nil {
		return sla.Rate{}, false
	}
	// The shortest decimal of a float is what was written.
	whole, part, _ := strings.Cut(strconv.FormatFloat(*m.Promise, 'f', -1, 64), ".")
	num, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil {
		return sla.Rate{}, false
	}
	den := int64(1)
	for range part {
		den *= 10
	}
	out := sla.Rate{ID: m.ID, Name: m.Name}
	switch unit := map[string]time.Duration{"分": time.Minute, "秒": time.Second, "時間": time.Hour}[m.Unit]; {
	case m.Unit == "%":
		out.Share = sla.Fraction{Num: num, Den: 100 * den}
	case unit > 0 && m.Better == "lower":
		out.AtMost = unit * time.Duration(num) / time.Duration(den)
	default:
		return sla.Rate{}, false
	}
	return out, true
}

// ServiceHours are the hours in which a service is offered, and its lead time.
type ServiceHours struct {
	What string `yaml:"what,required"`
	// Hours names a calendar.
	Hours string `yaml:"hours,required"`
	Lead  string `yaml:"lead"`
}

// Figure is a further fact of a profile, for people to read and for reports to print.
type Figure struct {
	ID   string `yaml:",key"`
	Text string `yaml:"text,required"`
	Note string `yaml:"note"`
}
