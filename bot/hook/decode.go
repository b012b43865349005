package hook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"toban/bot"
)

// payload is what the door reads of an activity; everything else is left to the API. Content stays raw, since its shape differs with
// the type and types that are no news of an issue may hold anything (reference: API v2 §8, §9).
type payload struct {
	ID      number          `json:"id"`
	Type    number          `json:"type"`
	Project json.RawMessage `json:"project"`
	Content json.RawMessage `json:"content"`
}

type content struct {
	ID    number `json:"id"`
	KeyID number `json:"key_id"`
	Link  []link `json:"link"`
}

type link struct {
	ID    number `json:"id"`
	KeyID number `json:"key_id"`
}

var errNotObject = errors.New("body is no JSON object")

// decode reads a webhook's body. The space and the door are the caller's to fill in.
func decode(raw []byte) (bot.Activity, error) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if b := bytes.TrimLeft(raw, " \t\r\n"); len(b) == 0 || b[0] != '{' {
		return bot.Activity{}, errNotObject
	}
	var p payload
	if err := json.Unmarshal(raw, &p); err != nil {
		return bot.Activity{}, fmt.Errorf("body is no activity: %w", err)
	}
	if p.Type < 0 || p.Type > math.MaxInt32 {
		return bot.Activity{}, fmt.Errorf("body is no activity: type %d", int64(p.Type))
	}
	a := bot.Activity{ID: int64(p.ID), Type: int(p.Type)}
	if !bot.AboutIssues(a.Type) {
		return a, nil
	}
	var project struct {
		Key string `json:"projectKey"`
	}
	if len(p.Project) > 0 {
		if err := json.Unmarshal(p.Project, &project); err != nil {
			return bot.Activity{}, fmt.Errorf("activity %d: its project: %w", a.ID, err)
		}
	}
	a.Project = project.Key
	var c content
	if len(p.Content) > 0 {
		if err := json.Unmarshal(p.Content, &c); err != nil {
			return bot.Activity{}, fmt.Errorf("activity %d of type %d: its content: %w", a.ID, a.Type, err)
		}
	}
	// An activity names one issue, one in bulk names a list of links; which of both is told by what is there.
	if c.ID > 0 && len(c.Link) == 0 {
		a.Issues = append(a.Issues, bot.ActivityIssue{ID: int64(c.ID), KeyID: int64(c.KeyID)})
	}
	for _, l := range c.Link {
		a.Issues = append(a.Issues, bot.ActivityIssue{ID: int64(l.ID), KeyID: int64(l.KeyID)})
	}
	return a, nil
}

// number reads an id that arrives as a number, as a string of digits, as null or as an empty string.
type number int64

// UnmarshalJSON reads the id; anything that is no whole number is refused.
func (n *number) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s == "null" {
		*n = 0
		return nil
	}
	if s[0] == '"' {
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("reading id: %w", err)
		}
		if s == "" {
			*n = 0
			return nil
		}
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return fmt.Errorf("reading id %.40q: %w", s, errNotWhole)
	}
	*n = number(v)
	return nil
}

var errNotWhole = errors.New("no whole number")
