package slack

import (
	"encoding/json"
)

// outer is what we read of an Events API delivery.
type outer struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Event     struct {
		Type    string          `json:"type"`
		User    json.RawMessage `json:"user"`
		Channel json.RawMessage `json:"channel"`
	} `json:"event"`
	Authorizations []struct {
		UserID string `json:"user_id"`
		IsBot  bool   `json:"is_bot"`
	} `json:"authorizations"`
}

// event handles what Slack says by itself: the check of a request URL, and that the bot was put out of somewhere. Those end up in the
// log as errors, since no card would tell of them.
func (s *Slack) event(raw []byte) (any, error) {
	var o outer
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, &unreadable{"the event is no JSON of the expected shape"}
	}
	switch o.Type {
	case "url_verification":
		if o.Challenge == "" || len(o.Challenge) > 1000 {
			return nil, &unreadable{"the challenge is empty or too long"}
		}
		return map[string]string{"challenge": o.Challenge}, nil
	case "event_callback":
	case "app_rate_limited":
		s.c.Logger.Warn("slack holds back events of this app", "event", o.Type)
		return nil, nil
	default:
		return nil, &unreadable{"the event's envelope has an unknown type"}
	}
	outcome := "ignored"
	switch channel := word(o.Event.Channel); o.Event.Type {
	case "":
		return nil, &unreadable{"the envelope holds no event"}
	case "app_uninstalled", "tokens_revoked":
		outcome = "lost"
		s.c.Logger.Error("slack took the app's access away: reinstall it and set the new token", "event", o.Event.Type)
	case "channel_archive", "group_archive", "channel_deleted":
		outcome = s.lostChannel(channel, o.Event.Type)
	case "member_left_channel":
		for _, a := range o.Authorizations {
			if a.IsBot && a.UserID == word(o.Event.User) {
				outcome = s.lostChannel(channel, o.Event.Type)
			}
		}
	}
	s.c.Count(string(doorEvents), outcome)
	return nil, nil
}

// lostChannel reports a customer's channel that cards can't reach any more.
func (s *Slack) lostChannel(channel, event string) string {
	for _, c := range s.c.Directory().Customers {
		if c.Channel != "" && c.Channel == channel {
			s.c.Logger.Error("a customer's channel is out of reach: invite the bot again or set another channel", "customer", c.ID, "channel", channel, "event", event)
			return "lost"
		}
	}
	return "ignored"
}

// word reads a JSON string; "" for anything else.
func word(raw json.RawMessage) string {
	var v string
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	return v
}
