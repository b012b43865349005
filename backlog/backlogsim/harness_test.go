package backlogsim_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog/backlogsim"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Ids of the test space.
const (
	adminID, botID, staffID, customerID  = 11, 12, 13, 14
	viewerID, reporterID, guestID, outID = 15, 16, 17, 18
	projectID, otherProjectID            = 21, 22
	taskID, bugID                        = 31, 32
	waitingID                            = 41
	milestoneID                          = 51
	textField, numberField, dateField    = 61, 62, 63
	singleField, multiField, radioField  = 64, 65, 66
	hookID                               = 71
)

// clock is a time that only moves when it is told to.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func ptr[T any](v T) *T { return &v }

func testSeed() backlogsim.Seed {
	user := func(id int, name string, role int) backlogsim.SeedUser {
		return backlogsim.SeedUser{ID: id, UserID: name, Name: name, RoleType: role, Lang: "ja", Mail: name + "@example.com", APIKey: name + "-key"}
	}
	bot := user(botID, "bot", 2)
	bot.Tokens, bot.Bot = []string{"bot-token"}, true
	customer := user(customerID, "customer", 2)
	customer.UserID, customer.Mail, customer.NulabID = "", "", "nulab-customer"
	return backlogsim.Seed{
		Space: backlogsim.SeedSpace{Key: "test", Name: "Test", Lang: "ja", Timezone: "Asia/Tokyo"},
		Users: []backlogsim.SeedUser{
			user(adminID, "admin", 1), bot, user(staffID, "staff", 2), customer,
			user(viewerID, "viewer", 4), user(reporterID, "reporter", 3), user(guestID, "guest", 5), user(outID, "outsider", 2),
		},
		Projects: []backlogsim.SeedProject{
			{
				ID: projectID, Key: "TEST", Name: "テスト", TextFormattingRule: "backlog", Subtasking: true,
				Members: []int{adminID, botID, staffID, customerID, viewerID, reporterID, guestID}, Admins: []int{botID},
				IssueTypes: []backlogsim.SeedIssueType{{ID: taskID, Name: "作業"}, {ID: bugID, Name: "障害", TemplateSummary: "障害: ", TemplateDescription: "* 概要"}},
				Categories: []string{"AWS", "OS"},
				Versions:   []backlogsim.SeedVersion{{ID: milestoneID, Name: "1月", StartDate: "2026-01-01", ReleaseDueDate: "2026-01-31"}},
				Statuses:   []backlogsim.SeedStatus{{ID: waitingID, Name: "回答待ち"}},
				CustomFields: []backlogsim.SeedCustomField{
					{ID: textField, TypeID: 1, Name: "ホスト名", IssueTypes: []string{"障害"}},
					{ID: numberField, TypeID: 3, Name: "台数", Min: ptr(0.0), Max: ptr(10.0), Unit: "台"},
					{ID: dateField, TypeID: 4, Name: "希望日"},
					{ID: singleField, TypeID: 5, Name: "環境", Items: []string{"本番", "検証"}},
					{ID: multiField, TypeID: 6, Name: "対象", Items: []string{"web", "db", "batch"}, AllowAdd: true},
					{ID: radioField, TypeID: 8, Name: "影響", Items: []string{"あり", "なし"}, AllowInput: true},
				},
			},
			{ID: otherProjectID, Key: "OTHER", Name: "別", Members: []int{adminID, outID}, IssueTypes: []backlogsim.SeedIssueType{{ID: 39, Name: "タスク"}}},
		},
	}
}

// space is a loaded server with both of its clocks in hand.
type space struct {
	*backlogsim.Server
	t              *testing.T
	world, machine *clock
	client         *http.Client
}

func newSpace(t *testing.T, change ...func(*backlogsim.Options, *backlogsim.Seed)) *space {
	t.Helper()
	sp := &space{t: t, world: &clock{t: time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)}, machine: &clock{t: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}}
	opts := backlogsim.Options{Now: sp.world.now, Machine: sp.machine.now, BaseURL: "https://test.example"}
	seed := testSeed()
	for _, f := range change {
		f(&opts, &seed)
	}
	sp.Server = backlogsim.New(opts)
	t.Cleanup(func() { _ = sp.Close() })
	if err := sp.Load(seed); err != nil {
		t.Fatal(err)
	}
	sp.client = &http.Client{Transport: sp.RoundTripper()}
	return sp
}

// reply is an answer with its body read.
type reply struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   string
}

// call sends a form (url.Values), JSON (map[string]any), or nothing. who is the user's name; "" sends no key.
func (sp *space) call(who, method, path string, body any) reply {
	sp.t.Helper()
	var reader io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case url.Values:
		reader, kind = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	case map[string]any:
		data, err := json.Marshal(b)
		if err != nil {
			sp.t.Fatal(err)
		}
		reader, kind = bytes.NewReader(data), "application/json"
	default:
		sp.t.Fatalf("body of type %T", body)
	}
	req, err := http.NewRequestWithContext(sp.t.Context(), method, "https://test.example"+path, reader)
	if err != nil {
		sp.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if who != "" {
		req.Header.Set("Backlog-API-Key", who+"-key")
	}
	return sp.send(req)
}

func (sp *space) send(req *http.Request) reply {
	sp.t.Helper()
	res, err := sp.client.Do(req)
	if err != nil {
		sp.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		sp.t.Fatal(err)
	}
	return reply{sp.t, res.StatusCode, res.Header, string(data)}
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for n := 0; n < len(pairs); n += 2 {
		v.Add(pairs[n], pairs[n+1])
	}
	return v
}

// json decodes the answer after checking its status.
func (r reply) json(status int) any {
	r.t.Helper()
	r.want(status)
	var v any
	if err := json.Unmarshal([]byte(r.Body), &v); err != nil {
		r.t.Fatalf("%v in %s", err, r.Body)
	}
	return v
}

func (r reply) object(status int) map[string]any {
	r.t.Helper()
	return r.json(status).(map[string]any)
}

func (r reply) list(status int) []any {
	r.t.Helper()
	return r.json(status).([]any)
}

func (r reply) want(status int) {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
}

// fails checks status and code of a refusal.
func (r reply) fails(status, code int) {
	r.t.Helper()
	r.want(status)
	var got struct {
		Errors []struct {
			Message  string
			Code     int
			MoreInfo *string
		}
	}
	if err := json.Unmarshal([]byte(r.Body), &got); err != nil {
		r.t.Fatal(err)
	}
	if len(got.Errors) != 1 || got.Errors[0].Code != code || got.Errors[0].Message == "" || got.Errors[0].MoreInfo == nil {
		r.t.Fatalf("body %s, want one error of code %d", r.Body, code)
	}
}

// get walks through objects and lists: get(v, "status", "name"), get(v, 0, "id").
func get(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			v = m[step]
		case int:
			l, ok := v.([]any)
			if !ok || step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

func num(v any) int { return int(v.(float64)) }

// issue makes an issue as customer and gives its id.
func (sp *space) issue(pairs ...string) int {
	sp.t.Helper()
	f := form("projectId", "21", "summary", "件名", "issueTypeId", "31", "priorityId", "3")
	for n := 0; n < len(pairs); n += 2 {
		f.Set(pairs[n], pairs[n+1])
	}
	return num(sp.call("customer", "POST", "/api/v2/issues", f).object(201)["id"])
}

func (sp *space) upload(who, name, content string) reply {
	sp.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		sp.t.Fatal(err)
	}
	_, _ = part.Write([]byte(content))
	_ = w.Close()
	req, err := http.NewRequestWithContext(sp.t.Context(), "POST", "https://test.example/api/v2/space/attachment?apiKey="+who+"-key", &buf)
	if err != nil {
		sp.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return sp.send(req)
}

func diff(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// golden compares an answer with testdata/name.json.
func golden(t *testing.T, name, body string) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(body), "", "  "); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, string(want), pretty.String())
}
