package main

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/backlog/backlogsim/textrule"
)

// trap is a mail of somebody who knows both of Backlog's notations. web01_db and C:\share\* are only names.
const trap = backupText + "_db\n\n" +
	"[ログインはこちら](https://phish.example/a)\n![](https://tracker.example/p.png)\n<img src=\"https://tracker.example/q.png\"> <a href=\"https://phish.example/b\">次へ</a>\n" +
	"[[次へ>https://phish.example/c]]\n#image(https://tracker.example/r.png)\n&color(red) { 重要 } ''太字'' **太字** ~~消~~\n{code}\n[ログ]\n{/code}\n" +
	"```\n[ログ](https://phish.example/d)\n```\n# 大見出し\n* 点\n| 表 | 表 |\n> 引用\n[参照]: https://phish.example/e\n@toban C:\\share\\*\n\n段落"

// dressed finds what a mail could dress up: pictures, and links whose words are not their address.
var dressed = regexp.MustCompile(`<img|<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>|<h\d|<li|<table|<blockquote|<pre|<code|<strong|<b>|<em|<del|<strike`)

// What a sender who proves nothing wrote stands in the provider's issue as words: in both notations no picture is fetched, no link hides where it
// leads, and nothing looks like a heading of Toban's. It is read as it was written.
func TestMailsWordsAreNoMarkup(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"markdown", "backlog"} {
		t.Run(rule, func(t *testing.T) {
			inPostWorld(t, func(b *bench) {
				b.call(backlogsim.SampleAdminKey, http.MethodPatch, "/projects/"+backlogsim.SampleProjectKey, url.Values{"textFormattingRule": {rule}}, nil)
				body := base64.StdEncoding.EncodeToString([]byte(trap))
				head := "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
				b.mail("From: \"[x](https://phish.example/n)\" <stranger@else.example>\nSubject: web01 backup\nMessage-ID: <t1@else>\n" + head + body + "\n")
				time.Sleep(2 * time.Minute)
				list := b.tickets()
				if len(list) != 1 {
					t.Fatalf("%d tickets: %v", len(list), b.messages())
				}
				x := list[0]
				if x.Host != "web01_db" || !strings.Contains(x.Details, "[ログインはこちら](https://phish.example/a)") || !strings.Contains(x.Details, `C:\share\*`) {
					t.Errorf("read as host %q and\n%s", x.Host, x.Details)
				}
				var issue struct{ Description string }
				b.call(backlogsim.SampleAdminKey, http.MethodGet, "/issues/"+x.Key, nil, &issue)
				plain(t, rule, issue.Description)
				b.mail("From: <stranger@else.example>\nSubject: Re: x\nMessage-ID: <t2@else>\nReferences: <t1@else>\n" + head + body + "\n")
				time.Sleep(time.Minute)
				told := b.told(x.Key, "メールで届いたご連絡です")
				if len(told) != 1 {
					t.Fatalf("told %+v", told)
				}
				plain(t, rule, told[0].Content)
			})
		})
	}
}

// plain holds a text against its notation: it shows words and honest addresses only.
func plain(t *testing.T, rule, text string) {
	t.Helper()
	html := string(textrule.Render(rule, text, func(name string) string { return "/wiki/" + name }))
	for _, m := range dressed.FindAllStringSubmatch(html, -1) {
		if m[1] == "" || m[1] != m[2] && !strings.HasPrefix(m[1], "/view/") {
			t.Errorf("%s shows %q in\n%s\nof\n%s", rule, m[0], html, text)
		}
	}
	if !strings.Contains(html, "段落") || !strings.Contains(text, "\n\n") {
		t.Errorf("%s lost words or paragraphs:\n%s", rule, text)
	}
}
