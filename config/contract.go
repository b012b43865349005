package config

import (
	"time"

	"toban/sla"
)

// Contract is what the customer bought.
type Contract struct {
	// Profiles names the service profiles, the leading one first.
	Profiles []string `yaml:"profiles,required" min:"1"`
	Plan     string   `yaml:"plan"`
	Start    sla.Date `yaml:"start,required"`
	// End is the last day; none = open.
	End sla.Date `yaml:"end"`
	// Nodes is the contracted number of nodes.
	Nodes   int      `yaml:"nodes" min:"0" max:"100000"`
	Options []string `yaml:"options"`
	// MinimumTermMonths and CancellationDays replace the profile's.
	MinimumTermMonths int `yaml:"minimum_term_months" min:"0" max:"120"`
	CancellationDays  int `yaml:"cancellation_days" min:"0" max:"730"`
	// AtEnd says what happens to the customer's data.
	AtEnd string `yaml:"at_end" oneof:"export delete"`
}

// Users says who is who in the customer's projects beyond the rule that members who are no staff are customer users.
type Users struct {
	// Customers, when given, are the only customer users; other members are unknown. Guests may write but agree to nothing.
	Customers []int64 `yaml:"customers"`
	Guests    []int64 `yaml:"guests"`
	Partners  []int64 `yaml:"partners"`
	Bots      []int64 `yaml:"bots"`
}

// Contacts are the people to reach about incidents, in order, at most five of a kind.
type Contacts struct {
	Mail  []Contact `yaml:"mail" max:"5"`
	Phone []Contact `yaml:"phone" max:"5"`
}

// Contact is one address or number, held by reference.
type Contact struct {
	Name string `yaml:"name,required"`
	Ref  Secret `yaml:"ref,required"`
}

// Account is an AWS account of the customer with the roles that Toban may take on.
type Account struct {
	ID         string   `yaml:"id,required"`
	Regions    []string `yaml:"regions,required" min:"1"`
	Roles      Roles    `yaml:"roles,required"`
	ExternalID Secret   `yaml:"external_id"`
}

// Roles are ARNs by purpose.
type Roles struct {
	Build   string `yaml:"build"`
	Read    string `yaml:"read,required"`
	Operate string `yaml:"operate"`
}

// Resource is a managed resource.
type Resource struct {
	ID string `yaml:",key"`
	// Host is the name that people and alerts use.
	Host    string   `yaml:"host,required"`
	Type    string   `yaml:"type,required"`
	OS      string   `yaml:"os"`
	Account string   `yaml:"account"`
	Region  string   `yaml:"region"`
	Zone    string   `yaml:"zone"` // availability zone
	Owner   string   `yaml:"owner"`
	Agents  []string `yaml:"agents"`
	// Since and Until are the first and the last day on which it is a managed one; none = since when and until when the list has it.
	Since sla.Date `yaml:"since"`
	Until sla.Date `yaml:"until"`
}

// Managed is the time within Since and Until in a zone; zero ends are open, until is exclusive.
func (r Resource) Managed(zone *time.Location) (since, until time.Time) {
	if r.Since != (sla.Date{}) {
		since = time.Date(r.Since.Year, r.Since.Month, r.Since.Day, 0, 0, 0, 0, zone)
	}
	if r.Until != (sla.Date{}) {
		until = time.Date(r.Until.Year, r.Until.Month, r.Until.Day+1, 0, 0, 0, 0, zone)
	}
	return since, until
}

// AlertRule says what an alert of the customer means.
type AlertRule struct {
	ID     string `yaml:",key"`
	Source string `yaml:"source,required" oneof:"any mail mackerel cloudwatch guardduty alertmanager datadog pagerduty json probe"`
	// Alert and Recovery are regular expressions over the name; of source mail over the subject, where the groups (?P<host>…), name, severity, id and
	// url may say what is what. Body is one over the text of a mail, which has to fit, too.
	Alert    Pattern `yaml:"alert,required"`
	Recovery Pattern `yaml:"recovery"`
	Body     Pattern `yaml:"body"`
	Host     string  `yaml:"host"`
	// Hosts and Severity are regular expressions over the host's name and the source's own word for how grave it is; none = any.
	Hosts    Pattern `yaml:"hosts"`
	Severity Pattern `yaml:"severity"`
	// Project is where the issue is opened; none = the customer's first.
	Project  string `yaml:"project"`
	Urgency  string `yaml:"urgency" oneof:"高 低"`
	Impact   string `yaml:"impact,required" oneof:"affected not_affected ask"`
	Playbook string `yaml:"playbook"`
	// Review leaves the alert to the next business day's review.
	Review bool `yaml:"review"`
}

// EscalationStep says who is reached when nobody has acknowledged for so long.
type EscalationStep struct {
	After time.Duration `yaml:"after"`
	// To is duty, manager, tier:NAME, team:ID or person:ID.
	To string   `yaml:"to,required"`
	By []string `yaml:"by,required" min:"1" oneof:"slack mail phone"`
}

// Standing is what the contract allows without asking each time.
type Standing struct {
	// IncidentWork allows work under an open incident without a start notice.
	IncidentWork bool `yaml:"incident_work"`
	// Playbooks that may run under it; empty = every one of the contract.
	Playbooks []string `yaml:"playbooks"`
}

// ReportOptions choose what is reported and how.
type ReportOptions struct {
	Monthly  bool     `yaml:"monthly"`
	Weekly   bool     `yaml:"weekly"`
	Yearly   bool     `yaml:"yearly"`
	Live     bool     `yaml:"live"`
	PDFMail  bool     `yaml:"pdf_mail"`
	Sections []string `yaml:"sections"`
	// Reviewer is the person who reviews the draft; none = the manager.
	Reviewer string `yaml:"reviewer"`
}
