package ready_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot/tracker/ready"
)

// People of the test space.
const (
	admin  = 1
	botID  = 10
	botKey = "key-of-the-bot-0123456789"
	secret = "secret-of-the-hook"
	hook   = "https://toban.test/hooks/backlog/" + secret
)

// site is a Backlog space with one project, whose people have made a little of it themselves.
type site struct {
	*testing.T
	sim *backlogsim.Server
}

// deaf takes every webhook.
type deaf struct{}

func (deaf) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

func onSite(t *testing.T, f func(t *testing.T, s *site), change ...func(*backlogsim.Seed)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &site{t, backlogsim.New(backlogsim.Options{Transport: deaf{}})}
		defer func() { _ = s.sim.Close() }()
		seed := backlogsim.Seed{
			Space: backlogsim.SeedSpace{Key: "s", Name: "S"},
			Users: []backlogsim.SeedUser{{ID: admin, Name: "管理", RoleType: 1, APIKey: "key-of-the-admin"}, {ID: botID, Name: "当番", RoleType: 2, APIKey: botKey, Bot: true}},
			Projects: []backlogsim.SeedProject{{
				Key: "ACME", Name: "ACME", TextFormattingRule: "markdown", Members: []int{admin, botID}, Admins: []int{botID},
				IssueTypes: []backlogsim.SeedIssueType{{Name: "障害"}, {Name: "相談", TemplateDescription: "人が書いたひな形"}}, Categories: []string{"AWS"},
				Webhooks: []backlogsim.SeedWebhook{{Name: "他社", HookURL: "https://else.test/"}},
			}},
		}
		for _, c := range change {
			c(&seed)
		}
		if err := s.sim.Load(seed); err != nil {
			t.Fatal(err)
		}
		f(t, s)
	})
}

func (s *site) client(key string, rt http.RoundTripper) *backlog.Client {
	s.Helper()
	if rt == nil {
		rt = s.sim.RoundTripper()
	}
	c, err := backlog.New("https://example.backlog.test", key, backlog.WithTransport(rt))
	if err != nil {
		s.Fatal(err)
	}
	return c
}

func (s *site) breaks(rules ...backlogsim.FaultRule) {
	s.Helper()
	if err := s.sim.AddFaults(backlogsim.Faults{Rules: rules}); err != nil {
		s.Fatal(err)
	}
}

func want() ready.Want {
	return ready.Want{
		Types: []ready.Type{
			{Name: "依頼", Template: "■ ホスト名\n"}, {Name: "事故", Aliases: []string{"障害"}, Template: "■ 検知日時\n"}, {Name: "相談", Template: "■ ご相談内容\n"},
		},
		Categories: []string{"AWS", "監視"}, Statuses: []string{"受付済み"},
		Fields: []ready.Field{
			{Name: "ホスト名", Kind: backlog.FieldText, Types: []string{"依頼", "事故"}},
			{Name: "環境", Kind: backlog.FieldSingleList, Items: []string{"本番", "検証"}},
		},
		Hooks: []string{hook, hook + "-of-before"},
		Home:  &ready.Page{Name: "Home", Text: func(rule string) (string, error) { return "窓口のご案内(" + rule + ")", nil }},
	}
}

// make makes the project ready with the bot's key over a transport of its own, and answers what was made, by kind and name.
func (s *site) make(ctx context.Context, rt http.RoundTripper) (made []string, left []ready.Step, err error) {
	s.Helper()
	done, left, err := ready.Maker{Client: s.client(botKey, rt), Project: "ACME", Want: want()}.Make(ctx)
	for _, x := range done {
		made = append(made, string(x.Kind)+" "+x.Name)
	}
	return made, left, err
}

// shows is all that the project has, as an administrator sees it.
func (s *site) shows() []string {
	s.Helper()
	c := s.client("key-of-the-admin", nil)
	var out []string
	add := func(err error, f func()) {
		if err != nil {
			s.Fatal(err)
		}
		f()
	}
	types, err := c.GetIssueTypes(s.Context(), "ACME")
	names := map[backlog.ID]string{}
	add(err, func() {
		for _, x := range types {
			names[x.ID] = x.Name
			out = append(out, fmt.Sprintf("type %s %q", x.Name, x.TemplateDescription))
		}
	})
	categories, err := c.GetCategories(s.Context(), "ACME")
	add(err, func() {
		for _, x := range categories {
			out = append(out, "category "+x.Name)
		}
	})
	statuses, err := c.GetStatuses(s.Context(), "ACME")
	add(err, func() {
		for _, x := range statuses {
			out = append(out, "status "+x.Name)
		}
	})
	fields, err := c.GetCustomFields(s.Context(), "ACME")
	add(err, func() {
		for _, x := range fields {
			var of []string
			for _, id := range x.ApplicableIssueTypes {
				of = append(of, names[id])
			}
			slices.Sort(of)
			out = append(out, fmt.Sprintf("field %s %d %v %d", x.Name, x.TypeID, of, len(x.Items)))
		}
	})
	hooks, err := c.GetWebhooks(s.Context(), "ACME")
	add(err, func() {
		for _, x := range hooks {
			out = append(out, fmt.Sprintf("webhook %s %s %t %v", x.Name, x.HookURL, x.AllEvent, x.ActivityTypeIDs))
		}
	})
	pages, err := c.GetWikis(s.Context(), &backlog.GetWikisOptions{ProjectIDOrKey: "ACME"})
	add(err, func() {
		for _, x := range pages {
			p, err := c.GetWiki(s.Context(), x.ID)
			if err != nil {
				s.Fatal(err)
			}
			out = append(out, fmt.Sprintf("page %s %q", x.Name, p.Content))
		}
	})
	slices.Sort(out)
	return out
}

// complete is what the project has in the end, whatever went wrong on the way: what people made stands as it was.
func complete() []string {
	out := []string{
		`type 依頼 "■ ホスト名\n"`, `type 障害 "■ 検知日時\n"`, `type 相談 "人が書いたひな形"`,
		"category AWS", "category 監視", "status 未対応", "status 処理中", "status 処理済み", "status 完了", "status 受付済み",
		"field ホスト名 1 [依頼 障害] 0", "field 環境 5 [] 2",
		"webhook 他社 https://else.test/ true []", "webhook Toban " + hook + " false [1 2 3 4 14 17]",
		`page Home "窓口のご案内(markdown)"`,
	}
	slices.Sort(out)
	return out
}

func TestMakeAddsWhatIsMissingAndNothingElse(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		made, left, err := s.make(t.Context(), nil)
		if err != nil || len(left) > 0 {
			t.Fatalf("left %+v, %v", left, err)
		}
		order := []string{
			"issue_type 依頼", "template 障害", "category 監視", "status 受付済み", "custom_field ホスト名", "custom_field 環境", "webhook Toban", "wiki_home Home",
		}
		if diff := cmp.Diff(order, made); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(complete(), s.shows()); diff != "" {
			t.Error(diff)
		}
		writes := s.writes()
		if made, left, err := s.make(t.Context(), nil); err != nil || len(made) > 0 || len(left) > 0 || s.writes() != writes {
			t.Errorf("a second time made %v, left %v, %v, %d writes", made, left, err, s.writes()-writes)
		}
	})
}

// writes counts the bot's calls that change something.
func (s *site) writes() int {
	n := 0
	for _, r := range s.sim.Requests() {
		if r.User == botID && r.Method != http.MethodGet {
			n++
		}
	}
	return n
}

// ending kills a run at its nth call: before it is sent, or when it was carried out and nobody hears the answer.
type ending struct {
	next  http.RoundTripper
	left  int
	after bool
	kill  context.CancelFunc
}

var errKilled = errors.New("killed")

func (e *ending) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.left--; e.left > 0 {
		return e.next.RoundTrip(r)
	}
	if e.after && e.left == 0 {
		if res, err := e.next.RoundTrip(r); err == nil {
			_ = res.Body.Close()
		}
	}
	e.kill()
	return nil, errKilled
}

// A run that is killed at any of its calls, before or after it, and begun anew comes to the same end, with nothing twice.
func TestMakeSurvivesAKillBetweenAnyTwoCalls(t *testing.T) {
	for _, after := range []bool{false, true} {
		for n, over := 1, false; !over; n++ {
			onSite(t, func(t *testing.T, s *site) {
				ctx, kill := context.WithCancel(t.Context())
				e := &ending{next: s.sim.RoundTripper(), left: n, after: after, kill: kill}
				if _, _, err := s.make(ctx, e); err == nil {
					over = true
				}
				kill()
				if _, left, err := s.make(t.Context(), nil); err != nil || len(left) > 0 {
					t.Fatalf("killed at call %d: the next run left %v, %v", n, left, err)
				}
				if diff := cmp.Diff(complete(), s.shows()); diff != "" {
					t.Fatalf("killed at call %d (after it: %t):\n%s", n, after, diff)
				}
			})
			if n > 200 {
				t.Fatal("no end")
			}
		}
	}
}

// Every kind of call meets every fault once, and all of them at random; the end is the same in one run.
func TestMakeSurvivesFaults(t *testing.T) {
	paths := []string{"issueTypes", "issueTypes/*", "categories", "statuses", "customFields", "webhooks"}
	faults := map[string]backlogsim.FaultRule{
		"lost":            {Lost: "drop", Times: 1},
		"500 after it":    {Lost: "500", Times: 1},
		"timeout":         {LagAfter: backlogsim.Duration(5 * time.Minute), Times: 1},
		"limited":         {Status: 429, Times: 2},
		"limited, silent": {Status: 429, NoReset: true, Times: 2},
		"busy":            {Status: 503, Body: "<h1>busy</h1>", Times: 2},
		"dropped":         {Drop: true, Times: 2},
	}
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			onSite(t, func(t *testing.T, s *site) {
				for _, method := range []string{http.MethodPost, http.MethodPatch} {
					for _, p := range append([]string{"/api/v2/wikis"}, paths...) {
						r := f
						r.Method, r.Path = method, "/api/v2/projects/ACME/"+p
						if strings.HasPrefix(p, "/") {
							r.Path = p
						}
						s.breaks(r)
					}
				}
				if _, left, err := s.make(t.Context(), nil); err != nil || len(left) > 0 {
					t.Fatalf("left %+v, %v", left, err)
				}
				if diff := cmp.Diff(complete(), s.shows()); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// Where Backlog stays away the run ends with an error, and the next one goes on.
func TestMakeGivesUpOnAnOutageAndGoesOnLater(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		s.breaks(backlogsim.FaultRule{Method: http.MethodPost, Path: "/api/v2/projects/ACME/statuses", Status: 503})
		made, _, err := s.make(t.Context(), nil)
		if err == nil || !strings.Contains(err.Error(), "受付済み") || len(made) != 3 {
			t.Errorf("made %v, %v", made, err)
		}
		s.sim.ResetFaults()
		if _, left, err := s.make(t.Context(), nil); err != nil || len(left) > 0 {
			t.Errorf("left %v, %v", left, err)
		}
		if diff := cmp.Diff(complete(), s.shows()); diff != "" {
			t.Error(diff)
		}
	})
}

// Without administrator's rights Toban makes what any member may make; the rest is told to a person, without the secret of the webhook.
func TestWithoutRightsAPersonIsTold(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		made, left, err := s.make(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"issue_type 依頼", "template 障害", "category 監視", "wiki_home Home"}, made); diff != "" {
			t.Error(diff)
		}
		var kinds []string
		for _, x := range left {
			kinds = append(kinds, string(x.Kind))
			if x.By != ready.Person || x.Why == "" || !strings.Contains(x.How, "プロジェクト設定 >") || x.Else == "" {
				t.Errorf("nobody knows what to do about %+v", x)
			}
			if strings.Contains(fmt.Sprintf("%+v", x), secret) {
				t.Errorf("the webhook's secret is shown: %+v", x)
			}
		}
		if diff := cmp.Diff([]string{"status", "custom_field", "custom_field", "webhook"}, kinds); diff != "" {
			t.Error(diff)
		}
	}, func(seed *backlogsim.Seed) { seed.Projects[0].Admins = nil })
}

func TestPlanSaysWhatThePlanOfTheSpaceLacks(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		_, left, err := s.make(t.Context(), nil)
		if err != nil || len(left) != 2 || left[0].Kind != ready.KindField || !strings.Contains(left[0].Why, "plan") {
			t.Errorf("left %+v, %v", left, err)
		}
	}, func(seed *backlogsim.Seed) { seed.Plan.Without = []string{"attribute"} })
	onSite(t, func(t *testing.T, s *site) {
		_, left, err := s.make(t.Context(), nil)
		if err != nil || len(left) != 1 || left[0].Kind != ready.KindHome || left[0].By != ready.Person {
			t.Errorf("left %+v, %v", left, err)
		}
	}, func(seed *backlogsim.Seed) { seed.Projects[0].NoWiki = true })
	onSite(t, func(t *testing.T, s *site) {
		_, left, err := s.make(t.Context(), nil)
		if err != nil || len(left) != 1 || left[0].Kind != ready.KindStatus || !strings.Contains(left[0].Why, "12 statuses") {
			t.Errorf("left %+v, %v", left, err)
		}
	}, func(seed *backlogsim.Seed) {
		for i := range 8 {
			seed.Projects[0].Statuses = append(seed.Projects[0].Statuses, backlogsim.SeedStatus{Name: fmt.Sprint("独自", i)})
		}
	})
}

// A webhook of people that sends too little to Toban sends more; one of another address is left alone; twins are told.
func TestWebhooksOfPeople(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		made, left, err := s.make(t.Context(), nil)
		if err != nil || slices.Contains(made, "webhook Toban") || !slices.Contains(made, "webhook_events 当番") {
			t.Errorf("made %v, %v", made, err)
		}
		if len(left) != 1 || left[0].Kind != ready.KindTwins {
			t.Errorf("left %+v", left)
		}
		all := strings.Join(s.shows(), "\n")
		for _, line := range []string{"webhook 当番 " + hook + "-of-before false [1 5 2 3 4 14 17]", "webhook 双子 " + hook + "-of-before true []", "webhook 他社 https://else.test/ true []"} {
			if !strings.Contains(all, line) {
				t.Errorf("%s is missing in\n%s", line, all)
			}
		}
	}, func(seed *backlogsim.Seed) {
		seed.Projects[0].Webhooks = append(seed.Projects[0].Webhooks,
			backlogsim.SeedWebhook{Name: "当番", HookURL: hook + "-of-before", ActivityTypeIDs: []int{1, 5}},
			backlogsim.SeedWebhook{Name: "双子", HookURL: hook + "-of-before"})
	})
}

// A custom field whose issue type can't be made is not put at every issue type.
func TestAFieldWaitsForItsIssueType(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		s.breaks(backlogsim.FaultRule{Method: http.MethodPost, Path: "/api/v2/projects/ACME/issueTypes", Code: 5})
		_, left, err := s.make(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range left {
			got = append(got, x.Name)
		}
		if diff := cmp.Diff([]string{"依頼", "ホスト名"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Whoever forbids writes stops the work before the next one.
func TestMakeAsksBeforeEveryWrite(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		allowed := 2
		stop := errors.New("stopped")
		_, _, err := ready.Maker{Client: s.client(botKey, nil), Project: "ACME", Want: want(), Allow: func(context.Context) error {
			if allowed--; allowed < 0 {
				return stop
			}
			return nil
		}}.Make(t.Context())
		if !errors.Is(err, stop) || s.writes() != 2 {
			t.Errorf("%v after %d writes", err, s.writes())
		}
	})
}
