package backlog

import (
	"context"
	"net/http"
)

// IssueType is a kind of issue in one project.
type IssueType struct {
	ID                  ID     `json:"id"`
	ProjectID           ID     `json:"projectId"`
	Name                string `json:"name"`
	Color               string `json:"color"` // #rrggbb
	DisplayOrder        int    `json:"displayOrder"`
	TemplateSummary     string `json:"templateSummary,omitempty"`
	TemplateDescription string `json:"templateDescription,omitempty"`
}

// CreateIssueTypeInput describes an issue type. The vendor accepts ten colours only.
type CreateIssueTypeInput struct {
	Name                string `form:"name,always"`
	Color               string `form:"color,always"`
	TemplateSummary     string `form:"templateSummary"`
	TemplateDescription string `form:"templateDescription"`
}

// UpdateIssueTypeInput changes an issue type.
type UpdateIssueTypeInput struct {
	Name                Optional[string] `form:"name"`
	Color               Optional[string] `form:"color"`
	TemplateSummary     Optional[string] `form:"templateSummary"`
	TemplateDescription Optional[string] `form:"templateDescription"`
}

// GetIssueTypes returns a project's issue types.
//
// https://developer.nulab.com/docs/backlog/api/2/get-issue-type-list/
func (c *Client) GetIssueTypes(ctx context.Context, project string) ([]*IssueType, error) {
	return list[IssueType](ctx, c, route{"projects", project, "issueTypes"}, nil)
}

// CreateIssueType adds an issue type.
//
// https://developer.nulab.com/docs/backlog/api/2/add-issue-type/
func (c *Client) CreateIssueType(ctx context.Context, project string, input *CreateIssueTypeInput) (*IssueType, error) {
	return send[IssueType](ctx, c, http.MethodPost, route{"projects", project, "issueTypes"}, input)
}

// UpdateIssueType changes an issue type.
//
// https://developer.nulab.com/docs/backlog/api/2/update-issue-type/
func (c *Client) UpdateIssueType(ctx context.Context, project string, id ID, input *UpdateIssueTypeInput) (*IssueType, error) {
	return send[IssueType](ctx, c, http.MethodPatch, route{"projects", project, "issueTypes", id.String()}, input)
}

// DeleteIssueType deletes an issue type; its issues change to substitute.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-issue-type/
func (c *Client) DeleteIssueType(ctx context.Context, project string, id, substitute ID) (*IssueType, error) {
	input := struct {
		Substitute ID `form:"substituteIssueTypeId,always"`
	}{substitute}
	return send[IssueType](ctx, c, http.MethodDelete, route{"projects", project, "issueTypes", id.String()}, input)
}
