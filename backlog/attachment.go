package backlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

const (
	// maxUpload bounds a file held in memory while it is sent. Paid plans take 10 MB.
	maxUpload = 50 << 20
	// maxDownload bounds a file that is copied to a writer.
	maxDownload = 200 << 20
)

// Attachment is a file at an issue or wiki page.
type Attachment struct {
	ID          ID        `json:"id"`
	Name        string    `json:"name"`
	Size        int64     `json:"size"` // bytes
	CreatedUser *User     `json:"createdUser,omitempty"`
	Created     time.Time `json:"created"`
}

// UploadAttachment puts a file into the space's temporary store. The id in the
// answer goes into AttachmentIDs of an issue, comment or wiki page; it works once
// and for one hour.
//
// https://developer.nulab.com/docs/backlog/api/2/post-attachment-file/
func (c *Client) UploadAttachment(ctx context.Context, name string, r io.Reader) (*Attachment, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		return nil, fmt.Errorf("uploading %q: %w", name, err)
	}
	n, err := io.Copy(part, io.LimitReader(r, maxUpload+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %q for upload: %w", name, err)
	case n > maxUpload:
		return nil, fmt.Errorf("uploading %q: longer than %d MB", name, maxUpload>>20)
	}
	if err := form.Close(); err != nil {
		return nil, fmt.Errorf("uploading %q: %w", name, err)
	}
	v := new(Attachment)
	err = c.do(ctx, &call{
		method: http.MethodPost, route: route{"space", "attachment"},
		body: body.Bytes(), ctype: form.FormDataContentType(), read: readJSON(v),
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// UploadFile is UploadAttachment for a file on disk, under its base name.
func (c *Client) UploadFile(ctx context.Context, path string) (*Attachment, error) {
	f, err := os.Open(path) //nolint:gosec // the caller names the file that it wants to send
	if err != nil {
		return nil, fmt.Errorf("uploading a file: %w", err)
	}
	defer f.Close()
	return c.UploadAttachment(ctx, filepath.Base(path), f)
}

// GetIssueAttachments returns the files of an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-issue-attachments/
func (c *Client) GetIssueAttachments(ctx context.Context, idOrKey string) ([]*Attachment, error) {
	return list[Attachment](ctx, c, route{"issues", idOrKey, "attachments"}, nil)
}

// GetIssueAttachment writes the bytes of a file to w. After an error w may hold a part.
//
// https://developer.nulab.com/docs/backlog/api/2/get-issue-attachment/
func (c *Client) GetIssueAttachment(ctx context.Context, idOrKey string, id ID, w io.Writer) error {
	return c.download(ctx, route{"issues", idOrKey, "attachments", id.String()}, w)
}

// DeleteIssueAttachment deletes a file of an issue.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-issue-attachment/
func (c *Client) DeleteIssueAttachment(ctx context.Context, idOrKey string, id ID) (*Attachment, error) {
	return send[Attachment](ctx, c, http.MethodDelete, route{"issues", idOrKey, "attachments", id.String()}, nil)
}

// download copies an answer to w. It may be repeated only until the first byte
// has reached w.
func (c *Client) download(ctx context.Context, r route, w io.Writer) error {
	return c.do(ctx, &call{method: http.MethodGet, route: r, read: func(resp *http.Response) error {
		out := &writeWatch{w: w}
		n, err := io.Copy(out, io.LimitReader(resp.Body, maxDownload+1))
		switch {
		case out.err != nil:
			return &localError{fmt.Errorf("writing the file: %w", out.err)}
		case err != nil && n > 0:
			return &localError{fmt.Errorf("breaking off after %d bytes: %w", n, err)}
		case err != nil:
			return err
		case n > maxDownload:
			return &AnswerError{Err: errors.New("file too long")}
		}
		return nil
	}})
}

// writeWatch tells the writer's errors from the network's.
type writeWatch struct {
	w   io.Writer
	err error
}

func (o *writeWatch) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}
