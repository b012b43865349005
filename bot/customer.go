package bot

import (
	"slices"
	"time"

	"toban/sla"
)

// Role is what a staff member may do.
type Role string

// Roles of staff.
const (
	RoleOperator Role = "operator"
	RoleApprover Role = "approver"
	RoleManager  Role = "manager"
	RoleAdmin    Role = "admin"
)

// Person is a staff member.
type Person struct {
	ID        string           `json:"id"`
	Name      string           `json:"name"` // as shown to customers
	SlackUser string           `json:"slack_user"`
	Backlog   map[string]int64 `json:"backlog"` // user id by space
	Roles     []Role           `json:"roles"`
	Partner   bool             `json:"partner"`
	Teams     []string         `json:"teams,omitempty"` // ids of their teams, and the tiers of these
	Mail      bool             `json:"mail,omitempty"`  // has an address, reached as person:ID
	Phone     bool             `json:"phone,omitempty"` // has a number, reached as person:ID
}

// EscalationStep says who of the provider's people is reached when nobody has acknowledged for so long.
type EscalationStep struct {
	After time.Duration `json:"after"` // since an incident was opened; plain time
	To    string        `json:"to"`    // duty, manager, tier:NAME, team:ID or person:ID
	By    []string      `json:"by"`    // slack, mail, phone
}

// Has reports whether the person has one of the roles; an admin has all, an empty list asks for none.
func (p Person) Has(roles ...Role) bool {
	if len(roles) == 0 {
		return true
	}
	return slices.Contains(p.Roles, RoleAdmin) || slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(p.Roles, r) })
}

// RequestType is one kind of request that a contract knows (spec/data/request-types.yaml).
type RequestType struct {
	ID         string
	IssueType  string
	Aliases    []string
	ReportName string
	Class      Class
	Days       int // business days, 0 when the type has no day count
	OpenedBy   string
	Operations []string
	Required   []RequiredItem
	Change     ChangeRule
	Quota      int       // units of the month's work that one request counts
	Category   string    // of Backlog, that an issue without any is given; "" for none
	Signs      SignWords // by which it is recognised in plain text
	// Guides are best-effort figures, told to staff; they start no clock.
	Guides []string
	// Plans says by plan whether the type is included: PlanIncludes, PlanExcludes or PlanCharges; a plan that is not in it includes it.
	Plans map[string]string
}

// What a plan says of a request type.
const (
	PlanIncludes = "yes"
	PlanExcludes = "no"
	PlanCharges  = "paid"
)

// Work is a row of the work catalogue: what routine work a contract takes on.
type Work struct {
	ID       string
	Area     string
	Work     string
	Declined bool   // not taken on: staff confirm a polite decline
	Note     string // a condition that is told to the requester
	Change   ChangeRule
	Signs    SignWords
}

// Catalogue is a work catalogue with the words by which its rows are recognised.
type Catalogue struct {
	rows  []Work
	signs *Signs
}

// NewCatalogue prepares a catalogue.
func NewCatalogue(rows []Work) *Catalogue {
	types := make([]RequestType, len(rows))
	for i, w := range rows {
		types[i] = RequestType{ID: w.ID, Signs: w.Signs}
	}
	return &Catalogue{rows: rows, signs: NewSigns(types)}
}

// Rows lists the rows.
func (c *Catalogue) Rows() []Work { return slices.Clone(c.rows) }

// Match finds the row that a text asks for: declined work before other work, then what is asked for by more words (AMI of Windows before any
// AMI), then work with a condition, then the row with the most asks. ok is false when the catalogue has no such row, which means supported:
// its rows are examples. counts, unless it is nil, leaves words out.
func (c *Catalogue) Match(text *Text, counts func(Asked) bool) (w Work, ok bool) {
	if c == nil {
		return Work{}, false
	}
	asks, words := make([]int, len(c.rows)), make([]int, len(c.rows))
	c.signs.Asks(text, func(list []Asked) {
		for _, a := range list {
			if counts != nil && !counts(a) {
				continue
			}
			asks[a.Type]++
			words[a.Type] = max(words[a.Type], a.Words)
		}
	})
	best := -1
	better := func(i int) bool {
		is, was := c.rows[i], c.rows[best]
		switch {
		case is.Declined != was.Declined:
			return is.Declined
		case words[i] > plainWords || words[best] > plainWords:
			if words[i] != words[best] {
				return words[i] > words[best]
			}
		}
		if (is.Note != "") != (was.Note != "") {
			return is.Note != ""
		}
		return asks[i] > asks[best]
	}
	for i := range c.rows {
		if asks[i] > 0 && (best < 0 || better(i)) {
			best = i
		}
	}
	if best < 0 {
		return Work{}, false
	}
	return c.rows[best], true
}

// plainWords is how many words the ask of a row has that is as general as most.
const plainWords = 3

// RequiredItem is a detail that a ticket must carry; When limits it to some operations.
type RequiredItem struct {
	Item string
	When string
}

// Messages renders a customer message from a template of the customer's profile and language. Placeholder values must already be
// escaped for the project's text rule.
type Messages interface {
	Render(id string, data map[string]any) (string, error)
}

// Timing holds the figures of a contract that are no clock targets.
type Timing struct {
	StartNotice        time.Duration // notice before scheduled work
	NoticeLate         time.Duration // a notice verified later than this after it was due moves the start
	PlanAgain          time.Duration // the plan is made again so long before the start
	WorkLength         time.Duration // default length of work
	StartAsk           time.Duration // not started: staff are asked
	StartLate          time.Duration // not started: the customer is told
	EndAsk             time.Duration // so long before the expected end staff are asked for a new one
	OverTell           time.Duration // so long after it, without a new one, the customer is told that the work goes on
	OverNext           time.Duration // and by when the next word comes
	Unclaimed          time.Duration // a card that nobody takes
	ReminderDays       []int         // waiting for the customer: reminders after N business days
	ApprovalDays       int           // approval of a plan and agreement to it lapse after N business days
	CloseDays          int           // done: closed after N business days of silence
	AskAgain           time.Duration // an undecided impact: asked again
	AskTier            time.Duration // an undecided impact: the next tier is asked
	DecideBefore       time.Duration // still undecided so long before the objective: handled as affected
	InterimAsk         []time.Duration
	InterimAutomatic   time.Duration // so long before an interim update is due the facts are posted
	InterimEscalate    int           // so many automatic rounds in a row go to the leader
	ReopenWithin       time.Duration // a comment on an ended ticket reopens it within this
	SupportCalendar    string        // calendar whose hours count for staff timers
	SatisfactionPerson string
	ManagerPerson      string
	ReviewPerson       string // reviews the monthly report and makes it final, beside managers
}

// Customer is a contract as the features need it: checked, compiled, without any vendor's client.
type Customer struct {
	ID            string
	Name          string
	Space         string
	Projects      []string
	Channel       string // Slack channel id
	Lang          string
	Zone          *time.Location
	Approvers     []int64 // Backlog user ids; empty = every customer user
	NotifyDefault []int64
	Users         []int64 // when given, the only customer users; other members are unknown
	Guests        []int64 // may write, may agree to nothing
	Partners      []int64
	Bots          []int64 // other programs' accounts
	Types         []RequestType
	Signs         *Signs // of Types
	Against       *Signs // words of the provider's own that speak against a request, by kind as in the profiles; nil = none
	Catalogue     *Catalogue
	Policies      []sla.Policy // every version, by effective date
	Calendars     map[string]*sla.Calendar
	Revised       map[sla.Date]map[string]*sla.Calendar // those of later versions of the policy that are not as in Calendars, by effective date
	Hear          map[int][]string                      // who hears of a clock at a percent of its promise (100: due): owner, duty, leader, manager
	Messages      Messages
	Timing        Timing
	Statuses      map[string]Standing // what the project's Backlog statuses mean, by name, where it is not the usual
	Standing      bool                // standing permission to work under an open incident without a start notice
	Plan          string
	Start, End    sla.Date // of the contract; no End is open
	AtEnd         string   // export | delete: what becomes of the data; "" while it is not decided
	Units         int      // units of work a month; 0: as many as are asked for
	WorkHours     string   // calendar of the agreed hours of work; "": any time
	Blocked       []Blocked
	Team          string              // whose rota says who is on duty
	Escalation    []EscalationStep    // who is reached one after the other when nobody takes an incident, earliest first
	Unreported    bool                // the contract has no monthly report: it is written when somebody asks for it only
	SchedulePage  string              // name of the wiki page of the change schedule; "" is none
	Resources     []Resource          // managed by contract, in the order of the customer's file
	ResourcePage  string              // name of the wiki page that lists them; "" is none
	Alerts        []AlertRule         // in their order; the first that fits counts
	Impact        map[int64]string    // what the priority of a customer's own incident ticket means: affected | ask | not_affected
	ByUrgency     map[string][]string // by which means, mail and phone, the customer is told of an alert, by its urgency
	ByImpact      []string            // by which means the customer is told of an incident that affects the service, beside the ticket
	Calls         Calls
	MailTo        []string        // names of the contacts that are told by mail
	PhoneTo       []string        // names of the contacts that are told by telephone, in their order
	ByPhone       bool            // requests come in by telephone, too
	Modes         map[string]Mode // by project key, as they are now; on where there is none
	// Born is by project key from when on Toban decides in it; none where that is not known.
	Born map[string]time.Time
}

// Calls are a contract's figures of the telephone tree to its contacts (spec/4-incidents.md, Phone tree).
type Calls struct {
	Rings  int           // until a call counts as not answered
	Rounds int           // times that each contact is called
	After  string        // what follows when nobody confirmed: tell_staff | restart
	Ask    time.Duration // staff who make a call themselves are asked for its result after this
}

// nearBirth is how long before it was taken over an issue may have been opened in a project and still be news: the clocks of Backlog and of
// Toban differ, and a customer who wrote a moment before expects an answer.
const nearBirth = 5 * time.Minute

// Before reports whether an issue of a project is from before Toban worked in it.
func (c *Customer) Before(project string, opened time.Time) bool {
	born, ok := c.Born[project]
	return ok && opened.Before(born.Add(-nearBirth))
}

// ModeOf is how far Toban goes in a project.
func (c *Customer) ModeOf(project string) Mode {
	if m, ok := c.Modes[project]; ok {
		return m
	}
	return ModeOn
}

// Works reports whether Toban does anything in one of the projects.
func (c *Customer) Works() bool {
	return slices.ContainsFunc(c.Projects, func(p string) bool { return c.ModeOf(p) != ModeOff })
}

// Blocked is a period in which work should not be planned: a freeze, or the customer's own maintenance.
type Blocked struct {
	From, Until time.Time // Until is exclusive
	Freeze      bool
	Reason      string
}

// PolicyAt is the version of the policy under which a ticket received at t starts and stays.
func (c *Customer) PolicyAt(t time.Time) sla.Policy {
	p, _ := sla.InForce(c.Policies, sla.DateOf(t.In(c.Zone)))
	return p
}

// CalendarAt is a calendar in the version that belongs to the policy in force at t: what a ticket received then counts in. Nil when there
// is none of the name.
func (c *Customer) CalendarAt(name string, t time.Time) *sla.Calendar {
	if len(c.Revised) > 0 {
		if cal := c.Revised[c.PolicyAt(t).From][name]; cal != nil {
			return cal
		}
	}
	return c.Calendars[name]
}

// SupportAt is the calendar in whose hours staff timers run, as of t; nil when the contract names none.
func (c *Customer) SupportAt(t time.Time) *sla.Calendar {
	return c.CalendarAt(c.Timing.SupportCalendar, t)
}

// MayAgree reports whether a Backlog user may agree to plans for the customer: one of the approvers, or any customer user where none are
// named. Guests may agree to nothing.
func (c *Customer) MayAgree(a Author) bool {
	switch {
	case a.Kind != AuthorCustomer || slices.Contains(c.Guests, a.ID):
		return false
	case len(c.Approvers) > 0:
		return slices.Contains(c.Approvers, a.ID)
	}
	return true
}

// Type finds a request type by id.
func (c *Customer) Type(id string) (RequestType, bool) {
	for _, t := range c.Types {
		if t.ID == id {
			return t, true
		}
	}
	return RequestType{}, false
}

// Directory answers who is who. It is a value that never changes; a new configuration makes a new one.
type Directory struct {
	People    []Person
	Customers []*Customer
	BotUser   map[string]int64 // the bot's Backlog user id by space
	Mails     bool             // a mail server takes what is to be told by mail
	// Duty says who is on duty in a team, or in the first team of a tier.
	Duty func(team string, at time.Time) (Person, bool)
}

// Customer finds a customer by id.
func (d *Directory) Customer(id string) (*Customer, bool) {
	for _, c := range d.Customers {
		if c.ID == id {
			return c, true
		}
	}
	return nil, false
}

// Within is the directory as far as it may be spoken of in a Slack channel: in a channel of customers these alone, elsewhere all.
func (d *Directory) Within(channel string) *Directory {
	out := *d
	out.Customers = slices.DeleteFunc(slices.Clone(d.Customers), func(c *Customer) bool { return channel == "" || c.Channel != channel })
	if len(out.Customers) == 0 {
		return d
	}
	return &out
}

// OfProject finds the customer that a project of a space belongs to.
func (d *Directory) OfProject(space, project string) (*Customer, bool) {
	for _, c := range d.Customers {
		if c.Space != space {
			continue
		}
		if slices.Contains(c.Projects, project) {
			return c, true
		}
	}
	return nil, false
}

// Person finds a staff member by id.
func (d *Directory) Person(id string) (Person, bool) {
	for _, p := range d.People {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}

// BySlack finds a staff member by Slack user id.
func (d *Directory) BySlack(user string) (Person, bool) {
	for _, p := range d.People {
		if p.SlackUser != "" && p.SlackUser == user {
			return p, true
		}
	}
	return Person{}, false
}

// Author says what a Backlog user is: bot, staff and partner by the lists, a customer user when a member of the project, else unknown.
func (d *Directory) Author(space string, userID int64, name string, member bool) Author {
	a := Author{ID: userID, Name: name, Kind: AuthorUnknown}
	if id, ok := d.BotUser[space]; ok && id == userID {
		a.Kind = AuthorBot
		return a
	}
	for _, p := range d.People {
		if id, ok := p.Backlog[space]; ok && id == userID {
			a.Kind, a.Person = AuthorStaff, p.ID
			if p.Partner {
				a.Kind = AuthorPartner
			}
			return a
		}
	}
	if member {
		a.Kind = AuthorCustomer
	}
	return a
}

// Sort corrects what the lists of a customer say of an author: partners and other bots, and members that are in no list.
func (c *Customer) Sort(a Author) Author {
	in := func(list []int64) bool { return slices.Contains(list, a.ID) }
	switch {
	case a.Kind == AuthorStaff || a.Kind == AuthorBot:
	case in(c.Partners):
		a.Kind = AuthorPartner
	case in(c.Bots):
		a.Kind = AuthorUnknown
	case a.Kind == AuthorCustomer && len(c.Users) > 0 && !in(c.Users) && !in(c.Guests):
		a.Kind = AuthorUnknown
	}
	return a
}
