package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Alert is what a monitoring system said of one host: that something is wrong, or that it is right again. It is the body of EventAlert.
type Alert struct {
	Customer string `json:"customer"`
	Source   string `json:"source"`         // the door's name of the monitoring system, e.g. alertmanager
	Host     string `json:"host,omitempty"` // as the customer's file names it, where it names it
	Name     string `json:"name"`
	Severity string `json:"severity,omitempty"` // in the source's own words
	Text     string `json:"text,omitempty"`     // what else the source says, in its own words
	URL      string `json:"url,omitempty"`      // where the source shows it
	Firing   bool   `json:"firing"`             // false: the source says that it is over
	// Occurrence names one outbreak, from its alert to its recovery, where the source tells them apart; "" where it does not.
	Occurrence string          `json:"occurrence,omitempty"`
	ID         string          `json:"id,omitempty"`     // of this very word, where the source gives one: a doubled delivery has it again
	Since      time.Time       `json:"since,omitzero"`   // the source's own time of it
	Rule       string          `json:"rule,omitempty"`   // the customer's rule by which the door read it; "": it is found by what it says
	Unread     bool            `json:"unread,omitempty"` // no rule says what it means: staff read it, and nothing else comes of it
	Raw        json.RawMessage `json:"raw,omitempty"`    // the source's words of this alert alone
}

// AlertLane is the lane of all alerts of one kind: those of a customer, a host and a name.
func AlertLane(customer, host, name string) string {
	sum := sha256.Sum256([]byte(host + "\x00" + name))
	return alertLanes + customer + ":" + hex.EncodeToString(sum[:10])
}

// AlertKey is the dedup key of an alert's event whose very word its source names.
func AlertKey(customer, source, id string) string {
	sum := sha256.Sum256([]byte(id))
	return "alert:" + customer + ":" + source + ":" + hex.EncodeToString(sum[:16])
}

const (
	alertLanes   = "alert:"
	silenceLanes = "silence:"
)

// AlertCustomer is the customer to whom a lane of alerts belongs.
func AlertCustomer(lane string) (customer string, ok bool) {
	rest, ok := strings.CutPrefix(lane, alertLanes)
	if !ok {
		return "", false
	}
	customer, _, ok = strings.Cut(rest, ":")
	return customer, ok
}

// SilenceLane is the lane in which the end of a silence is handled.
func SilenceLane(id string) string { return silenceLanes + id }

// LaneSilence is the id of the silence that a lane is about.
func LaneSilence(lane string) (id string, ok bool) { return strings.CutPrefix(lane, silenceLanes) }

// AlertRecord is what is kept of the alerts of one lane.
type AlertRecord struct {
	Lane     string
	Customer string
	Key      string          // of the issue that they are about; "" when there is none, or it is not known yet
	Firing   bool            //
	Held     string          // what holds an alert back: the id of a silence, work:KEY, or HeldForReview
	Last     time.Time       // the newest of them
	State    json.RawMessage // the feature's own
	Version  int64           // 0: not stored yet
}

// AlertView is what a decision on alerts is made from beside the event.
type AlertView struct {
	Record   *AlertRecord
	Ticket   *Ticket       // of Record.Key, as it is now; nil before desk recorded it
	Silences []Silence     // of the customer, those that are not over
	Works    []Holding     // the customer's work that runs
	Silence  *Silence      // in the lane of a silence: that one
	All      []AlertRecord // in the lane of a silence: all of the customer's; in one that is left for review: those that are, too
}

// HeldForReview is what holds alerts back that the contract has looked at on the next business day.
const HeldForReview = "review"

// Buttons of the list of alerts that are to be reviewed. Their value is a lane of alerts; the first is followed by the number of the list's line.
const (
	ReviewOpen = "review.open_" // make an incident of them
	ReviewDone = "review.done"  // all of the list was looked at
)

// AlertRule says what the alerts of a customer mean that fit it.
type AlertRule struct {
	ID       string
	Source   string         // "" is any
	Name     *regexp.Regexp // over the alert's name
	Severity *regexp.Regexp // nil is any
	Host     *regexp.Regexp // nil is any
	Impact   string         // affected | ask | not_affected
	Urgency  string         // 高 | 低 | ""
	Runbook  string
	Project  string // where the issue is opened; "" is the contract's first project
	Review   bool   // left to the next business day's review
}

// Fits reports whether an alert fits the rule.
func (r AlertRule) Fits(a Alert) bool {
	return (r.Source == "" || r.Source == a.Source) && (r.Name == nil || r.Name.MatchString(a.Name)) &&
		(r.Severity == nil || r.Severity.MatchString(a.Severity)) && (r.Host == nil || r.Host.MatchString(a.Host))
}

// AlertRule finds the first rule that an alert fits. What fits none is asked of staff.
func (c *Customer) AlertRule(a Alert) AlertRule {
	if i := slices.IndexFunc(c.Alerts, func(r AlertRule) bool { return a.Rule != "" && r.ID == a.Rule }); i >= 0 {
		return c.Alerts[i]
	}
	if i := slices.IndexFunc(c.Alerts, func(r AlertRule) bool { return r.Fits(a) }); i >= 0 {
		return c.Alerts[i]
	}
	return AlertRule{Impact: "ask"}
}

// AlertOrigin is what the effect that opens an issue for an alert carries in its key, so that the ticket is taken in from what Toban decided and not
// from what stands in the issue.
type AlertOrigin struct {
	Lane     string    `json:"lane"`
	Host     string    `json:"host,omitempty"`
	Impact   string    `json:"impact"`
	Urgency  string    `json:"urgency,omitempty"`
	Received time.Time `json:"received"` // when the door received it: the clock starts here
	Number   int       `json:"number"`   // which of the lane's issues it is, from 1
}

const openPrefix = "fold:open:"

// Key is the idempotency key of the effect that opens the issue.
func (o AlertOrigin) Key() string {
	return openPrefix + strings.Join([]string{
		o.Impact, url.QueryEscape(o.Urgency), strconv.FormatInt(o.Received.UnixMicro(), 10), strconv.Itoa(o.Number), url.QueryEscape(o.Host), o.Lane,
	}, ":")
}

// ReadAlertOrigin reads the key of an effect back; ok is false when it opened no issue for an alert.
func ReadAlertOrigin(key string) (o AlertOrigin, ok bool) {
	rest, ok := strings.CutPrefix(key, openPrefix)
	parts := strings.SplitN(rest, ":", 6)
	if !ok || len(parts) < 6 {
		return AlertOrigin{}, false
	}
	us, errT := strconv.ParseInt(parts[2], 10, 64)
	n, errN := strconv.Atoi(parts[3])
	urgency, errU := url.QueryUnescape(parts[1])
	host, errH := url.QueryUnescape(parts[4])
	if errT != nil || errN != nil || errU != nil || errH != nil {
		return AlertOrigin{}, false
	}
	return AlertOrigin{Impact: parts[0], Urgency: urgency, Received: time.UnixMicro(us).UTC(), Number: n, Host: host, Lane: parts[5]}, true
}
