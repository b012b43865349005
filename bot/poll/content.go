package poll

import (
	"encoding/json"
	"fmt"

	"toban/backlog"
	"toban/bot"
)

// content is where an activity names its issues: one by its own id, a change in bulk by links.
type content struct {
	ID    backlog.ID `json:"id"`
	KeyID backlog.ID `json:"key_id"`
	Links []struct {
		ID    backlog.ID `json:"id"`
		KeyID backlog.ID `json:"key_id"`
	} `json:"link"`
}

func issuesOf(a *backlog.Activity) ([]bot.ActivityIssue, error) {
	var c content
	if len(a.Content) > 0 {
		if err := json.Unmarshal(a.Content, &c); err != nil {
			return nil, fmt.Errorf("reading content of activity %d of type %d: %w", a.ID, a.Type, err)
		}
	}
	if len(c.Links) == 0 {
		return []bot.ActivityIssue{{ID: int64(c.ID), KeyID: int64(c.KeyID)}}, nil
	}
	var issues []bot.ActivityIssue
	for _, l := range c.Links {
		issues = append(issues, bot.ActivityIssue{ID: int64(l.ID), KeyID: int64(l.KeyID)})
	}
	return issues, nil
}
