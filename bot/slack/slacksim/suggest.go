package slacksim

import (
	"context"
	"encoding/json"
	"maps"
)

// Suggest types into an external select, in a message when Channel and TS are
// set, else in the front modal or App Home.
type Suggest struct {
	User     string `json:"user"`
	Channel  string `json:"channel,omitempty"`
	TS       string `json:"ts,omitempty"`
	ViewID   string `json:"view_id,omitempty"`
	ActionID string `json:"action_id"`
	BlockID  string `json:"block_id,omitempty"`
	Query    string `json:"query"`
}

// Suggest asks the app for options and gives its answer, {"options": …} or
// {"option_groups": …}, once it keeps the limits.
func (s *Server) Suggest(ctx context.Context, q Suggest) (json.RawMessage, error) {
	answer, err := s.perform(ctx, func() (*delivery, error) {
		u, blocks, p, err := s.suggestFrom(q)
		if err != nil {
			return nil, err
		}
		f, err := seek(blocks, q.ActionID, q.BlockID, "")
		if err != nil {
			return nil, err
		}
		maps.Copy(p, s.interaction("block_suggestion", u))
		p["action_id"], p["block_id"], p["value"] = q.ActionID, f.block["block_id"], q.Query
		return s.send(viaInteract, "block_suggestion", p), nil
	})
	if err != nil {
		return nil, wrap(err, "asking for options of %s", q.ActionID)
	}
	o, _ := answer.(obj)
	k := &checker{}
	k.static(o, "")
	if len(k.faults) > 0 {
		return nil, wrap(failWith("invalid_options", k.faults), "asking for options of %s: %v", q.ActionID, k.faults)
	}
	s.mu.Lock()
	s.offered[q.ActionID] = o
	s.mu.Unlock()
	return json.RawMessage(encode(o)), nil
}

func (s *Server) suggestFrom(q Suggest) (*User, []any, obj, error) {
	if q.TS == "" {
		u, v, err := s.front(q.User, q.ViewID, true)
		if err != nil {
			return nil, nil, nil, err
		}
		return u, v.blocks, obj{"container": obj{"type": "view", "view_id": v.id}, "view": s.viewJSON(v)}, nil
	}
	u, ch, err := s.seat(q.User, q.Channel)
	if err != nil {
		return nil, nil, nil, err
	}
	m := ch.message(q.TS)
	if m == nil {
		return nil, nil, nil, unknown("no message %s", q.TS)
	}
	return u, m.allBlocks(), obj{
		"container": obj{"type": "message", "message_ts": m.ts, "channel_id": ch.id, "is_ephemeral": false},
		"channel":   ch.place(), "message": s.messageJSON(ch, m, false),
	}, nil
}
