package console

import (
	"net/http"
	"time"
)

// Promise is a running promise as the page lists it.
type Promise struct {
	Ticket      string    `json:"ticket"`  // issue key
	ID          string    `json:"id"`      // unique in the ticket
	Promise     string    `json:"promise"` // its name
	Level       string    `json:"level"`   // slo | sla
	State       string    `json:"state"`   // running | paused
	Start       time.Time `json:"start"`
	Due         time.Time `json:"due,omitzero"`
	SecondsLeft *int64    `json:"seconds_left,omitempty"` // world seconds until Due, negative when late; absent without a due time
}

func (c *Console) promises(w http.ResponseWriter, r *http.Request) {
	list, err := c.p.Promises(r.Context())
	if err != nil {
		c.p.Logger.Error("listing promises", "error", err)
		refuse(w, http.StatusServiceUnavailable, "the promises can't be read now")
		return
	}
	now := c.p.Info().Now
	for i := range list {
		if !list[i].Due.IsZero() {
			left := int64(list[i].Due.Sub(now) / time.Second)
			list[i].SecondsLeft = &left
		}
	}
	if list == nil {
		list = []Promise{}
	}
	answer(w, http.StatusOK, list)
}

func (c *Console) report(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := c.while(r)
	defer cancel()
	name, err := c.p.Report(ctx)
	if err != nil {
		c.p.Logger.Error("writing report", "error", err)
		refuse(w, http.StatusServiceUnavailable, "the report was not written: "+err.Error())
		return
	}
	answer(w, http.StatusOK, map[string]string{"page": name})
}
