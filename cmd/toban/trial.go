package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"toban/bot/app"
	"toban/bot/store"
)

// trialVariable is the environment variable that orders a trial: see .github/adr/0006-trials.md. It is for tests of Toban only.
const trialVariable = "TOBAN_TRIAL"

// trial is what a test does to this process: end it at a named point as SIGKILL does, make every commit slow, set its clock wrong. The
// program under test is the one that is shipped, so the order comes from outside; without one nothing of this costs more than a nil check.
type trial struct {
	die   string        // point at which the process dies
	left  atomic.Int64  // passes of that point until then
	slow  time.Duration // wait before each commit, with its locks held, as a slow disk does it
	clock time.Duration // added to this machine's clock
	world *worldScale   // world time that goes at a speed of its own; nil: as machine time
}

// worldScale maps machine time on world time: both instants are the same moment, from which on world time goes speed times as fast.
type worldScale struct {
	world, machine time.Time
	speed          float64
}

// readScale reads "WORLD/MACHINE/SPEED", both instants in RFC 3339.
func readScale(s string) (*worldScale, error) {
	part := strings.Split(s, "/")
	if len(part) != 3 {
		return nil, fmt.Errorf("want WORLD/MACHINE/SPEED")
	}
	w, errW := time.Parse(time.RFC3339Nano, part[0])
	m, errM := time.Parse(time.RFC3339Nano, part[1])
	n, errN := strconv.ParseFloat(part[2], 64)
	return &worldScale{world: w, machine: m, speed: n}, errors.Join(errW, errM, errN)
}

func (s *worldScale) at(machine time.Time) time.Time {
	return s.world.Add(time.Duration(float64(machine.Sub(s.machine)) * s.speed))
}

// readTrial reads an order such as "die=decide.after:3 slow=200ms clock=-1.5s"; "" is none.
func readTrial(order string) (*trial, error) {
	if strings.TrimSpace(order) == "" {
		return nil, nil
	}
	t := &trial{}
	t.left.Store(1)
	for part := range strings.FieldsSeq(order) {
		key, value, _ := strings.Cut(part, "=")
		var err error
		switch key {
		case "die":
			point, times, counted := strings.Cut(value, ":")
			if t.die = point; !slices.Contains(app.Points(), point) {
				return nil, fmt.Errorf("reading %s: no point %q; there are %s", trialVariable, point, strings.Join(app.Points(), ", "))
			}
			if counted {
				var n int64
				if n, err = strconv.ParseInt(times, 10, 64); err == nil && n < 1 {
					err = fmt.Errorf("%q is less than 1", times)
				}
				t.left.Store(n)
			}
		case "slow":
			t.slow, err = time.ParseDuration(value)
		case "clock":
			t.clock, err = time.ParseDuration(value)
		case "world":
			t.world, err = readScale(value)
		default:
			err = fmt.Errorf("want die=POINT[:N], slow=DURATION, clock=DURATION or world=WORLD/MACHINE/SPEED")
		}
		if err != nil {
			return nil, fmt.Errorf("reading %q of %s: %w", part, trialVariable, err)
		}
	}
	return t, nil
}

// at is what the points call; nil without a trial.
func (t *trial) at() func(point string) {
	if t == nil || t.die == "" && t.slow == 0 {
		return nil
	}
	return func(point string) {
		if t.slow > 0 && strings.HasSuffix(point, ".before") && slices.ContainsFunc(store.Steps(), func(s store.Step) bool { return s.Before() == point }) {
			time.Sleep(t.slow)
		}
		if point == t.die && t.left.Add(-1) == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the kernel ends the process; nothing after this point may run until it does
		}
	}
}

// machine is this machine's clock; nil without a trial.
func (t *trial) machine() func() time.Time {
	if t == nil || t.clock == 0 {
		return nil
	}
	return func() time.Time { return time.Now().Add(t.clock) }
}

// worldClock is the world time of a machine time; nil without a trial.
func (t *trial) worldClock() func(machine time.Time) time.Time {
	if t == nil || t.world == nil {
		return nil
	}
	return t.world.at
}

// warn says in the log that this process is not to be trusted with work.
func (t *trial) warn(log *slog.Logger) {
	if t != nil {
		log.Warn("this process is under trial: it may die at any moment", "order", os.Getenv(trialVariable))
	}
}
