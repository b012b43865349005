package text

import "fmt"

// Rule is a text rule: how the signs of a text are read. The first two have the values of a Backlog
// project's textFormattingRule (https://developer.nulab.com/docs/backlog/api/2/get-project/), which holds
// for its descriptions, comments and wiki pages alike.
type Rule string

// The text rules.
const (
	Backlog  Rule = "backlog"
	Markdown Rule = "markdown"
	HTML     Rule = "html"
)

// ParseRule reads a project's textFormattingRule. An unknown one is an error, since a text in the wrong rule is unreadable.
func ParseRule(s string) (Rule, error) {
	switch r := Rule(s); r {
	case Backlog, Markdown, HTML:
		return r, nil
	}
	return "", fmt.Errorf("reading text rule %q: want %s or %s", s, Backlog, Markdown)
}

// Render writes the document in the rule. It is the same text each time for the same document. Under an
// unknown rule it is Markdown's, the rule of new projects. In HTML, issues and pages are not linked: use RenderHTML for that.
func Render(rule Rule, d Doc) string {
	switch rule {
	case Backlog:
		return render(backlog{}, d)
	case HTML:
		return RenderHTML(d, nil)
	default:
		return render(markdown{}, d)
	}
}
