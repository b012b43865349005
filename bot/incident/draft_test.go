package incident_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/sla"
)

// draft is what the form of an update begins with.
func (c *core) draft() (state, done string) {
	c.t.Helper()
	for _, b := range c.panel.Buttons {
		if b.Action == "incident.update" {
			return b.Form.Inputs[0].Initial, b.Form.Inputs[1].Initial
		}
	}
	c.t.Fatal("no update can be pressed")
	return "", ""
}

// The form of an update begins with what is on record. Sent as it is, it says that nothing changed: an update like any other, which is due again an
// hour later. What the draft said is not put on record a second time, what staff add is.
func TestUpdatesBeginWithTheRecord(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	c.press("incident.note", map[string]string{"text": "httpd を再起動した\n応答なし"})
	state, done := c.draft()
	if !strings.Contains(state, "復旧はまだ確認できていません") || !strings.Contains(done, "httpd を再起動した\n応答なし") {
		t.Fatalf("the draft is %q, %q", state, done)
	}
	if why := c.press("incident.update", map[string]string{"state": state, "done": done + "\nDBを確認した"}); why != "" {
		t.Fatal(why)
	}
	c.until("10:10")
	if s := c.text("update:1"); !strings.Contains(s, "httpd を再起動した") || !strings.Contains(s, "DBを確認した") {
		t.Errorf("the customer reads %s", s)
	}
	texts := func() (out []string) {
		for _, l := range c.record().Timeline {
			out = append(out, l.Text)
		}
		return out
	}
	if got := texts(); !slices.Contains(got, "DBを確認した") || strings.Count(strings.Join(got, "\n"), "httpd") != 1 {
		t.Errorf("on record: %q", got)
	}
	if _, done := c.draft(); done != "" {
		t.Errorf("the next draft tells again what was told: %q", done)
	}
	before := len(texts())
	if why := c.press("incident.update", map[string]string{"state": state}); why != "" { // nothing has changed
		t.Fatal(why)
	}
	c.until("10:58")
	if got := c.said(); len(got) != 4 || !strings.HasPrefix(got[3], "update:2 10:10") {
		t.Errorf("said %v, want no automatic update before the hour is over", got)
	}
	c.until("11:11")
	c.wantRow("interim/1", sla.StateMet)
	if got := texts(); len(got) != before {
		t.Errorf("an update without news is on record: %q", got)
	}
}

// A long record is cut to what the field takes.
func TestDraftsFitTheirField(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	for range 4 {
		c.press("incident.note", map[string]string{"text": strings.Repeat("調査", 400)})
	}
	if _, done := c.draft(); len([]rune(done)) != 2000 || !strings.HasSuffix(done, "…") {
		t.Errorf("the draft has %d characters", len([]rune(done)))
	}
}
