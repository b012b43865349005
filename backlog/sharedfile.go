package backlog

import (
	"context"
	"net/http"
	"time"
)

// SharedFile is a file or directory in a project's file store.
type SharedFile struct {
	ID          ID        `json:"id"`
	ProjectID   ID        `json:"projectId"`
	Type        string    `json:"type"` // "file" or "directory"
	Dir         string    `json:"dir"`
	Name        string    `json:"name"`
	Size        int64     `json:"size"` // bytes
	CreatedUser *User     `json:"createdUser,omitempty"`
	Created     time.Time `json:"created"`
	UpdatedUser *User     `json:"updatedUser,omitempty"`
	Updated     time.Time `json:"updated"`
}

// GetIssueSharedFiles returns the shared files linked to an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-linked-shared-files/
func (c *Client) GetIssueSharedFiles(ctx context.Context, idOrKey string) ([]*SharedFile, error) {
	return list[SharedFile](ctx, c, route{"issues", idOrKey, "sharedFiles"}, nil)
}

// CreateIssueSharedFiles links shared files to an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/link-shared-files-to-issue/
func (c *Client) CreateIssueSharedFiles(ctx context.Context, idOrKey string, fileIDs []ID) ([]*SharedFile, error) {
	input := struct {
		IDs []ID `form:"fileId"`
	}{fileIDs}
	return sendList[SharedFile](ctx, c, http.MethodPost, route{"issues", idOrKey, "sharedFiles"}, input)
}

// DeleteIssueSharedFile removes the link of a shared file to an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/remove-link-to-shared-file-from-issue/
func (c *Client) DeleteIssueSharedFile(ctx context.Context, idOrKey string, fileID ID) (*SharedFile, error) {
	return send[SharedFile](ctx, c, http.MethodDelete, route{"issues", idOrKey, "sharedFiles", fileID.String()}, nil)
}
