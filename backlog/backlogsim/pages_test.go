package backlogsim_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

const hostile = `<script>alert(1)</script> "quoted" [x](javascript:alert(2)) <img src=x onerror=alert(3)>`

func TestPages(t *testing.T) {
	sp := newSpace(t)
	sp.issue("summary", "web01 "+hostile, "description", "* 見出し\n"+hostile+"\n|~a|b|\n[[手順>SLA/2026/01 <b>]] [[なし]]\n", "customField_62", "3", "assigneeId", "13")
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "2", "comment", "''確認''します "+hostile, "notifiedUserId[]", "14")).want(200)
	id := num(sp.call("bot", "POST", "/api/v2/wikis", form("projectId", "21", "name", "SLA/2026/01 <b>", "content", hostile)).object(201)["id"])
	tests := []struct {
		path   string
		status int
		has    []string
	}{
		{"/", 200, []string{"テスト", `href="/view/TEST-1"`, "処理中", "SLA/2026/01 &lt;b&gt;"}},
		{"/view/TEST-1", 200, []string{"<h1>見出し</h1>", `href="/alias/wiki/` + strconv.Itoa(id) + `">手順</a>`, `<span class="wiki-link">なし</span>`, "<strong>確認</strong>", "<th>a</th>", "<b>状態</b>: 未対応 → 処理中", "お知らせした人", "台数", "&lt;script&gt;"}},
		{"/wiki/TEST/" + url.PathEscape("SLA/2026/01 <b>"), 200, []string{"第 1 版"}},
		{"/wiki/TEST/SLA/2026/01%20%3Cb%3E", 200, []string{"第 1 版"}},
		{"/alias/wiki/" + strconv.Itoa(id), 200, []string{"SLA/2026/01 &lt;b&gt;"}},
		{"/find/TEST", 200, []string{`href="/view/TEST-1"`, "処理中 1", "web01 &lt;script&gt;"}},
		{"/find/TEST?statusId=4", 200, []string{"課題はまだありません"}},
		{"/wiki/TEST", 200, []string{"01 &lt;b&gt;", "2026"}},
		{"/projects/TEST", 200, []string{"課題を更新", "Wiki を追加"}},
		{"/document/TEST", 200, []string{"ページはまだありません"}},
		{"/file/TEST", 200, []string{"ファイルはまだありません"}},
		{"/git/TEST", 200, []string{"リポジトリはまだありません"}},
		{"/git/TEST/x/pullRequests/1", 404, nil},
		{"/document/TEST/none", 404, nil},
		{"/view/TEST-9", 404, []string{"ページが見つかりません"}},
		{"/view/%3Cscript%3E", 404, []string{"ページが見つかりません"}},
		{"/wiki/TEST/none", 404, nil},
		{"/nothing", 404, nil},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			r := sp.call("", "GET", tt.path, nil)
			r.want(tt.status)
			for _, want := range tt.has {
				if !strings.Contains(r.Body, want) {
					t.Errorf("no %q in\n%s", want, r.Body)
				}
			}
			for _, bad := range []string{"<script", "<img", `href="javascript:`, "onerror=alert(3)>"} {
				if strings.Contains(r.Body, bad) {
					t.Errorf("%q in\n%s", bad, r.Body)
				}
			}
			diff(t, "default-src 'none'; style-src 'unsafe-inline'", r.Header.Get("Content-Security-Policy"))
		})
	}
	sp.call("", "POST", "/", nil).want(405)
}

func TestRenderEndpoint(t *testing.T) {
	sp := newSpace(t)
	got := sp.call("", "POST", "/_sim/render", map[string]any{"rule": "backlog", "text": "* A\n''b''"}).object(200)
	diff(t, "<h1>A</h1>\n<p><strong>b</strong></p>\n", got["html"])
	diff(t, string(backlogsim.RenderText("markdown", "# A")), "<h1>A</h1>\n")
	sp.call("", "POST", "/_sim/render", map[string]any{"colour": "red"}).want(400)
}

func TestSample(t *testing.T) {
	s := backlogsim.New(backlogsim.Options{})
	defer s.Close()
	if err := s.Load(backlogsim.SampleSeed().WithBotKey("mine")); err != nil {
		t.Fatal(err)
	}
	sp := newSpace(t)
	sp.client.Transport = s.RoundTripper()
	if err := backlogsim.New(backlogsim.Options{}).Load(backlogsim.SampleSeed().WithBotKey(backlogsim.SampleCustomerKey)); err != nil {
		t.Errorf("with the key of another: %v", err)
	}
	me := sp.call("", "GET", "/api/v2/users/myself?apiKey=mine", nil).object(200)
	diff(t, float64(backlogsim.SampleBotID), me["id"])
	diff(t, 23, len(sp.call("", "GET", "/api/v2/projects/AOZORA/issueTypes?apiKey=mine", nil).list(200)))
	diff(t, 3, len(sp.call("", "GET", "/api/v2/issues?apiKey=mine", nil).list(200)))
	sp.call("", "GET", "/api/v2/projects/AOZORA/webhooks?apiKey=mine", nil).want(200)
	sp.call("", "GET", "/api/v2/users/myself?apiKey="+backlogsim.SampleCustomerKey, nil).want(200)
	for _, path := range []string{"/", "/view/AOZORA-1", "/view/AOZORA-2", "/wiki/AOZORA/Home"} {
		sp.call("", "GET", path, nil).want(200)
	}
}
