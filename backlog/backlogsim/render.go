package backlogsim

import (
	"html/template"
	"strconv"

	"toban/backlog/backlogsim/textrule"
)

// RenderText makes safe HTML of a text in one of the two rules of a project, "backlog" or "markdown" (any other rule: as backlog's plain paragraphs).
// Everything of the text that is not known notation is escaped; links go to http, https and mailto only. Issue keys become links to /view/; names of wiki pages stay words, since no project is known.
func RenderText(rule, text string) template.HTML { return textrule.Render(rule, text, nil) }

// render makes safe HTML of a text of this project, whose links find its wiki pages.
func (p *project) render(rule, text string) template.HTML {
	return textrule.Render(rule, text, func(name string) string {
		k := named(p.wikis, func(k *wiki) string { return k.name }, name)
		if k == nil {
			return ""
		}
		return "/alias/wiki/" + strconv.Itoa(k.id)
	})
}
