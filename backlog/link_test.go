package backlog_test

import (
	"testing"

	"toban/backlog"
)

func TestLinks(t *testing.T) {
	c, err := backlog.New("https://x.example/space", testKey)
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		c.IssueURL("OPS-1"):                     "https://x.example/space/view/OPS-1",
		c.CommentURL("OPS-1", 7):                "https://x.example/space/view/OPS-1#comment-7",
		c.WikiURL("OPS", "月次/2026 01?"):         "https://x.example/space/wiki/OPS/%E6%9C%88%E6%AC%A1/2026%2001%3F",
		c.WikiAliasURL(9):                       "https://x.example/space/alias/wiki/9",
		c.IssueURL("OPS-1/../../x?a=b#c d\"<>"): "https://x.example/space/view/OPS-1%2F..%2F..%2Fx%3Fa=b%23c%20d%22%3C%3E",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
