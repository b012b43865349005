package backlog

import (
	"context"
	"net/http"
	"time"
)

// Watching is a user's interest in an issue.
type Watching struct {
	ID                  ID        `json:"id"`
	ResourceAlreadyRead bool      `json:"resourceAlreadyRead"`
	Note                string    `json:"note"`
	Type                string    `json:"type"`
	Issue               *Issue    `json:"issue"`
	LastContentUpdated  time.Time `json:"lastContentUpdated"`
	Created             time.Time `json:"created"`
	Updated             time.Time `json:"updated"`
}

// GetUserWatchingsOptions narrows and pages through watchings.
type GetUserWatchingsOptions struct {
	Order               Order          `form:"order"`
	Sort                string         `form:"sort"` // created, updated or issueUpdated
	Count               int            `form:"count"`
	Offset              int            `form:"offset"`
	ResourceAlreadyRead Optional[bool] `form:"resourceAlreadyRead"`
	IssueIDs            []ID           `form:"issueId"`
}

// GetUserWatchingsCountOptions narrows GetUserWatchingsCount.
type GetUserWatchingsCountOptions struct {
	ResourceAlreadyRead Optional[bool] `form:"resourceAlreadyRead"`
	AlreadyRead         Optional[bool] `form:"alreadyRead"`
}

// CreateWatchingInput says which issue to watch.
type CreateWatchingInput struct {
	IssueIDOrKey string `form:"issueIdOrKey,always"`
	Note         string `form:"note"`
}

// GetUserWatchings returns what a user watches; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-watching-list/
func (c *Client) GetUserWatchings(ctx context.Context, userID ID, opts *GetUserWatchingsOptions) ([]*Watching, error) {
	return list[Watching](ctx, c, route{"users", userID.String(), "watchings"}, encode(opts))
}

// GetUserWatchingsCount counts what a user watches; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/count-watching/
func (c *Client) GetUserWatchingsCount(ctx context.Context, userID ID, opts *GetUserWatchingsCountOptions) (int, error) {
	return count(ctx, c, route{"users", userID.String(), "watchings", "count"}, encode(opts))
}

// GetWatching returns one watching.
//
// https://developer.nulab.com/docs/backlog/api/2/get-watching/
func (c *Client) GetWatching(ctx context.Context, id ID) (*Watching, error) {
	return one[Watching](ctx, c, route{"watchings", id.String()}, nil)
}

// CreateWatching begins to watch an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/add-watching/
func (c *Client) CreateWatching(ctx context.Context, input *CreateWatchingInput) (*Watching, error) {
	return send[Watching](ctx, c, http.MethodPost, route{"watchings"}, input)
}

// UpdateWatching replaces the note.
//
// https://developer.nulab.com/docs/backlog/api/2/update-watching/
func (c *Client) UpdateWatching(ctx context.Context, id ID, note string) (*Watching, error) {
	input := struct {
		Note string `form:"note,always"`
	}{note}
	return send[Watching](ctx, c, http.MethodPatch, route{"watchings", id.String()}, input)
}

// DeleteWatching stops watching.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-watching/
func (c *Client) DeleteWatching(ctx context.Context, id ID) (*Watching, error) {
	return send[Watching](ctx, c, http.MethodDelete, route{"watchings", id.String()}, nil)
}

// MarkAsReadWatching marks a watched issue as read.
//
// https://developer.nulab.com/docs/backlog/api/2/mark-watching-as-read/
func (c *Client) MarkAsReadWatching(ctx context.Context, id ID) error {
	return exec(ctx, c, http.MethodPost, route{"watchings", id.String(), "markAsRead"}, nil)
}
