package backlog

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Comment is an entry in the history of an issue. Every update makes one;
// Content is empty when nobody wrote anything.
type Comment struct {
	ID            ID             `json:"id"`
	ProjectID     ID             `json:"projectId"`
	IssueID       ID             `json:"issueId"`
	Content       string         `json:"content"`
	ChangeLog     []ChangeLog    `json:"changeLog"`
	CreatedUser   User           `json:"createdUser"`
	Created       time.Time      `json:"created"`
	Updated       time.Time      `json:"updated"`
	Stars         []Star         `json:"stars"`
	Notifications []Notification `json:"notifications"`
}

// IssueComment is the name that github.com/kenzo0107/backlog has for Comment.
type IssueComment = Comment

// ChangeLog is one changed field. The values are names as people see them
// ("処理中"), unlike those of activities, which are ids.
type ChangeLog struct {
	Field            string
	NewValue         string
	OriginalValue    string
	AttachmentInfo   *AttachmentInfo
	AttributeInfo    *AttributeInfo
	NotificationInfo *NotificationInfo
}

// AttachmentInfo names the file of a change.
type AttachmentInfo struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// AttributeInfo names the custom field of a change.
type AttributeInfo struct {
	ID     ID `json:"id"`
	TypeID ID `json:"typeId"`
}

// NotificationInfo names the kind of notification of a change.
type NotificationInfo struct {
	Type string `json:"type"`
}

type wireChangeLog struct {
	Field            Text              `json:"field"`
	NewValue         Text              `json:"newValue"`
	OriginalValue    Text              `json:"originalValue"`
	AttachmentInfo   *AttachmentInfo   `json:"attachmentInfo"`
	AttributeInfo    *AttributeInfo    `json:"attributeInfo"`
	NotificationInfo *NotificationInfo `json:"notificationInfo"`
}

// UnmarshalJSON takes null and numbers for values too.
func (l *ChangeLog) UnmarshalJSON(b []byte) error {
	var w wireChangeLog
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*l = ChangeLog{
		Field: string(w.Field), NewValue: string(w.NewValue), OriginalValue: string(w.OriginalValue),
		AttachmentInfo: w.AttachmentInfo, AttributeInfo: w.AttributeInfo, NotificationInfo: w.NotificationInfo,
	}
	return nil
}

// MarshalJSON writes the vendor's names.
func (l ChangeLog) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireChangeLog{
		Field: Text(l.Field), NewValue: Text(l.NewValue), OriginalValue: Text(l.OriginalValue),
		AttachmentInfo: l.AttachmentInfo, AttributeInfo: l.AttributeInfo, NotificationInfo: l.NotificationInfo,
	})
}

// GetIssueCommentsOptions pages through comments. Whether MinID and MaxID
// themselves are in the answer is not published.
type GetIssueCommentsOptions struct {
	MinID ID    `form:"minId"`
	MaxID ID    `form:"maxId"`
	Count int   `form:"count"` // 1–100, the vendor's default is 20
	Order Order `form:"order"`
}

// CreateIssueCommentInput is a new comment. Only NotifiedUserIDs notifies people;
// names in the text do not.
type CreateIssueCommentInput struct {
	Content         string `form:"content,always"`
	NotifiedUserIDs []ID   `form:"notifiedUserId"`
	AttachmentIDs   []ID   `form:"attachmentId"`
}

// GetIssueComments returns one page of comments; opts may be nil. Use
// AllIssueComments to reach the end.
//
// https://developer.nulab.com/docs/backlog/api/2/get-comment-list/
func (c *Client) GetIssueComments(ctx context.Context, idOrKey string, opts *GetIssueCommentsOptions) ([]*Comment, error) {
	return list[Comment](ctx, c, route{"issues", idOrKey, "comments"}, encode(opts))
}

// GetIssueCommentsCount returns how many comments an issue has.
//
// https://developer.nulab.com/docs/backlog/api/2/count-comment/
func (c *Client) GetIssueCommentsCount(ctx context.Context, idOrKey string) (int, error) {
	return count(ctx, c, route{"issues", idOrKey, "comments", "count"}, nil)
}

// GetIssueComment returns one comment.
//
// https://developer.nulab.com/docs/backlog/api/2/get-comment/
func (c *Client) GetIssueComment(ctx context.Context, idOrKey string, id ID) (*Comment, error) {
	return one[Comment](ctx, c, route{"issues", idOrKey, "comments", id.String()}, nil)
}

// CreateIssueComment adds a comment.
//
// https://developer.nulab.com/docs/backlog/api/2/add-comment/
func (c *Client) CreateIssueComment(ctx context.Context, idOrKey string, input *CreateIssueCommentInput) (*Comment, error) {
	return send[Comment](ctx, c, http.MethodPost, route{"issues", idOrKey, "comments"}, input)
}

// UpdateIssueComment replaces the text of one's own comment.
//
// https://developer.nulab.com/docs/backlog/api/2/update-comment/
func (c *Client) UpdateIssueComment(ctx context.Context, idOrKey string, id ID, content string) (*Comment, error) {
	input := struct {
		Content string `form:"content,always"`
	}{content}
	return send[Comment](ctx, c, http.MethodPatch, route{"issues", idOrKey, "comments", id.String()}, input)
}

// DeleteIssueComment deletes one's own comment.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-comment/
func (c *Client) DeleteIssueComment(ctx context.Context, idOrKey string, id ID) (*Comment, error) {
	return send[Comment](ctx, c, http.MethodDelete, route{"issues", idOrKey, "comments", id.String()}, nil)
}

// GetIssueCommentsNotifications returns who was notified of a comment.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-comment-notifications/
func (c *Client) GetIssueCommentsNotifications(ctx context.Context, idOrKey string, id ID) ([]*Notification, error) {
	return list[Notification](ctx, c, route{"issues", idOrKey, "comments", id.String(), "notifications"}, nil)
}

// CreateIssueCommentsNotification notifies more people of one's own comment.
//
// https://developer.nulab.com/docs/backlog/api/2/add-comment-notification/
func (c *Client) CreateIssueCommentsNotification(ctx context.Context, idOrKey string, id ID, userIDs []ID) (*Comment, error) {
	input := struct {
		UserIDs []ID `form:"notifiedUserId"`
	}{userIDs}
	return send[Comment](ctx, c, http.MethodPost, route{"issues", idOrKey, "comments", id.String(), "notifications"}, input)
}
