package backlog_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"toban/backlog"
)

type item struct {
	ID int `json:"id"`
}

func page(items []item) *http.Response {
	b, err := json.Marshal(items)
	if err != nil {
		panic(err)
	}
	return reply(200, string(b))
}

// idFeed answers like comments and activities: ascending from minId, which is or
// is not itself in the answer.
func idFeed(n int, inclusive bool) func(int, seen) (*http.Response, error) {
	return func(_ int, r seen) (*http.Response, error) {
		minID, _ := strconv.Atoi(r.Query.Get("minId"))
		count, _ := strconv.Atoi(r.Query.Get("count"))
		out := []item{}
		for id := 1; id <= n && len(out) < count; id++ {
			if id > minID || inclusive && id == minID {
				out = append(out, item{id})
			}
		}
		return page(out), nil
	}
}

func TestFeedsToTheEnd(t *testing.T) {
	for _, inclusive := range []bool{false, true} {
		for _, n := range []int{0, 1, 99, 100, 101, 199, 200, 250} {
			for _, after := range []int{0, 50} {
				c, f := newFake(t, idFeed(n, inclusive))
				var comments, activities []int
				for m, err := range c.AllIssueComments(t.Context(), "OPS-1", backlog.ID(after)) {
					if err != nil {
						t.Fatal(err)
					}
					comments = append(comments, int(m.ID))
				}
				for a, err := range c.AllSpaceActivities(t.Context(), backlog.ID(after), backlog.ActivityIssueCreated) {
					if err != nil {
						t.Fatal(err)
					}
					activities = append(activities, int(a.ID))
				}
				var want []int
				for id := after + 1; id <= n; id++ {
					want = append(want, id)
				}
				if !slices.Equal(comments, want) || !slices.Equal(activities, want) {
					t.Errorf("n=%d inclusive=%v after=%d: comments %v, activities %v", n, inclusive, after, comments, activities)
				}
				last := f.requests()[len(f.requests())-1]
				if last.Query.Get("order") != "asc" || last.Query.Get("activityTypeId[]") != "1" || len(f.requests()) > 8 {
					t.Errorf("last of %d requests: %v", len(f.requests()), last.Query)
				}
			}
		}
	}
}

func TestFeedThatIgnoresMinIDEnds(t *testing.T) {
	full := make([]item, 100)
	for i := range full {
		full[i] = item{i + 1}
	}
	c, f := newFake(t, func(int, seen) (*http.Response, error) { return page(full), nil })
	n := 0
	for _, err := range c.AllProjectActivities(t.Context(), "OPS", 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 100 || len(f.requests()) != 2 {
		t.Errorf("%d activities in %d requests", n, len(f.requests()))
	}
}

// issueList answers offset pages of a list that the test may change in between.
func issueList(ids *[]int, before func(request int)) func(int, seen) (*http.Response, error) {
	return func(n int, r seen) (*http.Response, error) {
		before(n)
		offset, _ := strconv.Atoi(r.Query.Get("offset"))
		count, _ := strconv.Atoi(r.Query.Get("count"))
		out := []item{}
		for i := offset; i < len(*ids) && len(out) < count; i++ {
			out = append(out, item{(*ids)[i]})
		}
		return page(out), nil
	}
}

func upTo(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i + 1
	}
	return ids
}

func collect(t *testing.T, c *backlog.Client, opts *backlog.GetIssuesOptions) []int {
	t.Helper()
	var got []int
	for issue, err := range c.AllIssues(t.Context(), opts) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, int(issue.ID))
	}
	return got
}

func TestAllIssuesToTheEnd(t *testing.T) {
	for _, n := range []int{0, 1, 20, 99, 100, 101, 199, 200, 250} {
		ids := upTo(n)
		c, f := newFake(t, issueList(&ids, func(int) {}))
		if got := collect(t, c, nil); !slices.Equal(got, ids) {
			t.Errorf("n=%d: %v", n, got)
		}
		if most := n/99 + 1; len(f.requests()) > most {
			t.Errorf("n=%d: %d requests, want at most %d", n, len(f.requests()), most)
		}
		if q := f.requests()[0].Query; q.Get("sort") != "created" || q.Get("order") != "asc" || q.Get("count") != "100" {
			t.Errorf("query = %v", q)
		}
	}
}

func TestAllIssuesWhileTheListMoves(t *testing.T) {
	t.Run("some leave", func(t *testing.T) {
		ids := upTo(250)
		c, _ := newFake(t, issueList(&ids, func(n int) {
			if n == 2 {
				ids = slices.Delete(ids, 10, 15)
			}
		}))
		got := collect(t, c, nil)
		if !slices.Equal(got, upTo(250)) {
			t.Errorf("lost or repeated: %d issues", len(got))
		}
	})
	t.Run("some move to the end", func(t *testing.T) {
		ids := upTo(250)
		c, _ := newFake(t, issueList(&ids, func(n int) {
			if n == 3 {
				ids = append(slices.Delete(ids, 50, 60), ids[50:60]...)
			}
		}))
		got := collect(t, c, &backlog.GetIssuesOptions{Sort: backlog.SortUpdated, Order: backlog.OrderAsc})
		slices.Sort(got)
		if !slices.Equal(got, upTo(250)) {
			t.Errorf("lost or repeated: %d issues", len(got))
		}
	})
	t.Run("never still", func(t *testing.T) {
		ids := upTo(250)
		c, f := newFake(t, issueList(&ids, func(int) { slices.Reverse(ids) }))
		got := collect(t, c, nil)
		if slices.Sort(got); len(slices.Compact(slices.Clone(got))) != len(got) || len(f.requests()) > 40 {
			t.Errorf("%d issues in %d requests", len(got), len(f.requests()))
		}
	})
}

func TestIteratorsStop(t *testing.T) {
	t.Run("at an error", func(t *testing.T) {
		c, _ := newFake(t, func(n int, r seen) (*http.Response, error) {
			if n == 2 {
				return reply(404, vendorError(6, "No issue.")), nil
			}
			return idFeed(300, false)(n, r)
		})
		n, failed := 0, false
		for _, err := range c.AllIssueComments(t.Context(), "OPS-1", 0) {
			if err != nil {
				failed = true
				continue
			}
			n++
		}
		if n != 100 || !failed {
			t.Errorf("%d comments, failed %v", n, failed)
		}
	})
	t.Run("when the caller has enough", func(t *testing.T) {
		ids := upTo(250)
		c, f := newFake(t, issueList(&ids, func(int) {}))
		for _, err := range c.AllIssues(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if len(f.requests()) != 1 {
			t.Errorf("%d requests", len(f.requests()))
		}
	})
}
