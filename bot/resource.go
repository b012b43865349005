package bot

import (
	"strings"
	"time"
)

// Resource is something of a customer's that is managed by contract, as the customer's file lists it.
type Resource struct {
	ID, Host, Type, OS, Account, Region, Zone, Owner string
	Agents                                           []string
	Since, Until                                     time.Time // when the list says so itself; Until is exclusive
}

// AutoScaling is the type of a managed group, whose instances are counted as they run.
const AutoScaling = "Auto Scaling"

// Named reports whether a name that people use means the resource.
func (r Resource) Named(name string) bool {
	return strings.EqualFold(name, r.Host) || strings.EqualFold(name, r.ID)
}

// ResourceChange is what work changed of a managed resource, as who did the work recorded it.
type ResourceChange struct {
	Ticket TicketID  `json:"-"`
	Key    string    `json:"-"`               // of the issue
	Order  int       `json:"order,omitempty"` // which work order of the ticket
	Name   string    `json:"name"`            // host name or id as written
	What   string    `json:"what"`            // インスタンスタイプ t3.medium → t3.large
	By     string    `json:"by"`              // name of who recorded it
	At     time.Time `json:"at"`
}

// ResourceInput asks in a form for what was changed of managed resources; [ReadResourceChanges] reads the answer.
func ResourceInput() Input {
	const longest = 1000
	return Input{
		ID: "resources", Label: "管理対象の変更", Type: InputArea, Optional: true, Max: longest,
		Hint: "管理対象が変わった場合、1行に1つ「ホスト名: 変わったこと」と入力すると、管理対象の一覧に載ります。例: web01: インスタンスタイプ t3.medium → t3.large",
	}
}

// ReadResourceChanges reads one change a line, "name: what". bad is the first line that is none.
func ReadResourceChanges(text, by string, at time.Time) (list []ResourceChange, bad string) {
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "：", ":"), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line == "" {
			continue
		}
		name, what, ok := strings.Cut(strings.TrimPrefix(line, "・"), ":")
		name, what = strings.TrimSpace(name), strings.TrimSpace(what)
		if !ok || name == "" || what == "" {
			return nil, line
		}
		list = append(list, ResourceChange{Name: name, What: what, By: by, At: at})
	}
	return list, ""
}

// ResourceLines writes changes as a message lists them.
func ResourceLines(list []ResourceChange) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Name + ": " + c.What
	}
	return strings.Join(out, "、")
}

// Managed is the time in which a resource is a managed one. A zero From is the time before Toban knew the customer, a zero Until now and further;
// Until is exclusive.
type Managed struct {
	Customer, ID, Host, Type string
	From, Until              time.Time
}

// GroupSize is how many instances of an Auto Scaling group run from a moment on, as AWS told.
type GroupSize struct {
	Customer, Group string
	At              time.Time
	Running         int
}
