package backlog

import (
	"context"
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
