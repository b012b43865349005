package backlog

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Issue is a ticket. It has no instant of resolution: that is in the comments'
// change logs.
type Issue struct {
	ID                ID                 `json:"id"`
	ProjectID         ID                 `json:"projectId"`
	IssueKey          string             `json:"issueKey"`
	KeyID             ID                 `json:"keyId"`
	IssueType         IssueType          `json:"issueType"`
	Summary           string             `json:"summary"`
	Description       string             `json:"description"`
	Resolution        *Resolution        `json:"resolution"` // nil: none
	Priority          Priority           `json:"priority"`
	Status            Status             `json:"status"`
	Assignee          *User              `json:"assignee"` // nil: nobody
	Categories        []Category         `json:"category"`
	Versions          []Version          `json:"versions"`
	Milestones        []Version          `json:"milestone"`
	StartDate         Date               `json:"startDate"`
	DueDate           Date               `json:"dueDate"`
	EstimatedHours    *float64           `json:"estimatedHours"`
	ActualHours       *float64           `json:"actualHours"`
	ParentIssueID     ID                 `json:"parentIssueId"` // 0: none
	CreatedUser       User               `json:"createdUser"`
	Created           time.Time          `json:"created"`
	UpdatedUser       *User              `json:"updatedUser"`
	Updated           time.Time          `json:"updated"`
	CustomFields      []CustomFieldValue `json:"customFields"`
	Attachments       []Attachment       `json:"attachments"`
	SharedFiles       []SharedFile       `json:"sharedFiles"`
	Stars             []Star             `json:"stars"`
	ChildIssueSummary *ChildIssueSummary `json:"childIssueSummary,omitempty"` // with ExpandChildIssues
}

// ChildIssueSummary counts the children of an issue.
type ChildIssueSummary struct {
	Total  int `json:"total"`
	Closed int `json:"closed"`
}

// CustomField returns the value of the custom field with the given id, or nil.
func (i *Issue) CustomField(id ID) *CustomFieldValue {
	for n := range i.CustomFields {
		if i.CustomFields[n].ID == id {
			return &i.CustomFields[n]
		}
	}
	return nil
}

// CustomFieldByName returns the value of the custom field with the given name, or nil.
func (i *Issue) CustomFieldByName(name string) *CustomFieldValue {
	for n := range i.CustomFields {
		if i.CustomFields[n].Name == name {
			return &i.CustomFields[n]
		}
	}
	return nil
}

// GetIssues returns one page of issues; opts may be nil. Use AllIssues to reach the end.
//
// https://developer.nulab.com/docs/backlog/api/2/get-issue-list/
func (c *Client) GetIssues(ctx context.Context, opts *GetIssuesOptions) ([]*Issue, error) {
	return list[Issue](ctx, c, route{"issues"}, opts.values())
}

// GetIssueCount returns how many issues match; order and paging do not matter.
//
// https://developer.nulab.com/docs/backlog/api/2/count-issue/
func (c *Client) GetIssueCount(ctx context.Context, opts *GetIssuesOptions) (int, error) {
	return count(ctx, c, route{"issues", "count"}, opts.values())
}

// GetIssue returns one issue.
//
// https://developer.nulab.com/docs/backlog/api/2/get-issue/
func (c *Client) GetIssue(ctx context.Context, idOrKey string) (*Issue, error) {
	return one[Issue](ctx, c, route{"issues", idOrKey}, nil)
}

// CreateIssue adds an issue, which starts as Open.
//
// https://developer.nulab.com/docs/backlog/api/2/add-issue/
func (c *Client) CreateIssue(ctx context.Context, input *CreateIssueInput) (*Issue, error) {
	return send[Issue](ctx, c, http.MethodPost, route{"issues"}, input)
}

// UpdateIssue changes an issue. The vendor has no optimistic lock. An update that
// changes nothing and has no comment fails with ErrNoChange.
//
// https://developer.nulab.com/docs/backlog/api/2/update-issue/
func (c *Client) UpdateIssue(ctx context.Context, idOrKey string, input *UpdateIssueInput) (*Issue, error) {
	return send[Issue](ctx, c, http.MethodPatch, route{"issues", idOrKey}, input)
}

// DeleteIssue deletes an issue. Administrators only.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-issue/
func (c *Client) DeleteIssue(ctx context.Context, idOrKey string) (*Issue, error) {
	return send[Issue](ctx, c, http.MethodDelete, route{"issues", idOrKey}, nil)
}

// GetIssueParticipants returns who took part in an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/get-issue-participant-list/
func (c *Client) GetIssueParticipants(ctx context.Context, idOrKey string) ([]*User, error) {
	return list[User](ctx, c, route{"issues", idOrKey, "participants"}, nil)
}

// GetIssueWithChildren is GetIssue with ChildIssueSummary filled.
func (c *Client) GetIssueWithChildren(ctx context.Context, idOrKey string) (*Issue, error) {
	query := url.Values{"expand[]": {ExpandChildIssues}}
	return one[Issue](ctx, c, route{"issues", idOrKey}, query)
}
