package slacksim

import (
	"cmp"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Limits of files. Slack takes a gigabyte; a stand-in that keeps everything in memory does not.
const (
	maxFile      = 64 << 20
	maxFilesList = 1000
)

// file is one uploaded file: announced, then filled, then completed.
type file struct {
	id, name, title, alt string
	snippet              string
	ticket               string // of the upload URL
	data                 []byte
	filled, complete     bool
	deleted              bool
	created              int64
	shares               []share
}

// share is one message that carries a file.
type share struct {
	channel *channel
	ts      string
	thread  string
}

func (f *file) mime() string {
	kind, _, _ := strings.Cut(mime.TypeByExtension(strings.ToLower(path.Ext(f.name))), ";")
	return cmp.Or(kind, "application/octet-stream")
}

func (f *file) kind() string {
	if f.snippet != "" {
		return f.snippet
	}
	return cmp.Or(strings.TrimPrefix(strings.ToLower(path.Ext(f.name)), "."), "binary")
}

// fileJSON is the file object, or its tombstone after files.delete. Source: https://docs.slack.dev/reference/objects/file-object
func (s *Server) fileJSON(f *file) obj {
	if f.deleted {
		return obj{"id": f.id, "mode": "tombstone"}
	}
	mode := "hosted"
	if f.snippet != "" {
		mode = "snippet"
	}
	links := s.base + "/files-pri/" + s.team.ID + "-" + f.id
	o := obj{
		"id": f.id, "created": f.created, "timestamp": f.created, "name": f.name, "title": f.title, "mimetype": f.mime(), "filetype": f.kind(),
		"pretty_type": strings.ToUpper(f.kind()), "user": s.app.BotUserID, "user_team": s.team.ID, "editable": mode == "snippet", "size": len(f.data),
		"mode": mode, "is_external": false, "external_type": "", "public_url_shared": false, "display_as_bot": false, "username": "",
		"url_private": links + "/" + f.name, "url_private_download": links + "/download/" + f.name, "permalink": s.base + "/files/" + s.app.BotUserID + "/" + f.id + "/" + f.name,
		"comments_count": 0, "has_rich_preview": false, "file_access": "visible",
	}
	if f.alt != "" {
		o["alt_txt"] = f.alt
	}
	lists := map[string][]any{"channels": {}, "groups": {}, "ims": {}}
	public, private := obj{}, obj{}
	for _, sh := range f.shares {
		list, into := "channels", public
		switch {
		case sh.channel.im:
			list, into = "ims", private
		case sh.channel.kind() != "channel":
			list, into = "groups", private
		}
		lists[list] = append(lists[list], sh.channel.id)
		entry := obj{"ts": sh.ts, "channel_name": sh.channel.name, "team_id": s.team.ID, "reply_users": []any{}, "reply_users_count": 0, "reply_count": 0}
		if sh.thread != "" {
			entry["thread_ts"] = sh.thread
		}
		have, _ := into[sh.channel.id].([]any)
		into[sh.channel.id] = append(have, entry)
	}
	shares := obj{}
	if len(public) > 0 {
		shares["public"] = public
	}
	if len(private) > 0 {
		shares["private"] = private
	}
	o["channels"], o["groups"], o["ims"] = lists["channels"], lists["groups"], lists["ims"]
	o["shares"], o["is_public"] = shares, len(public) > 0
	return o
}

func (s *Server) filesJSON(list []*file) []any {
	out := []any{}
	for _, f := range list {
		out = append(out, s.fileJSON(f))
	}
	return out
}

// filesGetUploadURL announces a file. The URL carries the host of the request, because clients refuse to upload to another one.
func (c *call) filesGetUploadURL() (obj, error) {
	length, err := strconv.Atoi(c.str("length"))
	switch {
	case c.str("filename") == "" || c.str("length") == "":
		return nil, failWith("invalid_arguments", []string{"[ERROR] missing required field: filename or length"})
	case err != nil || length < 1:
		return nil, failWith("invalid_arguments", []string{"[ERROR] length must be more than 0 [json-pointer:/length]"})
	case length > maxFile:
		return nil, fail("file_upload_size_restricted")
	}
	f := &file{
		id: c.newID("F"), name: path.Base(c.str("filename")), title: c.str("filename"), alt: c.str("alt_txt"), snippet: c.str("snippet_type"), created: c.o.Now().Unix(),
	}
	f.ticket = c.newHash()
	c.files = append(c.files, f)
	return obj{"upload_url": c.reachable() + "/upload/v1/" + f.ticket, "file_id": f.id}, nil
}

// filesCompleteUpload makes announced files lasting and shows them in a channel, if one is given.
func (c *call) filesCompleteUpload() (obj, error) {
	v, err := c.value("files")
	list, ok := v.([]any)
	if err != nil || !ok || len(list) == 0 {
		return nil, fail("invalid_arguments")
	}
	var done []*file
	titles := map[*file]string{}
	for _, entry := range list {
		f := c.fileByID(text(entry, "id"))
		switch {
		case f == nil || f.complete || slices.Contains(done, f):
			return nil, fail("file_not_found")
		case !f.filled:
			return nil, fail("file_update_failed")
		}
		done, titles[f] = append(done, f), text(entry, "title")
	}
	rooms := c.list("channels")
	if id := c.str("channel_id"); id != "" {
		rooms = append([]string{id}, rooms...)
	}
	var body content
	if c.str("initial_comment") != "" || c.has("blocks") {
		if body, err = c.compose(args{"text": c.str("initial_comment"), "blocks": c.args["blocks"]}, maxText); err != nil {
			return nil, err
		}
	}
	targets, thread := []*channel{}, ""
	for _, id := range rooms {
		c.args["channel_id"] = id
		ch, err := c.target("channel_id")
		if err != nil {
			return nil, err
		}
		if thread, err = ch.thread(c.str("thread_ts")); err != nil {
			return nil, err
		}
		targets = append(targets, ch)
	}
	for _, f := range done {
		f.complete, f.title = true, cmp.Or(titles[f], f.title)
	}
	for _, ch := range targets {
		c.shareFiles(ch, thread, body, done)
	}
	c.rev++
	return obj{"files": c.filesJSON(done)}, nil
}

func (s *Server) shareFiles(ch *channel, thread string, body content, files []*file) {
	m := s.botMessage(body)
	m.threadTS, m.files = thread, files
	m.ts = s.nextTS() // shares name the message that store is about to add
	for _, f := range files {
		f.shares = append(f.shares, share{ch, m.ts, thread})
	}
	s.keep(ch, m)
	for _, f := range files {
		s.emit("file_shared", obj{"file_id": f.id, "user_id": s.app.BotUserID, "file": obj{"id": f.id}, "channel_id": ch.id})
	}
}

func (w *workspace) fileByID(id string) *file {
	for _, f := range w.files {
		if f.id == id {
			return f
		}
	}
	return nil
}

func (c *call) oneFile() (*file, error) {
	f := c.fileByID(c.str("file"))
	switch {
	case f == nil || !f.complete:
		return nil, fail("file_not_found")
	case f.deleted:
		return nil, fail("file_deleted")
	}
	return f, nil
}

func (c *call) filesInfo() (obj, error) {
	f, err := c.oneFile()
	if err != nil {
		return nil, err
	}
	return obj{"file": c.fileJSON(f), "comments": []any{}, "response_metadata": metadata("")}, nil
}

// filesDelete leaves a tombstone in the messages that showed the file.
func (c *call) filesDelete() (obj, error) {
	f, err := c.oneFile()
	if err != nil {
		return nil, err
	}
	f.deleted, f.data = true, nil
	c.rev++
	c.emit("file_deleted", obj{"file_id": f.id})
	return nil, nil
}

// filesList pages by number, as only this old method does.
func (c *call) filesList() (obj, error) {
	count, err := c.count("count", 100, maxFilesList)
	if err != nil {
		return nil, err
	}
	at, err := c.count("page", 1, 1<<30)
	if err != nil {
		return nil, err
	}
	room := c.str("channel")
	if ch := c.channelByID(room); room != "" && (ch == nil || !c.visible(ch)) {
		return nil, fail("channel_not_found")
	}
	var found []*file
	for _, f := range slices.Backward(c.files) {
		in := room == "" || slices.ContainsFunc(f.shares, func(sh share) bool { return sh.channel.id == room })
		if user := c.str("user"); f.complete && !f.deleted && in && (user == "" || user == c.app.BotUserID) {
			found = append(found, f)
		}
	}
	total := len(found)
	pages := (total + count - 1) / count
	from := min((at-1)*count, total)
	return obj{
		"files":  c.filesJSON(found[from:min(from+count, total)]),
		"paging": obj{"count": count, "total": total, "page": at, "pages": pages},
	}, nil
}
