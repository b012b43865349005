package backlog

import (
	"context"
	"net/http"
)

// Version is a version or milestone of one project; the vendor makes no difference.
type Version struct {
	ID             ID     `json:"id"`
	ProjectID      ID     `json:"projectId"`
	Name           string `json:"name"`
	Description    string `json:"description"`
	StartDate      Date   `json:"startDate"`
	ReleaseDueDate Date   `json:"releaseDueDate"`
	Archived       bool   `json:"archived"`
	DisplayOrder   int    `json:"displayOrder"`
}

// CreateVersionInput describes a version.
type CreateVersionInput struct {
	Name           string `form:"name,always"`
	Description    string `form:"description"`
	StartDate      Date   `form:"startDate"`
	ReleaseDueDate Date   `form:"releaseDueDate"`
}

// UpdateVersionInput changes a version. The vendor demands Name even when it stays.
type UpdateVersionInput struct {
	Name           string           `form:"name,always"`
	Description    Optional[string] `form:"description"`
	StartDate      Optional[Date]   `form:"startDate"`
	ReleaseDueDate Optional[Date]   `form:"releaseDueDate"`
	Archived       Optional[bool]   `form:"archived"`
}

// GetVersions returns a project's versions and milestones.
//
// https://developer.nulab.com/docs/backlog/api/2/get-version-milestone-list/
func (c *Client) GetVersions(ctx context.Context, project string) ([]*Version, error) {
	return list[Version](ctx, c, route{"projects", project, "versions"}, nil)
}

// CreateVersion adds a version.
//
// https://developer.nulab.com/docs/backlog/api/2/add-version-milestone/
func (c *Client) CreateVersion(ctx context.Context, project string, input *CreateVersionInput) (*Version, error) {
	return send[Version](ctx, c, http.MethodPost, route{"projects", project, "versions"}, input)
}

// UpdateVersion changes a version.
//
// https://developer.nulab.com/docs/backlog/api/2/update-version-milestone/
func (c *Client) UpdateVersion(ctx context.Context, project string, id ID, input *UpdateVersionInput) (*Version, error) {
	return send[Version](ctx, c, http.MethodPatch, route{"projects", project, "versions", id.String()}, input)
}

// DeleteVersion deletes a version.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-version/
func (c *Client) DeleteVersion(ctx context.Context, project string, id ID) (*Version, error) {
	return send[Version](ctx, c, http.MethodDelete, route{"projects", project, "versions", id.String()}, nil)
}
