package backlog

import (
	"context"
	"net/http"
)

// Project is a project of the space.
type Project struct {
	ID                                ID     `json:"id"`
	ProjectKey                        string `json:"projectKey"`
	Name                              string `json:"name"`
	ChartEnabled                      bool   `json:"chartEnabled"`
	UseResolvedForChart               bool   `json:"useResolvedForChart"`
	SubtaskingEnabled                 bool   `json:"subtaskingEnabled"`
	GrandchildIssueEnabled            bool   `json:"grandchildIssueEnabled"`
	ProjectLeaderCanEditProjectLeader bool   `json:"projectLeaderCanEditProjectLeader"`
	UseWiki                           bool   `json:"useWiki"`
	UseFileSharing                    bool   `json:"useFileSharing"`
	UseWikiTreeView                   bool   `json:"useWikiTreeView"`
	UseSubversion                     bool   `json:"useSubversion"`
	UseGit                            bool   `json:"useGit"`
	UseOriginalImageSizeAtWiki        bool   `json:"useOriginalImageSizeAtWiki"`
	TextFormattingRule                string `json:"textFormattingRule"` // FormatBacklog or FormatMarkdown
	Archived                          bool   `json:"archived"`
	DisplayOrder                      int    `json:"displayOrder"`
	UseDevAttributes                  bool   `json:"useDevAttributes"`
}

// The text rules a project can have.
const (
	FormatBacklog  = "backlog"
	FormatMarkdown = "markdown"
)

// GetProjectsOptions narrows GetProjects.
type GetProjectsOptions struct {
	Archived Optional[bool] `form:"archived"` // left alone: both
	All      Optional[bool] `form:"all"`      // administrators: projects not joined too
}

// CreateProjectInput describes a new project.
type CreateProjectInput struct {
	Name                              string         `form:"name,always"`
	Key                               string         `form:"key,always"`
	ChartEnabled                      bool           `form:"chartEnabled,always"`
	SubtaskingEnabled                 bool           `form:"subtaskingEnabled,always"`
	TextFormattingRule                string         `form:"textFormattingRule,always"`
	ProjectLeaderCanEditProjectLeader Optional[bool] `form:"projectLeaderCanEditProjectLeader"`
	GrandchildIssueEnabled            Optional[bool] `form:"grandchildIssueEnabled"`
}

// UpdateProjectInput changes a project.
type UpdateProjectInput struct {
	Name                              Optional[string] `form:"name"`
	Key                               Optional[string] `form:"key"`
	ChartEnabled                      Optional[bool]   `form:"chartEnabled"`
	SubtaskingEnabled                 Optional[bool]   `form:"subtaskingEnabled"`
	TextFormattingRule                Optional[string] `form:"textFormattingRule"`
	ProjectLeaderCanEditProjectLeader Optional[bool]   `form:"projectLeaderCanEditProjectLeader"`
	GrandchildIssueEnabled            Optional[bool]   `form:"grandchildIssueEnabled"`
	Archived                          Optional[bool]   `form:"archived"`
}

// GetProjectUsersOptions narrows GetProjectUsers.
type GetProjectUsersOptions struct {
	ExcludeGroupMembers bool `form:"excludeGroupMembers"`
}

// userInput carries the one parameter of member calls.
type userInput struct {
	UserID ID `form:"userId,always"`
}

// GetProjects returns the projects that the user sees; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-project-list/
func (c *Client) GetProjects(ctx context.Context, opts *GetProjectsOptions) ([]*Project, error) {
	return list[Project](ctx, c, route{"projects"}, encode(opts))
}

// GetProject returns one project.
//
// https://developer.nulab.com/docs/backlog/api/2/get-project/
func (c *Client) GetProject(ctx context.Context, idOrKey string) (*Project, error) {
	return one[Project](ctx, c, route{"projects", idOrKey}, nil)
}

// CreateProject adds a project. Administrators only.
//
// https://developer.nulab.com/docs/backlog/api/2/add-project/
func (c *Client) CreateProject(ctx context.Context, input *CreateProjectInput) (*Project, error) {
	return send[Project](ctx, c, http.MethodPost, route{"projects"}, input)
}

// UpdateProject changes a project.
//
// https://developer.nulab.com/docs/backlog/api/2/update-project/
func (c *Client) UpdateProject(ctx context.Context, idOrKey string, input *UpdateProjectInput) (*Project, error) {
	return send[Project](ctx, c, http.MethodPatch, route{"projects", idOrKey}, input)
}

// DeleteProject deletes a project with all that is in it.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-project/
func (c *Client) DeleteProject(ctx context.Context, idOrKey string) (*Project, error) {
	return send[Project](ctx, c, http.MethodDelete, route{"projects", idOrKey}, nil)
}

// GetProjectUsers returns the members of a project; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-project-user-list/
func (c *Client) GetProjectUsers(ctx context.Context, idOrKey string, opts *GetProjectUsersOptions) ([]*User, error) {
	return list[User](ctx, c, route{"projects", idOrKey, "users"}, encode(opts))
}

// AddProjectUser makes a user a member.
//
// https://developer.nulab.com/docs/backlog/api/2/add-project-user/
func (c *Client) AddProjectUser(ctx context.Context, idOrKey string, userID ID) (*User, error) {
	return send[User](ctx, c, http.MethodPost, route{"projects", idOrKey, "users"}, userInput{userID})
}

// DeleteProjectUser ends a user's membership.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-project-user/
func (c *Client) DeleteProjectUser(ctx context.Context, idOrKey string, userID ID) (*User, error) {
	return send[User](ctx, c, http.MethodDelete, route{"projects", idOrKey, "users"}, userInput{userID})
}

// GetProjectAdministrators returns the project's administrators.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-project-administrators/
func (c *Client) GetProjectAdministrators(ctx context.Context, idOrKey string) ([]*User, error) {
	return list[User](ctx, c, route{"projects", idOrKey, "administrators"}, nil)
}

// AddProjectAdministrator makes a member an administrator of the project.
//
// https://developer.nulab.com/docs/backlog/api/2/add-project-administrator/
func (c *Client) AddProjectAdministrator(ctx context.Context, idOrKey string, userID ID) (*User, error) {
	return send[User](ctx, c, http.MethodPost, route{"projects", idOrKey, "administrators"}, userInput{userID})
}

// DeleteProjectAdministrator takes that right away.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-project-administrator/
func (c *Client) DeleteProjectAdministrator(ctx context.Context, idOrKey string, userID ID) (*User, error) {
	return send[User](ctx, c, http.MethodDelete, route{"projects", idOrKey, "administrators"}, userInput{userID})
}

// GetProjectDiskUsage returns the storage a project uses.
//
// https://developer.nulab.com/docs/backlog/api/2/get-project-disk-usage/
func (c *Client) GetProjectDiskUsage(ctx context.Context, idOrKey string) (*DiskUsage, error) {
	return one[DiskUsage](ctx, c, route{"projects", idOrKey, "diskUsage"}, nil)
}
