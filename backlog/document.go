package backlog

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// Document is a page of the editor that projects have beside or instead of the
// wiki. Its id is 32 hexadecimal digits. Through the API documents are made and
// deleted, not changed.
type Document struct {
	ID               string       `json:"id"`
	ProjectID        ID           `json:"projectId"`
	Title            string       `json:"title"`
	Plain            string       `json:"plain"` // close to Markdown
	JSON             DocumentJSON `json:"json"`
	StatusID         ID           `json:"statusId"`
	Emoji            string       `json:"emoji"`
	Attachments      []Attachment `json:"attachments"`
	Tags             []Tag        `json:"tags"`
	CreatedUser      *User        `json:"createdUser,omitempty"`
	Created          time.Time    `json:"created"`
	UpdatedUser      *User        `json:"updatedUser,omitempty"`
	Updated          time.Time    `json:"updated"`
	ChildDocumentIDs []string     `json:"childDocumentIds"`
}

// DocumentJSON is the editor's form of a text (ProseMirror). The vendor sends it
// as an object, or as a string that holds one; here it is always the object.
type DocumentJSON json.RawMessage

// UnmarshalJSON takes the string apart; what is in it is kept unread.
func (d *DocumentJSON) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '"' {
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		if inner := bytes.TrimSpace([]byte(text)); json.Valid(inner) {
			b = inner
		}
	}
	*d = append((*d)[:0], b...)
	return nil
}

// MarshalJSON writes the object.
func (d DocumentJSON) MarshalJSON() ([]byte, error) {
	if len(d) == 0 {
		return []byte("null"), nil
	}
	return d, nil
}

// DocumentNode is a document in the tree with those below it.
type DocumentNode struct {
	ID       string         `json:"id"` // "Active" and "Trash" at the two roots
	Name     string         `json:"name,omitempty"`
	StatusID ID             `json:"statusId,omitempty"`
	Emoji    string         `json:"emoji,omitempty"`
	Updated  *time.Time     `json:"updated,omitempty"`
	Children []DocumentNode `json:"children"`
}

// DocumentTree holds all documents of a project.
type DocumentTree struct {
	ProjectID  ID            `json:"projectId"`
	ActiveTree *DocumentNode `json:"activeTree"`
	TrashTree  *DocumentNode `json:"trashTree"`
}

// DocumentComment is a comment at a document; comments are written in the editor.
type DocumentComment struct {
	ID            string          `json:"id"`
	DocumentID    string          `json:"documentId"`
	StatusID      ID              `json:"statusId"`
	Content       DocumentJSON    `json:"content"`
	Plain         string          `json:"plain"`
	CommentType   string          `json:"commentType"`
	CreatedUserID ID              `json:"createdUserId"`
	CreatedUser   *User           `json:"createdUser,omitempty"`
	Created       time.Time       `json:"created"`
	UpdatedUserID ID              `json:"updatedUserId"`
	Updated       time.Time       `json:"updated"`
	Replies       []DocumentReply `json:"replies"`
}

// DocumentReply is a reply to a comment.
type DocumentReply struct {
	ID            string       `json:"id"`
	DocumentID    string       `json:"documentId"`
	CommentID     string       `json:"commentId"`
	Content       DocumentJSON `json:"content"`
	Plain         string       `json:"plain"`
	CreatedUserID ID           `json:"createdUserId"`
	CreatedUser   *User        `json:"createdUser,omitempty"`
	Created       time.Time    `json:"created"`
	UpdatedUserID ID           `json:"updatedUserId"`
	Updated       time.Time    `json:"updated"`
}

// GetDocumentsOptions narrows, orders and pages through documents. Without
// ProjectIDs it spans all joined projects.
type GetDocumentsOptions struct {
	ProjectIDs []ID   `form:"projectId"`
	Keyword    string `form:"keyword"`
	Sort       Sort   `form:"sort"` // SortCreated or SortUpdated
	Order      Order  `form:"order"`
	Offset     int    `form:"offset,always"` // the vendor demands it
	Count      int    `form:"count"`         // 1–100, the vendor's default is 20
}

// CreateDocumentInput describes a new document. Content is Markdown whatever the
// project's rule.
type CreateDocumentInput struct {
	ProjectID ID     `form:"projectId,always"`
	Title     string `form:"title"`
	Content   string `form:"content"`
	Emoji     string `form:"emoji"`
	ParentID  string `form:"parentId"`
	AddLast   bool   `form:"addLast"` // false: before its siblings
}

type tagNamesInput struct {
	Names []string `form:"tagNames"`
}

// GetDocuments returns one page of documents; opts may be nil. Use AllDocuments to
// reach the end.
//
// https://developer.nulab.com/docs/backlog/api/2/get-document-list/
func (c *Client) GetDocuments(ctx context.Context, opts *GetDocumentsOptions) ([]*Document, error) {
	if opts == nil {
		opts = &GetDocumentsOptions{}
	}
	return list[Document](ctx, c, route{"documents"}, encode(opts))
}

// GetDocumentCount returns how many documents a project has.
//
// https://developer.nulab.com/docs/backlog/api/2/get-document-count/
func (c *Client) GetDocumentCount(ctx context.Context, project string) (int, error) {
	return count(ctx, c, route{"documents", "count"}, encode(GetWikisOptions{ProjectIDOrKey: project}))
}

// GetDocumentTree returns all documents of a project in their order, those in the
// trash apart.
//
// https://developer.nulab.com/docs/backlog/api/2/get-document-tree/
func (c *Client) GetDocumentTree(ctx context.Context, project string) (*DocumentTree, error) {
	return one[DocumentTree](ctx, c, route{"documents", "tree"}, encode(GetWikisOptions{ProjectIDOrKey: project}))
}

// GetDocument returns one document.
//
// https://developer.nulab.com/docs/backlog/api/2/get-document/
func (c *Client) GetDocument(ctx context.Context, id string) (*Document, error) {
	return one[Document](ctx, c, route{"documents", id}, nil)
}

// CreateDocument adds a document.
//
// https://developer.nulab.com/docs/backlog/api/2/add-document/
func (c *Client) CreateDocument(ctx context.Context, input *CreateDocumentInput) (*Document, error) {
	return send[Document](ctx, c, http.MethodPost, route{"documents"}, input)
}

// DeleteDocument moves a document to the trash with all below it.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-document/
func (c *Client) DeleteDocument(ctx context.Context, id string) (*Document, error) {
	return send[Document](ctx, c, http.MethodDelete, route{"documents", id}, nil)
}

// GetDocumentComments returns the comments of a document with their replies.
//
// https://developer.nulab.com/docs/backlog/api/2/get-document-comment/
func (c *Client) GetDocumentComments(ctx context.Context, id string) ([]*DocumentComment, error) {
	return list[DocumentComment](ctx, c, route{"documents", id, "comments"}, nil)
}

// AddDocumentTags adds tags to a document and returns all that it has then.
//
// https://developer.nulab.com/docs/backlog/api/2/add-document-tag/
func (c *Client) AddDocumentTags(ctx context.Context, id string, names []string) ([]*Tag, error) {
	return sendList[Tag](ctx, c, http.MethodPost, route{"documents", id, "tags"}, tagNamesInput{names})
}

// DeleteDocumentTags takes tags off a document.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-document-tag/
func (c *Client) DeleteDocumentTags(ctx context.Context, id string, names []string) error {
	return exec(ctx, c, http.MethodDelete, route{"documents", id, "tags"}, tagNamesInput{names})
}

// GetDocumentAttachment writes the bytes of a document's file to w.
//
// https://developer.nulab.com/docs/backlog/api/2/get-document-attachment/
func (c *Client) GetDocumentAttachment(ctx context.Context, id string, attachmentID ID, w io.Writer) error {
	return c.download(ctx, route{"documents", id, "attachments", attachmentID.String()}, w)
}
