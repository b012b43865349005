package config

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Message documents one message to customers: its id and the placeholders that its templates may use.
type Message struct {
	ID string
	// About says when the message is sent.
	About        string
	Placeholders []Placeholder
}

// Placeholder is a value that a template may use as {{.name}}. Values are text that is already escaped for the project's text rule;
// those of a List are such texts one by one, those of a Flag true or false. Times are written out with their zone.
type Placeholder struct {
	Name     string
	About    string
	Kind     PlaceholderKind
	Optional bool
}

// PlaceholderKind says what a placeholder holds.
type PlaceholderKind string

// Kinds of placeholders.
const (
	PlaceText PlaceholderKind = "text"
	PlaceList PlaceholderKind = "list"
	PlaceFlag PlaceholderKind = "flag"
)

func text(name, about string) Placeholder {
	return Placeholder{Name: name, About: about, Kind: PlaceText}
}

func maybe(name, about string) Placeholder {
	return Placeholder{Name: name, About: about, Kind: PlaceText, Optional: true}
}

func list(name, about string) Placeholder {
	return Placeholder{Name: name, About: about, Kind: PlaceList}
}

func flag(name, about string) Placeholder {
	return Placeholder{Name: name, About: about, Kind: PlaceFlag, Optional: true}
}

// everywhere are the placeholders that every message has.
func everywhere() []Placeholder {
	return []Placeholder{
		maybe("requester", "name of the customer's user who is written to"),
		maybe("customer", "name of the customer"),
		maybe("person", "person in charge, as shown to customers"),
		maybe("key", "the ticket's key, such as AOBA-12"),
	}
}

// Messages returns every message to customers, in the order of a ticket's life.
func Messages() []Message {
	out := []Message{
		{ID: "intake_answer", About: "a new ticket was understood and accepted", Placeholders: []Placeholder{
			text("type", "name of the request type"), maybe("class", "class of the contract, as customers read it"), maybe("due", "deadline with zone; none when nothing is promised"),
			maybe("desired", "desired window of work as understood"), maybe("earliest", "first standard date, when the desired one is earlier"),
			maybe("condition", "condition under which the work is supported"), flag("hold", "priority 低: no deadline until a date is set"),
			maybe("next", "what happens next"),
		}},
		{ID: "mail_receipt", About: "a request came by mail: its sender is told by mail which ticket it became", Placeholders: []Placeholder{
			text("subject", "summary of the ticket"), text("received", "when the mail came"), maybe("type", "name of the request type, where it is not unsure"),
			maybe("due", "deadline with zone; none when nothing is promised"), flag("waiting", "details are asked for on the ticket"), maybe("url", "address of the ticket"),
		}},
		{ID: "ask_details", About: "required details are missing", Placeholders: []Placeholder{
			flag("paused", "the clock stands still until the answer"), flag("again", "the requester has answered, not everything is there yet"),
			maybe("type", "name of the request type"), list("missing", "the missing items"), maybe("note", "what staff add"),
		}},
		{ID: "ask_date", About: "the desired date can't be read with certainty", Placeholders: []Placeholder{
			text("desired", "what the ticket says"), maybe("question", "what is unclear"),
		}},
		{ID: "waiting_reminder", About: "we still wait for the customer's answer", Placeholders: []Placeholder{
			list("missing", "what we wait for"), maybe("asked", "when we asked"),
		}},
		{ID: "agreed_date", About: "a date was agreed with the requester", Placeholders: []Placeholder{text("due", "agreed date with zone")}},
		{ID: "reclassified", About: "type or priority was changed", Placeholders: []Placeholder{
			text("type", "name of the request type now"), maybe("due", "deadline now"), maybe("reason", "why"),
		}},
		{ID: "declined", About: "the work is not supported", Placeholders: []Placeholder{
			text("reason", "why not"), maybe("alternative", "what is possible instead"),
		}},
		{ID: "complaint_received", About: "a complaint arrived: who answers it, and a second window", Placeholders: []Placeholder{
			text("owner", "the contract's satisfaction owner"), maybe("second", "the second window"),
		}},
		{ID: "merged", About: "the ticket is the same as another one", Placeholders: []Placeholder{text("into", "key of the other ticket")}},
		{ID: "merged_here", About: "another ticket was merged into this one", Placeholders: []Placeholder{text("from_key", "key of the ticket that ended")}},
		{ID: "late_notice", About: "a promise was missed or will be", Placeholders: []Placeholder{
			maybe("due", "the deadline that is missed"), maybe("cause", "why"), maybe("new_due", "the new date"),
		}},
		{ID: "cancelled", About: "the customer cancelled", Placeholders: []Placeholder{flag("notices", "scheduled notices were withdrawn")}},
		{ID: "reopened", About: "a comment reopened an ended ticket", Placeholders: []Placeholder{maybe("due", "deadline now")}},
		{ID: "silent_close", About: "closed after silence", Placeholders: []Placeholder{
			text("days", "business days of silence"), flag("answered", "the requester has thanked or confirmed meanwhile"),
		}},
	}
	out = append(out, Message{ID: "late_mark", About: "a sentence at the end of a notice that goes out after its time", Placeholders: []Placeholder{
		text("due", "when it was promised"), text("cause", "why it is late, as half a sentence"),
	}})
	out = append(out, Message{ID: "project_home", About: "the first page of the project's wiki, as toban customer apply makes it", Placeholders: []Placeholder{
		list("types", "the issue types that customers choose from"),
	}})
	out = append(out, boardingMessages()...)
	out = append(out, workMessages()...)
	out = append(out, incidentMessages()...)
	for i := range out {
		out[i].Placeholders = append(out[i].Placeholders, everywhere()...)
	}
	return out
}

func boardingMessages() []Message {
	data := []Placeholder{flag("export", "the contract has the data handed over before it is deleted"), flag("delete", "the contract has the data deleted")}
	note := maybe("note", "what staff add")
	return []Message{
		{ID: "onboarding_opened", About: "the issue that is opened for the beginning of a contract", Placeholders: []Placeholder{
			text("date", "first day of the contract"), maybe("due", "by when it is to be ready; none when nothing is promised"),
		}},
		{ID: "onboarding_done", About: "everything is ready for the service", Placeholders: []Placeholder{text("date", "first day of the contract"), note}},
		{ID: "offboarding_opened", About: "the issue that is opened for the end of a contract", Placeholders: append([]Placeholder{
			text("date", "last day of the contract"),
		}, data...)},
		{ID: "offboarding_done", About: "the end of the contract is prepared", Placeholders: append([]Placeholder{text("date", "last day of the contract"), note}, data...)},
		{ID: "test_mail", About: "a mail that only shows whether a contact is reached"},
		{ID: "test_call", About: "what is spoken on a call that only shows whether a contact is reached; a key is waited for"},
	}
}

func workMessages() []Message {
	window := []Placeholder{text("start", "planned start with zone"), text("end", "planned end with zone"), text("work", "what is done")}
	with := func(more ...Placeholder) []Placeholder { return append(slices.Clone(window), more...) }
	return []Message{
		{ID: "plan_agreement", About: "a change waits for the customer's agreement to its plan; stops the clock", Placeholders: with(
			text("number", "number of the plan"), text("effect", "effect on the service"), text("checks", "how it is checked"), text("rollback", "the way back"),
			flag("changed", "the plan replaces one that was told"), flag("irreversible", "the work can't be taken back"), maybe("expires", "until when an agreement holds"))},
		{ID: "start_notice", About: "work begins soon", Placeholders: with()},
		{ID: "start_correction", About: "the start that a notice named has changed", Placeholders: with(maybe("old_start", "start as told before"), maybe("reason", "why"))},
		{ID: "start_withdrawn", About: "noticed work will not take place", Placeholders: []Placeholder{
			text("start", "start as told before"), maybe("work", "what was planned"), maybe("reason", "why"), flag("again", "a new plan will be told"),
		}},
		{ID: "work_stopped", About: "the notice could not be given in time, so the work did not start", Placeholders: []Placeholder{
			text("start", "planned start"), maybe("work", "what was planned"), maybe("reason", "why"),
		}},
		{ID: "work_aborted", About: "work was stopped while it ran", Placeholders: []Placeholder{
			text("work", "what was planned"), maybe("reason", "why"), flag("undone", "everything is as it was before"),
		}},
		{ID: "work_ended", About: "work that was broken off is over, the request goes on", Placeholders: []Placeholder{
			text("work", "what was planned"), text("done", "what was done"), maybe("reason", "why it was broken off"),
		}},
		{ID: "work_started", About: "work has begun", Placeholders: with()},
		{ID: "work_delayed", About: "planned work has not begun", Placeholders: []Placeholder{
			text("start", "planned start"), maybe("work", "what is done"), maybe("reason", "why"), maybe("new_start", "new start"),
		}},
		{ID: "work_extended", About: "work takes longer than planned", Placeholders: []Placeholder{
			text("old_end", "end as planned"), text("end", "new end"), maybe("work", "what is done"), maybe("reason", "why"),
		}},
		{ID: "work_overrun", About: "the expected end has passed and nobody gave a new one", Placeholders: []Placeholder{
			text("end", "end as told"), text("next", "by when the next word comes"), maybe("work", "what is done"), flag("again", "it was said before"),
		}},
		{ID: "completion_notice", About: "work or a request is done", Placeholders: []Placeholder{
			maybe("work", "what was asked"), maybe("started", "when work began"), maybe("ended", "when work ended"),
			text("done", "what was done"), maybe("result", "result of the checks"), maybe("resources", "what changed of the managed resources"),
		}},
	}
}

func incidentMessages() []Message {
	return []Message{
		{ID: "incident_receipt", About: "an incident ticket arrived; stops no clock", Placeholders: []Placeholder{maybe("received", "when it arrived")}},
		{ID: "first_notice", About: "first notice of an incident", Placeholders: []Placeholder{
			text("detected", "when it was detected"), maybe("host", "which host"), text("alarm", "which alarm or report"),
			text("impact", "impact as judged, or that it is being checked"), text("action", "what we are doing"), maybe("next", "when the next word comes"),
		}},
		{ID: "call_first_notice", About: "the first notice as it is spoken on the telephone, to one contact", Placeholders: []Placeholder{
			text("detected", "when it was detected"), maybe("host", "which host"), text("alarm", "which alarm or report"), text("impact", "impact as judged"),
		}},
		{ID: "call_recovery", About: "the recovery as it is spoken on the telephone, to one contact", Placeholders: []Placeholder{
			text("happened", "what happened"), text("from", "from when"), text("to", "to when"), text("done", "what was done"),
		}},
		{ID: "interim_update", About: "hourly update written by a person", Placeholders: []Placeholder{
			text("state", "state now"), maybe("done", "what was done since the last update"), maybe("next", "when the next word comes"), maybe("at", "time of the update"),
		}},
		{ID: "interim_automatic", About: "hourly update that Toban posts from recorded facts", Placeholders: []Placeholder{
			text("state", "state now"),
			{Name: "facts", About: "what was recorded since the last update", Kind: PlaceList, Optional: true},
			maybe("next", "when the next word comes"), maybe("at", "time of the update"),
		}},
		{ID: "interim_catch_up", About: "updates that could not be posted while Backlog was down", Placeholders: []Placeholder{
			list("missed", "times of the missed updates"), text("state", "state now"), maybe("next", "when the next word comes"),
		}},
		{ID: "recovery_notice", About: "the incident is over", Placeholders: []Placeholder{
			text("happened", "what happened"), text("from", "from when"), text("to", "to when"), maybe("duration", "how long"), text("done", "what was done"),
		}},
	}
}

// messageByID holds the messages by their ids: one is looked up for each text that is written, and for each template that is read.
var messageByID = sync.OnceValue(func() map[string]Message {
	out := map[string]Message{}
	for _, m := range Messages() {
		out[m.ID] = m
	}
	return out
})

// MessageByID finds a message.
func MessageByID(id string) (Message, bool) {
	m, ok := messageByID()[id]
	return m, ok
}

func messageIDs() []string {
	var out []string
	for _, m := range Messages() {
		out = append(out, m.ID)
	}
	return out
}

func (m Message) names() []string {
	out := make([]string, len(m.Placeholders))
	for i, p := range m.Placeholders {
		out[i] = p.Name
	}
	return out
}

// values completes data with the empty values of what is optional and refuses what the message does not have.
func (m Message) values(data map[string]any) (map[string]any, error) {
	out := maps.Clone(data)
	if out == nil {
		out = map[string]any{}
	}
	names := m.names()
	for name := range data {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("unknown placeholder %q", name)
		}
	}
	for _, p := range m.Placeholders {
		v, given := data[p.Name]
		switch {
		case !given && !p.Optional:
			return nil, fmt.Errorf("placeholder %q is missing", p.Name)
		case !given:
			out[p.Name] = p.empty()
		case !p.holds(v):
			return nil, fmt.Errorf("placeholder %q must be %s", p.Name, p.Kind)
		}
	}
	return out, nil
}

func (p Placeholder) empty() any {
	switch p.Kind {
	case PlaceList:
		return []string(nil)
	case PlaceFlag:
		return false
	case PlaceText:
		return ""
	}
	return ""
}

// holds reports whether v is of the placeholder's kind; a required text must say something.
func (p Placeholder) holds(v any) bool {
	switch p.Kind {
	case PlaceList:
		items, ok := v.([]string)
		return ok && (p.Optional || len(items) > 0)
	case PlaceFlag:
		_, ok := v.(bool)
		return ok
	case PlaceText:
		s, ok := v.(string)
		return ok && (p.Optional || s != "")
	}
	return false
}

// sample fills every placeholder, or only the required ones.
func (m Message) sample(full bool) map[string]any {
	out := map[string]any{}
	for _, p := range m.Placeholders {
		out[p.Name] = p.empty()
		if full || !p.Optional {
			out[p.Name] = map[PlaceholderKind]any{PlaceText: "x", PlaceList: []string{"x", "y"}, PlaceFlag: true}[p.Kind]
		}
	}
	return out
}
