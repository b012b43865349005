package slacksim_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

// tsv reads a table of testdata: comments begin with #, the first line names the columns.
func tsv(t *testing.T, name string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var head []string
	var rows []map[string]string
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if head == nil {
			head = cells
			continue
		}
		if len(cells) != len(head) {
			t.Fatalf("%s: %d cells instead of %d: %q", name, len(cells), len(head), line)
		}
		row := map[string]string{}
		for i, h := range head {
			row[h] = cells[i]
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return rows
}

// expand writes a cell with {{chars N}} and {{many N "text"}}.
func expand(t *testing.T, cell string, n int) string {
	t.Helper()
	tpl, err := template.New("cell").Funcs(template.FuncMap{
		"chars": func(n int) string { return strings.Repeat("字", n) },
		"list":  func(n int, item string) string { return list(n, func(int) string { return item }) },
		"count": func(n int, item string) string {
			return list(n, func(i int) string { return strings.ReplaceAll(item, "#", strconv.Itoa(i)) })
		},
	}).Parse(cell)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := tpl.Execute(&b, n); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func list(n int, item func(int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = item(i)
	}
	return "[" + strings.Join(all, ",") + "]"
}

// arguments reads a JSON object of texts as a form.
func arguments(t *testing.T, cell string) url.Values {
	t.Helper()
	var m map[string]string
	if err := json.Unmarshal([]byte(cell), &m); err != nil {
		t.Fatalf("%s: %v", cell, err)
	}
	form := url.Values{}
	for k, v := range m {
		form.Set(k, v)
	}
	return form
}

// furnished is a workspace in which there is one of everything, and the names by which the tables call it.
func furnished(t *testing.T) (*inbox, *strings.Replacer) {
	t.Helper()
	app := newInbox(t, func(s *slacksim.Seed) {
		s.Channels = append(s.Channels,
			slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{"sato"}},
			slacksim.Channel{ID: "C0MINE", Name: "mine", Members: []string{"ticket-bot", "sato", "suzuki"}},
			slacksim.Channel{ID: "C0OLD", Name: "old", Archived: true, Members: []string{"ticket-bot", "sato"}})
		s.UserGroups = append(s.UserGroups, slacksim.UserGroup{ID: "S0NIGHT", Handle: "late", Name: "深夜", Disabled: true})
	})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	card, human, pinned := app.postCard(t), app.say(t, "こんにちは"), app.say(t, "大事")
	must(app.api.AddReactionContext(ctx, "eyes", slack.NewRefToMessage(desk, human)))
	must(app.api.AddPinContext(ctx, desk, slack.NewRefToMessage(desk, pinned)))
	mark, err := app.api.AddBookmarkContext(ctx, desk, slack.AddBookmarkParameters{Title: "Backlog", Type: "link", Link: "https://example.jp/"})
	must(err)
	up, err := app.api.UploadFileContext(ctx, slack.UploadFileParameters{Content: "log", FileSize: 3, Filename: "a.txt", Channel: desk})
	must(err)
	_, scheduled, err := app.api.ScheduleMessageContext(ctx, desk, strconv.FormatInt(app.world.now().Add(time.Hour).Unix(), 10), text("後で"))
	must(err)
	dm, _, _, err := app.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{"U0SATO"}})
	must(err)
	out, _ := app.raw(t, "files.getUploadURLExternal", form("filename", "b.txt", "length", "3"))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, out["upload_url"].(string), strings.NewReader("log"))
	must(err)
	resp, err := app.http.Do(req)
	must(err)
	_ = resp.Body.Close()
	trigger := app.trigger(t)
	modal := `{"type":"modal","title":{"type":"plain_text","text":"題"},"blocks":[{"type":"actions","elements":[{"type":"button","action_id":"more","text":{"type":"plain_text","text":"もっと"}}]}]}`
	opened, _ := app.raw(t, "views.open", form("trigger_id", trigger, "view", modal))
	view := opened["view"].(map[string]any)
	must(app.ClickView(ctx, slacksim.ClickView{User: "sato", ActionID: "more"}))
	push := app.last(t, "/interactions").callback.TriggerID
	return app, strings.NewReplacer(
		"$CARD", card, "$HUMAN", human, "$REACTED", human, "$PINNED", pinned, "$BOOKMARK", mark.ID, "$FILE", up.ID, "$UPLOAD", out["file_id"].(string),
		"$SCHEDULED", scheduled, "$DM", dm.ID, "$TRIGGER", app.trigger(t), "$PUSH", push, "$MODALVIEW", strings.ReplaceAll(modal, `"`, `\"`), "$MODAL", view["id"].(string),
		"$HASH", view["hash"].(string), "$APPTOKEN", appToken, "$SOON", strconv.FormatInt(app.world.now().Add(time.Hour).Unix(), 10))
}

// TestErrorTable walks every refusal of the reference.
func TestErrorTable(t *testing.T) {
	app, names := furnished(t)
	for _, row := range tsv(t, "errors.tsv") {
		args := arguments(t, names.Replace(expand(t, row["arguments"], 0)))
		out, resp := app.raw(t, row["method"], args)
		if out["error"] != row["error"] || out["ok"] != false || resp.StatusCode != http.StatusOK {
			t.Errorf("%s %.200s: %d %v, want %s", row["method"], row["arguments"], resp.StatusCode, out, row["error"])
		}
	}
}
