package backlog_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
)

// contents are the readers of an activity's content, and the types that each is for.
func contents() []contentReader {
	return []contentReader{
		{func(a *backlog.Activity) (any, error) { return a.Issue() }, []backlog.ActivityType{1, 2, 3, 4, 17}},
		{func(a *backlog.Activity) (any, error) { return a.Bulk() }, []backlog.ActivityType{14, 35, 47}},
		{func(a *backlog.Activity) (any, error) { return a.Wiki() }, []backlog.ActivityType{5, 6, 7}},
		{func(a *backlog.Activity) (any, error) { return a.File() }, []backlog.ActivityType{8, 9, 10}},
		{func(a *backlog.Activity) (any, error) { return a.Members() }, []backlog.ActivityType{15, 16}},
		{func(a *backlog.Activity) (any, error) { return a.Git() }, []backlog.ActivityType{12, 13}},
		{func(a *backlog.Activity) (any, error) { return a.PullRequest() }, []backlog.ActivityType{18, 19, 20, 21}},
		{func(a *backlog.Activity) (any, error) { return a.Milestone() }, []backlog.ActivityType{22, 23, 24}},
		{func(a *backlog.Activity) (any, error) { return a.Teams() }, []backlog.ActivityType{25, 26}},
	}
}

type contentReader struct {
	read  func(*backlog.Activity) (any, error)
	types []backlog.ActivityType
}

// FuzzDecodeWebhook reads any body. What is read has a type and can be written and read again with the same meaning; each content has
// one reader, which reads what it wrote; issues named have ids, and keys of the activity's project.
func FuzzDecodeWebhook(f *testing.F) {
	for _, body := range []string{
		hookUpdated, hookBulk, hookCommented, hookDeleted, hookCreated, hookMembers, hookWiki, hookMilestone, hookDocument, hookPush,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := backlog.DecodeWebhook(body)
		if err != nil {
			if a != nil || !strings.HasPrefix(err.Error(), "decoding a webhook: ") {
				t.Fatalf("%+v with %v", a, err)
			}
			return
		}
		if a.Type == 0 {
			t.Fatal("an activity of no type")
		}
		refs, err := a.IssueRefs()
		for _, ref := range refs {
			if ref.ID == 0 || ref.Key != "" && !strings.HasPrefix(ref.Key, a.Project.ProjectKey+"-") {
				t.Fatalf("ref %+v of project %q", ref, a.Project.ProjectKey)
			}
		}
		for _, c := range contents() {
			readAgain(t, a, c)
		}
		out, encodeErr := json.Marshal(a)
		if encodeErr != nil {
			t.Fatalf("writing %q: %v", body, encodeErr)
		}
		again, decodeErr := backlog.DecodeWebhook(out)
		if decodeErr != nil || again.Unread != nil {
			t.Fatalf("reading %q again: %v, %v", out, decodeErr, again.Unread)
		}
		refsAgain, errAgain := again.IssueRefs()
		if again.ID != a.ID || again.Type != a.Type || (err == nil) != (errAgain == nil) || !cmp.Equal(refs, refsAgain) {
			t.Fatalf("%q and %q differ", body, out)
		}
	})
}

// readAgain holds that a reader takes its types and no others, and that what it gives survives being written and read.
func readAgain(t *testing.T, a *backlog.Activity, c contentReader) {
	t.Helper()
	v, err := c.read(a)
	if other := errors.Is(err, backlog.ErrOtherContent); other == slices.Contains(c.types, a.Type) {
		t.Fatalf("type %d: %T, %v", a.Type, v, err)
	}
	if err != nil {
		return
	}
	first, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("writing %+v: %v", v, err)
	}
	w, err := c.read(&backlog.Activity{Type: a.Type, Content: first})
	if err != nil {
		t.Fatalf("reading %s again: %v", first, err)
	}
	if diff := cmp.Diff(v, w); diff != "" {
		t.Fatalf("%s is something else again:\n%s", first, diff)
	}
}

// answers are the calls that decode what the vendor's answers hold, one of each shape.
func answers() []func(context.Context, *backlog.Client) (any, error) {
	return []func(context.Context, *backlog.Client) (any, error){
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetIssue(ctx, "A-1") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetIssues(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetIssueComments(ctx, "A-1", nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetSpaceActivities(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetProjects(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetStatuses(ctx, "A") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetIssueTypes(ctx, "A") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetVersions(ctx, "A") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetCustomFields(ctx, "A") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetSpace(ctx) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetLicence(ctx) },
		func(ctx context.Context, c *backlog.Client) (any, error) {
			v, err := c.GetRateLimit(ctx)
			return map[string]any{"rateLimit": v}, err
		},
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetUsers(ctx) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetWiki(ctx, 1) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetWikiHistory(ctx, 1, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetWebhooks(ctx, "A") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetNotifications(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetUserWatchings(ctx, 1, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetTeams(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetIssueCount(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) {
			return c.CreateIssueComment(ctx, "A-1", &backlog.CreateIssueCommentInput{Content: "x"})
		},
		func(ctx context.Context, c *backlog.Client) (any, error) {
			return c.UpdateIssue(ctx, "A-1", &backlog.UpdateIssueInput{Comment: "x"})
		},
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetDocuments(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetDocumentTree(ctx, "A") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetDocumentComments(ctx, "0a") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetGitRepositories(ctx, "A") },
		func(ctx context.Context, c *backlog.Client) (any, error) {
			return c.GetPullRequests(ctx, "A", "r", nil)
		},
		func(ctx context.Context, c *backlog.Client) (any, error) {
			return c.GetPullRequestComments(ctx, "A", "r", 1, nil)
		},
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetRelatedIssues(ctx, "A-1") },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetRecentlyViewedWikis(ctx, nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetSharedFiles(ctx, "A", "", nil) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetSpaceDiskUsage(ctx) },
		func(ctx context.Context, c *backlog.Client) (any, error) { return c.GetWikiTags(ctx, "A") },
	}
}

// FuzzAnswer answers a call with any status, body and rate-limit headers; KEY in the body stands for the client's own key. Either there
// is a value that survives being written and read, or an error of one of the four kinds, which names the call, never shows the key,
// keeps a bounded part of the body, and says rightly whether a write may have happened; and no header makes the client wait longer
// than the vendor's minute (ten when Retry-After says so).
func FuzzAnswer(f *testing.F) {
	f.Add(uint8(0), 200, issueJSON, "600", "599", "1767322800")
	f.Add(uint8(20), 400, vendorError(7, "No comment content."), "150", "0", "1767322800")
	f.Fuzz(func(t *testing.T, which uint8, status int, body, limit, remaining, reset string) {
		all := answers()
		if status < 100 || status > 999 {
			t.Skip("no HTTP status")
		}
		body = strings.ReplaceAll(body, "KEY", testKey)
		headers := []string{"X-RateLimit-Limit", limit, "X-RateLimit-Remaining", remaining, "X-RateLimit-Reset", reset}
		if after, ok := strings.CutPrefix(limit, "after "); ok {
			headers = []string{"Retry-After", after}
		}
		now := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
		c, sent := newFake(t, always(status, body, headers...), backlog.WithRetries(0), backlog.WithClock(func() time.Time { return now }))
		v, err := all[int(which)%len(all)](t.Context(), c)
		if got := len(sent.requests()); got != 1 {
			t.Fatalf("%d requests for one call", got)
		}
		for kind, b := range c.Budgets() {
			if b.Reset.After(now.Add(10*time.Minute)) || b.Reset.After(now.Add(time.Minute+time.Second)) && !strings.HasPrefix(limit, "after ") {
				t.Fatalf("the %s budget is renewed at %s", kind, b.Reset)
			}
		}
		if err != nil {
			refused(t, err, status, sent.requests()[0].Method)
			return
		}
		if status < 200 || status > 299 {
			t.Fatalf("%d is no error: %+v", status, v)
		}
		first, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("writing %+v: %v", v, err)
		}
		c, _ = newFake(t, always(200, string(first)), backlog.WithRetries(0))
		if _, isCount := v.(int); isCount {
			return
		}
		w, err := all[int(which)%len(all)](t.Context(), c)
		if err != nil {
			t.Fatalf("reading %s again: %v", first, err)
		}
		second, err := json.Marshal(w)
		if diff := cmp.Diff(string(first), string(second)); diff != "" || err != nil {
			t.Fatalf("it is something else again: %v\n%s", err, diff)
		}
	})
}

// FuzzDate reads any text as a date. What is read can be written and read again, in any zone, and is the day that the text begins with or one beside it.
func FuzzDate(f *testing.F) {
	for _, text := range []string{"2026-02-01", "2026-02-01T00:00:00Z", "2026-01-31T15:00:00Z", "2024-02-29T15:00:00+09:00", "", "0001-01-01", "9999-12-31T23:59:59Z"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("JST", 9*60*60), time.FixedZone("-12", -12*60*60)} {
			d, err := backlog.ParseDate(text, zone)
			if err != nil {
				continue
			}
			again, err := backlog.ParseDate(d.String(), zone)
			if err != nil && d.Year >= 0 && d.Year <= 9999 || err == nil && again != d {
				t.Fatalf("%q is %v and then %v, %v", text, d, again, err)
			}
			out, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			var back backlog.Date
			if err := json.Unmarshal(out, &back); d.Year >= 0 && d.Year <= 9999 && (err != nil || back != d) {
				t.Fatalf("%s is %v, %v", out, back, err)
			}
		}
	})
}

// FuzzToken answers the token endpoint with anything: a token that works, or an error that shows no secret.
func FuzzToken(f *testing.F) {
	f.Add(200, `{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r"}`)
	f.Add(200, `{"access_token":"a","expires_in":"3600"}`)
	f.Add(400, `{"error":"invalid_grant","error_description":"SECRET"}`)
	f.Add(401, `<html>SECRET</html>`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 100 || status > 999 {
			t.Skip("no HTTP status")
		}
		body = strings.ReplaceAll(body, "SECRET", "client-secret-word")
		sent := &fake{answer: always(status, body)}
		app, err := backlog.NewOAuth("https://example.backlog.com", "id", "client-secret-word", "https://app.example/", backlog.WithTransport(sent), backlog.WithRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		token, err := app.Refresh(t.Context(), "refresh-secret-word")
		if (err == nil) != (token != nil && token.AccessToken != "") || len(sent.requests()) != 1 {
			t.Fatalf("%v, %v after %d requests", token, err, len(sent.requests()))
		}
		if err != nil && strings.Contains(err.Error(), "secret-word") {
			t.Fatalf("a secret is shown: %v", err)
		}
	})
}

// refused checks an error of a call that got an answer.
func refused(t *testing.T, err error, status int, method string) {
	t.Helper()
	var answer *backlog.Error
	var unread *backlog.AnswerError
	var limited *backlog.RateLimitError
	var network *backlog.NetworkError
	known := errors.As(err, &answer) || errors.As(err, &unread) || errors.As(err, &network)
	if !known || !strings.Contains(err.Error(), method+" /") {
		t.Fatalf("%T %v", err, err)
	}
	if strings.Contains(err.Error(), testKey) || answer != nil && (strings.Contains(answer.Raw, testKey) || len(answer.Raw) > 2000) {
		t.Fatalf("the key is shown, or too much is kept: %v", err)
	}
	if errors.As(err, &limited) != errors.Is(err, backlog.ErrRateLimited) || status == http.StatusTooManyRequests && limited == nil {
		t.Fatalf("%T for %d: %v", err, status, err)
	}
	if write := method != http.MethodGet; backlog.IsAmbiguous(err) != (write && (unread != nil || network != nil || status >= 500 || status == http.StatusRequestTimeout)) {
		t.Fatalf("ambiguous %v: %d %v", backlog.IsAmbiguous(err), status, err)
	}
}
