package console

import (
	"encoding/json"
	"net/http"
	"time"
)

// Info is what GET /demo/info answers: where the two services are and how to speak to them. Addresses have no trailing slash.
type Info struct {
	BacklogURL     string    `json:"backlog_url"`
	SlackURL       string    `json:"slack_url"`
	CustomerAPIKey string    `json:"customer_api_key"`
	StaffAPIKey    string    `json:"staff_api_key"`
	BotUserID      int64     `json:"bot_user_id"` // in Backlog
	ProjectKey     string    `json:"project_key"`
	ScheduleFeed   string    `json:"schedule_feed,omitempty"` // path of the customer's change schedule as iCalendar; "" is none
	AlertDoor      string    `json:"alert_door,omitempty"`    // path at which the customer's monitoring reports; "" is none
	Mailbox        string    `json:"mailbox,omitempty"`       // address of the customer's mailbox; "" is none
	Mode           string    `json:"mode,omitempty"`          // of the project: off, shadow, assist or on
	Now            time.Time `json:"now"`                     // world time
	Speed          float64   `json:"speed"`                   // world seconds a second
}

func (c *Console) info(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, c.p.Info()) }

func unknown(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusNotFound, "there is no "+r.Method+" "+r.URL.Path+
		"; there are GET /demo/info, POST /demo/clock, GET /demo/promises, POST /demo/report, POST /demo/mail and GET /demo/events")
}

func answer(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone when this fails
}

func refuse(w http.ResponseWriter, status int, why string) {
	answer(w, status, map[string]string{"error": why})
}
