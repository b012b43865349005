package backlog

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Wiki is a page. Lists lack the content.
type Wiki struct {
	ID          ID           `json:"id"`
	ProjectID   ID           `json:"projectId"`
	Name        string       `json:"name"` // "/" makes the tree
	Content     string       `json:"content,omitempty"`
	Tags        []Tag        `json:"tags"`
	Attachments []Attachment `json:"attachments"`
	SharedFiles []SharedFile `json:"sharedFiles"`
	Stars       []Star       `json:"stars"`
	CreatedUser User         `json:"createdUser"`
	Created     time.Time    `json:"created"`
	UpdatedUser *User        `json:"updatedUser"`
	Updated     time.Time    `json:"updated"`
}

// Tag is a tag of wiki pages.
type Tag struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// WikiHistory is one version of a page.
type WikiHistory struct {
	PageID      ID        `json:"pageId"`
	Version     int       `json:"version"`
	Name        string    `json:"name"`
	Content     string    `json:"content"`
	CreatedUser User      `json:"createdUser"`
	Created     time.Time `json:"created"`
}

// GetWikisOptions chooses pages. There is no way to ask for a name: list and compare.
type GetWikisOptions struct {
	ProjectIDOrKey string `form:"projectIdOrKey,always"`
	Keyword        string `form:"keyword"`
}

// CreateWikiInput is a new page. The vendor does not promise unique names.
type CreateWikiInput struct {
	ProjectID  ID     `form:"projectId,always"`
	Name       string `form:"name,always"`
	Content    string `form:"content,always"`
	MailNotify bool   `form:"mailNotify"`
}

// UpdateWikiInput changes a page. It overwrites silently what others wrote
// meanwhile: compare Wiki.Updated first.
type UpdateWikiInput struct {
	Name       Optional[string] `form:"name"`
	Content    Optional[string] `form:"content"`
	MailNotify bool             `form:"mailNotify"`
}

// GetWikiHistoryOptions pages through the versions of a page.
type GetWikiHistoryOptions struct {
	MinID ID    `form:"minId"`
	MaxID ID    `form:"maxId"`
	Count int   `form:"count"` // 1–100, the vendor's default is 20
	Order Order `form:"order"`
}

// GetWikis returns all pages of a project, without content.
//
// https://developer.nulab.com/docs/backlog/api/2/get-wiki-page-list/
func (c *Client) GetWikis(ctx context.Context, opts *GetWikisOptions) ([]*Wiki, error) {
	return list[Wiki](ctx, c, route{"wikis"}, encode(opts))
}

// GetWikiCount returns how many pages a project has.
//
// https://developer.nulab.com/docs/backlog/api/2/count-wiki-page/
func (c *Client) GetWikiCount(ctx context.Context, project string) (int, error) {
	return count(ctx, c, route{"wikis", "count"}, encode(GetWikisOptions{ProjectIDOrKey: project}))
}

// GetWikiTags returns the tags used in a project's pages.
//
// https://developer.nulab.com/docs/backlog/api/2/get-wiki-page-tag-list/
func (c *Client) GetWikiTags(ctx context.Context, project string) ([]*Tag, error) {
	return list[Tag](ctx, c, route{"wikis", "tags"}, encode(GetWikisOptions{ProjectIDOrKey: project}))
}

// GetWiki returns one page with its content.
//
// https://developer.nulab.com/docs/backlog/api/2/get-wiki-page/
func (c *Client) GetWiki(ctx context.Context, id ID) (*Wiki, error) {
	return one[Wiki](ctx, c, route{"wikis", id.String()}, nil)
}

// CreateWiki adds a page.
//
// https://developer.nulab.com/docs/backlog/api/2/add-wiki-page/
func (c *Client) CreateWiki(ctx context.Context, input *CreateWikiInput) (*Wiki, error) {
	return send[Wiki](ctx, c, http.MethodPost, route{"wikis"}, input)
}

// UpdateWiki changes a page.
//
// https://developer.nulab.com/docs/backlog/api/2/update-wiki-page/
func (c *Client) UpdateWiki(ctx context.Context, id ID, input *UpdateWikiInput) (*Wiki, error) {
	return send[Wiki](ctx, c, http.MethodPatch, route{"wikis", id.String()}, input)
}

// DeleteWiki deletes a page, telling its watchers by mail if mailNotify.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-wiki-page/
func (c *Client) DeleteWiki(ctx context.Context, id ID, mailNotify bool) (*Wiki, error) {
	input := struct {
		MailNotify bool `form:"mailNotify"`
	}{mailNotify}
	return send[Wiki](ctx, c, http.MethodDelete, route{"wikis", id.String()}, input)
}

// GetWikiHistory returns versions of a page; opts may be nil.
//
// https://developer.nulab.com/docs/backlog/api/2/get-wiki-page-history/
func (c *Client) GetWikiHistory(ctx context.Context, id ID, opts *GetWikiHistoryOptions) ([]*WikiHistory, error) {
	return list[WikiHistory](ctx, c, route{"wikis", id.String(), "history"}, encode(opts))
}

// GetWikiAttachments returns the files of a page.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-wiki-attachments/
func (c *Client) GetWikiAttachments(ctx context.Context, id ID) ([]*Attachment, error) {
	return list[Attachment](ctx, c, route{"wikis", id.String(), "attachments"}, nil)
}

// GetWikiAttachment writes the bytes of a page's file to w.
//
// https://developer.nulab.com/docs/backlog/api/2/get-wiki-page-attachment/
func (c *Client) GetWikiAttachment(ctx context.Context, id, attachmentID ID, w io.Writer) error {
	return c.download(ctx, route{"wikis", id.String(), "attachments", attachmentID.String()}, w)
}

// AddAttachmentToWiki attaches uploaded files to a page.
//
// https://developer.nulab.com/docs/backlog/api/2/attach-file-to-wiki/
func (c *Client) AddAttachmentToWiki(ctx context.Context, id ID, attachmentIDs []ID) ([]*Attachment, error) {
	input := struct {
		IDs []ID `form:"attachmentId"`
	}{attachmentIDs}
	return sendList[Attachment](ctx, c, http.MethodPost, route{"wikis", id.String(), "attachments"}, input)
}

// DeleteAttachmentInWiki deletes a file of a page.
//
// https://developer.nulab.com/docs/backlog/api/2/remove-wiki-attachment/
func (c *Client) DeleteAttachmentInWiki(ctx context.Context, id, attachmentID ID) (*Attachment, error) {
	return send[Attachment](ctx, c, http.MethodDelete, route{"wikis", id.String(), "attachments", attachmentID.String()}, nil)
}

// GetWikiSharedFiles returns the shared files linked to a page.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-shared-files-on-wiki/
func (c *Client) GetWikiSharedFiles(ctx context.Context, id ID) ([]*SharedFile, error) {
	return list[SharedFile](ctx, c, route{"wikis", id.String(), "sharedFiles"}, nil)
}

// GetWikiStars returns the stars of a page.
//
// https://developer.nulab.com/docs/backlog/api/2/get-wiki-page-star/
func (c *Client) GetWikiStars(ctx context.Context, id ID) ([]*Star, error) {
	return list[Star](ctx, c, route{"wikis", id.String(), "stars"}, nil)
}
