package backlog

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Notification tells a user of something: in the user's own list, at a comment,
// or in a webhook. Only the own list fills Project, Issue, Comment and Sender.
type Notification struct {
	ID                  ID                  `json:"id"`
	AlreadyRead         bool                `json:"alreadyRead"`
	ResourceAlreadyRead bool                `json:"resourceAlreadyRead"`
	Reason              Reason              `json:"reason"`
	User                *User               `json:"user,omitempty"`
	Project             *Project            `json:"project,omitempty"`
	Issue               *Issue              `json:"issue,omitempty"`
	Comment             *Comment            `json:"comment,omitempty"`
	PullRequest         *PullRequest        `json:"pullRequest,omitempty"`
	PullRequestComment  *PullRequestComment `json:"pullRequestComment,omitempty"`
	Document            *Document           `json:"document,omitempty"`
	DocumentComment     *DocumentComment    `json:"documentComment,omitempty"`
	DocumentReply       *DocumentReply      `json:"documentCommentReply,omitempty"`
	Sender              *User               `json:"sender,omitempty"`
	Created             time.Time           `json:"created,omitzero"`
}

// Reason says why somebody was notified.
type Reason int

// The reasons.
const (
	ReasonAssigned      Reason = 1
	ReasonCommented     Reason = 2
	ReasonIssueCreated  Reason = 3
	ReasonIssueUpdated  Reason = 4
	ReasonFileAttached  Reason = 5
	ReasonProjectJoined Reason = 6
	ReasonOther         Reason = 9
	ReasonMentioned     Reason = 14
	ReasonTeamMentioned Reason = 16

	ReasonPullRequestAssigned      Reason = 10
	ReasonPullRequestCommented     Reason = 11
	ReasonPullRequestAdded         Reason = 12
	ReasonPullRequestUpdated       Reason = 13
	ReasonPullRequestMentioned     Reason = 15
	ReasonPullRequestTeamMentioned Reason = 17
)

// UnmarshalJSON reads a number or a string of digits.
func (r *Reason) UnmarshalJSON(b []byte) error {
	n, err := tolerantInt(b)
	if err != nil {
		return fmt.Errorf("reading a notification's reason: %w", err)
	}
	*r = Reason(n)
	return nil
}

// GetNotificationsOptions pages through the user's own notifications.
type GetNotificationsOptions struct {
	MinID    ID    `form:"minId"`
	MaxID    ID    `form:"maxId"`
	Count    int   `form:"count"` // 1–100, the vendor's default is 20
	Order    Order `form:"order"`
	SenderID ID    `form:"senderId"`
}

// GetNotificationCountOptions narrows GetNotificationCount.
type GetNotificationCountOptions struct {
	AlreadyRead         Optional[bool] `form:"alreadyRead"`
	ResourceAlreadyRead Optional[bool] `form:"resourceAlreadyRead"`
}

// GetNotifications returns the user's own notifications; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-notification/
func (c *Client) GetNotifications(ctx context.Context, opts *GetNotificationsOptions) ([]*Notification, error) {
	return list[Notification](ctx, c, route{"notifications"}, encode(opts))
}

// GetNotificationCount counts the user's own notifications; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/count-notification/
func (c *Client) GetNotificationCount(ctx context.Context, opts *GetNotificationCountOptions) (int, error) {
	return count(ctx, c, route{"notifications", "count"}, encode(opts))
}

// ResetNotificationCount sets the count of unread notifications to zero.
//
// https://developer.nulab.com/docs/backlog/api/2/reset-unread-notification-count/
func (c *Client) ResetNotificationCount(ctx context.Context) error {
	return exec(ctx, c, http.MethodPost, route{"notifications", "markAsRead"}, nil)
}

// MarkAsReadNotification marks one notification as read.
//
// https://developer.nulab.com/docs/backlog/api/2/read-notification/
func (c *Client) MarkAsReadNotification(ctx context.Context, id ID) error {
	return exec(ctx, c, http.MethodPost, route{"notifications", id.String(), "markAsRead"}, nil)
}
