package slacksim

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"
)

// FaultKind names a way to misbehave.
type FaultKind string

// The faults of Web API calls and response URLs, then those of deliveries.
const (
	FaultLag        FaultKind = "lag"         // answer LagMS later
	FaultRateLimit  FaultKind = "rate_limit"  // 429 with Retry-After; nothing is stored
	FaultError      FaultKind = "error"       // ok:false with Error; nothing is stored
	FaultFailBefore FaultKind = "fail_before" // 500; nothing is stored
	FaultFailAfter  FaultKind = "fail_after"  // 500 although it is stored
	FaultDropBefore FaultKind = "drop_before" // connection cut; nothing is stored
	FaultDropAfter  FaultKind = "drop_after"  // the lost answer: stored, then the connection is cut
	FaultOutage     FaultKind = "outage"      // 503 for everything, sockets are cut and refused, deliveries wait for the end

	FaultDuplicate FaultKind = "duplicate" // deliver the payload twice
	FaultDelay     FaultKind = "delay"     // deliver it LagMS later
	FaultNoAck     FaultKind = "no_ack"    // ignore the acknowledgement, so that an event is redelivered
	FaultLost      FaultKind = "lost"      // never deliver it
	FaultReorder   FaultKind = "reorder"   // let the next payload pass first, or wait LagMS (default 2000) for one
)

func (k FaultKind) ofDelivery() bool {
	return slices.Contains([]FaultKind{FaultDuplicate, FaultDelay, FaultNoAck, FaultLost, FaultReorder}, k)
}

func (k FaultKind) known() bool {
	return k.ofDelivery() || slices.Contains([]FaultKind{
		FaultLag, FaultRateLimit, FaultError, FaultFailBefore, FaultFailAfter, FaultDropBefore, FaultDropAfter, FaultOutage,
	}, k)
}

// Fault is one rule. The first rule that matches a call strikes; a lag lets
// later rules strike, too.
type Fault struct {
	Kind       FaultKind `json:"kind"`
	Method     string    `json:"method,omitempty"`      // chat.postMessage, chat.*, response_url; for deliveries the event or interaction type or the command; empty: all
	Channel    string    `json:"channel,omitempty"`     // channel id; empty: all
	LagMS      int       `json:"lag_ms,omitempty"`      // of lag, delay and reorder, machine time
	SpreadMS   int       `json:"spread_ms,omitempty"`   // up to this much more, by the seed
	RetryAfter int       `json:"retry_after,omitempty"` // seconds; default 1
	Error      string    `json:"error,omitempty"`       // missing_scope, is_archived …
	Needed     string    `json:"needed,omitempty"`      // the scope of a missing_scope
	Skip       int       `json:"skip,omitempty"`        // let this many matching calls pass first
	Count      int       `json:"count,omitempty"`       // strike this often; 0: always
	Share      float64   `json:"share,omitempty"`       // strike this share of the calls, by the seed; 0: all
	ForMS      int       `json:"for_ms,omitempty"`      // strike only within this time from now, machine time; 0: for ever
}

// Faults is an order to misbehave. Each order adds its rules to those in force.
type Faults struct {
	Clear          bool     `json:"clear,omitempty"`            // drop the rules in force and the rate first
	Seed           uint64   `json:"seed,omitempty"`             // of Share and SpreadMS; the same seed and the same acts give the same faults
	Rules          []Fault  `json:"rules,omitempty"`            // checked in order
	PerChannelRate *float64 `json:"per_channel_rate,omitempty"` // posts a second and channel; 0 switches the limit off, as it is at the start
	Tiers          *bool    `json:"tiers,omitempty"`            // Slack's limits of calls a minute and method; off at the start
	Disconnect     string   `json:"disconnect,omitempty"`       // see Server.Disconnect
}

// faultBook keeps the rules in force.
type faultBook struct {
	rules []*rule
	seed  uint64
	dice  *rand.Rand // of calls, which come in an order of their own
	limiter
}

// die is thrown for one delivery: by its number and its try and not by the moment, so that goroutines can't change what a seed means.
func (b *faultBook) die(d *delivery, try int) *rand.Rand {
	return rand.New(rand.NewPCG(b.seed, uint64(d.seq)<<8|uint64(try))) //nolint:gosec // dice for tests
}

// extra is the random part of a lag.
func (f Fault) extra(dice *rand.Rand) time.Duration {
	if f.SpreadMS <= 0 {
		return 0
	}
	return time.Duration(dice.IntN(f.SpreadMS+1)) * time.Millisecond
}

type rule struct {
	Fault
	until   time.Time
	skipped int
	struck  int
}

// SetFaults adds faults. It refuses kinds that do not exist.
func (s *Server) SetFaults(f Faults) error {
	for _, r := range f.Rules {
		if !r.Kind.known() {
			return fmt.Errorf("no fault of kind %q", r.Kind)
		}
	}
	s.mu.Lock()
	b := &s.faults
	if f.Clear {
		*b = faultBook{}
	}
	if f.Seed != 0 || b.dice == nil {
		b.seed = f.Seed
		b.dice = rand.New(rand.NewPCG(f.Seed, 0)) //nolint:gosec // dice for tests
	}
	outage := false
	for _, r := range f.Rules {
		n := &rule{Fault: r}
		if r.ForMS > 0 {
			n.until = s.o.Machine().Add(time.Duration(r.ForMS) * time.Millisecond)
		}
		b.rules = append(b.rules, n)
		outage = outage || r.Kind == FaultOutage
	}
	if f.PerChannelRate != nil {
		b.perSecond, b.next = *f.PerChannelRate, nil
	}
	if f.Tiers != nil {
		b.tiers, b.calls = *f.Tiers, nil
	}
	if outage {
		for _, k := range s.sockets {
			k.shut()
		}
	}
	close(s.weather)
	s.weather = make(chan struct{})
	s.mu.Unlock()
	if f.Disconnect != "" {
		s.Disconnect(f.Disconnect)
	}
	return nil
}

func (r *rule) matches(name, channel string) bool {
	prefix, star := strings.CutSuffix(r.Method, "*")
	return (r.Method == "" || r.Method == name || star && strings.HasPrefix(name, prefix)) &&
		(r.Channel == "" || r.Channel == channel)
}

// strikes decides whether the rule hits this matching call, and counts.
func (r *rule) strikes(now time.Time, dice *rand.Rand) bool {
	switch {
	case !r.until.IsZero() && now.After(r.until):
		return false
	case r.skipped < r.Skip:
		r.skipped++
		return false
	case r.Count > 0 && r.struck >= r.Count:
		return false
	case r.Share > 0 && dice.Float64() >= r.Share:
		return false
	}
	r.struck++
	return true
}

// plannedFault is what will happen to one call.
type plannedFault struct {
	name          string
	lag           time.Duration
	before, after *reply
}

// wait lags; false means that the caller has gone.
func (p plannedFault) wait(ctx context.Context) bool { return sleep(ctx, p.lag) }

// plan decides the faults of one call.
func (s *Server) plan(name, channel string) plannedFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p plannedFault
	now := s.o.Machine()
	for _, r := range s.faults.rules {
		if r.Kind.ofDelivery() || !r.matches(name, channel) || !r.strikes(now, s.faults.dice) {
			continue
		}
		p.name = strings.TrimPrefix(p.name+"+"+string(r.Kind), "+")
		switch r.Kind {
		case FaultLag:
			p.lag += time.Duration(r.LagMS)*time.Millisecond + r.extra(s.faults.dice)
			continue
		case FaultRateLimit:
			out := tooMany(cmp.Or(r.RetryAfter, 1))
			p.before = &out
		case FaultError:
			p.before = &reply{status: http.StatusOK, body: s.refusal(r.Fault)}
		case FaultFailBefore:
			p.before = &reply{status: http.StatusInternalServerError}
		case FaultFailAfter:
			p.after = &reply{status: http.StatusInternalServerError}
		case FaultDropBefore:
			p.before = &reply{drop: true}
		case FaultDropAfter:
			p.after = &reply{drop: true}
		case FaultOutage:
			p.before = &reply{status: http.StatusServiceUnavailable}
		default: // strikes deliveries, not calls
		}
		break
	}
	return p
}

func (s *Server) refusal(f Fault) obj {
	out := obj{"ok": false, "error": cmp.Or(f.Error, "fatal_error")}
	if f.Error == "missing_scope" {
		out["needed"], out["provided"] = f.Needed, strings.Join(s.app.Scopes, ",")
	}
	return out
}
