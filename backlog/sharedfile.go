package backlog

import (
	"context"
	"io"
	"net/http"
	"strings"
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

// fileIDsInput carries the one parameter of calls that link files.
type fileIDsInput struct {
	IDs []ID `form:"fileId"`
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
	return sendList[SharedFile](ctx, c, http.MethodPost, route{"issues", idOrKey, "sharedFiles"}, fileIDsInput{fileIDs})
}

// DeleteIssueSharedFile removes the link of a shared file to an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/remove-link-to-shared-file-from-issue/
func (c *Client) DeleteIssueSharedFile(ctx context.Context, idOrKey string, fileID ID) (*SharedFile, error) {
	return send[SharedFile](ctx, c, http.MethodDelete, route{"issues", idOrKey, "sharedFiles", fileID.String()}, nil)
}

// GetSharedFilesOptions pages through a directory.
type GetSharedFilesOptions struct {
	Order  Order `form:"order"`
	Offset int   `form:"offset"`
	Count  int   `form:"count"` // 1–1000, which is the vendor's default too
}

// GetSharedFiles lists one directory of a project's file store, such as "手順/2026"
// ("" is the top); opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-shared-files/
func (c *Client) GetSharedFiles(ctx context.Context, project, directory string, opts *GetSharedFilesOptions) ([]*SharedFile, error) {
	r := route{"projects", project, "files", "metadata"}
	for part := range strings.SplitSeq(directory, "/") {
		if part != "" {
			r = append(r, part)
		}
	}
	return list[SharedFile](ctx, c, r, encode(opts))
}

// GetSharedFile writes the bytes of a file to w.
//
// https://developer.nulab.com/docs/backlog/api/2/get-file/
func (c *Client) GetSharedFile(ctx context.Context, project string, id ID, w io.Writer) error {
	return c.download(ctx, route{"projects", project, "files", id.String()}, w)
}

// CreateWikiSharedFiles links shared files to a page.
//
// https://developer.nulab.com/docs/backlog/api/2/link-shared-files-to-wiki/
func (c *Client) CreateWikiSharedFiles(ctx context.Context, id ID, fileIDs []ID) ([]*SharedFile, error) {
	return sendList[SharedFile](ctx, c, http.MethodPost, route{"wikis", id.String(), "sharedFiles"}, fileIDsInput{fileIDs})
}

// DeleteWikiSharedFile removes the link of a shared file to a page.
//
// https://developer.nulab.com/docs/backlog/api/2/remove-link-to-shared-file-from-wiki/
func (c *Client) DeleteWikiSharedFile(ctx context.Context, id, fileID ID) (*SharedFile, error) {
	return send[SharedFile](ctx, c, http.MethodDelete, route{"wikis", id.String(), "sharedFiles", fileID.String()}, nil)
}
