package backlogsim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// documentComment is a comment at a document, or a reply to one. People write them in the editor; the API only reads them.
type documentComment struct {
	id               string
	content          string
	by               *user
	created, updated time.Time
	replies          []*documentComment
}

type wireDocumentComment struct {
	ID            string               `json:"id"`
	DocumentID    string               `json:"documentId"`
	StatusID      int                  `json:"statusId"`
	Content       string               `json:"content"`
	Plain         string               `json:"plain"`
	CommentType   string               `json:"commentType"`
	CreatedUserID int                  `json:"createdUserId"`
	Created       stamp                `json:"created"`
	UpdatedUserID int                  `json:"updatedUserId"`
	Updated       stamp                `json:"updated"`
	CreatedUser   *wireWriter          `json:"createdUser"`
	Replies       []*wireDocumentReply `json:"replies"`
}

type wireDocumentReply struct {
	ID            string      `json:"id"`
	DocumentID    string      `json:"documentId"`
	CommentID     string      `json:"commentId"`
	Content       string      `json:"content"`
	Plain         string      `json:"plain"`
	CreatedUserID int         `json:"createdUserId"`
	Created       stamp       `json:"created"`
	UpdatedUserID int         `json:"updatedUserId"`
	Updated       stamp       `json:"updated"`
	CreatedUser   *wireWriter `json:"createdUser"`
}

// wireWriter is how comments of documents show a person: not as the rest of the API does, and everybody in the role 255.
type wireWriter struct {
	ID          int     `json:"id"`
	UserID      *string `json:"userId"`
	UniqueID    *string `json:"uniqueId"`
	Name        string  `json:"name"`
	MailAddress *string `json:"mailAddress"`
	RoleType    int     `json:"roleType"`
	Lang        *string `json:"lang"`
	Icon        string  `json:"icon"`
}

const roleElsewhere = 255

func (m *documentComment) writer() *wireWriter {
	w := &wireWriter{
		ID: m.by.id, UserID: orNull(m.by.userID), Name: m.by.name, MailAddress: orNull(m.by.mail), RoleType: roleElsewhere, Lang: orNull(m.by.lang),
		Icon: "icons/person_" + idText(m.by.id) + ".gif",
	}
	if m.by.nulab != nil {
		w.UniqueID = &m.by.nulab.UniqueID
	}
	return w
}

func (m *documentComment) wire(d *document) *wireDocumentComment {
	return &wireDocumentComment{
		ID: m.id, DocumentID: d.id, Content: string(encode(proseMirror(m.content))), Plain: m.content, CommentType: "comment",
		CreatedUserID: m.by.id, Created: stamp(m.created), UpdatedUserID: m.by.id, Updated: stamp(m.updated), CreatedUser: m.writer(),
		Replies: mapped(m.replies, func(r *documentComment) *wireDocumentReply {
			return &wireDocumentReply{r.id, d.id, m.id, string(encode(proseMirror(r.content))), r.content, r.by.id, stamp(r.created), r.by.id, stamp(r.updated), r.writer()}
		}),
	}
}

// listDocumentComments: https://developer.nulab.com/docs/backlog/api/2/get-document-comment/
func listDocumentComments(c *call) (any, error) {
	d, err := c.document()
	if err != nil {
		return nil, err
	}
	return mapped(d.comments, func(m *documentComment) *wireDocumentComment { return m.wire(d) }), nil
}

func getDocumentFile(c *call) (any, error) {
	d, err := c.document()
	if err != nil {
		return nil, err
	}
	if c.raw = attachmentByID(d.attachments, c.id("id")); c.raw == nil {
		return nil, notFound("attachment file")
	}
	return nil, nil
}

// DocumentEdit is what a person does to a document in the editor: a new title (type 38), a new text (no activity), a comment (40), a reply (43), a
// file (46). Each that is set is done, in this order.
type DocumentEdit struct {
	User     int    `json:"user"`
	Document string `json:"document"`
	Title    string `json:"title,omitempty"`
	Content  string `json:"content,omitempty"`
	Comment  string `json:"comment,omitempty"`
	ReplyTo  string `json:"reply_to,omitempty"` // id of a comment: Comment is a reply to it
	FileName string `json:"file_name,omitempty"`
	File     string `json:"file,omitempty"`
}

// EditDocument edits a document, and returns the id of the comment or reply that it made.
func (s *Server) EditDocument(in DocumentEdit) (string, error) {
	c, _, done, err := s.acting(in.User, "")
	defer done()
	d := s.st.documents[in.Document]
	if err == nil && (d == nil || !d.proj.member(c.user)) {
		err = fmt.Errorf("user %d has no document %q", in.User, in.Document)
	}
	if err != nil {
		return "", fmt.Errorf("editing a document: %w", err)
	}
	content := func() wireDocumentContent { return wireDocumentContent{d.id, d.title} }
	if in.Title != "" {
		d.title, d.updated, d.updatedBy = in.Title, c.now, c.user
		c.record(d.proj, activityDocumentRenamed, content(), nil, nil)
	}
	if in.Content != "" {
		d.plain, d.updated, d.updatedBy, c.dirty = in.Content, c.now, c.user, true
	}
	id := ""
	if in.Comment != "" {
		m := &documentComment{id: fmt.Sprintf("%032x", s.st.newID()), content: in.Comment, by: c.user, created: c.now, updated: c.now}
		list, typ := &d.comments, activityDocumentComment
		if in.ReplyTo != "" {
			at := slices.IndexFunc(d.comments, func(o *documentComment) bool { return o.id == in.ReplyTo })
			if at < 0 {
				return "", errors.New("editing a document: no such comment to reply to")
			}
			list, typ = &d.comments[at].replies, activityDocumentReply
		}
		*list, id = append(*list, m), m.id
		c.record(d.proj, typ, content(), nil, nil)
	}
	if in.FileName != "" {
		d.attachments = append(d.attachments, &attachment{id: s.st.newID(), name: in.FileName, data: []byte(in.File), by: c.user, created: c.now})
		c.record(d.proj, activityDocumentFile, content(), nil, nil)
	}
	return id, nil
}
