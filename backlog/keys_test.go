package backlog_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// While keys are exchanged either may be the one that the space takes: nothing fails, nothing is written twice, and neither is shown.
func TestTwoKeysAtOnce(t *testing.T) {
	const gone = "the-key-that-was-taken-away"
	for name, keys := range map[string][2]string{"the new one is not there yet": {gone, backlogsim.SampleBotKey}, "the old one is gone": {backlogsim.SampleBotKey, gone}} {
		t.Run(name, func(t *testing.T) {
			_, s := space(t)
			c, err := backlog.New("http://space.example", keys[0], backlog.WithOtherKey(keys[1]), backlog.WithTransport(s.RoundTripper()))
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					if _, err := c.CreateIssueComment(t.Context(), "AOZORA-1", &backlog.CreateIssueCommentInput{Content: fmt.Sprint("comment ", i)}); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			list, err := c.GetIssueComments(t.Context(), "AOZORA-1", nil)
			n := 0
			for _, one := range list {
				if strings.HasPrefix(one.Content, "comment ") {
					n++
				}
			}
			if err != nil || n != 8 {
				t.Errorf("%d comments, %v; want eight", n, err)
			}
		})
	}
	_, s := space(t)
	c, err := backlog.New("http://space.example", gone, backlog.WithOtherKey(gone+"2"), backlog.WithTransport(s.RoundTripper()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetUserMySelf(t.Context()); !errors.Is(err, backlog.ErrUnauthorized) || strings.Contains(fmt.Sprintf("%v %+v", err, c), gone) {
		t.Errorf("with no key that is taken: %v", err)
	}
	if _, err := backlog.New("http://space.example", gone, backlog.WithOtherKey("")); err == nil {
		t.Error("an empty key was taken")
	}
}
