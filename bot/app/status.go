package app

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/console"
	"toban/bot/store"
	"toban/bot/watch"
	"toban/config"
)

// status gathers what the status page shows.
func (a *App) status(r *http.Request) console.Status {
	h := a.look(r.Context())
	s := console.Status{Now: h.Now, Zone: time.UTC, Replica: "replica " + a.owner[:6], Held: h.Held}
	if len(a.p.Config.Spaces) > 0 {
		s.Zone = a.p.Config.Spaces[0].Zone
	}
	for _, p := range h.Problems {
		s.Problems = append(s.Problems, p.Text)
	}
	for _, st := range h.Stops {
		whom := "all customers"
		if c, ok := a.dir.Customer(st.Customer); ok {
			whom = c.Name
		}
		s.Stops = append(s.Stops, console.Stopped{Whom: whom, By: st.Person, Reason: st.Reason, Since: st.Since})
	}
	if !h.Oldest.IsZero() {
		s.HeldFor = short(h.Now.Sub(h.Oldest))
	}
	s.Checks = append(a.inside(h), a.outside(h)...)
	if h.Broken == nil {
		s.Modes, s.Silences = a.modeRows(r.Context()), a.silenceRows(r.Context())
	}
	if h.Broken == nil {
		st := h.Status
		s.Queues = []console.Queue{
			{Name: "Events", Open: st.OpenEvents, Waiting: st.WaitingEvents, Dead: st.DeadEvents},
			{Name: "Effects", Open: st.OpenEffects, Waiting: st.WaitingEffects, Dead: st.DeadEffects},
			{Name: "Doors", Dead: st.Buried},
		}
	}
	s.Facts = a.facts(h)
	return s
}

// modeRows are the modes of the configuration's projects, as every replica obeys them.
func (a *App) modeRows(ctx context.Context) []console.Mode {
	list, err := a.p.Store.Modes(ctx)
	if err != nil {
		a.p.Logger.Warn("reading the modes for the status page", "error", err)
		return nil
	}
	known := map[bot.ModeKey]store.Mode{}
	for _, m := range list {
		known[m.ModeKey] = m
	}
	var out []console.Mode
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		for _, p := range c.Projects {
			m := known[bot.ModeKey{Customer: c.ID, Project: p}]
			row := console.Mode{Project: p, Customer: c.Name, Mode: cmp.Or(string(m.Mode), string(c.ModeOf(p))), By: m.Person, Since: m.Since}
			switch bot.Mode(row.Mode) {
			case bot.ModeOn:
				row.State = console.StateOK
			case bot.ModeOff:
				row.State = console.StateOff
			case bot.ModeShadow, bot.ModeAssist:
				row.State = console.StateWarn
			}
			if string(c.ModeOf(p)) != row.Mode {
				row.Written = string(c.ModeOf(p))
			}
			out = append(out, row)
		}
	}
	return out
}

// silenceRows are the silences that run or are to come.
func (a *App) silenceRows(ctx context.Context) []console.Silence {
	list, err := silencesOf{a}.desk().List(ctx, "")
	if err != nil {
		a.p.Logger.Warn("reading the silences for the status page", "error", err)
		return nil
	}
	var out []console.Silence
	for _, q := range list {
		row := console.Silence{ID: q.ID, Customer: q.Customer, Hosts: strings.Join(q.Hosts, ", "), By: q.Person, Reason: q.Reason, From: q.From, Until: q.Until}
		if c, ok := a.dir.Customer(q.Customer); ok {
			row.Customer = c.Name
		}
		if row.Hosts == "" {
			row.Hosts = "every host"
		}
		out = append(out, row)
	}
	return out
}

// inside are the checks of Toban's own parts.
func (a *App) inside(h health) []console.Check {
	state := func(c watch.Condition) console.State {
		if watch.Holds(h.Problems, c) {
			return console.StateOK
		}
		return console.StateBad
	}
	out := []console.Check{{Name: "Database", State: state(watch.Database), Value: "takes writes", Wanted: "takes writes"}}
	if h.Broken != nil {
		out[0].Value = "takes no writes"
		return out // nothing else is known
	}
	age := func(name string, c watch.Condition, t time.Time, limit time.Duration) {
		value := "none"
		if d := h.Now.Sub(t); !t.IsZero() && d >= 0 {
			value = short(d)
		}
		out = append(out, console.Check{Name: name, State: state(c), Value: value, Wanted: "at most " + short(limit)})
	}
	age("Oldest unhandled event", watch.Events, h.Event, watch.EventLimit)
	for _, f := range h.Foreign {
		out = append(out, console.Check{Name: "Waits for another release", State: console.StateBad, Value: fmt.Sprintf("%d × %s", f.Count, f.What), Wanted: "none"})
	}
	for _, f := range h.Suspects {
		out = append(out, console.Check{Name: "The process died under it", State: console.StateBad, Value: fmt.Sprintf("%s (%s), %d times", f.ID, f.What, f.Deaths), Wanted: "none"})
	}
	age("Oldest overdue due moment", watch.Timers, h.Timer, watch.TimerLimit)
	age("Oldest unsent notice", watch.Notices, h.Notice, watch.NoticeLimit)
	clock := console.Check{Name: "Clock of this machine", State: state(watch.Clocks), Value: "is the database's", Wanted: "within " + short(watch.OffsetWarn) + " of the database's"}
	if a.shared != nil {
		clock.Value = h.Offset.Round(time.Millisecond).String() + " ahead"
		if h.Offset.Abs() > watch.OffsetWarn && clock.State == console.StateOK {
			clock.State = console.StateWarn
		}
	}
	return append(out, clock)
}

// outside are the checks of what Toban speaks to, and of who watches it.
func (a *App) outside(h health) []console.Check {
	var out []console.Check
	for _, f := range h.Feeds {
		c := console.Check{Name: "Activity feed of " + f.Space, State: console.StateOK, Value: "read " + ago(f.Age), Wanted: "every " + short(f.Every)}
		if f.Age > watch.PollLimit*f.Every {
			c.State = console.StateBad
		}
		out = append(out, c)
	}
	socket := console.Check{Name: "Slack's socket", State: console.StateOK, Value: "connected", Wanted: "connected"}
	switch {
	case a.p.Config.Server.Slack.Mode != config.SlackSocket:
		socket = console.Check{Name: "Slack's socket", State: console.StateOff, Value: "Slack calls over HTTP"}
	case !h.SocketUp:
		socket.State, socket.Value = console.StateBad, "not connected"
	}
	return append(out, socket, a.beatCheck(), a.roundCheck(h), a.backupCheck(h))
}

func (a *App) beatCheck() console.Check {
	b := a.heartbeat.Beat()
	c := console.Check{Name: "Heartbeat", State: console.StateOK, Value: "none yet", Wanted: "every minute"}
	switch {
	case !b.Configured:
		return console.Check{Name: "Heartbeat", State: console.StateOff, Value: "watch.heartbeat is not set"}
	case b.Failed > 0:
		c.State, c.Value = console.StateBad, fmt.Sprintf("%d missed: %s", b.Failed, b.Problem)
	case !b.Last.IsZero():
		c.Value = "sent " + ago(time.Since(b.Last))
	}
	return c
}

func (a *App) roundCheck(h health) console.Check {
	r := h.Round
	c := console.Check{Name: "Synthetic ticket", State: console.StateOK, Value: "none came back yet", Wanted: "every " + short(r.Every)}
	if r.Every == 0 {
		return console.Check{Name: "Synthetic ticket", State: console.StateOff, Value: "watch.synthetic is not set"}
	}
	if !r.Last.IsZero() {
		c.Value = "came back " + ago(h.Now.Sub(r.Last)) + ", its way took " + short(r.Took)
	}
	if r.Waiting {
		c.State, c.Value = console.StateOff, "held back by the stop"
	}
	if !watch.Holds(h.Problems, watch.Synthetic) {
		c.State = console.StateBad
	}
	return c
}

func (a *App) backupCheck(h health) console.Check {
	const limit = 26 * time.Hour
	c := console.Check{Name: "Backup", State: console.StateOK, Value: "none yet", Wanted: "every day"}
	from := a.world
	if a.keeper == nil {
		return console.Check{Name: "Backup", State: console.StateOff, Value: "backup is not set"}
	}
	if !h.Backup.IsZero() {
		from, c.Value = h.Backup, "made "+ago(h.Now.Sub(h.Backup))
	}
	if h.Now.Sub(from) > limit {
		c.State = console.StateBad
	}
	return c
}

func (a *App) facts(h health) []console.Fact {
	polls := "another replica"
	if h.Leader {
		polls = "this replica"
	}
	database := "SQLite"
	if a.p.Store.Shared() {
		database = "PostgreSQL"
	}
	version := a.p.Version
	if version == "" {
		version = "unknown"
	}
	return []console.Fact{
		{Name: "Version", Value: version},
		{Name: "Go", Value: runtime.Version()},
		{Name: "Database", Value: database},
		{Name: "Runs for", Value: short(a.machine().Sub(a.began))},
		{Name: "Reads the activity feeds", Value: polls},
		{Name: "Customers", Value: fmt.Sprint(len(a.p.Config.Customers))},
	}
}

// short writes a duration in words that people read: 5 min, 2 h 3 min.
func short(d time.Duration) string {
	d = max(d, 0)
	hours, minutes, seconds := int(d/time.Hour), int(d/time.Minute)%60, int(d/time.Second)%60
	switch {
	case d < time.Second && d > 0:
		return d.Round(time.Millisecond).String()
	case hours >= 48:
		return fmt.Sprintf("%d days", hours/24)
	case hours > 0 && minutes == 0:
		return fmt.Sprintf("%d h", hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case minutes > 0 && seconds == 0:
		return fmt.Sprintf("%d min", minutes)
	case minutes > 0:
		return fmt.Sprintf("%d min %d s", minutes, seconds)
	}
	return fmt.Sprintf("%d s", seconds)
}

func ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return short(d) + " ago"
}
