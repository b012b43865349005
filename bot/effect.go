package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// EffectKind names an outward act; the adapter that speaks to the vendor is found by it.
type EffectKind string

// Effect kinds. ARCHITECTURE's table says for each what is looked up before it is repeated.
const (
	EffectComment   EffectKind = "backlog.comment" // body: Comment
	EffectUpdate    EffectKind = "backlog.update"  // body: Update
	EffectWiki      EffectKind = "backlog.wiki"    // body: WikiPage
	EffectCard      EffectKind = "slack.card"      // body: Card
	EffectPost      EffectKind = "slack.post"      // body: Post
	EffectEphemeral EffectKind = "slack.ephemeral" // body: Ephemeral; never repeated
	EffectReport    EffectKind = "report.publish"  // body: ReportRequest; pages are found by name and content
	EffectIssue     EffectKind = "backlog.issue"   // body: NewIssue; its end reports the key and id of the new issue
	EffectFile      EffectKind = "backlog.file"    // body: File
	EffectMail      EffectKind = "mail.send"       // body: Mail
	EffectCall      EffectKind = "phone.call"      // body: Call; its end tells the outcome
	EffectAWS       EffectKind = "aws.change"      // body: AWSChange; its end tells the outcome
	EffectLook      EffectKind = "toban.look"      // body: Look; changes nothing, its end tells what was found
)

// EffectClass decides what an effect may wait behind.
type EffectClass string

// Classes of effects. Notices of one ticket and channel keep their order; cosmetic ones never stand before a notice and only the
// newest of one Coalesce key is sent.
const (
	Notice   EffectClass = "notice"
	Cosmetic EffectClass = "cosmetic"
)

// Effect is an outward act that a decision asks for.
type Effect struct {
	Key      string          `json:"key"` // idempotency key; the same key is done once
	Kind     EffectKind      `json:"kind"`
	Class    EffectClass     `json:"class"`
	Ticket   TicketID        `json:"ticket"`
	Customer string          `json:"customer"`
	Project  string          `json:"project,omitempty"`  // project key; "" for what belongs to the customer as a whole
	Coalesce string          `json:"coalesce,omitempty"` // for cosmetic effects
	Urgent   bool            `json:"urgent,omitempty"`   // incidents go first
	Bulk     bool            `json:"bulk,omitempty"`     // one of many alike, such as an announcement: goes behind everything else
	Report   bool            `json:"report,omitempty"`   // its end comes back as effect.done or effect.dead
	Due      time.Time       `json:"due,omitzero"`       // when it was promised; sent later than this it is marked late
	Trace    string          `json:"trace,omitempty"`    // W3C trace context of the decision; "" when nobody traces
	Body     json.RawMessage `json:"body"`
}

// Decode reads the effect's body into v.
func (e Effect) Decode(v any) error {
	if err := json.Unmarshal(e.Body, v); err != nil {
		return fmt.Errorf("reading body of effect %q: %w", e.Key, err)
	}
	return nil
}

// Outward reports whether the effect leaves the provider. Slack is staff's, a look changes nothing, and a mail of no customer is the operators' own.
func (e Effect) Outward() bool {
	channel := e.Kind.Channel()
	return channel != EffectPost.Channel() && channel != EffectLook.Channel() && (channel != EffectMail.Channel() || e.Customer != "")
}

// ToStaff reports whether a mail or a call goes to one of the provider's own people: to call somebody out asks nobody's leave first.
func (e Effect) ToStaff() bool {
	var to struct {
		To string `json:"to"`
	}
	return (e.Kind == EffectMail || e.Kind == EffectCall) && e.Decode(&to) == nil && strings.HasPrefix(to.To, personRef)
}

// Channel is the vendor that an effect speaks to; order is kept per ticket and channel.
func (k EffectKind) Channel() string {
	switch k {
	case EffectComment, EffectUpdate, EffectWiki, EffectIssue, EffectFile:
		return "backlog"
	case EffectMail:
		return "mail"
	case EffectCall:
		return "phone"
	case EffectAWS:
		return "aws"
	case EffectReport:
		return "report"
	case EffectLook:
		return "look"
	case EffectCard, EffectPost, EffectEphemeral:
		return "slack"
	}
	return otherChannel
}

// otherChannel is where effects of a kind belong that this release has no word for.
const otherChannel = "other"

// Known reports whether this release has a word for the kind; an effect of any other is left to the release that made it, see [EventKind.Known].
func (k EffectKind) Known() bool { return k.Channel() != otherChannel }

// Comment is a comment on an issue that notifies people. The tracker adds the 通知番号 at its foot.
type Comment struct {
	Text   string  `json:"text"`
	Notify []int64 `json:"notify,omitempty"`
	Verify bool    `json:"verify,omitempty"` // read it back: complete, and Notify among the notified
}

// Update sets fields of an issue to absolute values, with a comment in the same call when Text is set.
type Update struct {
	Text     string  `json:"text,omitempty"`
	Notify   []int64 `json:"notify,omitempty"`
	Verify   bool    `json:"verify,omitempty"`
	StatusID int64   `json:"status_id,omitempty"`
	DueDate  string  `json:"due_date,omitempty"` // yyyy-MM-dd in the customer's zone
	// ClearDue is a due date that Toban set and that holds no more: it is taken away where the issue still has it.
	ClearDue   string `json:"clear_due,omitempty"` // yyyy-MM-dd
	AssigneeID int64  `json:"assignee_id,omitempty"`
	// KeepAssignee: only nobody or one of these team accounts is replaced, a person that the customer chose stays.
	KeepAssignee []int64 `json:"keep_assignee,omitempty"`
	// Accepted is a custom status, by name, that an issue gets which is 未対応 yet. One that the project lacks is left out, like a category.
	Accepted string `json:"accepted,omitempty"`
	// Category is given by name to an issue that has none. One that the project lacks is left out: it keeps nothing else back.
	Category string `json:"category,omitempty"`
}

// Empty reports whether no field is to be set: what is left are words.
func (u Update) Empty() bool {
	return u.StatusID == 0 && u.DueDate == "" && u.ClearDue == "" && u.AssigneeID == 0 && u.Category == "" && u.Accepted == ""
}

// NewIssue is an issue that Toban opens. The tracker adds the 通知番号 at the end of its description; Sent.RemoteID is the new issue's key.
type NewIssue struct {
	Space       string  `json:"space"`
	Project     string  `json:"project"`    // project key
	IssueType   string  `json:"issue_type"` // by name; the project must have it
	Summary     string  `json:"summary"`    // one line
	Description string  `json:"description"`
	Plain       bool    `json:"plain,omitempty"`       // of words of others: the adapter escapes them by the project's text rule
	PriorityID  int64   `json:"priority_id,omitempty"` // 3 (中) when 0
	DueDate     string  `json:"due_date,omitempty"`    // yyyy-MM-dd in the customer's zone
	AssigneeID  int64   `json:"assignee_id,omitempty"`
	Notify      []int64 `json:"notify,omitempty"`
	Files       []File  `json:"files,omitempty"` // attached as the issue is opened
}

// Mail is a mail to one person: each mail is a delivery of its own, with its own outcome. Its Message-ID is made from the effect's key, so
// a repeat is the same mail; a repeat that could be a second one says so in its subject (再送).
type Mail struct {
	To      string `json:"to"`      // a reference, such as contact:NAME; only the adapter learns the address
	Subject string `json:"subject"` // one line
	Text    string `json:"text"`    // plain words; the adapter adds the 通知番号

	ReplyTo    string   `json:"reply_to,omitempty"`    // a reference of where an answer goes; "" is the sender
	InReplyTo  string   `json:"in_reply_to,omitempty"` // Message-ID, without its brackets, of the mail that this one answers
	References []string `json:"references,omitempty"`  // Message-IDs of its thread, the oldest first
}

// Call is one telephone call to one person: its words are spoken, then a key is waited for.
type Call struct {
	To    string            `json:"to"`              // a reference, such as contact:NAME; only the adapter learns the number
	Text  string            `json:"text"`            // plain words
	Keys  map[string]string `json:"keys,omitempty"`  // digit to what it means; a person who answers acknowledges by one
	Rings int               `json:"rings,omitempty"` // 10 when 0
	Press string            `json:"press,omitempty"` // spoken behind the words: which key to press; staff who call themselves do not read it
}

// CallOutcome is how a call ended.
type CallOutcome string

// Outcomes. A key acknowledges; nothing else is an answer, least of all voicemail.
const (
	CallAcknowledged CallOutcome = "acknowledged" // a person pressed a key, which stands after a colon: acknowledged:1
	CallAnswered     CallOutcome = "answered"     // somebody took it and pressed none
	CallNoAnswer     CallOutcome = "no_answer"
	CallBusy         CallOutcome = "busy"
	CallVoicemail    CallOutcome = "voicemail"
	CallFailed       CallOutcome = "failed"  // the provider could not place it
	CallUnknown      CallOutcome = "unknown" // nobody can say: the next contact is due, and staff are told
	CallByHand       CallOutcome = "by_hand" // no provider: staff were told whom to call
)

// File is a file that is attached to the ticket's issue.
type File struct {
	Name    string `json:"name"`
	Content []byte `json:"content"` // at most MostFile
}

// MostFile is the size of the largest file that is attached to an issue, in bytes: what Backlog's paid plans take.
const MostFile = 10 << 20

// WikiPage is a page that Toban owns whole.
type WikiPage struct {
	Project string `json:"project"`
	Space   string `json:"space"`
	Name    string `json:"name"`
	Content string `json:"content"`
	Notify  string `json:"notify,omitempty"` // Slack channel that is told when a person changed the page
}

// Post is a Slack message: in the thread of the ticket's card, or in a channel when Ticket is empty or Top is set.
type Post struct {
	Channel string   `json:"channel,omitempty"`
	Text    string   `json:"text"`              // plain words; the adapter escapes them
	Mention []string `json:"mention,omitempty"` // Slack user ids to address
	Top     bool     `json:"top,omitempty"`     // in the channel too
	Buttons []Button `json:"buttons,omitempty"`
	// Edit is the reference of a message of ours that gets these words in the place of its own; one that is gone needs none.
	Edit string `json:"edit,omitempty"`
}

// Ephemeral is a Slack message that only one user sees; it may be lost.
type Ephemeral struct {
	Channel string `json:"channel"`
	User    string `json:"user"`
	Text    string `json:"text"`
}

// Card is the one Slack card of a ticket: posted once, then edited in place. Panels are each feature's part of it.
type Card struct {
	Channel  string   `json:"channel"`
	Ticket   TicketID `json:"ticket"`
	Customer string   `json:"customer"`
	Key      string   `json:"key"`
	URL      string   `json:"url"`
	Title    string   `json:"title"` // untrusted: the customer's words
	Version  int64    `json:"version"`
	Panels   []Panel  `json:"panels"`
}

// MakeEffect builds an effect from its body. It fails only for a body that JSON can't hold, which a test of each feature would show.
func MakeEffect(kind EffectKind, class EffectClass, key string, t *Ticket, body any) Effect {
	b, err := json.Marshal(body)
	if err != nil {
		b, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	e := Effect{Key: key, Kind: kind, Class: class, Body: b}
	if t != nil {
		e.Ticket, e.Customer, e.Project = t.ID, t.Customer, t.Project
	}
	return e
}

// ReportRequest asks for a customer's monthly report; the body of EffectReport.
type ReportRequest struct {
	Customer string `json:"customer"`
	Month    string `json:"month"`          // 2026-11
	What     string `json:"what,omitempty"` // "" is the month's report, ReportAgain, ReportSchedule or ReportResources
}

// ReportAgain asks for the month's report only where it was written before.
const ReportAgain = "again"

// ReportSchedule asks for the page of the change schedule instead of the report.
const ReportSchedule = "schedule"

// ReportResources asks for the page of the managed resources instead of the report.
const ReportResources = "resources"

// ReportRefs is the id under which the references of a customer's pages are kept, and the lane in which they are written one after the other.
func ReportRefs(customer string) TicketID { return TicketID("report:" + customer) }

// SchedulePage is the effect that writes a customer's page of the change schedule as it stands when it is written; now is in the customer's
// zone. Those that wait make way for a newer one. The month is for the previous release, which writes the running report instead.
func SchedulePage(customer, key string, now time.Time) Effect {
	return ownPage(customer, ReportSchedule, key, now)
}

// ResourcePage is the effect that writes a customer's page of its managed resources, in the same way.
func ResourcePage(customer, key string, now time.Time) Effect {
	return ownPage(customer, ReportResources, key, now)
}

func ownPage(customer, what, key string, now time.Time) Effect {
	e := MakeEffect(EffectReport, Cosmetic, key, nil, ReportRequest{Customer: customer, Month: now.Format("2006-01"), What: what})
	e.Ticket, e.Customer, e.Report, e.Coalesce = ReportRefs(customer), customer, true, what+":"+customer
	return e
}
