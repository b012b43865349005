package backlogsim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog/backlogsim"
)

func TestOfficeSeed(t *testing.T) {
	now := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	if d := cmp.Diff(backlogsim.OfficeSeed(50, now, 3), backlogsim.OfficeSeed(50, now, 3)); d != "" {
		t.Errorf("it differs from itself: %s", d)
	}
	for _, n := range []int{0, 1, 300} {
		s := backlogsim.New(backlogsim.Options{Now: func() time.Time { return now }})
		defer s.Close()
		if err := s.Load(backlogsim.OfficeSeed(n, now, 3).WithBotKey("bot-key")); err != nil {
			t.Fatal(err)
		}
		sp := &space{t: t, Server: s, client: &http.Client{Transport: s.RoundTripper()}}
		diff(t, float64(n), sp.call("bot", "GET", "/api/v2/issues/count", nil).object(200)["count"])
		last, lastID := "", 0
		for _, a := range sp.call("bot", "GET", "/api/v2/space/activities?order=asc&count=100", nil).list(200) {
			created, id := get(a, "created").(string), num(get(a, "id"))
			if created < last || id <= lastID || created > "2026-11-20T03:00:00Z" {
				t.Fatalf("activity %d of %s after %d of %s", id, created, lastID, last)
			}
			last, lastID = created, id
		}
		if n == 300 {
			if open := num(sp.call("bot", "GET", "/api/v2/issues/count?statusId[]=1&statusId[]=2", nil).object(200)["count"]); open < 3 || open > 60 {
				t.Errorf("%d issues are open", open)
			}
		}
	}
}
