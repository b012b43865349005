package tracker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"toban/backlog"
	"toban/bot"
)

// maxFile bounds what an effect can carry: the outbox keeps it until it is sent. Backlog's paid plans take files up to 10 MB.
const maxFile = bot.MostFile

// filing is one attempt to attach a file.
type filing struct {
	*writing
	body bot.File
}

func (t *Tracker) sendFile(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	w, err := t.write(a)
	if err != nil {
		return bot.Sent{}, err
	}
	f := &filing{writing: w}
	if err := a.Effect.Decode(&f.body); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	f.body.Name = fileName(f.body.Name)
	if n := len(f.body.Content); f.body.Name == "" || n == 0 || n > maxFile {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("attaching the file of effect %q: want a name and 1 to %d bytes, got %q and %d", a.Effect.Key, maxFile, f.body.Name, n))
	}
	there, err := f.find(ctx)
	if err != nil {
		return bot.Sent{}, f.doing("looking for a file", err)
	}
	if len(there) > 0 {
		return f.found(ctx, there), nil
	}
	if a.Halt {
		return bot.Sent{}, bot.ErrWithdrawn
	}
	return f.attach(ctx)
}

// find lists our files of the same name and content, the lowest id first. It is asked before the first try, too: the same file once is
// enough, whoever wanted it.
func (f *filing) find(ctx context.Context) ([]*backlog.Attachment, error) {
	all, err := f.space.Client.GetIssueAttachments(ctx, f.issue)
	if err != nil {
		return nil, err
	}
	var same []*backlog.Attachment
	want := sha256.Sum256(f.body.Content)
	for _, x := range all {
		if x.Name != f.body.Name || x.Size != int64(len(f.body.Content)) || x.CreatedUser == nil || int64(x.CreatedUser.ID) != f.space.BotUser {
			continue
		}
		h := sha256.New()
		switch err := f.space.Client.GetIssueAttachment(ctx, f.issue, x.ID, h); {
		case errors.Is(err, backlog.ErrNotFound):
			continue // deleted meanwhile
		case err != nil:
			return nil, err
		}
		if bytes.Equal(h.Sum(nil), want[:]) {
			same = append(same, x)
		}
	}
	slices.SortFunc(same, func(a, b *backlog.Attachment) int { return int(a.ID - b.ID) })
	return same, nil
}

func (f *filing) found(ctx context.Context, there []*backlog.Attachment) bot.Sent {
	why := "it was there already"
	if f.a.Look {
		why = "found on look"
	}
	if len(there) > 1 {
		why += fmt.Sprintf("; the file %q is there %d times, a person should delete all but the first (%s)", f.body.Name, len(there), there[0].ID)
	}
	return f.left(ctx, there[0], why)
}

// left is what a file leaves behind: the comment that Backlog made of the change, so that it is known as ours when it comes back, and the
// file's own id in a note.
func (f *filing) left(ctx context.Context, x *backlog.Attachment, why string) bot.Sent {
	sent := bot.Sent{RemoteID: "file:" + x.ID.String(), At: x.Created, Verified: true, Why: why}
	if c := f.echo(ctx, []field{fileField}); c != nil {
		echo := f.writing.sent(c, nil)
		sent.RemoteID, sent.Refs = echo.RemoteID, echo.Refs
	}
	return sent
}

// attach uploads the file and hangs it on the issue. What is uploaded and not hung up vanishes by itself after an hour.
func (f *filing) attach(ctx context.Context) (bot.Sent, error) {
	up, err := f.space.Client.UploadAttachment(ctx, f.body.Name, bytes.NewReader(f.body.Content))
	if err != nil {
		return bot.Sent{}, f.doing("uploading a file", err)
	}
	issue, err := f.space.Client.UpdateIssue(ctx, f.issue, &backlog.UpdateIssueInput{AttachmentIDs: []backlog.ID{up.ID}})
	if err != nil {
		return bot.Sent{}, f.doing("attaching a file", err)
	}
	x := &backlog.Attachment{Created: issue.Updated}
	for i := range issue.Attachments {
		if issue.Attachments[i].Name == f.body.Name && issue.Attachments[i].ID > x.ID {
			x = &issue.Attachments[i]
		}
	}
	return f.left(ctx, x, ""), nil
}

// fileName keeps a name to one path segment without control characters.
func fileName(s string) string {
	s = oneLine(strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' || r == 0x7f {
			return '_'
		}
		return r
	}, s))
	const most = 100
	return cut(s, most)
}
