package inbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// Record is what one event was decided from, and what was said: enough to decide it again, by another version or another configuration.
type Record struct {
	Now     time.Time         `json:"now"` // world time of the decision
	Event   bot.Event         `json:"event"`
	Attempt int               `json:"attempt"`
	Ticket  json.RawMessage   `json:"ticket,omitempty"` // as stored before
	Cursor  int64             `json:"cursor,omitempty"`
	Version int64             `json:"version,omitempty"`
	States  map[string]Memory `json:"states,omitempty"`
	Alert   *bot.AlertView    `json:"alert,omitempty"`
	Letter  *bot.LetterView   `json:"letter,omitempty"`
	Mode    bot.Mode          `json:"mode,omitempty"`
	Unsaid  []string          `json:"unsaid,omitempty"`
	Others  []bot.Holding     `json:"others,omitempty"` // what the customer's other tickets hold
	Fetched *bot.Fetched      `json:"fetched,omitempty"`

	// Of the directory, what is no configuration: who Toban is in Backlog, how far Toban went in the project, since when, and who was on duty.
	Bots    map[string]int64  `json:"bots,omitempty"` // the bot's Backlog user by space
	Project bot.Mode          `json:"project,omitempty"`
	Born    time.Time         `json:"born,omitzero"`
	Duty    map[string]string `json:"duty,omitempty"` // person by team, as it was asked for; "" is nobody

	Said Said `json:"said"`
}

// Memory is what a feature kept of the ticket.
type Memory struct {
	State json.RawMessage `json:"state,omitempty"`
	Panel json.RawMessage `json:"panel,omitempty"`
}

// Said is what a decision says, as it is compared with another one.
type Said struct {
	Ticket   *bot.Ticket                `json:"ticket,omitempty"`
	States   map[string]json.RawMessage `json:"states,omitempty"`
	Panels   map[string]json.RawMessage `json:"panels,omitempty"`
	Timers   []bot.Timer                `json:"timers,omitempty"`
	Effects  []bot.Effect               `json:"effects,omitempty"`
	Withdraw []string                   `json:"withdraw,omitempty"`
	Clocks   []bot.ClockRow             `json:"clocks,omitempty"`
	Holdings map[string][]bot.Holding   `json:"holdings,omitempty"`
	Reasons  []store.Audited            `json:"reasons,omitempty"`
	Alert    *bot.AlertRecord           `json:"alert,omitempty"`
}

// SaidBy is what a decision says.
func SaidBy(d store.Decision) (Said, error) {
	s := Said{Ticket: d.Ticket, Timers: d.Timers, Withdraw: d.Withdraw, Clocks: d.Clocks, Holdings: d.Holdings, Reasons: d.Reasons, Alert: d.Alert}
	for _, c := range d.States {
		state, panel, err := c.Written()
		if err != nil {
			return Said{}, err
		}
		keep(&s.States, c.Feature, state)
		keep(&s.Panels, c.Feature, panel)
	}
	s.Effects = slices.Clone(d.Effects)
	for i := range s.Effects {
		s.Effects[i].Trace = ""
	}
	return s, nil
}

func keep(m *map[string]json.RawMessage, feature string, text json.RawMessage) {
	if len(text) == 0 {
		return
	}
	if *m == nil {
		*m = map[string]json.RawMessage{}
	}
	(*m)[feature] = text
}

// noting is a directory that notes who was asked for.
func noting(dir *bot.Directory, now time.Time, asked map[string]string) *bot.Directory {
	out := *dir
	out.Duty = func(team string, at time.Time) (bot.Person, bool) {
		p, ok := dir.Duty(team, at)
		if at.Equal(now) {
			asked[team] = p.ID
		}
		return p, ok
	}
	return &out
}

// record writes down what a decision was made of.
func record(dir *bot.Directory, now time.Time, duty map[string]string, loaded store.Loaded, c store.Claimed, fetched *bot.Fetched, d store.Decision) (json.RawMessage, error) {
	said, err := SaidBy(d)
	if err != nil {
		return nil, err
	}
	r := Record{
		Now: now, Event: c.Event, Attempt: c.Attempt, Ticket: json.RawMessage(loaded.Stored), Cursor: loaded.Cursor, Version: loaded.Version,
		Alert: loaded.Alert, Letter: loaded.Letter, Mode: loaded.Mode, Unsaid: loaded.Unsaid, Others: loaded.Holdings, Fetched: fetched, Bots: dir.BotUser, Duty: duty, Said: said,
	}
	for f, s := range loaded.States {
		if r.States == nil {
			r.States = map[string]Memory{}
		}
		r.States[f] = Memory(s)
	}
	if cust, project := whose(dir, loaded, fetched); cust != nil {
		r.Project, r.Born = cust.ModeOf(project), cust.Born[project]
	}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("recording %s: %w", c.Event.Key, err)
	}
	return b, nil
}

// whose is the customer, and the project, that an event is about; nil when it is about none.
func whose(dir *bot.Directory, loaded store.Loaded, fetched *bot.Fetched) (c *bot.Customer, project string) {
	switch {
	case loaded.Ticket != nil:
		c, _ = dir.Customer(loaded.Ticket.Customer)
		project = loaded.Ticket.Project
	case fetched != nil:
		c, _ = dir.OfProject(fetched.Snapshot.Space, fetched.Snapshot.Project)
		project = fetched.Snapshot.Project
	}
	return c, project
}

// Again decides what is recorded once more, with these features and this configuration.
func (r Record) Again(handlers []bot.Handler, dir *bot.Directory) (said Said, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("deciding %s %s: a feature panicked: %v", r.Event.Kind, r.Event.Key, p)
		}
	}()
	loaded := store.Loaded{
		Stored: string(r.Ticket), Cursor: r.Cursor, Version: r.Version, States: map[string]store.FeatureState{},
		Alert: r.Alert, Letter: r.Letter, Mode: r.Mode, Unsaid: r.Unsaid, Holdings: r.Others,
	}
	if len(r.Ticket) > 0 {
		loaded.Ticket = &bot.Ticket{}
		if err := json.Unmarshal(r.Ticket, loaded.Ticket); err != nil {
			return Said{}, fmt.Errorf("reading the ticket of %s: %w", r.Event.Key, err)
		}
	}
	for f, m := range r.States {
		loaded.States[f] = store.FeatureState(m)
	}
	d, err := Decide(handlers, r.directory(dir, loaded), r.Now, loaded, store.Claimed{Event: r.Event, Attempt: r.Attempt, Owner: "replay"}, r.Fetched)
	if err != nil {
		return Said{}, err
	}
	return SaidBy(d)
}

// directory is the configuration with what was otherwise at that time.
func (r Record) directory(dir *bot.Directory, loaded store.Loaded) *bot.Directory {
	out := *dir
	out.BotUser = r.Bots
	out.Duty = func(team string, at time.Time) (bot.Person, bool) {
		id, ok := r.Duty[team]
		if !ok || !at.Equal(r.Now) {
			return dir.Duty(team, at)
		}
		return dir.Person(id)
	}
	c, project := whose(dir, loaded, r.Fetched)
	if c == nil {
		return &out
	}
	then := *c
	then.Modes, then.Born = map[string]bot.Mode{project: r.Project}, map[string]time.Time{}
	if !r.Born.IsZero() {
		then.Born[project] = r.Born
	}
	out.Customers = slices.Clone(dir.Customers)
	out.Customers[slices.Index(out.Customers, c)] = &then
	return &out
}
