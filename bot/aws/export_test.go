package aws

import (
	"strings"

	"toban/bot"
)

// Lines are the rows of CATALOGUE.md.
func Lines() []string {
	var out []string
	for _, e := range catalogue() {
		dry := "–"
		if e.DryRun {
			dry = "yes"
		}
		out = append(out, "| `"+strings.Join([]string{string(e.Op) + "`", e.Does, e.Mark, e.Look, e.Blind, e.patience.String(), dry, "`" + strings.Join(e.Calls, "` `") + "`", "`" + strings.Join(e.Reads, "` `") + "`"}, " | ")+" |")
	}
	return out
}

// Parse reads a change.
var Parse = parse

// Operations lists the catalogue's.
func Operations() []bot.AWSOp {
	var out []bot.AWSOp
	for _, e := range catalogue() {
		out = append(out, e.Op)
	}
	return out
}
