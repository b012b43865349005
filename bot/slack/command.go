package slack

import (
	"context"
	"strings"

	"toban/bot/slack/view"
)

// commandName is the slash command of the app's manifest.
const commandName = "/toban"

// longestCommand is the most that is read of what stands behind /toban; nobody types as much.
const longestCommand = 2000 // characters

// command is what we read of a slash command.
type command struct {
	Command   string `json:"command"`
	Text      string `json:"text"`
	UserID    string `json:"user_id"`
	ChannelID string `json:"channel_id"`
	TriggerID string `json:"trigger_id"`
}

// verb is one word after /toban. The help is made of this table, so that it lists what works and nothing else.
type verb struct {
	name    string
	usage   string
	summary string
	run     func(ctx context.Context, c command, args []string) string // "" when a form says it all
}

// verbs is the table of what /toban knows.
func (s *Slack) verbs() []verb {
	var table []verb
	table = append(table, verb{name: "help", usage: "help", summary: "使い方を表示します", run: func(context.Context, command, []string) string { return help(table) }})
	table = append(table, s.newVerbs()...)
	table = append(table, s.officeVerbs()...)
	table = append(table, s.scheduleVerbs()...)
	table = append(table, s.stopVerbs()...)
	table = append(table, s.dutyVerbs()...)
	table = append(table, s.modeVerbs()...)
	table = append(table, s.silenceVerbs()...)
	table = append(table, s.adoptVerbs()...)
	return table
}

func help(table []verb) string {
	var b strings.Builder
	b.WriteString("Toban の使い方:\n")
	for _, v := range table {
		b.WriteString("・" + commandName + " " + v.usage + " — " + v.summary + "\n")
	}
	b.WriteString("チケットの操作は、チャンネルに届くカードのボタンから行えます。")
	return b.String()
}

// command answers a slash command to the person who typed it.
func (s *Slack) command(ctx context.Context, c command) any {
	if len([]rune(c.Text)) > longestCommand {
		s.c.Count(string(doorCommands), "too_long")
		return map[string]string{"response_type": "ephemeral", "text": "長すぎて読めません。何も変えていません。" + commandName + " help で使い方を確認できます。"}
	}
	c.Text = view.Clean(c.Text)
	words := strings.Fields(c.Text)
	table := s.verbs()
	name := "help"
	if len(words) > 0 {
		name = strings.ToLower(words[0])
	}
	text, outcome := "", "unknown_command"
	for _, v := range table {
		if v.name == name {
			text, outcome = v.run(ctx, c, words), "answered"
		}
	}
	if text == "" && outcome == "answered" {
		s.c.Count(string(doorCommands), "form")
		return nil
	}
	if text == "" {
		text = "「" + clip(view.Line(name)) + "」というコマンドはありません。"
		if near := nearest(name, table); near != "" {
			text += commandName + " " + near + " ではありませんか?"
		} else {
			text += commandName + " help で使い方を確認できます。"
		}
	}
	s.c.Count(string(doorCommands), outcome)
	return map[string]string{"response_type": "ephemeral", "text": view.Escape(text)}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// nearest is the verb that a typing error most likely meant, "" when none is near.
func nearest(name string, table []verb) string {
	best, name2 := 3, []rune(name)
	found := ""
	if len(name2) > 40 {
		return ""
	}
	for _, v := range table {
		if d := distance(name2, []rune(v.name)); d < best {
			best, found = d, v.name
		}
	}
	return found
}

// distance is Levenshtein's.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
