package backlogsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

type pagePanel struct {
	World      string
	Movable    bool
	Pending    int
	Doors      []pagePair
	Faults     string
	Requests   []pageCall
	Deliveries []pageCall
}

type pageCall struct {
	At, Method, Path, User string
	Name, Type, State      string
	Status, Fault          string
	Bad                    bool
}

const maxPanel = 30 // calls and deliveries on the page

// servePanel shows the control panel to people; programs that do not ask for HTML get the list of its doors.
func (s *Server) servePanel(w http.ResponseWriter, r *http.Request) {
	clock := s.Clock()
	p := &pagePanel{Movable: clock.Movable, Pending: s.Pending(), Doors: mapped(s.panel(), func(d door) pagePair { return pagePair{d.key, d.what} }), Faults: s.faults.text()}
	s.mu.RLock()
	p.World = s.st.when(clock.World)
	name, st := s.st.space.Name, s.st
	users := map[int]string{}
	for _, u := range st.userOrder {
		users[u.id] = u.name
	}
	s.mu.RUnlock()
	for _, q := range slices.Backward(s.Requests()) {
		if len(p.Requests) == maxPanel {
			break
		}
		p.Requests = append(p.Requests, pageCall{
			At: st.when(q.At), Method: q.Method, Path: q.Path, User: users[q.User], Status: strconv.Itoa(q.Status), Fault: q.Fault, Bad: q.Status >= 400 || q.Status == 0,
		})
	}
	for _, d := range slices.Backward(s.Deliveries()) {
		if len(p.Deliveries) == maxPanel {
			break
		}
		p.Deliveries = append(p.Deliveries, pageCall{
			At: st.when(d.QueuedAt), Name: d.Webhook, Type: strconv.Itoa(d.Type), State: d.State, Status: strconv.Itoa(d.Status), Fault: d.Fault, Bad: d.State == "failed",
		})
	}
	s.writePage(w, r, pageView{Space: name, Title: "操作盤", Panel: p}, http.StatusOK)
}

// text is what is wrong at present, as JSON; empty when nothing is.
func (b *faultBook) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := Faults{Seed: b.seed, Outages: b.outs}
	for _, r := range b.rules {
		f.Rules = append(f.Rules, *r)
	}
	if b.hooks != (WebhookFaults{}) {
		hooks := b.hooks
		f.Webhooks = &hooks
	}
	if len(f.Rules) == 0 && len(f.Outages) == 0 && f.Webhooks == nil {
		return ""
	}
	out, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(out)
}
