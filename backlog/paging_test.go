package backlog_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// dice are random numbers that fall the same way again.
func dice(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 1))
}

// moving is a list that changes before every page: items leave, come at the end, or go to the end.
type moving struct {
	*rand.Rand
	ids               []int
	next              int
	touched           map[int]bool // left or moved
	leave, come, back int          // at most so many before a page
	calm              int          // no changes after so many pages
}

func newMoving(seed uint64) *moving {
	r := dice(seed)
	m := &moving{Rand: r, touched: map[int]bool{}, leave: r.IntN(40), come: r.IntN(20), back: r.IntN(20), calm: 1 + r.IntN(12)}
	if r.IntN(8) == 0 {
		m.leave = 250 // more than a page at once
	}
	m.next = 1 + r.IntN(700)
	m.ids = upTo(m.next - 1)
	return m
}

func (m *moving) change() {
	if m.calm--; m.calm < 0 {
		return
	}
	for range m.IntN(m.leave + 1) {
		if len(m.ids) > 0 {
			at := m.IntN(len(m.ids))
			m.touched[m.ids[at]] = true
			m.ids = slices.Delete(m.ids, at, at+1)
		}
	}
	for range m.IntN(m.back + 1) {
		if len(m.ids) > 0 {
			at := m.IntN(len(m.ids))
			id := m.ids[at]
			m.touched[id] = true
			m.ids = append(slices.Delete(m.ids, at, at+1), id)
		}
	}
	for range m.IntN(m.come + 1) {
		m.ids = append(m.ids, m.next)
		m.touched[m.next] = true // came later: may or may not be seen
		m.next++
	}
}

// TestPagesOfAMovingList runs through lists that change between pages: what stays comes exactly once, nothing comes twice, and the end comes.
func TestPagesOfAMovingList(t *testing.T) {
	for seed := range uint64(400) {
		m := newMoving(seed)
		there := slices.Clone(m.ids)
		c, f := newFake(t, issueList(&m.ids, func(n int) {
			if n > 1 {
				m.change()
			}
		}))
		got := collect(t, c, &backlog.GetIssuesOptions{Sort: backlog.SortUpdated, Order: backlog.OrderAsc})
		if twice := len(got) - len(slices.Compact(slices.Sorted(slices.Values(got)))); twice != 0 {
			t.Fatalf("seed %d: %d come twice", seed, twice)
		}
		for _, id := range there {
			if !m.touched[id] && !slices.Contains(got, id) {
				t.Fatalf("seed %d: %d of %d is lost after %d requests", seed, id, len(there), len(f.requests()))
			}
		}
		if n := len(f.requests()); n > 200 {
			t.Fatalf("seed %d: %d requests", seed, n)
		}
	}
}

// TestCursorsOfAMovingFeed does the same for feeds with ids, whether the vendor repeats the id asked from or not.
func TestCursorsOfAMovingFeed(t *testing.T) {
	for seed := range uint64(200) {
		r := dice(seed)
		exclusive := seed%2 == 0
		ids := upTo(r.IntN(450))
		there, gone := slices.Clone(ids), map[int]bool{}
		after := r.IntN(60)
		c, _ := newFake(t, func(n int, q seen) (*http.Response, error) {
			if n > 1 && n < 12 {
				for range r.IntN(30) {
					ids = append(ids, len(there)+1000*n+len(ids))
				}
				for range min(r.IntN(30), len(ids)) {
					at := r.IntN(len(ids))
					gone[ids[at]] = true
					ids = slices.Delete(ids, at, at+1)
				}
			}
			low, _ := strconv.Atoi(q.Query.Get("minId"))
			count, _ := strconv.Atoi(q.Query.Get("count"))
			if exclusive {
				low++
			}
			out := []item{}
			for _, id := range ids {
				if id >= low && len(out) < count {
					out = append(out, item{id})
				}
			}
			return page(out), nil
		})
		var got []int
		for a, err := range c.AllSpaceActivities(t.Context(), backlog.ID(after)) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, int(a.ID))
		}
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("seed %d: not in order, or twice", seed)
		}
		for _, id := range there {
			if id > after && !gone[id] && !slices.Contains(got, id) {
				t.Fatalf("seed %d: %d is lost", seed, id)
			}
		}
	}
}

// randomSpace is a stand-in with a random number of issues, comments and versions of a page.
func randomSpace(t *testing.T, seed uint64) (*backlog.Client, *backlogsim.Server, *rand.Rand) {
	t.Helper()
	r := dice(seed)
	c, s := space(t)
	s.SetRateLimits(backlogsim.RateLimits{Read: 1_000_000, Update: 1_000_000, Search: 1_000_000, Icon: 1_000_000})
	s.SetChoices(backlogsim.Choices{MinIDExclusive: seed%2 == 0})
	types, err := c.GetIssueTypes(t.Context(), backlogsim.SampleProjectKey)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 + r.IntN(120) {
		in := &backlog.CreateIssueInput{
			ProjectID: backlogsim.SampleProjectID, Summary: fmt.Sprintf("課題 %d", r.IntN(9)), IssueTypeID: types[r.IntN(len(types))].ID,
			PriorityID: backlog.ID(2 + r.IntN(3)), DueDate: backlog.NewDate(2026, 1, 1+r.IntN(5)),
		}
		if n%3 == 0 {
			in.AssigneeID = backlogsim.SampleStaffID
		}
		issue, err := c.CreateIssue(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if n%4 == 0 {
			if _, err := c.CreateIssueComment(t.Context(), issue.IssueKey, &backlog.CreateIssueCommentInput{Content: "経過"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 5 + r.IntN(150) {
		if _, err := c.CreateIssueComment(t.Context(), "AOZORA-1", &backlog.CreateIssueCommentInput{Content: "経過"}); err != nil {
			t.Fatal(err)
		}
	}
	return c, s, r
}

// TestPagesOfTheStandIn asks for the same list in pages of random sizes, by every order: together they are the list, without a gap or a repeat.
func TestPagesOfTheStandIn(t *testing.T) {
	sorts := []backlog.Sort{
		backlog.SortIssueType, backlog.SortCategory, backlog.SortVersion, backlog.SortMilestone, backlog.SortSummary, backlog.SortStatus, backlog.SortPriority,
		backlog.SortAttachment, backlog.SortSharedFile, backlog.SortCreated, backlog.SortCreatedUser, backlog.SortUpdated, backlog.SortUpdatedUser,
		backlog.SortAssignee, backlog.SortStartDate, backlog.SortDueDate, backlog.SortEstimatedHours, backlog.SortActualHours, backlog.SortChildIssue,
	}
	c, _, r := randomSpace(t, 7)
	want, err := c.GetIssueCount(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, sort := range sorts {
		for _, order := range []backlog.Order{backlog.OrderAsc, backlog.OrderDesc} {
			seen := map[backlog.ID]bool{}
			for offset := 0; ; {
				count := 1 + r.IntN(100)
				page, err := c.GetIssues(t.Context(), &backlog.GetIssuesOptions{Sort: sort, Order: order, Offset: offset, Count: count})
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range page {
					if seen[i.ID] {
						t.Fatalf("%s %s: %s twice", sort, order, i.IssueKey)
					}
					seen[i.ID] = true
				}
				if offset += len(page); len(page) < count {
					break
				}
			}
			if len(seen) != want {
				t.Errorf("%s %s: %d of %d", sort, order, len(seen), want)
			}
		}
	}
}

// TestCursorsOfTheStandIn asks for random windows of ids and compares them with the whole list.
func TestCursorsOfTheStandIn(t *testing.T) {
	for seed := range uint64(4) {
		c, _, r := randomSpace(t, seed)
		exclusive := seed%2 == 0
		comments, activities := idsOf(t, c.AllIssueComments(t.Context(), "AOZORA-1", 0), func(m *backlog.Comment) backlog.ID { return m.ID }), idsOf(t, c.AllSpaceActivities(t.Context(), 0), func(a *backlog.Activity) backlog.ID { return a.ID })
		for range 60 {
			for name, all := range map[string][]backlog.ID{"comments": comments, "activities": activities} {
				low, high, count := all[r.IntN(len(all))]+backlog.ID(r.IntN(3)-1), all[r.IntN(len(all))]+backlog.ID(r.IntN(3)-1), 1+r.IntN(100)
				order := []backlog.Order{backlog.OrderAsc, backlog.OrderDesc}[r.IntN(2)]
				var want []backlog.ID
				for _, id := range all {
					if exclusive && id > low && id < high || !exclusive && id >= low && id <= high {
						want = append(want, id)
					}
				}
				if order == backlog.OrderDesc {
					slices.Reverse(want)
				}
				want = want[:min(count, len(want))]
				var got []backlog.ID
				if name == "comments" {
					page, err := c.GetIssueComments(t.Context(), "AOZORA-1", &backlog.GetIssueCommentsOptions{MinID: low, MaxID: high, Count: count, Order: order})
					if err != nil {
						t.Fatal(err)
					}
					for _, m := range page {
						got = append(got, m.ID)
					}
				} else {
					page, err := c.GetSpaceActivities(t.Context(), &backlog.GetActivitiesOptions{MinID: low, MaxID: high, Count: count, Order: order})
					if err != nil {
						t.Fatal(err)
					}
					for _, a := range page {
						got = append(got, a.ID)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%s from %d to %d, %d %s, exclusive %v: %v, want %v", name, low, high, count, order, exclusive, got, want)
				}
			}
		}
	}
}

func idsOf[T any](t *testing.T, seq iter.Seq2[T, error], id func(T) backlog.ID) []backlog.ID {
	t.Helper()
	var out []backlog.ID
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, id(v))
	}
	return out
}

// TestIteratorsOfTheStandIn runs every iterator over a list of more than one page, while others write and delete.
func TestIteratorsOfTheStandIn(t *testing.T) {
	c, s, r := randomSpace(t, 3)
	stay := map[backlog.ID]bool{}
	for i, err := range c.AllIssues(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		stay[i.ID] = true
	}
	admin := &http.Client{Transport: s.RoundTripper()}
	pages := 0
	// Between the pages an administrator deletes issues from the front.
	busy := roundTripper(func(req *http.Request) (*http.Response, error) {
		if req.URL.Path == "/api/v2/issues" {
			for id := range stay {
				if pages > 0 && r.IntN(4) == 0 {
					del, err := http.NewRequestWithContext(req.Context(), http.MethodDelete, "http://space.example/api/v2/issues/"+id.String()+"?"+url.Values{"apiKey": {backlogsim.SampleAdminKey}}.Encode(), nil)
					if err != nil {
						return nil, err
					}
					resp, err := admin.Do(del)
					if err != nil {
						return nil, err
					}
					_ = resp.Body.Close()
					delete(stay, id)
				}
				if len(stay) < 60 || r.IntN(12) == 0 {
					break
				}
			}
			pages++
		}
		return s.RoundTripper().RoundTrip(req)
	})
	reader, err := backlog.New("http://space.example", backlogsim.SampleBotKey, backlog.WithTransport(busy))
	if err != nil {
		t.Fatal(err)
	}
	got := idsOf(t, reader.AllIssues(t.Context(), nil), func(i *backlog.Issue) backlog.ID { return i.ID })
	for id := range stay {
		if !slices.Contains(got, id) {
			t.Errorf("%d is lost", id)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Error("an issue came twice")
	}
}
