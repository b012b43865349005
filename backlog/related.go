package backlog

import (
	"context"
	"net/http"
)

// RelatedIssue is an issue that is related to another one, in both directions.
type RelatedIssue struct {
	Issue
	Type string `json:"type"` // RelationRelates, the only one there is
}

// RelationRelates is the type of relations.
const RelationRelates = "RELATES"

// GetRelatedIssues returns the issues related to one.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-related-issues/
func (c *Client) GetRelatedIssues(ctx context.Context, idOrKey string) ([]*RelatedIssue, error) {
	return list[RelatedIssue](ctx, c, route{"issues", idOrKey, "relatedIssues"}, nil)
}

// AddRelatedIssue relates an issue to another one, and returns that. An issue may
// have fifty; to relate what is related already is no error.
//
// https://developer.nulab.com/docs/backlog/api/2/add-related-issue/
func (c *Client) AddRelatedIssue(ctx context.Context, idOrKey string, target ID) (*RelatedIssue, error) {
	input := struct {
		Target ID `form:"targetIssueId,always"`
	}{target}
	return send[RelatedIssue](ctx, c, http.MethodPost, route{"issues", idOrKey, "relatedIssues"}, input)
}

// DeleteRelatedIssue ends a relation.
//
// https://developer.nulab.com/docs/backlog/api/2/remove-related-issue/
func (c *Client) DeleteRelatedIssue(ctx context.Context, idOrKey string, related ID) (*RelatedIssue, error) {
	return send[RelatedIssue](ctx, c, http.MethodDelete, route{"issues", idOrKey, "relatedIssues", related.String()}, nil)
}
