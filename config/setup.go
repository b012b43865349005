package config

import (
	"slices"

	"toban/config/tree"
)

// Setup is what toban customer apply gives a project of the profile beside the contract's issue types and the customer's statuses.
type Setup struct {
	Categories []string     `yaml:"categories"`
	Fields     []SetupField `yaml:"fields"`
}

// SetupField is a custom field (カスタム属性) by name. Toban reads its value as the detail of that name.
type SetupField struct {
	Name string `yaml:",key"`
	Type string `yaml:"type,required" oneof:"text textarea number date list lists checkboxes radio"`
	// Items are the choices of list, lists, checkboxes and radio.
	Items []string `yaml:"items"`
	// IssueTypes have the field; none = all.
	IssueTypes  []string `yaml:"issue_types"`
	Description string   `yaml:"description"`
	Required    bool     `yaml:"required"`
}

// Chosen reports whether the field has choices.
func (f SetupField) Chosen() bool {
	return slices.Contains([]string{"list", "lists", "checkboxes", "radio"}, f.Type)
}

func (l *loader) checkSetup(p *Profile, n *tree.Node) {
	var types []string
	for _, t := range p.RequestTypes {
		types = append(types, t.IssueType)
	}
	for _, f := range p.Setup.Fields {
		at := n.At("fields", f.Name)
		if f.Chosen() != (len(f.Items) > 0) {
			l.faults.Add(at, "must have items when its type is list, lists, checkboxes or radio, and none otherwise")
		}
		for i, name := range f.IssueTypes {
			if !slices.Contains(types, name) {
				l.missing(n.At("fields", f.Name, "issue_types", i), "issue type of the profile", name, types)
			}
		}
	}
}

// Setup joins what the profiles of the contract want of a project; of fields with one name the first profile's stands.
func (c *Customer) Setup() Setup {
	var out Setup
	for i := range c.profiles {
		for _, name := range c.profiles[i].Setup.Categories {
			if !slices.Contains(out.Categories, name) {
				out.Categories = append(out.Categories, name)
			}
		}
		for _, f := range c.profiles[i].Setup.Fields {
			if !slices.ContainsFunc(out.Fields, func(o SetupField) bool { return o.Name == f.Name }) {
				out.Fields = append(out.Fields, f)
			}
		}
	}
	return out
}
