package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
)

func (k *killing) configure(slackURL string) {
	write := func(name, text string) {
		path := filepath.Join(k.dir, "config", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			k.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			k.t.Fatal(err)
		}
	}
	write("server.yaml", fmt.Sprintf(`listen: %s
database: {sqlite: %q}
poll: 1s
slack: {mode: socket, bot_token: env:BOT_TOKEN, app_token: env:APP_TOKEN, api_url: %s/api/}
operators: {channel: C0OPS}
`, k.address, k.database(), slackURL))
	write("spaces.yaml", fmt.Sprintf(`- {name: demo, url: %s, api_key: env:BACKLOG_KEY, bot_user_id: %d, hook_tokens: ["env:HOOK_TOKEN"], zone: Asia/Tokyo}
`, k.url, backlogsim.SampleBotID))
	write("people.yaml", fmt.Sprintf(`people:
  sato: {name: 佐藤, backlog: {demo: %d}, slack: U0SATO, roles: [operator, approver, manager], teams: [desk, centre]}
teams:
  desk: {name: サポートセンター, tier: support_center, rota: {zone: Asia/Tokyo, default: sato}}
  centre: {name: 監視センター, tier: monitoring_center, rota: {zone: Asia/Tokyo, default: sato}}
`, backlogsim.SampleStaffID))
	for i := range k.desks {
		write(fmt.Sprintf("customers/desk%d.yaml", i), fmt.Sprintf(`name: お客様 %d
zone: Asia/Tokyo
contract: {profiles: [support-desk], start: 2026-04-01, nodes: 8}
space: demo
projects: [%s]
channel: %s
team: desk
manager: sato
satisfaction_owner: sato
approvers: [%d]
notify_default: [%d]
`, i, k.projectKey(i), k.channel(i), backlogsim.SampleCustomerID, backlogsim.SampleCustomerID))
	}
}

// plan makes the tickets: of several kinds; every third lacks what is needed, and its customer answers once or twice.
func (k *killing) plan() {
	rng := rand.New(rand.NewPCG(k.seed, 1))
	kinds := []struct{ name, text string }{
		{"バックアップ作業", "■ 作業の種類\n追加\n\n■ ホスト名\nweb01"},
		{"監視設定作業", "■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n\n■ 監視設定の内容\n/healthz を 1 分間隔で監視してください。"},
		{"リストア作業", "■ ホスト名\ndb01\n\n■ リストアする内容 (スナップショット)\n昨夜のスナップショット"},
		{"技術相談", "■ ご相談内容\n接続数の上限について教えてください。"},
		{"ソフトウェア設定作業", "■ ホスト名\nweb02\n\n■ 変更内容の詳細\nnginx の worker_connections を 2048 にしてください。"},
	}
	for i := range k.tickets {
		kind := kinds[rng.IntN(len(kinds))]
		desk := i % k.desks
		tk := &killTicket{project: k.projectKey(desk), desk: desk, kind: kind.name, text: kind.text, want: 1}
		if i%3 == 2 {
			tk.text, tk.want = "よろしくお願いします。", 2
			tk.answers = []string{kind.text}
			if i%2 == 0 {
				tk.answers = append(tk.answers, "急ぎではありません。ホスト名は上のとおりです。")
			}
		}
		k.asked = append(k.asked, tk)
	}
}

// customer opens a ticket some time in the span, and answers when asked.
func (k *killing) customer(ctx context.Context, tk *killTicket, rng *rand.Rand, span time.Duration) {
	time.Sleep(time.Duration(rng.Int64N(int64(span))))
	var is struct {
		ID  int64  `json:"id"`
		Key string `json:"issueKey"`
	}
	var types []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	k.call(ctx, http.MethodGet, "/projects/"+tk.project+"/issueTypes", nil, &types)
	form := url.Values{
		"projectId": {strconv.Itoa(backlogsim.SampleProjectID + tk.desk)}, "summary": {tk.kind + "のお願い"}, "description": {tk.text}, "priorityId": {"3"},
	}
	for _, x := range types {
		if x.Name == tk.kind {
			form.Set("issueTypeId", strconv.FormatInt(x.ID, 10))
		}
	}
	k.call(ctx, http.MethodPost, "/issues", form, &is)
	tk.key, tk.id = is.Key, is.ID
	if len(tk.answers) == 0 {
		return
	}
	for len(k.said(ctx, tk.key)) == 0 {
		if ctx.Err() != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, words := range tk.answers {
		k.call(ctx, http.MethodPost, "/issues/"+tk.key+"/comments", url.Values{"content": {words}}, nil)
		time.Sleep(time.Duration(rng.IntN(300)) * time.Millisecond)
	}
}

// said lists the words of the bot on an issue.
func (k *killing) said(ctx context.Context, key string) []string {
	var all []struct {
		Content string `json:"content"`
		User    struct {
			ID int64 `json:"id"`
		} `json:"createdUser"`
	}
	k.call(ctx, http.MethodGet, "/issues/"+key+"/comments", url.Values{"count": {"100"}}, &all)
	var out []string
	for _, c := range all {
		if c.User.ID == backlogsim.SampleBotID && strings.TrimSpace(c.Content) != "" {
			out = append(out, c.Content)
		}
	}
	return out
}

// call speaks to the stand-in of Backlog as the customer.
func (k *killing) call(ctx context.Context, method, path string, form url.Values, into any) {
	if ctx.Err() != nil {
		return
	}
	target := k.url + "/api/v2" + path
	var body io.Reader
	if method == http.MethodGet {
		target += "?" + form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		k.t.Error(err)
		return
	}
	req.Header.Set("Backlog-Api-Key", backlogsim.SampleCustomerKey)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		if ctx.Err() == nil {
			k.t.Errorf("%s %s: %v", method, path, err)
		}
		return
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusMultipleChoices {
		k.t.Errorf("%s %s: %d %s %v", method, path, res.StatusCode, raw, err)
		return
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			k.t.Errorf("%s %s: %v", method, path, err)
		}
	}
}

// slowly lets writes take their time on the way there and back, as between two companies: that is where a kill does harm. A request
// that has left is worked on whatever became of who sent it.
type slowly struct {
	http.Handler
	which func(*http.Request) bool
}

// ServeHTTP implements http.Handler.
func (s slowly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.which(r) {
		s.Handler.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender died before it had said everything
	}
	const most, seldom, long = 120, 6, 1500
	if time.Sleep(time.Duration(rand.IntN(most)) * time.Millisecond); rand.IntN(seldom) == 0 { // it may arrive after the next Toban has started
		time.Sleep(time.Duration(rand.IntN(long)) * time.Millisecond)
	}
	there := r.Clone(context.WithoutCancel(r.Context()))
	there.Body = io.NopCloser(strings.NewReader(string(body)))
	answer := httptest.NewRecorder()
	s.Handler.ServeHTTP(answer, there)
	time.Sleep(time.Duration(rand.IntN(most)) * time.Millisecond)
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // nobody may be there any more
}

// serveOn serves a stand-in on a socket until the test ends.
func serveOn(t *testing.T, h http.Handler) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(ln) // ends by Close
	}()
	t.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	return "http://" + ln.Addr().String()
}

// freePort is an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}
