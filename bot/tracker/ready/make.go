package ready

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"toban/backlog"
)

// Maker makes one project ready.
type Maker struct {
	Client  *backlog.Client
	Project string
	Want    Want
	// Allow is asked before every write; an error ends the work. Nil allows everything.
	Allow func(ctx context.Context) error
	// Tell hears of every step that was carried out, and of waiting. Nil tells nobody.
	Tell func(s Step, note string)
}

// Found is the note of a step whose answer was lost: it was found.
const Found = "found"

const (
	hold     = time.Minute      // machine time after a lost answer until it is looked for once more
	pause    = 10 * time.Second // machine time after Backlog could not be reached
	tries    = 5                // of one step
	patience = 30               // waits for the budget of a minute, in one step
)

// Make carries out what Toban can do of the plan, and answers what is left for people. It ends with an error where going on makes no sense;
// what was made stays, and the next run goes on from there.
func (m Maker) Make(ctx context.Context) (made, left []Step, err error) {
	var handed []Step
	for {
		steps, err := m.look(ctx)
		if err != nil {
			return made, nil, err
		}
		for i, s := range steps {
			if h := slices.IndexFunc(handed, s.same); h >= 0 {
				steps[i] = handed[h]
			}
			if slices.ContainsFunc(made, s.same) {
				steps[i] = s.hand("it was made, and Backlog does not show it yet: look again later")
			}
		}
		first := slices.IndexFunc(steps, func(s Step) bool { return s.By == Toban })
		if first < 0 {
			return made, steps, nil
		}
		for _, s := range steps[first:] { // one kind, then look again: later kinds may need what was made
			if s.Kind != steps[first].Kind {
				break
			}
			if s.By != Toban {
				continue
			}
			why, err := m.one(ctx, s)
			switch {
			case err != nil:
				return made, nil, fmt.Errorf("making project %s ready (%s): %w", m.Project, s.What, err)
			case why != "":
				handed = append(handed, s.hand(why))
			default:
				made = append(made, s)
			}
		}
	}
}

func (m Maker) look(ctx context.Context) ([]Step, error) {
	have, err := Read(ctx, m.Client, m.Project, m.Want)
	if err != nil {
		return nil, err
	}
	return Plan(m.Want, have), nil
}

// there reports whether a step is no step any more.
func (m Maker) there(ctx context.Context, s Step) (bool, error) {
	steps, err := m.look(ctx)
	return err == nil && !slices.ContainsFunc(steps, s.same), err
}

// one carries out a step; why says what keeps Toban from it for good.
func (m Maker) one(ctx context.Context, s Step) (why string, err error) {
	waited := 0
	for try := 1; ; try++ {
		if m.Allow != nil {
			if err := m.Allow(ctx); err != nil {
				return "", err
			}
		}
		err := s.do(ctx, m.Client)
		var refused *backlog.Error
		switch {
		case err == nil:
			m.tell(s, "")
			return "", nil
		case ctx.Err() != nil:
			return "", err
		case errors.Is(err, backlog.ErrRateLimited):
			if waited++; waited > patience {
				return "", err
			}
			try--
			if err := m.wait(ctx, s, untilReset(err), "Backlog's budget of updates is used up"); err != nil {
				return "", err
			}
			continue
		case denied(err):
			return "Backlog does not allow it to the bot's account", nil
		case lacking(err):
			return "the plan of the space does not have it, or no more of it", nil
		case errors.As(err, &refused) && refused.Status < 500 && !errors.Is(err, backlog.ErrInvalid):
			return "", err
		case !backlog.IsAmbiguous(err) && !backlog.IsTemporary(err) && !errors.Is(err, backlog.ErrInvalid):
			return err.Error(), nil
		}
		// It may be there: the answer was lost, or somebody else made it meanwhile.
		there, e := m.there(ctx, s)
		if e == nil && !there && backlog.IsAmbiguous(err) {
			if e = m.wait(ctx, s, hold, "the answer was lost; looking once more whether it is there"); e == nil {
				there, e = m.there(ctx, s)
			}
		}
		switch {
		case e != nil:
			return "", e
		case there:
			m.tell(s, Found)
			return "", nil
		case errors.Is(err, backlog.ErrInvalid):
			return "Backlog does not accept it: " + err.Error(), nil
		case try == tries:
			return "", err
		}
		if !backlog.IsAmbiguous(err) {
			if e := m.wait(ctx, s, pause, "Backlog can't be reached"); e != nil {
				return "", e
			}
		}
	}
}

func (m Maker) tell(s Step, note string) {
	if m.Tell != nil {
		m.Tell(s, note)
	}
}

func (m Maker) wait(ctx context.Context, s Step, d time.Duration, why string) error {
	m.tell(s, fmt.Sprintf("waiting %s: %s", d.Round(time.Second), why))
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// untilReset is how long Backlog asks to wait.
func untilReset(err error) time.Duration {
	var limit *backlog.RateLimitError
	if errors.As(err, &limit) {
		return max(time.Until(limit.Reset), time.Second)
	}
	return time.Minute
}
