package backlog

import (
	"context"
	"net/http"
	"time"
)

// Team is a group of users.
type Team struct {
	ID           ID        `json:"id"`
	Name         string    `json:"name"`
	Members      []User    `json:"members"`
	DisplayOrder *int      `json:"displayOrder"`
	CreatedUser  *User     `json:"createdUser"`
	Created      time.Time `json:"created"`
	UpdatedUser  *User     `json:"updatedUser"`
	Updated      time.Time `json:"updated"`
}

// GetTeamsOptions pages through GetTeams.
type GetTeamsOptions struct {
	Order  Order `form:"order"`
	Offset int   `form:"offset"`
	Count  int   `form:"count"` // 1–100, the vendor's default is 20
}

// GetTeams returns teams of the space; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-teams/
func (c *Client) GetTeams(ctx context.Context, opts *GetTeamsOptions) ([]*Team, error) {
	return list[Team](ctx, c, route{"teams"}, encode(opts))
}

// GetTeam returns one team.
//
// https://developer.nulab.com/docs/backlog/api/2/get-team/
func (c *Client) GetTeam(ctx context.Context, id ID) (*Team, error) {
	return one[Team](ctx, c, route{"teams", id.String()}, nil)
}

// GetProjectTeams returns the teams of a project.
//
// https://developer.nulab.com/docs/backlog/api/2/get-project-team-list/
func (c *Client) GetProjectTeams(ctx context.Context, project string) ([]*Team, error) {
	return list[Team](ctx, c, route{"projects", project, "teams"}, nil)
}

// CreateTeamInput describes a new team of a classic plan.
type CreateTeamInput struct {
	Name    string `form:"name,always"`
	Members []ID   `form:"members"`
}

// UpdateTeamInput changes a team of a classic plan. Members replaces the whole set.
type UpdateTeamInput struct {
	Name    Optional[string] `form:"name"`
	Members Optional[[]ID]   `form:"members"`
}

type teamInput struct {
	TeamID ID `form:"teamId,always"`
}

// CreateTeam adds a team. Administrators of classic plans only, as the two that follow.
//
// https://developer.nulab.com/docs/backlog/api/2/add-team/
func (c *Client) CreateTeam(ctx context.Context, input *CreateTeamInput) (*Team, error) {
	return send[Team](ctx, c, http.MethodPost, route{"teams"}, input)
}

// UpdateTeam changes a team.
//
// https://developer.nulab.com/docs/backlog/api/2/update-team/
func (c *Client) UpdateTeam(ctx context.Context, id ID, input *UpdateTeamInput) (*Team, error) {
	return send[Team](ctx, c, http.MethodPatch, route{"teams", id.String()}, input)
}

// DeleteTeam deletes a team.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-team/
func (c *Client) DeleteTeam(ctx context.Context, id ID) (*Team, error) {
	return send[Team](ctx, c, http.MethodDelete, route{"teams", id.String()}, nil)
}

// AddProjectTeam lets everybody of a team into a project.
//
// https://developer.nulab.com/docs/backlog/api/2/add-project-team/
func (c *Client) AddProjectTeam(ctx context.Context, project string, id ID) (*Team, error) {
	return send[Team](ctx, c, http.MethodPost, route{"projects", project, "teams"}, teamInput{id})
}

// DeleteProjectTeam takes a team out of a project.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-project-team/
func (c *Client) DeleteProjectTeam(ctx context.Context, project string, id ID) (*Team, error) {
	return send[Team](ctx, c, http.MethodDelete, route{"projects", project, "teams"}, teamInput{id})
}
