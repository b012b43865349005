package backlogsim

import "slices"

func typeColors() []string {
	return []string{"#e30000", "#990000", "#934981", "#814fbc", "#2779ca", "#007e9a", "#7ea800", "#ff9200", "#ff3265", "#666665"}
}

func (p *project) typeByID(id int) *issueType {
	for _, t := range p.types {
		if t.id == id {
			return t
		}
	}
	return nil
}

func listIssueTypes(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return mapped(p.types, func(t *issueType) *wireIssueType { return t.wire(p) }), nil
}

func addIssueType(c *call) (any, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, err
	}
	t := &issueType{order: len(p.types)}
	if _, err := c.needText("name", 0); err != nil {
		return nil, err
	}
	if !c.has("color") {
		return nil, invalid("color is required.")
	}
	if err := c.fillIssueType(p, t); err != nil {
		return nil, err
	}
	t.id = c.st.newID()
	p.types = append(p.types, t)
	c.dirty = true
	return t.wire(p), nil
}

func (c *call) fillIssueType(p *project, t *issueType) error {
	next := *t
	if c.has("name") {
		name, err := c.needText("name", 0)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.types, func(o *issueType) bool { return o != t && o.name == name }) {
			return invalid("name is already used.")
		}
		next.name = name
	}
	color, ok, err := c.color(typeColors())
	if err != nil {
		return err
	}
	if ok {
		next.color = color
	}
	if v, ok := c.text("templateSummary"); ok {
		if err := checkLength("templateSummary", v, maxSummary); err != nil {
			return err
		}
		next.tmplSummary = v
	}
	if v, ok := c.text("templateDescription"); ok {
		if err := checkLength("templateDescription", v, maxDescription); err != nil {
			return err
		}
		next.tmplDes = v
	}
	*t = next
	return nil
}

func updateIssueType(c *call) (any, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, err
	}
	id := c.id("id")
	t := p.typeByID(id)
	if t == nil {
		return nil, notFound("issue type")
	}
	if err := c.fillIssueType(p, t); err != nil {
		return nil, err
	}
	c.dirty = true
	return t.wire(p), nil
}

func deleteIssueType(c *call) (any, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, err
	}
	id := c.id("id")
	t := p.typeByID(id)
	if t == nil {
		return nil, notFound("issue type")
	}
	other, err := c.need("substituteIssueTypeId")
	if err != nil {
		return nil, err
	}
	substitute := p.typeByID(other)
	if substitute == nil || substitute == t {
		return nil, invalid("substituteIssueTypeId is invalid.")
	}
	for _, i := range p.issues {
		if i.typ == t {
			i.typ = substitute
		}
	}
	for _, f := range p.fields {
		f.types = slices.DeleteFunc(f.types, func(n int) bool { return n == t.id })
	}
	p.types = slices.DeleteFunc(p.types, func(o *issueType) bool { return o == t })
	c.dirty = true
	return t.wire(p), nil
}
