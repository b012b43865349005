package bot

import (
	"errors"
	"fmt"
	"time"
)

// Activity is one of Backlog's activities as both doors see it: the webhook's body and an entry of the activity feed carry the same id.
// It holds only what hints at an issue's news; the history is then read from the API.
type Activity struct {
	Space   string // the configured space that it came from
	Project string // project key
	ID      int64
	Type    int
	Issues  []ActivityIssue // one, or several for a change in bulk
	Via     string          // webhook | poll
}

// ActivityIssue names an issue of an activity.
type ActivityIssue struct {
	ID    int64
	KeyID int64 // the number in the issue's key; 0 when it was not told
}

// ErrNoIssue marks an activity about issues that names none of them by id.
var ErrNoIssue = errors.New("activity names no issue")

// AboutIssues reports whether activities of a type are news of issues: created, updated, commented, deleted, updated in bulk (14),
// notified (17), a status of the project deleted and replaced (34), dates changed in bulk (35), created in bulk (47).
// Source: Backlog API v2 "Get Recent Updates" for 1 to 26, the vendor's own client for the later ones.
func AboutIssues(activityType int) bool {
	switch activityType {
	case 1, 2, 3, 4, 14, 17, 34, 35, 47:
		return true
	}
	return false
}

// KnownActivity reports whether a type is one of those that Backlog is known to send, about issues or about anything else.
func KnownActivity(activityType int) bool {
	return activityType >= 1 && activityType <= 26 || activityType >= 34 && activityType <= 48 && activityType != 39
}

// Events turns an activity into one issue.changed event for each issue, in the order of the links; at is the world time of receiving.
// An activity about something else gives none. One without its own id or without any issue id gives an error: it can't be told
// apart from its doubles, or says nothing.
func (a Activity) Events(at time.Time) ([]Event, error) {
	if !AboutIssues(a.Type) {
		return nil, nil
	}
	if a.ID <= 0 {
		return nil, fmt.Errorf("reading activity of type %d of space %s: it has no id", a.Type, a.Space)
	}
	var events []Event
	seen := map[int64]bool{}
	for _, i := range a.Issues {
		if i.ID <= 0 || seen[i.ID] {
			continue
		}
		seen[i.ID] = true
		e, err := NewEvent(EventIssueChanged, IssueChangedKey(a.Space, a.ID, i.ID), string(NewTicketID(a.Space, i.ID)), at, IssueChanged{
			Space: a.Space, Project: a.Project, IssueID: i.ID, KeyID: i.KeyID,
			ActivityID: a.ID, Type: a.Type, Deleted: a.Type == 4, Via: a.Via,
		})
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	// A status can be deleted (34) that no issue had.
	if len(events) == 0 && a.Type != 34 {
		return nil, fmt.Errorf("reading activity %d of type %d of space %s: %w", a.ID, a.Type, a.Space, ErrNoIssue)
	}
	return events, nil
}
