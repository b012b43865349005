package backlog

import (
	"context"
	"net/http"
)

// Status is a state of issues in one project.
type Status struct {
	ID           ID     `json:"id"`
	ProjectID    ID     `json:"projectId"`
	Name         string `json:"name"`
	Color        string `json:"color"` // #rrggbb
	DisplayOrder int    `json:"displayOrder"`
}

// The statuses that every project has. Others have large ids of their own project.
const (
	StatusOpen       ID = 1 // 未対応
	StatusInProgress ID = 2 // 処理中
	StatusResolved   ID = 3 // 処理済み
	StatusClosed     ID = 4 // 完了
)

// CreateStatusInput describes a custom status. The vendor accepts ten colours only.
type CreateStatusInput struct {
	Name  string `form:"name,always"`
	Color string `form:"color,always"`
}

// UpdateStatusInput changes a custom status.
type UpdateStatusInput struct {
	Name  Optional[string] `form:"name"`
	Color Optional[string] `form:"color"`
}

// GetStatuses returns a project's statuses in their order.
//
// https://developer.nulab.com/docs/backlog/api/2/get-status-list-of-project/
func (c *Client) GetStatuses(ctx context.Context, project string) ([]*Status, error) {
	return list[Status](ctx, c, route{"projects", project, "statuses"}, nil)
}

// CreateStatus adds a status; a project may have twelve.
//
// https://developer.nulab.com/docs/backlog/api/2/add-status/
func (c *Client) CreateStatus(ctx context.Context, project string, input *CreateStatusInput) (*Status, error) {
	return send[Status](ctx, c, http.MethodPost, route{"projects", project, "statuses"}, input)
}

// UpdateStatus changes a custom status.
//
// https://developer.nulab.com/docs/backlog/api/2/update-status/
func (c *Client) UpdateStatus(ctx context.Context, project string, id ID, input *UpdateStatusInput) (*Status, error) {
	return send[Status](ctx, c, http.MethodPatch, route{"projects", project, "statuses", id.String()}, input)
}

// DeleteStatus deletes a custom status; its issues move to substitute.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-status/
func (c *Client) DeleteStatus(ctx context.Context, project string, id, substitute ID) (*Status, error) {
	input := struct {
		Substitute ID `form:"substituteStatusId,always"`
	}{substitute}
	return send[Status](ctx, c, http.MethodDelete, route{"projects", project, "statuses", id.String()}, input)
}

// SortStatuses puts all statuses of a project in the given order: Open first, In
// Progress before Resolved, Closed last.
//
// https://developer.nulab.com/docs/backlog/api/2/update-order-of-status/
func (c *Client) SortStatuses(ctx context.Context, project string, ids []ID) ([]*Status, error) {
	input := struct {
		IDs []ID `form:"statusId"`
	}{ids}
	return sendList[Status](ctx, c, http.MethodPatch, route{"projects", project, "statuses", "updateDisplayOrder"}, input)
}
