package slacksim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

// fetch gets a URL with a token and returns status, headers and body.
func (r *rig) fetch(t *testing.T, u, token string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestUploadByTheStockClient(t *testing.T) {
	r := newRig(t)
	parent := r.postCard(t)
	f, err := r.api.UploadFileContext(t.Context(), slack.UploadFileParameters{
		Content: "報告,1\n", FileSize: len("報告,1\n"), Filename: "月次.csv", Title: "11月の報告", Channel: desk, ThreadTimestamp: parent, InitialComment: "ご確認ください",
	})
	if err != nil {
		t.Fatal(err)
	}
	info, _, _, err := r.api.GetFileInfoContext(t.Context(), f.ID, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := []any{info.Name, info.Title, info.Filetype, info.Size, info.IsPublic, info.Channels}
	if d := cmp.Diff([]any{"月次.csv", "11月の報告", "csv", len("報告,1\n"), true, []string{desk}}, got); d != "" {
		t.Error(d)
	}
	resp, body := r.fetch(t, info.URLPrivateDownload, botToken)
	if body != "報告,1\n" || !strings.Contains(resp.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("download: %q %v", body, resp.Header)
	}
	if resp, body := r.fetch(t, info.URLPrivate, ""); resp.StatusCode != 200 || !strings.Contains(body, "Sign in") {
		t.Errorf("without a token: %d %q", resp.StatusCode, body)
	}
	replies, _, _, err := r.api.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: desk, Timestamp: parent})
	if err != nil {
		t.Fatal(err)
	}
	last := replies[len(replies)-1]
	if len(last.Files) != 1 || last.Files[0].ID != f.ID || last.Text != "ご確認ください" || !last.Upload {
		t.Errorf("the message with the file: %+v", last)
	}
	if err := r.api.DeleteFileContext(t.Context(), f.ID); err != nil {
		t.Fatal(err)
	}
	replies, _, _, err = r.api.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: desk, Timestamp: parent})
	if err != nil || replies[len(replies)-1].Files[0].Mode != "tombstone" {
		t.Errorf("after the deletion: %v %+v", err, replies)
	}
}

// announce asks for an upload URL.
func (r *rig) announce(t *testing.T, name, length string) (id, to string) {
	t.Helper()
	out, _ := r.raw(t, "files.getUploadURLExternal", url.Values{"filename": {name}, "length": {length}})
	id, _ = out["file_id"].(string)
	to, _ = out["upload_url"].(string)
	if id == "" {
		t.Fatalf("announcing %s: %v", name, out)
	}
	return id, to
}

func (r *rig) send(t *testing.T, to, kind string, body io.Reader) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := r.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// Slack's Node client posts a form whose part has another name than slack-go's; curl posts the bytes as they are.
func TestUploadForms(t *testing.T) {
	r := newRig(t)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("body", "blob")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, "hello"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		kind string
		body io.Reader
	}{{"application/octet-stream", strings.NewReader("hello")}, {w.FormDataContentType(), &form}} {
		id, to := r.announce(t, "a.txt", "5")
		if code := r.send(t, to, tt.kind, tt.body); code != http.StatusOK {
			t.Fatalf("%s: %d", tt.kind, code)
		}
		if code := r.send(t, to, "text/plain", strings.NewReader("again")); code != http.StatusNotFound {
			t.Errorf("a second upload to one URL: %d", code)
		}
		files, err := json.Marshal([]map[string]string{{"id": id}})
		if err != nil {
			t.Fatal(err)
		}
		out, _ := r.raw(t, "files.completeUploadExternal", url.Values{"files": {string(files)}})
		if out["ok"] != true {
			t.Fatalf("completing: %v", out)
		}
		info, _ := r.raw(t, "files.info", url.Values{"file": {id}})
		f, _ := info["file"].(map[string]any)
		if f["is_public"] != false || f["size"] != 5.0 {
			t.Errorf("a file that is shared nowhere: %v", f)
		}
	}
	out, _ := r.raw(t, "files.list", url.Values{"count": {"1"}})
	paging, _ := out["paging"].(map[string]any)
	if d := cmp.Diff(map[string]any{"count": 1.0, "total": 2.0, "page": 1.0, "pages": 2.0}, paging); d != "" {
		t.Error(d)
	}
}

func TestFileErrors(t *testing.T) {
	r := newRig(t)
	empty, _ := r.announce(t, "a.txt", "5")
	filled, to := r.announce(t, "b.txt", "1")
	r.send(t, to, "text/plain", strings.NewReader("b"))
	list := func(id string) string { return `[{"id":"` + id + `"}]` }
	tests := []struct {
		method string
		form   url.Values
		want   string
	}{
		{"files.getUploadURLExternal", url.Values{"filename": {"a"}}, "invalid_arguments"},
		{"files.getUploadURLExternal", url.Values{"filename": {"a"}, "length": {"0"}}, "invalid_arguments"},
		{"files.getUploadURLExternal", url.Values{"filename": {"a"}, "length": {"99999999999"}}, "file_upload_size_restricted"},
		{"files.completeUploadExternal", url.Values{"files": {"["}}, "invalid_arguments"},
		{"files.completeUploadExternal", url.Values{"files": {list("F404")}}, "file_not_found"},
		{"files.completeUploadExternal", url.Values{"files": {list(empty)}}, "file_update_failed"},
		{"files.completeUploadExternal", url.Values{"files": {list(filled)}, "channel_id": {"C404"}}, "channel_not_found"},
		{"files.completeUploadExternal", url.Values{"files": {list(filled)}, "channel_id": {"C0LUNCH"}}, "not_in_channel"},
		{"files.info", url.Values{"file": {filled}}, "file_not_found"}, // not completed
		{"files.delete", url.Values{"file": {"F404"}}, "file_not_found"},
		{"files.list", url.Values{"count": {"-1"}}, "invalid_limit"},
		{"files.list", url.Values{"page": {"999999"}}, ""},
	}
	for _, tt := range tests {
		out, _ := r.raw(t, tt.method, tt.form)
		if got, _ := out["error"].(string); got != tt.want {
			t.Errorf("%s %v: %v, want %q", tt.method, tt.form, out, tt.want)
		}
	}
	strict := newRig(t, func(s *slacksim.Seed) { s.App.Scopes = []string{"chat:write"} })
	out, _ := strict.raw(t, "files.getUploadURLExternal", url.Values{"filename": {"a"}, "length": {"1"}})
	if out["error"] != "missing_scope" || out["needed"] != "files:write" {
		t.Errorf("without the scope: %v", out)
	}
}
