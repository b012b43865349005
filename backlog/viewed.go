package backlog

import (
	"context"
	"net/http"
	"time"
)

// RecentlyViewedIssue is an issue that the user looked at in the browser.
type RecentlyViewedIssue struct {
	Issue   *Issue    `json:"issue"`
	Updated time.Time `json:"updated"` // when
}

// RecentlyViewedProject is a project that the user looked at in the browser.
type RecentlyViewedProject struct {
	Project *Project  `json:"project"`
	Updated time.Time `json:"updated"` // when
}

// RecentlyViewedWiki is a page that the user looked at in the browser; it lacks
// the content.
type RecentlyViewedWiki struct {
	Page    *Wiki     `json:"page"`
	Updated time.Time `json:"updated"` // when
}

// GetRecentlyViewedOptions pages through what was viewed.
type GetRecentlyViewedOptions struct {
	Order  Order `form:"order"`
	Offset int   `form:"offset"`
	Count  int   `form:"count"` // 1–100, the vendor's default is 20
}

// GetRecentlyViewedIssues returns the issues viewed last; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-recently-viewed-issues/
func (c *Client) GetRecentlyViewedIssues(ctx context.Context, opts *GetRecentlyViewedOptions) ([]*RecentlyViewedIssue, error) {
	return list[RecentlyViewedIssue](ctx, c, route{"users", "myself", "recentlyViewedIssues"}, encode(opts))
}

// GetRecentlyViewedProjects returns the projects viewed last; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-recently-viewed-projects/
func (c *Client) GetRecentlyViewedProjects(ctx context.Context, opts *GetRecentlyViewedOptions) ([]*RecentlyViewedProject, error) {
	return list[RecentlyViewedProject](ctx, c, route{"users", "myself", "recentlyViewedProjects"}, encode(opts))
}

// GetRecentlyViewedWikis returns the pages viewed last; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-recently-viewed-wikis/
func (c *Client) GetRecentlyViewedWikis(ctx context.Context, opts *GetRecentlyViewedOptions) ([]*RecentlyViewedWiki, error) {
	return list[RecentlyViewedWiki](ctx, c, route{"users", "myself", "recentlyViewedWikis"}, encode(opts))
}

// AddRecentlyViewedIssue puts an issue on top of the list.
//
// https://developer.nulab.com/docs/backlog/api/2/add-recently-viewed-issue/
func (c *Client) AddRecentlyViewedIssue(ctx context.Context, idOrKey string) (*Issue, error) {
	input := struct {
		Issue string `form:"issueIdOrKey,always"`
	}{idOrKey}
	return send[Issue](ctx, c, http.MethodPost, route{"users", "myself", "recentlyViewedIssues"}, input)
}

// AddRecentlyViewedWiki puts a page on top of the list.
//
// https://developer.nulab.com/docs/backlog/api/2/add-recently-viewed-wiki/
func (c *Client) AddRecentlyViewedWiki(ctx context.Context, id ID) (*Wiki, error) {
	input := struct {
		Wiki ID `form:"wikiId,always"`
	}{id}
	return send[Wiki](ctx, c, http.MethodPost, route{"users", "myself", "recentlyViewedWikis"}, input)
}
