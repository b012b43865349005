package bot

import "time"

// AuthorKind tells what a Backlog user is to a project (spec/7-customers.md, People).
type AuthorKind string

// Kinds of authors.
const (
	AuthorCustomer AuthorKind = "customer"
	AuthorStaff    AuthorKind = "staff"
	AuthorPartner  AuthorKind = "partner"
	AuthorBot      AuthorKind = "bot"
	AuthorUnknown  AuthorKind = "unknown"
)

// Author is a Backlog user as a fact names them.
type Author struct {
	ID     int64      `json:"id"`
	Name   string     `json:"name"`
	Kind   AuthorKind `json:"kind"`
	Person string     `json:"person,omitempty"` // id in people.yaml for staff
}

// Change is one changed field of an issue, in Backlog's field names and display values.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// Fact is one entry of an issue's history, in the vendor's order with the vendor's instant and id.
type Fact struct {
	ID       string    `json:"id"` // "issue:ID" for the opening, "comment:ID" afterwards
	At       time.Time `json:"at"`
	Author   Author    `json:"author"`
	Opened   bool      `json:"opened,omitempty"`
	Text     string    `json:"text,omitempty"`
	Changes  []Change  `json:"changes,omitempty"`
	Notified []int64   `json:"notified,omitempty"`
	// Assent is desk's reading of a customer user's words, in ticket.comment events only: a plain yes, without condition, question or doubt.
	Assent bool `json:"assent,omitempty"`
	// Origin is the key of the effect of ours that this fact is the echo of; such a fact confirms the effect and decides nothing.
	Origin string `json:"origin,omitempty"`
}

// Changed returns the change of a field.
func (f Fact) Changed(field string) (Change, bool) {
	for _, c := range f.Changes {
		if c.Field == field {
			return c, true
		}
	}
	return Change{}, false
}

// Snapshot is an issue as it is now. Decisions use it; clocks use the facts.
type Snapshot struct {
	Space       string            `json:"space"`
	Project     string            `json:"project"` // project key
	ProjectID   int64             `json:"project_id"`
	IssueID     int64             `json:"issue_id"`
	Key         string            `json:"key"`
	URL         string            `json:"url"`
	Type        string            `json:"type"` // the issue type's name (種別)
	Summary     string            `json:"summary"`
	Description string            `json:"description"`
	StatusID    int64             `json:"status_id"`
	Status      string            `json:"status"`
	PriorityID  int64             `json:"priority_id"` // 2 high, 3 normal, 4 low
	Priority    string            `json:"priority"`
	Category    []string          `json:"category,omitempty"`
	Assignee    *Author           `json:"assignee,omitempty"`
	Created     time.Time         `json:"created"`
	CreatedBy   Author            `json:"created_by"`
	DueDate     string            `json:"due_date,omitempty"`    // yyyy-MM-dd
	Custom      map[string]string `json:"custom,omitempty"`      // custom field name → text of its value
	TextRule    string            `json:"text_rule"`             // backlog | markdown
	Members     []int64           `json:"members,omitempty"`     // user ids of the project
	LastComment int64             `json:"last_comment,string"`   // highest comment id seen
	Deleted     bool              `json:"deleted,omitempty"`     // the issue is gone
	Attachments []string          `json:"attachments,omitempty"` // names only
}

// Backlog's built-in ids, the same in every project (reference: API v2, statuses and priorities).
const (
	StatusOpen       int64 = 1 // 未対応
	StatusInProgress int64 = 2 // 処理中
	StatusResolved   int64 = 3 // 処理済み
	StatusClosed     int64 = 4 // 完了

	PriorityHigh   int64 = 2 // 高
	PriorityNormal int64 = 3 // 中
	PriorityLow    int64 = 4 // 低
)
