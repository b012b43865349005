package slack

import (
	"context"
	"encoding/json"
	"fmt"
)

// outer is what we read of an Events API delivery.
type outer struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Event     struct {
		Type    string          `json:"type"`
		User    json.RawMessage `json:"user"`
		Channel json.RawMessage `json:"channel"`
		Tab     json.RawMessage `json:"tab"`
	} `json:"event"`
	Authorizations []struct {
		UserID string `json:"user_id"`
		IsBot  bool   `json:"is_bot"`
	} `json:"authorizations"`
}

// event handles what Slack says by itself: the check of a request URL, and that the bot was put out of somewhere. That is kept as a dead
// letter, of which the operators' channel hears, or the operators by mail when Slack can't tell them: no card would.
func (s *Slack) event(ctx context.Context, raw []byte) (any, error) {
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
	lost, outcome := "", "ignored"
	switch channel := word(o.Event.Channel); o.Event.Type {
	case "":
		return nil, &unreadable{"the envelope holds no event"}
	case "app_uninstalled", "tokens_revoked":
		lost = "slack took the app's access away (" + o.Event.Type + "): reinstall it and set the new token"
	case "app_home_opened":
		if tab := word(o.Event.Tab); tab == "home" || tab == "" {
			outcome = s.home(ctx, word(o.Event.User))
			s.opened(ctx, word(o.Event.User))
		}
	case "channel_shared", "channel_unshared":
		s.lookShared(ctx)
		if _, shared := s.shared.Load(channel); shared {
			lost = s.lostChannel(channel, o.Event.Type)
		}
	case "channel_archive", "group_archive", "channel_deleted":
		lost = s.lostChannel(channel, o.Event.Type)
	case "member_left_channel":
		for _, a := range o.Authorizations {
			if a.IsBot && a.UserID == word(o.Event.User) {
				lost = s.lostChannel(channel, o.Event.Type)
			}
		}
	}
	if lost == "" {
		s.c.Count(string(doorEvents), outcome)
		return nil, nil
	}
	s.c.Logger.Error("losing a place in Slack", "reason", lost)
	if err := s.c.Dead.Bury(ctx, string(doorEvents), lost, raw, s.c.Clock.Now()); err != nil {
		return nil, fmt.Errorf("keeping that %s: %w", lost, err)
	}
	s.c.Count(string(doorEvents), "lost")
	return nil, nil
}

// lostChannel tells of a customer's channel that cards can't reach any more; "" for other channels.
func (s *Slack) lostChannel(channel, event string) string {
	for _, c := range s.c.Directory().Customers {
		if c.Channel != "" && c.Channel == channel {
			return fmt.Sprintf("the channel %s of customer %s is out of reach (%s): invite the bot again, unarchive the channel, or set another one", channel, c.ID, event)
		}
	}
	return ""
}

// word reads a JSON string; "" for anything else.
func word(raw json.RawMessage) string {
	var v string
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	return v
}
