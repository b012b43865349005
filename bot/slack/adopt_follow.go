package slack

import (
	"context"
	"time"
)

// followed is a table that is drawn again while its issues are being read.
type followed struct {
	place
	view, hash string
	drawn      int
}

// follow has a table drawn again. Of many at once some are not: there is a button for it.
func (s *Slack) follow(f followed) {
	select {
	case s.tables <- f:
	default:
	}
}

// KeepTables draws tables that are still being read anew, until ctx ends. One that somebody turned a page of, or closed, is let go: the hash of
// what was drawn last is no more that of what is shown.
func (s *Slack) KeepTables(ctx context.Context) error {
	open := map[string]followed{}
	for {
		var tick <-chan time.Time
		if len(open) > 0 {
			tick = time.After(followEvery)
		}
		select {
		case <-ctx.Done():
			return nil
		case f := <-s.tables:
			open[f.view] = f
			continue
		case <-tick:
		}
		for id, f := range open {
			if next, more := s.redraw(ctx, f); more {
				open[id] = next
			} else {
				delete(open, id)
			}
		}
	}
}

func (s *Slack) redraw(ctx context.Context, f followed) (next followed, more bool) {
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	page, reading, err := s.adoptPage(ctx, f.place, "")
	if err != nil {
		s.c.Logger.Warn("drawing a table of open issues", "error", err)
		return f, false
	}
	res, err := s.api.UpdateViewContext(ctx, page, "", f.hash, f.view)
	if err != nil { // closed, or turned over
		return f, false
	}
	f.hash, f.drawn = res.Hash, f.drawn+1
	return f, reading && f.drawn < followMost
}
