package incident_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
)

// happening is a comment of staff or a click on an incident; comes is when it reaches Toban.
type happening struct {
	n         int
	at, comes time.Time
	action    string // "" for a comment
	values    map[string]string
	text      string
}

// incidentStory is what people do in some hours of an incident. Nothing happens so near a due moment that being some seconds later would be
// another story.
func incidentStory(r *rand.Rand) []happening {
	list := []happening{{n: 0, at: clockAt("10:01"), action: "incident.affected"}}
	last := clockAt("10:01")
	for n := 1; n < 8; n++ {
		last = last.Add(time.Duration(4+r.IntN(40)) * time.Minute)
		h := happening{n: n, at: last}
		switch r.IntN(4) {
		case 0:
			h.action, h.values = "incident.note", map[string]string{"text": fmt.Sprintf("記録 %d", n)}
		case 1:
			h.text = "承知しました。" // says nothing of the incident
		default:
			h.text = fmt.Sprintf("httpd を再起動し、ログを確認しています。%d 台目です。", n)
		}
		list = append(list, h)
	}
	return append(list, happening{n: 8, at: last.Add(10 * time.Minute), action: "incident.recovered", values: map[string]string{"happened": "接続の枯渇", "done": "上限を変更"}})
}

func (c *core) liveThrough(list []happening, twice bool) {
	c.t.Helper()
	slices.SortStableFunc(list, func(a, b happening) int { return a.comes.Compare(b.comes) })
	for _, h := range list {
		c.run(h.comes)
		for range map[bool]int{false: 1, true: 2}[twice] {
			if h.action == "" {
				c.comment(fmt.Sprint(h.n), h.text, h.at)
				continue
			}
			c.clicked = h.at
			if why := c.press(h.action, h.values); why != "" && !twice {
				c.t.Errorf("%s at %s is refused: %s", h.action, h.at.In(tokyo).Format("15:04"), why)
			}
			c.clicked = time.Time{}
			if h.action == "incident.note" { // a second click is a second note
				break
			}
		}
	}
	c.run(list[len(list)-1].comes.Add(2 * time.Hour))
}

func (c *core) figures() []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(c.rows)) {
		r := c.rows[id]
		out = append(out, fmt.Sprintf("%s %s auto=%v due %s", id, r.State, r.Auto, r.Due.In(tokyo).Format("15:04")))
	}
	return out
}

// What people did about an incident gives the same promises and as many words to the customer, whichever way it reaches Toban.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	const slack = 4 * time.Minute // how near two things may be at least
	lives, tried := 40, 0
	for seed := range lives {
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		list := incidentStory(r)
		inOrder, late := slices.Clone(list), slices.Clone(list)
		for i := range list {
			inOrder[i].comes = list[i].at
			late[i].comes = list[i].at.Add(time.Duration(r.IntN(int(slack/time.Second)+60)) * time.Second)
		}
		late[0].comes = late[0].at                                          // the first notice is of the instant at which it went out, and rounds count from it
		late[len(late)-1].comes = late[len(late)-1].at.Add(6 * time.Minute) // nothing is told of a recovered incident any more
		want, got := open(t, "10:00", bot.PriorityNormal), open(t, "10:00", bot.PriorityNormal)
		want.rewrites, got.rewrites = true, true
		want.liveThrough(inOrder, false)
		got.liveThrough(late, true)
		// What Toban learns of when its own update is out already is another story: the update went out in its stead.
		if slices.ContainsFunc(late, func(h happening) bool {
			return slices.ContainsFunc(got.outbox, func(s *sending) bool {
				return strings.Contains(s.Key, ":auto") && !s.at.Before(h.at) && s.at.Before(h.comes)
			})
		}) {
			continue
		}
		tried++
		var story strings.Builder
		for _, h := range late {
			fmt.Fprintf(&story, "\n%s comes %s %s %s", h.at.In(tokyo).Format("15:04:05"), h.comes.In(tokyo).Format("15:04:05"), h.action, h.text)
		}
		if diff := cmp.Diff(want.figures(), got.figures()); diff != "" {
			t.Errorf("%d: promises (-in order +as they came): %s%s", seed, diff, story.String())
		}
		if diff := cmp.Diff(keysOf(want), keysOf(got)); diff != "" {
			t.Errorf("%d: words (-in order +as they came): %s%s", seed, diff, story.String())
		}
	}
	if tried < lives/3 {
		t.Errorf("only %d stories of %d were compared", tried, lives)
	}
}

// keysOf are the messages that went out.
func keysOf(c *core) []string {
	var out []string
	for _, s := range c.outbox {
		if s.state == "done" && s.Class == bot.Notice {
			out = append(out, c.short(s))
		}
	}
	slices.Sort(out)
	return out
}
