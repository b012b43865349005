package backlogsim

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// uploadLife is how long an upload waits that nobody attaches.
const uploadLife = time.Hour

func (p *params) readMultipart(r *http.Request, boundary string) error {
	reader := multipart.NewReader(io.LimitReader(r.Body, maxUpload), boundary)
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading multipart body: %w", err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("reading multipart body: %w", err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			p.file = &upload{name: part.FileName(), data: data}
			continue
		}
		p.values[part.FormName()] = append(p.values[part.FormName()], string(data))
	}
}

type wireUpload struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Size int    `json:"size"`
}

// postUpload keeps a file until it is attached, or an hour.
// https://developer.nulab.com/docs/backlog/api/2/post-attachment-file/
func postUpload(c *call) (any, error) {
	if !c.user.canReport() {
		return nil, forbidden()
	}
	if c.file == nil {
		return nil, invalid("file is required.")
	}
	c.st.dropOldUploads(c.s.opts.Machine())
	if err := c.fits(len(c.file.data)); err != nil {
		return nil, err
	}
	up := *c.file
	up.by, up.at = c.user, c.s.opts.Machine()
	id := c.st.newID()
	c.st.uploads[id] = &up
	return wireUpload{id, up.name, len(up.data)}, nil
}

func (st *state) dropOldUploads(now time.Time) {
	for id, up := range st.uploads {
		if now.Sub(up.at) >= uploadLife {
			delete(st.uploads, id)
		}
	}
}

// takeUploads moves the files of attachmentId[] into list; each can be used once. It is the last check before a write, so a refused write consumes none.
func (c *call) takeUploads(list *[]*attachment) error {
	ids, _, err := c.ints("attachmentId")
	if err != nil {
		return err
	}
	c.st.dropOldUploads(c.s.opts.Machine())
	next := slices.Clone(*list)
	for n, id := range ids {
		if c.st.uploads[id] == nil || slices.Contains(ids[:n], id) {
			return invalid("No attachment file. id: " + strconv.Itoa(id))
		}
	}
	if len(ids) > 0 && len(next)+len(ids) > c.st.plan.FilesLimit {
		return tooMany("attachment files")
	}
	for _, id := range ids {
		up := c.st.uploads[id]
		delete(c.st.uploads, id)
		next = append(next, &attachment{id: c.st.newID(), name: up.name, data: up.data, by: c.user, created: c.now})
	}
	*list = next
	return nil
}

func attachmentByID(list []*attachment, id int) *attachment {
	for _, a := range list {
		if a.id == id {
			return a
		}
	}
	return nil
}

func listIssueAttachments(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	return mapped(i.attachments, (*attachment).wire), nil
}

func getIssueAttachment(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	id := c.id("id")
	if c.raw = attachmentByID(i.attachments, id); c.raw == nil {
		return nil, notFound("attachment file")
	}
	return nil, nil
}

// deleteIssueAttachment leaves a comment with a change log, as every change of an issue does.
func deleteIssueAttachment(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	if !c.user.canEdit() {
		return nil, forbidden()
	}
	id := c.id("id")
	a := attachmentByID(i.attachments, id)
	if a == nil {
		return nil, notFound("attachment file")
	}
	next := *i
	next.attachments = without(i.attachments, a)
	c.changeIssue(i, next)
	return a.wire(), nil
}
