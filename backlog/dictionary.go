package backlog

import "context"

// Priority is a priority; the names follow the space's language.
type Priority struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// The priorities of every space.
const (
	PriorityHigh   ID = 2
	PriorityNormal ID = 3
	PriorityLow    ID = 4
)

// Resolution is the reason an issue was closed for.
type Resolution struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// The resolutions of every space. Fixed is 0, which is not "none".
const (
	ResolutionFixed           ID = 0
	ResolutionWontFix         ID = 1
	ResolutionInvalid         ID = 2
	ResolutionDuplication     ID = 3
	ResolutionCannotReproduce ID = 4
)

// GetPriorities returns the space's priorities.
//
// https://developer.nulab.com/docs/backlog/api/2/get-priority-list/
func (c *Client) GetPriorities(ctx context.Context) ([]*Priority, error) {
	return list[Priority](ctx, c, route{"priorities"}, nil)
}

// GetResolutions returns the space's resolutions.
//
// https://developer.nulab.com/docs/backlog/api/2/get-resolution-list/
func (c *Client) GetResolutions(ctx context.Context) ([]*Resolution, error) {
	return list[Resolution](ctx, c, route{"resolutions"}, nil)
}
