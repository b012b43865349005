package backlog_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
)

// The tables in testdata/api say what the API is: every call, parameter, object, error. The tests in the files that begin with conformance hold the
// stand-in to each row, and the client to each call.

// rows reads a table. Lines that begin with # are remarks; the first other line names the columns.
func rows(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open("testdata/api/" + name + ".tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var columns []string
	var out []map[string]string
	for in := bufio.NewScanner(f); in.Scan(); {
		line := in.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if columns == nil {
			columns = cells
			continue
		}
		if len(cells) != len(columns) {
			t.Fatalf("%s: %q has %d cells, want %d", name, line, len(cells), len(columns))
		}
		row := map[string]string{}
		for n, cell := range cells {
			row[columns[n]] = cell
		}
		out = append(out, row)
	}
	return out
}

// Users of the conformance space. The API key of each is its name.
const (
	confAdmin, confPadmin, confUser, confReporter, confViewer, confGuest, confOutsider = 1, 2, 3, 4, 5, 6, 7
)

// conformance is a space that holds one of everything, with the ids of it by name.
type conformance struct {
	t      *testing.T
	sim    *backlogsim.Server
	client *http.Client
	ids    map[string]string
	hooks  *[][]byte
}

func conformanceSeed() backlogsim.Seed {
	user := func(id int, name string, role int) backlogsim.SeedUser {
		return backlogsim.SeedUser{ID: id, UserID: name, Name: name, RoleType: role, Lang: "ja", Mail: name + "@example.com", APIKey: name}
	}
	guest := user(confGuest, "guest", 5)
	guest.UserID, guest.Mail, guest.NulabID = "", "", "nulab-guest"
	high := 10.0
	return backlogsim.Seed{
		Space: backlogsim.SeedSpace{Key: "conf", Name: "規格", TextFormattingRule: "backlog"},
		Users: []backlogsim.SeedUser{
			user(confAdmin, "admin", 1), user(confPadmin, "padmin", 2), user(confUser, "user", 2), user(confReporter, "reporter", 3),
			user(confViewer, "viewer", 4), guest, user(confOutsider, "outsider", 2),
		},
		Projects: []backlogsim.SeedProject{{
			ID: 11, Key: "CONF", Name: "規格", Subtasking: true, Members: []int{1, 2, 3, 4, 5, 6}, Admins: []int{confPadmin},
			IssueTypes: []backlogsim.SeedIssueType{{ID: 21, Name: "作業"}, {ID: 22, Name: "障害", TemplateSummary: "障害: ", TemplateDescription: "* 概要"}},
			Categories: []string{"AWS"}, Versions: []backlogsim.SeedVersion{{ID: 31, Name: "1月", StartDate: "2026-01-01", ReleaseDueDate: "2026-01-31"}},
			Statuses: []backlogsim.SeedStatus{{ID: 41, Name: "回答待ち"}},
			CustomFields: []backlogsim.SeedCustomField{
				{ID: 51, TypeID: 1, Name: "文"},
				{ID: 52, TypeID: 2, Name: "長文"},
				{ID: 53, TypeID: 3, Name: "数", Max: &high},
				{ID: 54, TypeID: 4, Name: "日"},
				{ID: 55, TypeID: 5, Name: "単", Items: []string{"本番", "検証"}, AllowAdd: true},
				{ID: 56, TypeID: 6, Name: "複", Items: []string{"a", "b"}},
				{ID: 57, TypeID: 7, Name: "印", Items: []string{"a", "b"}, AllowInput: true},
				{ID: 58, TypeID: 8, Name: "択", Items: []string{"a", "b"}},
			},
			SharedFiles:  []backlogsim.SeedSharedFile{{ID: 61, Path: "手順/a.txt", Content: "abc", CreatedUser: 2}, {ID: 62, Path: "手順/b.txt", Content: "b", CreatedUser: 2}},
			Repositories: []backlogsim.SeedRepository{{ID: 71, Name: "infra", Description: "構成"}},
			Webhooks:     []backlogsim.SeedWebhook{{ID: 81, Name: "toban", HookURL: "https://hook.example/secret"}},
		}},
		RateLimits: &backlogsim.RateLimits{Read: 100_000, Update: 100_000, Search: 100_000, Icon: 100_000},
	}
}

// newConformance makes the space and everything in it as padmin, who therefore is the author of what has one.
func newConformance(t *testing.T) *conformance {
	t.Helper()
	var hooks [][]byte
	receiver := roundTripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		hooks = append(hooks, body)
		return reply(200, ""), err
	})
	at := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	s := backlogsim.New(backlogsim.Options{Now: func() time.Time { return at }, Transport: receiver, BaseURL: "https://conf.example"})
	t.Cleanup(func() { s.Close() })
	if err := s.Load(conformanceSeed()); err != nil {
		t.Fatal(err)
	}
	c := &conformance{t: t, sim: s, client: &http.Client{Transport: s.RoundTripper()}, hooks: &hooks, ids: map[string]string{
		"me": "2", "user": "3", "padmin": "2", "outsider": "7", "project": "11", "projectKey": "CONF", "issueType": "21", "otherIssueType": "22", "version": "31", "status": "41",
		"textField": "51", "numberField": "53", "dateField": "54", "listField": "55", "multiField": "56", "checkField": "57", "item": "1",
		"sharedFile": "61", "otherSharedFile": "62", "directory": "手順", "repository": "infra", "webhook": "81", "number": "1",
	}}
	c.fill()
	return c
}

// fill makes one of everything that the seed can't.
func (c *conformance) fill() {
	id := func(name, method, path, form string) {
		c.t.Helper()
		r := c.call("padmin", method, path, form)
		c.ids[name] = fmt.Sprint(r.field(c.t, "id"))
	}
	first := func(name, path string) {
		c.t.Helper()
		c.ids[name] = fmt.Sprint(c.call("padmin", "GET", path, "").at(c.t, 0, "id"))
	}
	upload := func() string {
		return fmt.Sprint(c.call("padmin", "POST", "space/attachment", "file=記録.txt").field(c.t, "id"))
	}
	first("category", "projects/CONF/categories")
	id("issue", "POST", "issues", "projectId=11&summary=一件目&issueTypeId=22&priorityId=2&description=詳細&assigneeId=3&dueDate=2026-02-01&startDate=2026-01-10&estimatedHours=2&actualHours=1&categoryId[]="+
		c.ids["category"]+"&versionId[]=31&milestoneId[]=31&notifiedUserId[]=5&customField_51=文&customField_53=3&customField_54=2026-01-01&customField_55=1&customField_56=1&customField_57=1&customField_58=2&attachmentId[]="+upload())
	c.ids["issueKey"] = "CONF-1"
	id("otherIssue", "POST", "issues", "projectId=11&summary=親&issueTypeId=21&priorityId=3")
	id("thirdIssue", "POST", "issues", "projectId=11&summary=三件目&issueTypeId=21&priorityId=4&assigneeId=2")
	c.call("padmin", "PATCH", "issues/CONF-1", "parentIssueId="+c.ids["otherIssue"]+"&resolutionId=0&statusId=2")
	c.call("padmin", "POST", "issues/CONF-1/relatedIssues", "targetIssueId="+c.ids["otherIssue"])
	c.call("padmin", "POST", "issues/CONF-1/sharedFiles", "fileId[]=61")
	id("comment", "POST", "issues/CONF-1/comments", "content=経過&notifiedUserId[]=6&attachmentId[]="+upload())
	first("issueFile", "issues/CONF-1/attachments")
	said := c.call("user", "POST", "issues/CONF-1/comments", "content=確認&notifiedUserId[]=2").field(c.t, "id")
	c.call("admin", "POST", "stars", "commentId="+fmt.Sprint(said))
	first("notification", "notifications")
	id("watching", "POST", "watchings", "issueIdOrKey=CONF-1&note=見る")
	id("wiki", "POST", "wikis", "projectId=11&name=規格/一[既定]&content=本文")
	c.call("padmin", "POST", "wikis/"+c.ids["wiki"]+"/attachments", "attachmentId[]="+upload())
	c.call("padmin", "POST", "wikis/"+c.ids["wiki"]+"/sharedFiles", "fileId[]=61")
	first("wikiFile", "wikis/"+c.ids["wiki"]+"/attachments")
	c.call("padmin", "POST", "stars", "wikiId="+c.ids["wiki"])
	first("star", "wikis/"+c.ids["wiki"]+"/stars")
	id("document", "POST", "documents", "projectId=11&title=手順&content=# 手順")
	c.call("padmin", "POST", "documents/"+c.ids["document"]+"/tags", "tagNames[]=既定")
	c.fillPeople(upload)
	c.ids["upload"] = upload()
	first("activity", "space/activities")
}

// fillPeople makes what people do beside the API, and what only an administrator of the space may.
func (c *conformance) fillPeople(upload func() string) {
	pulls := "projects/CONF/git/repositories/infra/pullRequests"
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	must(c.sim.Push(backlogsim.Push{User: 2, Project: "CONF", Repository: "infra", Revisions: []backlogsim.Revision{{Rev: "abc", Comment: "直す"}}}))
	c.call("padmin", "POST", pulls, "summary=変更&description=詳細&base=main&branch=b&issueId="+c.ids["issue"]+"&assigneeId=3&attachmentId[]="+upload())
	c.ids["pullComment"] = fmt.Sprint(c.call("padmin", "POST", pulls+"/1/comments", "content=見てください&notifiedUserId[]=3").field(c.t, "id"))
	c.ids["pullFile"] = fmt.Sprint(c.call("padmin", "GET", pulls+"/1/attachments", "").at(c.t, 0, "id"))
	comment, err := c.sim.EditDocument(backlogsim.DocumentEdit{User: 3, Document: c.ids["document"], Comment: "確認", FileName: "図.txt", File: "x"})
	must(err)
	_, err = c.sim.EditDocument(backlogsim.DocumentEdit{User: 2, Document: c.ids["document"], Comment: "返信", ReplyTo: comment})
	must(err)
	files := c.call("padmin", "GET", "documents/"+c.ids["document"], "").field(c.t, "attachments").([]any)
	c.ids["documentFile"] = fmt.Sprint(int(files[0].(map[string]any)["id"].(float64)))
	must(c.sim.ViewPage(backlogsim.View{User: 2, Issue: "CONF-1"}))
	c.call("padmin", "POST", "users/myself/recentlyViewedWikis", "wikiId="+c.ids["wiki"])
	c.ids["joinedTeam"] = fmt.Sprint(c.call("admin", "POST", "teams", "name=日勤組&members[]=7").field(c.t, "id"))
	c.call("padmin", "POST", "projects/CONF/teams", "teamId="+c.ids["joinedTeam"])
	// outsider came in with the team; for calls that add people there has to be one outside.
	c.ids["outsider"] = fmt.Sprint(c.call("admin", "POST", "users", "userId=o&password=x&name=o&mailAddress=o@example.com&roleType=2").field(c.t, "id"))
	c.ids["team"] = fmt.Sprint(c.call("admin", "POST", "teams", "name=夜勤組").field(c.t, "id"))
}

// result is an answer with its body read.
type result struct {
	status int
	header http.Header
	body   []byte
}

// named puts the ids into :variables of a path, and into {braces} of anything.
func (c *conformance) named(text string) string {
	for name, id := range c.ids {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	parts := strings.Split(text, "/")
	for n, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			id, known := c.ids[name]
			if !known {
				c.t.Fatalf("nothing is called %q", name)
			}
			parts[n] = url.PathEscape(id)
		}
	}
	return strings.Join(parts, "/")
}

// parse reads a=1&b=二, unescaped, which is easier to read in a table.
func parse(form string) url.Values {
	v := url.Values{}
	for pair := range strings.SplitSeq(form, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			v.Add(name, value)
		}
	}
	return v
}

// call sends a form, in the query for GET, and as multipart when it has a file.
func (c *conformance) call(who, method, path, form string) result {
	c.t.Helper()
	return c.send(who, method, path, parse(c.named(form)))
}

func (c *conformance) send(who, method, path string, form url.Values) result {
	c.t.Helper()
	target := "https://conf.example/api/v2/" + c.named(path)
	var body io.Reader
	kind := ""
	switch {
	case method == http.MethodGet:
		target += "?" + form.Encode()
	case form.Has("file"):
		var buf bytes.Buffer
		w := multipart.NewWriter(&buf)
		part, _ := w.CreateFormFile("file", form.Get("file"))
		_, _ = part.Write([]byte("記録"))
		_ = w.Close()
		body, kind = &buf, w.FormDataContentType()
	case len(form) > 0:
		body, kind = strings.NewReader(form.Encode()), "application/x-www-form-urlencoded"
	}
	return c.raw(who, method, target, kind, body)
}

func (c *conformance) raw(who, method, target, kind string, body io.Reader) result {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, target, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if who != "" {
		req.Header.Set("Backlog-API-Key", who)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return result{resp.StatusCode, resp.Header, data}
}

// code is the error code of a refusal, 0 when there is none.
func (r result) code() int {
	text := string(r.body)
	_, digits, found := strings.Cut(text, `"code":`)
	if !strings.HasPrefix(text, `{"errors":[`) || !found {
		return 0
	}
	n, _ := strconv.Atoi(digits[:strings.IndexAny(digits, ",}")])
	return n
}

func (r result) String() string {
	return fmt.Sprintf("%d %s", r.status, r.body[:min(len(r.body), 300)])
}
