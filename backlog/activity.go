package backlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Activity is something that happened in a project: an entry of the feeds, and the
// body of a webhook. The same event has the same ID in both. Content depends on
// Type; read it with the methods that return typed content.
//
// The vendor adds types without notice, and one that can't be read whole must not
// hide those after it in a feed: what is readable of it is there, and Unread says
// what is not. Only an activity without a readable ID and Type is an error.
type Activity struct {
	ID            ID              `json:"id"`
	Project       Project         `json:"project"`
	Type          ActivityType    `json:"type"`
	Content       json.RawMessage `json:"content"`
	Notifications []Notification  `json:"notifications"` // empty in feeds, filled in webhooks
	CreatedUser   User            `json:"createdUser"`
	Created       time.Time       `json:"created"`

	Unread error `json:"-"` // what could not be read of project, notifications, createdUser or created; nil for almost all
}

// UnmarshalJSON reads an activity, part by part when the whole has a shape of tomorrow.
func (a *Activity) UnmarshalJSON(b []byte) error {
	type whole Activity
	var w whole
	err := json.Unmarshal(b, &w)
	if err == nil {
		*a = Activity(w)
		return nil
	}
	var parts struct {
		ID            ID              `json:"id"`
		Project       json.RawMessage `json:"project"`
		Type          ActivityType    `json:"type"`
		Content       json.RawMessage `json:"content"`
		Notifications json.RawMessage `json:"notifications"`
		CreatedUser   json.RawMessage `json:"createdUser"`
		Created       json.RawMessage `json:"created"`
	}
	if json.Unmarshal(b, &parts) != nil {
		return err
	}
	*a = Activity{ID: parts.ID, Type: parts.Type, Content: parts.Content}
	var faults []error
	read(parts.Project, &a.Project, "project", &faults)
	read(parts.Notifications, &a.Notifications, "notifications", &faults)
	read(parts.CreatedUser, &a.CreatedUser, "createdUser", &faults)
	read(parts.Created, &a.Created, "created", &faults)
	a.Unread = errors.Join(faults...)
	return nil
}

// read decodes one part. What is wrong with it is noted, and the part stays zero.
func read[T any](raw json.RawMessage, part *T, name string, faults *[]error) {
	var v T
	if len(raw) == 0 {
		return
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		*faults = append(*faults, fmt.Errorf("reading %s of an activity: %w", name, err))
		return
	}
	*part = v
}

// ActivityType is the kind of an activity. The vendor adds kinds without notice.
type ActivityType int

// The activity types that are known.
const (
	ActivityIssueCreated         ActivityType = 1
	ActivityIssueUpdated         ActivityType = 2
	ActivityIssueCommented       ActivityType = 3
	ActivityIssueDeleted         ActivityType = 4
	ActivityWikiCreated          ActivityType = 5
	ActivityWikiUpdated          ActivityType = 6
	ActivityWikiDeleted          ActivityType = 7
	ActivityFileAdded            ActivityType = 8
	ActivityFileUpdated          ActivityType = 9
	ActivityFileDeleted          ActivityType = 10
	ActivitySVNCommitted         ActivityType = 11
	ActivityGitPushed            ActivityType = 12
	ActivityGitRepositoryCreated ActivityType = 13
	ActivityIssueMultiUpdated    ActivityType = 14
	ActivityProjectUserAdded     ActivityType = 15
	ActivityProjectUserRemoved   ActivityType = 16
	ActivityCommentNotified      ActivityType = 17
	ActivityPullRequestAdded     ActivityType = 18
	ActivityPullRequestUpdated   ActivityType = 19
	ActivityPullRequestCommented ActivityType = 20
	ActivityPullRequestMerged    ActivityType = 21
	ActivityMilestoneCreated     ActivityType = 22
	ActivityMilestoneUpdated     ActivityType = 23
	ActivityMilestoneDeleted     ActivityType = 24
	ActivityProjectTeamAdded     ActivityType = 25
	ActivityProjectTeamRemoved   ActivityType = 26
	ActivityStatusDeleted        ActivityType = 34
	ActivityIssueDatesUpdated    ActivityType = 35
	ActivityIssueMultiCreated    ActivityType = 47
)

// UnmarshalJSON reads a number or a string of digits.
func (t *ActivityType) UnmarshalJSON(b []byte) error {
	n, err := tolerantInt(b)
	if err != nil {
		return fmt.Errorf("reading an activity type: %w", err)
	}
	*t = ActivityType(n)
	return nil
}

// GetActivitiesOptions narrows and pages through a feed. Whether MinID and MaxID
// themselves are in the answer is not published.
type GetActivitiesOptions struct {
	TypeIDs []ActivityType `form:"activityTypeId"`
	MinID   ID             `form:"minId"`
	MaxID   ID             `form:"maxId"`
	Count   int            `form:"count"` // 1–100, the vendor's default is 20
	Order   Order          `form:"order"`
}

// GetSpaceActivities returns one page of what happened in joined projects; opts
// may be nil. Use AllSpaceActivities to reach the end.
//
// https://developer.nulab.com/docs/backlog/api/2/get-recent-updates/
func (c *Client) GetSpaceActivities(ctx context.Context, opts *GetActivitiesOptions) ([]*Activity, error) {
	return list[Activity](ctx, c, route{"space", "activities"}, encode(opts))
}

// GetProjectActivities returns one page of what happened in a project; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-project-recent-updates/
func (c *Client) GetProjectActivities(ctx context.Context, project string, opts *GetActivitiesOptions) ([]*Activity, error) {
	return list[Activity](ctx, c, route{"projects", project, "activities"}, encode(opts))
}

// GetUserActivities returns one page of what a user did; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-user-recent-updates/
func (c *Client) GetUserActivities(ctx context.Context, userID ID, opts *GetActivitiesOptions) ([]*Activity, error) {
	return list[Activity](ctx, c, route{"users", userID.String(), "activities"}, encode(opts))
}

// GetActivity returns one activity, with its notifications.
//
// https://developer.nulab.com/docs/backlog/api/2/get-activity/
func (c *Client) GetActivity(ctx context.Context, id ID) (*Activity, error) {
	return one[Activity](ctx, c, route{"activities", id.String()}, nil)
}
