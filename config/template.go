package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"toban/config/tree"
)

// Languages that customers may be written to in.
const (
	LangJapanese = "ja"
	LangEnglish  = "en"
)

// Templates are the messages to customers of a profile, by language and id. They never change after they were loaded.
type Templates struct {
	byLang map[string]map[string]*template.Template
}

// Render writes the message of an id in a language. Data holds the message's placeholders, see [MessageByID], already escaped for the
// place that the text goes to. Missing optional placeholders are empty; a missing required or an unknown one is an error, so that no
// customer reads a sentence with a hole.
func (t Templates) Render(id, lang string, data map[string]any) (string, error) {
	message, ok := MessageByID(id)
	if !ok {
		return "", fmt.Errorf("rendering message %q: no such message", id)
	}
	tmpl, ok := t.byLang[lang][id]
	if !ok {
		return "", fmt.Errorf("rendering message %s: no text in language %q", id, lang)
	}
	values, err := message.values(data)
	if err != nil {
		return "", fmt.Errorf("rendering message %s: %w", id, err)
	}
	var b strings.Builder
	if err := tmpl.Execute(&b, values); err != nil {
		return "", fmt.Errorf("rendering message %s: %w", id, err)
	}
	return tidy(b.String()), nil
}

// Equal reports whether both hold the same templates.
func (t Templates) Equal(o Templates) bool {
	if len(t.byLang) != len(o.byLang) {
		return false
	}
	for lang, set := range t.byLang {
		if len(set) != len(o.byLang[lang]) {
			return false
		}
		for id, a := range set {
			if b, ok := o.byLang[lang][id]; !ok || a.Root.String() != b.Root.String() {
				return false
			}
		}
	}
	return true
}

// Wording is a set of templates in one language.
type Wording struct {
	templates Templates
	lang      string
}

// Render writes the message of an id; see [Templates.Render].
func (w Wording) Render(id string, data map[string]any) (string, error) {
	return w.templates.Render(id, w.lang, data)
}

// tidy takes away what conditions leave behind: blanks at line ends and more than one empty line.
func tidy(s string) string {
	var out []string
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" && len(out) > 0 && out[len(out)-1] == "" {
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// templates reads the messages of a profile. Every message must be there in every language.
func (l *loader) templates(n *tree.Node) Templates {
	out := Templates{byLang: map[string]map[string]*template.Template{}}
	if n == nil {
		return out
	}
	languages := []string{LangJapanese, LangEnglish}
	for _, f := range n.Fields {
		if !slices.Contains(languages, f.Name) {
			tree.UnknownKey(f, languages, l.faults)
			continue
		}
		set := map[string]*template.Template{}
		if f.Value.Kind != tree.Map {
			l.faults.Add(f.Value.Pos, "must be %s: message ids with their texts", tree.Map)
			continue
		}
		for _, text := range f.Value.Fields {
			message, ok := MessageByID(text.Name)
			if !ok {
				tree.UnknownKey(text, messageIDs(), l.faults)
				continue
			}
			if tmpl := l.template(message, text.Value); tmpl != nil {
				set[text.Name] = tmpl
			}
		}
		for _, id := range messageIDs() {
			if f.Value.Get(id) == nil {
				l.faults.Add(f.Pos, "lacks the message %s", id)
			}
		}
		out.byLang[f.Name] = set
	}
	for _, lang := range languages {
		if n.Get(lang) == nil {
			l.faults.Add(n.Pos, "lacks the messages in %s", lang)
		}
	}
	return out
}

func (l *loader) template(m Message, n *tree.Node) *template.Template {
	if n.Kind != tree.Text || strings.TrimSpace(n.Text) == "" {
		l.faults.Add(n.Pos, "must be the text of message %s", m.ID)
		return nil
	}
	parsed := parse.New(m.ID)
	parsed.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := parsed.Parse(n.Text, "", "", trees); err != nil {
		line, text := templateFault(err)
		l.faults.Add(linePos(n, line), "is no valid template: %s", text)
		return nil
	}
	before := l.faults.Len()
	w := templateWalk{message: m, node: n, faults: l.faults, text: n.Text}
	if len(trees) > 1 {
		l.faults.Add(n.Pos, "must not define further templates")
	}
	w.walk(parsed.Root, false)
	if l.faults.Len() > before {
		return nil
	}
	tmpl, err := template.New(m.ID).Option("missingkey=error").Parse(n.Text)
	if err != nil {
		_, text := templateFault(err)
		l.faults.Add(n.Pos, "is no valid template: %s", text)
		return nil
	}
	for _, full := range []bool{true, false} {
		var b strings.Builder
		if err := tmpl.Execute(&b, m.sample(full)); err != nil {
			l.faults.Add(n.Pos, "can't be filled in: %s", errors.Unwrap(err))
			return nil
		}
	}
	return tmpl
}

// linePos turns a line of a template into a line of the file.
func linePos(n *tree.Node, line int) tree.Pos {
	pos := n.Pos
	if n.Block { // the text begins on the line below the |
		pos.Line += line
		pos.Column = 1
	}
	return pos
}

// templateFault takes "template: name:LINE: text" apart.
func templateFault(err error) (int, string) {
	parts := strings.SplitN(err.Error(), ":", 4)
	line := 1
	if len(parts) < 4 {
		return line, err.Error()
	}
	_, _ = fmt.Sscanf(strings.TrimSpace(parts[2]), "%d", &line)
	return line, strings.TrimSpace(parts[3])
}
