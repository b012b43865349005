package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Limits of POST /demo/clock.
const (
	maxAdvance = 60 * 24 * time.Hour
	maxSpeed   = 86_400 // a day a second
	maxOrder   = 4096   // bytes of a body
)

// Tick is the clock as pages see it.
type Tick struct {
	Now      time.Time  `json:"now"`   // world time
	Speed    float64    `json:"speed"` // world seconds a second
	Open     bool       `json:"open"`  // support hours
	NextOpen time.Time  `json:"next_open,omitzero"`
	NextDue  *time.Time `json:"next_due,omitempty"` // Toban's next due moment
}

// order is what POST /demo/clock takes: one of the two.
type order struct {
	Advance *time.Duration
	Speed   *float64
}

const allowed = `send {"advance":"30m"} with a duration above 0 and up to 1440h (60 days), such as 90s, 30m or 1h30m, or {"speed":600} with 0 to 86400 world seconds a second`

// readOrder reads an order and says what is wrong with it and what is allowed.
func readOrder(r io.Reader) (order, error) {
	var o order
	var in struct {
		Advance *string  `json:"advance"`
		Speed   *float64 `json:"speed"`
	}
	body, err := io.ReadAll(io.LimitReader(r, maxOrder+1))
	if err != nil {
		return o, fmt.Errorf("the body can't be read: %w", err)
	}
	if len(body) > maxOrder {
		return o, fmt.Errorf("the body is longer than %d bytes: %s", maxOrder, allowed)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return o, fmt.Errorf("the body is no such order (%s): %s", strings.TrimPrefix(err.Error(), "json: "), allowed)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return o, errors.New("there is more than one value in the body: " + allowed)
	}
	switch {
	case in.Advance != nil && in.Speed != nil:
		return o, errors.New("advance and speed are in one body, send one of them: " + allowed)
	case in.Advance != nil:
		d, err := time.ParseDuration(*in.Advance)
		if err != nil {
			return o, fmt.Errorf("advance %.40q is no duration: %s", *in.Advance, allowed)
		}
		if d <= 0 || d > maxAdvance {
			return o, fmt.Errorf("advance %s is out of range: %s", d, allowed)
		}
		o.Advance = &d
	case in.Speed != nil:
		if *in.Speed < 0 || *in.Speed > maxSpeed {
			return o, fmt.Errorf("speed %v is out of range: %s", *in.Speed, allowed)
		}
		o.Speed = in.Speed
	default:
		return o, errors.New("neither advance nor speed is in the body: " + allowed)
	}
	return o, nil
}

func (c *Console) clock(w http.ResponseWriter, r *http.Request) {
	o, err := readOrder(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	ctx, cancel := c.while(r)
	defer cancel()
	if o.Speed != nil {
		c.p.SetSpeed(*o.Speed)
	} else {
		select {
		case c.turn <- struct{}{}:
			err = c.p.Advance(ctx, *o.Advance)
			<-c.turn
		case <-ctx.Done():
			err = ctx.Err()
		}
		c.Changed(ChangedPromises)
	}
	c.Changed(ChangedClock)
	if err != nil {
		c.p.Logger.Error("advancing", "by", o.Advance, "error", err)
		refuse(w, http.StatusServiceUnavailable, "the clock stopped on the way: "+err.Error())
		return
	}
	now := c.p.Info()
	answer(w, http.StatusOK, struct {
		Now   time.Time `json:"now"`
		Speed float64   `json:"speed"`
	}{now.Now, now.Speed})
}
