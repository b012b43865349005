package console

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"time"
)

//go:embed status
var statusFiles embed.FS

// Status is what the status page shows. It holds no ticket and no person's words but those of whoever stopped Toban.
type Status struct {
	Now      time.Time      // world time
	Zone     *time.Location // in which times are shown
	Replica  string         // which one answers
	Problems []string       // why Toban is not well; none when it is
	Checks   []Check
	Stops    []Stopped
	Held     int64  // effects that the stops hold back
	HeldFor  string // how long the oldest of them waits; "" for none
	Modes    []Mode
	Silences []Silence
	Queues   []Queue
	Facts    []Fact
}

// State is how a check stands.
type State string

// States of checks; they are shown as they are.
const (
	StateOK   State = "ok"
	StateWarn State = "warn"
	StateBad  State = "bad"
	StateOff  State = "off" // not configured
)

// Check is one condition of being well.
type Check struct {
	Name   string
	State  State
	Value  string
	Wanted string
}

// Stopped is a stop in force.
type Stopped struct {
	Whom   string // all customers, or a customer's name
	By     string
	Reason string
	Since  time.Time
}

// Mode is how far Toban goes in a project.
type Mode struct {
	Project, Customer string
	Mode              string // off, shadow, assist or on
	State             State  // ok for on
	By                string
	Since             time.Time // zero: nobody has taken it over yet
	Written           string    // what the configuration says, where that is something else
}

// Silence is a period in which nobody is told of alerts.
type Silence struct {
	ID, Customer, Hosts, By, Reason string
	From, Until                     time.Time
}

// Queue counts what waits.
type Queue struct {
	Name                string
	Open, Waiting, Dead int64
}

// Fact is a line about the replica.
type Fact struct{ Name, Value string }

// StatusPage serves the status page at /status and its style at /status.css. Who may see it is the caller's business. The page needs no
// script, and every word on it is escaped.
func StatusPage(status func(r *http.Request) Status) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		s := status(r)
		if s.Zone == nil {
			s.Zone = time.UTC
		}
		page := template.Must(template.New("status.html").Funcs(template.FuncMap{
			"time": func(t time.Time) string { return t.In(s.Zone).Format("2006-01-02 15:04:05 MST") },
		}).ParseFS(statusFiles, "status/status.html"))
		var b bytes.Buffer
		if err := page.Execute(&b, s); err != nil {
			http.Error(w, "the status page can't be drawn: "+err.Error(), http.StatusInternalServerError)
			return
		}
		sendStatus(w, "text/html; charset=utf-8", b.Bytes())
	})
	mux.HandleFunc("GET /status.css", func(w http.ResponseWriter, r *http.Request) {
		b, err := statusFiles.ReadFile("status/status.css")
		if err != nil {
			http.NotFound(w, r)
			return
		}
		sendStatus(w, "text/css; charset=utf-8", b)
	})
	return mux
}

func sendStatus(w http.ResponseWriter, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(body)
}
