package tracker_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/tracker"
	"toban/bot/tracker/ready"
)

// People of the test space.
const (
	botUser    = 10
	customer   = 20
	secondUser = 21
	stranger   = 22 // of the space, not of the project
	staff      = 30
	team       = 31
	botKey     = "key-of-the-bot-0123456789"
)

// desk is a Backlog space with the tracker before it, in a bubble.
type desk struct {
	*testing.T
	sim     *backlogsim.Server
	tracker *tracker.Tracker
	space   *tracker.Space
	issue   int64
	clients map[int]*backlog.Client
	// What is wanted of the project beside its issue types.
	hooks, statuses []string
}

// inBubble runs f at a desk with one issue ACME-1 of the customer. World and machine time are the bubble's.
func inBubble(t *testing.T, f func(d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		defer d.sim.Close()
		f(d)
	})
}

// newDesk is a desk in the bubble that it is called in; the caller closes its sim.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, sim: backlogsim.New(backlogsim.Options{}), clients: map[int]*backlog.Client{}}
	if err := d.sim.Load(seed()); err != nil {
		t.Fatal(err)
	}
	d.space = &tracker.Space{ID: "s", Client: d.as(botUser), BotUser: botUser, URL: "https://example.backlog.test/"}
	d.tracker = d.open()
	i, err := d.as(customer).GetIssue(d.Context(), "ACME-1")
	if err != nil {
		t.Fatal(err)
	}
	d.issue = int64(i.ID)
	return d
}

// open makes a tracker that remembers nothing, as after a restart.
func (d *desk) open() *tracker.Tracker {
	return tracker.New(tracker.Config{
		Spaces: map[string]*tracker.Space{"s": d.space}, Directory: directory, Clock: bot.ClockFunc(time.Now), Ready: d.needs,
	})
}

// needs is what the customer's contract wants of its project.
func (d *desk) needs(space, project string) (ready.Want, bool) {
	c, ok := directory().OfProject(space, project)
	if !ok {
		return ready.Want{}, false
	}
	w := ready.Want{Hooks: d.hooks, Statuses: d.statuses}
	for _, t := range c.Types {
		w.Types = append(w.Types, ready.Type{Name: t.IssueType, Aliases: t.Aliases})
	}
	return w, true
}

func seed() backlogsim.Seed {
	return backlogsim.Seed{
		Space: backlogsim.SeedSpace{Key: "s", Name: "S"},
		Users: []backlogsim.SeedUser{
			{ID: 1, Name: "管理", RoleType: 1, APIKey: keyOf(1)},
			{ID: botUser, Name: "当番", RoleType: 2, APIKey: botKey, Bot: true},
			{ID: customer, Name: "顧客", RoleType: 2, APIKey: keyOf(customer)},
			{ID: secondUser, Name: "顧客二", RoleType: 2, APIKey: keyOf(secondUser)},
			{ID: stranger, Name: "他社", RoleType: 2, APIKey: keyOf(stranger)},
			{ID: staff, Name: "担当", RoleType: 2, APIKey: keyOf(staff)},
			{ID: team, Name: "窓口", RoleType: 2, APIKey: keyOf(team)},
		},
		Projects: []backlogsim.SeedProject{
			project("ACME", "backlog", backlogsim.SeedIssue{
				Summary: "ポート開放", Description: "443 を開けてください", IssueType: "依頼", CreatedUser: customer, Categories: []string{"FW"},
				DueDate: "2000-01-11", CustomText: map[int]string{901: "web-01"},
			}),
			project("OTHER", "markdown", backlogsim.SeedIssue{Summary: "別件", IssueType: "依頼", CreatedUser: customer}),
		},
	}
}

func project(key, rule string, issue backlogsim.SeedIssue) backlogsim.SeedProject {
	p := backlogsim.SeedProject{
		Key: key, Name: key, TextFormattingRule: rule, Members: []int{1, botUser, customer, secondUser, staff, team}, Admins: []int{1},
		IssueTypes: []backlogsim.SeedIssueType{{Name: "依頼"}, {Name: "障害"}}, Categories: []string{"FW"}, Issues: []backlogsim.SeedIssue{issue},
	}
	if key == "ACME" {
		p.CustomFields = []backlogsim.SeedCustomField{{ID: 901, TypeID: 1, Name: "ホスト名"}}
	}
	return p
}

func keyOf(user int) string {
	if user == botUser {
		return botKey
	}
	return "key-of-user-" + strconv.Itoa(user)
}

func directory() *bot.Directory {
	return &bot.Directory{
		BotUser:   map[string]int64{"s": botUser},
		People:    []bot.Person{{ID: "tanaka", Backlog: map[string]int64{"s": staff}}, {ID: "partner", Partner: true, Backlog: map[string]int64{"s": team}}},
		Customers: []*bot.Customer{{ID: "acme", Space: "s", Zone: time.UTC, Lang: "ja", Messages: words{}, Projects: []string{"ACME"}, Types: []bot.RequestType{{IssueType: "依頼"}, {IssueType: "事故", Aliases: []string{"障害"}}}}},
	}
}

// as is the API with a person's key.
func (d *desk) as(user int) *backlog.Client {
	d.Helper()
	if c, ok := d.clients[user]; ok {
		return c
	}
	c, err := backlog.New("https://example.backlog.test", keyOf(user), backlog.WithTransport(d.sim.RoundTripper()))
	if err != nil {
		d.Fatal(err)
	}
	d.clients[user] = c
	return c
}

func (d *desk) says(user int, text string, notify ...backlog.ID) int64 {
	d.Helper()
	c, err := d.as(user).CreateIssueComment(d.Context(), "ACME-1", &backlog.CreateIssueCommentInput{Content: text, NotifiedUserIDs: notify})
	if err != nil {
		d.Fatal(err)
	}
	return int64(c.ID)
}

func (d *desk) fetch(cursor int64) bot.Fetched {
	d.Helper()
	got, err := d.tracker.Fetch(d.Context(), bot.IssueChanged{Space: "s", Project: "ACME", IssueID: d.issue}, cursor)
	if err != nil {
		d.Fatal(err)
	}
	return got
}

// attempt is a first try of an effect on the issue.
func (d *desk) attempt(kind bot.EffectKind, key string, body any) bot.Attempt {
	e := bot.MakeEffect(kind, bot.Notice, key, &bot.Ticket{ID: bot.NewTicketID("s", d.issue), Customer: "acme"}, body)
	return bot.Attempt{Effect: e, Number: 1, First: time.Now()}
}

// words are a customer's messages: the sentence about lateness is all that this room renders.
type words struct{}

func (words) Render(id string, data map[string]any) (string, error) {
	if id != "late_mark" {
		return "", fmt.Errorf("rendering message %s: no such message", id)
	}
	return fmt.Sprintf("※ %s まで。%s。", data["due"], data["cause"]), nil
}

// again is the next try after one whose end is unknown.
func again(a bot.Attempt) bot.Attempt {
	a.Number++
	a.Look = true
	return a
}

func (d *desk) send(a bot.Attempt) bot.Sent {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.Context(), 10*time.Second)
	defer cancel()
	sent, err := d.tracker.Send(ctx, a)
	if err != nil {
		d.Fatal(err)
	}
	return sent
}

// fails sends and wants an error that does not show the key.
func (d *desk) fails(a bot.Attempt) error {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.Context(), 10*time.Second)
	defer cancel()
	sent, err := d.tracker.Send(ctx, a)
	if err == nil {
		d.Fatalf("it went through: %+v", sent)
	}
	if strings.Contains(err.Error(), botKey) {
		d.Errorf("the error shows the key: %v", err)
	}
	return err
}

func (d *desk) breaks(rules ...backlogsim.FaultRule) {
	d.Helper()
	if err := d.sim.AddFaults(backlogsim.Faults{Rules: rules}); err != nil {
		d.Fatal(err)
	}
}

// comments are those of the issue, oldest first.
func (d *desk) comments() []*backlog.Comment {
	d.Helper()
	var out []*backlog.Comment
	for c, err := range d.as(1).AllIssueComments(d.Context(), "ACME-1", 0) {
		if err != nil {
			d.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// carrying are the comments with an effect's number at their foot.
func (d *desk) carrying(key string) []*backlog.Comment {
	d.Helper()
	return slices.DeleteFunc(d.comments(), func(c *backlog.Comment) bool { return bot.FindNoticeNumber(c.Content) != bot.NoticeNumber(key) })
}

// calls counts the recorded calls of the bot.
func (d *desk) calls(method, path string) int {
	n := 0
	for _, r := range d.sim.Requests() {
		if r.User == botUser && r.Method == method && strings.HasPrefix(r.Path, path) {
			n++
		}
	}
	return n
}
