package tracker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"toban/backlog"
	"toban/bot"
)

// uploads are the files of an issue that is to be opened. Those that are uploaded for nothing, since the next call fails, are the space's to remove.
type uploads struct {
	ids   []backlog.ID
	names []string
	left  []string // what the space does not take; the issue matters more
}

// note tells the reader of the issue which files are not at it.
func (u uploads) note() string {
	if len(u.left) == 0 {
		return ""
	}
	return "\n\n※Backlog のプランの上限を超えるため、添付していないファイル: " + strings.Join(u.left, "、")
}

// upload puts the files into the space's temporary store. A file that the space's plan does not take is left out by name.
func (o *opening) upload(ctx context.Context) (uploads, error) {
	var out uploads
	for _, f := range o.body.Files {
		name := fileName(f.Name)
		if n := len(f.Content); name == "" || n == 0 || n > maxFile {
			return out, bot.Permanent(fmt.Errorf("attaching a file to the issue of effect %q: want a name and 1 to %d bytes, got %q and %d", o.a.Effect.Key, maxFile, name, n))
		}
		file, err := o.space.Client.UploadAttachment(ctx, name, bytes.NewReader(f.Content))
		switch {
		case full(err):
			out.left = append(out.left, name)
		case err != nil:
			return out, o.doing("uploading a file", err)
		default:
			out.ids, out.names = append(out.ids, file.ID), append(out.names, name)
		}
	}
	return out, nil
}

// full reports whether the space refuses a file as one that its plan has no room for.
func full(err error) bool {
	var answer *backlog.Error
	return errors.As(err, &answer) && (answer.HasCode(backlog.CodeTooLargeFile) || answer.HasCode(backlog.CodeSpaceOverflow) || answer.HasCode(backlog.CodeLicence))
}

// crowded reports whether an issue was refused because it would have more files than the space's plan allows.
func (o *opening) crowded(err error, files uploads) bool {
	var answer *backlog.Error
	return len(files.ids) > 0 && errors.As(err, &answer) && answer.HasCode(backlog.CodeTooMany)
}

// fewer keeps as many of the files as the space's plan allows an issue; where it does not say how many, none. A refused issue has used up none.
func (o *opening) fewer(ctx context.Context, files uploads) (uploads, error) {
	l, err := o.space.Client.GetLicence(ctx)
	if err != nil && !errors.Is(err, backlog.ErrForbidden) {
		return files, o.doing("reading how many files an issue may have", err)
	}
	most := 0
	if err == nil && int(l.AttachmentNumLimit) < len(files.ids) {
		most = max(0, int(l.AttachmentNumLimit))
	}
	files.left = append(files.left, files.names[most:]...)
	files.ids, files.names = files.ids[:most], files.names[:most]
	return files, nil
}
