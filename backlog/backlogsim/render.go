package backlogsim

import (
	"html/template"

	"toban/backlog/backlogsim/textrule"
)

// RenderText makes safe HTML of a text in one of the two rules of a project, "backlog" or "markdown" (any other rule: as backlog's plain paragraphs).
// Everything of the text that is not known notation is escaped; links go to http, https and mailto only. Issue keys become links to /view/.
func RenderText(rule, text string) template.HTML { return textrule.Render(rule, text) }
