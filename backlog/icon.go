package backlog

import (
	"context"
	"io"
)

// GetSpaceIcon writes the space's picture to w.
//
// https://developer.nulab.com/docs/backlog/api/2/get-space-logo/
func (c *Client) GetSpaceIcon(ctx context.Context, w io.Writer) error {
	return c.download(ctx, route{"space", "image"}, w)
}

// GetProjectIcon writes a project's picture to w.
//
// https://developer.nulab.com/docs/backlog/api/2/get-project-icon/
func (c *Client) GetProjectIcon(ctx context.Context, idOrKey string, w io.Writer) error {
	return c.download(ctx, route{"projects", idOrKey, "image"}, w)
}

// GetUserIcon writes a user's picture to w.
//
// https://developer.nulab.com/docs/backlog/api/2/get-user-icon/
func (c *Client) GetUserIcon(ctx context.Context, id ID, w io.Writer) error {
	return c.download(ctx, route{"users", id.String(), "icon"}, w)
}

// GetTeamIcon writes a team's picture to w.
//
// https://developer.nulab.com/docs/backlog/api/2/get-team-icon/
func (c *Client) GetTeamIcon(ctx context.Context, id ID, w io.Writer) error {
	return c.download(ctx, route{"teams", id.String(), "icon"}, w)
}
