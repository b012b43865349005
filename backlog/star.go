package backlog

import (
	"context"
	"net/http"
	"time"
)

// Star is a mark of thanks.
type Star struct {
	ID        ID        `json:"id"`
	Comment   string    `json:"comment"`
	URL       string    `json:"url"`
	Title     string    `json:"title"`
	Presenter *User     `json:"presenter,omitempty"`
	Created   time.Time `json:"created"`
}

// CreateStarInput says what gets the star: set exactly one field.
type CreateStarInput struct {
	IssueID              ID `form:"issueId"`
	CommentID            ID `form:"commentId"`
	WikiID               ID `form:"wikiId"`
	PullRequestID        ID `form:"pullRequestId"`
	PullRequestCommentID ID `form:"pullRequestCommentId"`
}

// GetUserStarsOptions pages through a user's stars.
type GetUserStarsOptions struct {
	MinID ID    `form:"minId"`
	MaxID ID    `form:"maxId"`
	Count int   `form:"count"` // 1–100, the vendor's default is 20
	Order Order `form:"order"`
}

// GetUserStarCountOptions bounds the count of a user's stars.
type GetUserStarCountOptions struct {
	Since Date `form:"since"`
	Until Date `form:"until"`
}

// CreateStar gives a star.
//
// https://developer.nulab.com/docs/backlog/api/2/add-star/
func (c *Client) CreateStar(ctx context.Context, input *CreateStarInput) error {
	return exec(ctx, c, http.MethodPost, route{"stars"}, input)
}

// DeleteStar takes a star back.
//
// https://developer.nulab.com/docs/backlog/api/2/remove-star/
func (c *Client) DeleteStar(ctx context.Context, id ID) error {
	return exec(ctx, c, http.MethodDelete, route{"stars", id.String()}, nil)
}

// GetUserStars returns stars that a user received; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-received-star-list/
func (c *Client) GetUserStars(ctx context.Context, userID ID, opts *GetUserStarsOptions) ([]*Star, error) {
	return list[Star](ctx, c, route{"users", userID.String(), "stars"}, encode(opts))
}

// GetUserStarCount returns how many stars a user received; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/count-user-received-stars/
func (c *Client) GetUserStarCount(ctx context.Context, userID ID, opts *GetUserStarCountOptions) (int, error) {
	return count(ctx, c, route{"users", userID.String(), "stars", "count"}, encode(opts))
}
