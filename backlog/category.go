package backlog

import (
	"context"
	"net/http"
)

// Category groups issues of one project.
type Category struct {
	ID           ID     `json:"id"`
	ProjectID    ID     `json:"projectId"`
	Name         string `json:"name"`
	DisplayOrder int    `json:"displayOrder"`
}

// nameInput carries the one parameter of calls that name something.
type nameInput struct {
	Name string `form:"name,always"`
}

// GetCategories returns a project's categories.
//
// https://developer.nulab.com/docs/backlog/api/2/get-category-list/
func (c *Client) GetCategories(ctx context.Context, project string) ([]*Category, error) {
	return list[Category](ctx, c, route{"projects", project, "categories"}, nil)
}

// CreateCategory adds a category.
//
// https://developer.nulab.com/docs/backlog/api/2/add-category/
func (c *Client) CreateCategory(ctx context.Context, project, name string) (*Category, error) {
	return send[Category](ctx, c, http.MethodPost, route{"projects", project, "categories"}, nameInput{name})
}

// UpdateCategory renames a category.
//
// https://developer.nulab.com/docs/backlog/api/2/update-category/
func (c *Client) UpdateCategory(ctx context.Context, project string, id ID, name string) (*Category, error) {
	return send[Category](ctx, c, http.MethodPatch, route{"projects", project, "categories", id.String()}, nameInput{name})
}

// DeleteCategory deletes a category.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-category/
func (c *Client) DeleteCategory(ctx context.Context, project string, id ID) (*Category, error) {
	return send[Category](ctx, c, http.MethodDelete, route{"projects", project, "categories", id.String()}, nil)
}
