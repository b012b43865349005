package tracker

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Clocks that differ: Backlog's instants are compared with ours in every promise.
const (
	skewSeen  = 3 * time.Second // the Date header has whole seconds
	skewGrave = 30 * time.Second
)

// clock compares Backlog's clock with ours by the Date header of the space's front page, asked without a key.
func (c *check) clock(ctx context.Context) bool {
	if c.space.Transport == nil || c.space.URL == "" {
		return true
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, strings.TrimRight(c.space.URL, "/")+"/", nil)
	if err != nil {
		c.add(Bad, "the space's address is no URL", "correct host in spaces.yaml")
		return false
	}
	before := c.cfg.Clock.Now()
	resp, err := c.space.Transport.RoundTrip(req)
	if err != nil {
		return c.failed("reaching the space", err)
	}
	defer resp.Body.Close()
	after := c.cfg.Clock.Now()
	theirs, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return true // the header is not promised
	}
	ours := before.Add(after.Sub(before) / 2)
	skew := ours.Sub(theirs).Round(time.Second)
	what := fmt.Sprintf("our clock is %s off Backlog's", skew)
	switch abs := skew.Abs(); {
	case abs >= skewGrave:
		c.add(Bad, what, "set this machine's clock, and the database's (NTP)")
	case abs >= skewSeen:
		c.add(Warn, what, "check this machine's clock, and the database's (NTP)")
	default:
		c.add(OK, "our clock agrees with Backlog's", "")
	}
	return true
}
