package ready

import "toban/backlog"

// Want is what a project needs.
type Want struct {
	Types      []Type
	Categories []string
	Statuses   []string // beside the four that every project has
	Fields     []Field
	Hooks      []string // addresses at which Toban takes webhooks now, the first for a new one; secrets; none: webhooks are left alone
	Home       *Page    // nil: the wiki is left alone
}

// Type is an issue type (種別). An issue type with one of the aliases will do.
type Type struct {
	Name     string
	Aliases  []string
	Template string // of the description; "" wants none
}

// Field is a custom field.
type Field struct {
	Name        string
	Kind        backlog.FieldType
	Description string
	Required    bool
	Items       []string // of lists, check boxes and radio buttons
	Types       []string // names of the issue types that have it; none: all
}

// Page is a wiki page; Text writes it by the project's text rule.
type Page struct {
	Name string
	Text func(rule string) (string, error)
}
