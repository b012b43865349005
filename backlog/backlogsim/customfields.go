package backlogsim

import (
	"slices"
	"strconv"
)

// Types of custom fields: https://developer.nulab.com/docs/backlog/api/2/add-custom-field/
const (
	fieldText     = 1
	fieldTextArea = 2
	fieldNumber   = 3
	fieldDate     = 4
	fieldSingle   = 5
	fieldMulti    = 6
	fieldCheckbox = 7
	fieldRadio    = 8
)

type customField struct {
	id, typ, order       int
	name, description    string
	required             bool
	types                []int // applicable issue types; empty means all
	items                []*fieldItem
	allowInput, allowAdd bool
	min, max, initial    *float64
	unit                 string
	minDate, maxDate     string
	initialType          int // date: 1 today, 2 today plus shift, 3 a fixed date; 0 none
	initialDate          string
	initialShift         *int
	revision             int // counts updates
}

type fieldItem struct {
	id, order int
	name      string
}

type wireItem struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	DisplayOrder int    `json:"displayOrder"`
}

func (it *fieldItem) wire() *wireItem { return &wireItem{it.id, it.name, it.order} }

func (f *customField) list() bool    { return f.typ >= fieldSingle && f.typ <= fieldRadio }
func (f *customField) several() bool { return f.typ == fieldMulti || f.typ == fieldCheckbox }

// takesOther says whether a free text may stand beside the items.
func (f *customField) takesOther() bool { return f.typ == fieldCheckbox || f.typ == fieldRadio }

func (f *customField) applies(t *issueType) bool {
	return len(f.types) == 0 || slices.Contains(f.types, t.id)
}

func (f *customField) item(id int) *fieldItem {
	for _, it := range f.items {
		if it.id == id {
			return it
		}
	}
	return nil
}

func (p *project) fieldByID(id int) *customField {
	for _, f := range p.fields {
		if f.id == id {
			return f
		}
	}
	return nil
}

// wire differs by type, so it is an ordered list of pairs made into an object.
func (f *customField) wire(p *project) object {
	types := append([]int{}, f.types...)
	o := object{
		{"id", f.id},
		{"projectId", p.id},
		{"typeId", f.typ},
		{"name", f.name},
		{"description", f.description},
		{"required", f.required},
		{"useIssueType", len(f.types) > 0},
		{"applicableIssueTypes", types},
		{"displayOrder", f.order},
		{"version", f.revision + 1},
	}
	switch f.typ {
	case fieldNumber:
		o = append(o, pair{"min", f.min}, pair{"max", f.max}, pair{"initialValue", f.initial}, pair{"unit", orNull(f.unit)})
	case fieldDate:
		var initial any
		if f.initialType != 0 {
			initial = object{{"id", f.initialType}, {"date", p.st.day(f.initialDate)}, {"shift", f.initialShift}}
		}
		o = append(o, pair{"min", p.st.day(f.minDate)}, pair{"max", p.st.day(f.maxDate)}, pair{"initialDate", initial})
	case fieldSingle, fieldMulti:
		o = append(o, pair{"allowAddItem", f.allowAdd}, pair{"items", mapped(f.items, (*fieldItem).wire)})
	case fieldCheckbox, fieldRadio:
		o = append(o, pair{"allowInput", f.allowInput}, pair{"allowAddItem", f.allowAdd}, pair{"items", mapped(f.items, (*fieldItem).wire)})
	}
	return o
}

func listCustomFields(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return mapped(p.fields, func(f *customField) object { return f.wire(p) }), nil
}

func addCustomField(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	if err := c.feature("attribute"); err != nil {
		return nil, err
	}
	if err := room(len(p.fields), c.st.plan.CustomFieldsLimit, "custom fields"); err != nil {
		return nil, err
	}
	f := &customField{order: len(p.fields)}
	if f.typ, err = c.need("typeId"); err != nil {
		return nil, err
	}
	if f.typ < fieldText || f.typ > fieldRadio {
		return nil, invalid("typeId is invalid.")
	}
	if _, err := c.needText("name", 0); err != nil {
		return nil, err
	}
	if err := c.fillField(p, f); err != nil {
		return nil, err
	}
	names, _ := c.params.list("items")
	if len(names) > 0 && !f.list() {
		return nil, invalid("items[] is for list types only.")
	}
	f.id = c.st.newID()
	for n, name := range names {
		f.items = append(f.items, &fieldItem{id: n + 1, name: name, order: n})
	}
	p.fields = append(p.fields, f)
	c.dirty = true
	return f.wire(p), nil
}

func (c *call) fillField(p *project, f *customField) error {
	next := *f
	if c.has("name") {
		name, err := c.needText("name", 0)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.fields, func(o *customField) bool { return o != f && o.name == name }) {
			return invalid("name is already used.")
		}
		next.name = name
	}
	if v, ok := c.text("description"); ok {
		next.description = v
	}
	types, sent, err := c.ints("applicableIssueTypes")
	if err != nil {
		return err
	}
	for _, id := range types {
		if p.typeByID(id) == nil {
			return invalid("applicableIssueTypes[] is invalid.")
		}
	}
	if sent {
		next.types = types
	}
	for name, into := range map[string]*bool{"required": &next.required, "allowInput": &next.allowInput, "allowAddItem": &next.allowAdd} {
		v, ok, err := c.boolean(name)
		if err != nil {
			return err
		}
		if ok {
			*into = v
		}
	}
	if err := c.fillFieldRange(&next); err != nil {
		return err
	}
	if f.id != 0 {
		next.revision++
	}
	*f = next
	return nil
}

func (c *call) fillFieldRange(f *customField) error {
	switch f.typ {
	case fieldNumber:
		for name, into := range map[string]**float64{"min": &f.min, "max": &f.max, "initialValue": &f.initial} {
			text, ok := c.text(name)
			if !ok {
				continue
			}
			*into = nil
			if text == "" {
				continue
			}
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return invalid(name + " must be a number.")
			}
			*into = &v
		}
		if v, ok := c.text("unit"); ok {
			f.unit = v
		}
	case fieldDate:
		for name, into := range map[string]*string{"min": &f.minDate, "max": &f.maxDate, "initialDate": &f.initialDate} {
			d, ok, err := c.date(name)
			if err != nil {
				return err
			}
			if ok {
				*into = d
			}
		}
		kind, set, _, err := c.number("initialValueType")
		if err != nil {
			return err
		}
		if set {
			if kind < 1 || kind > 3 {
				return invalid("initialValueType is invalid.")
			}
			f.initialType = kind
		}
		shift, set, _, err := c.number("initialShift")
		if err != nil {
			return err
		}
		if set {
			f.initialShift = &shift
		}
	}
	return nil
}

func (c *call) pathField() (*project, *customField, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, nil, err
	}
	id := c.id("id")
	f := p.fieldByID(id)
	if f == nil {
		return nil, nil, notFound("custom field")
	}
	return p, f, nil
}

func updateCustomField(c *call) (any, error) {
	p, f, err := c.pathField()
	if err != nil {
		return nil, err
	}
	if err := c.fillField(p, f); err != nil {
		return nil, err
	}
	c.dirty = true
	return f.wire(p), nil
}

func deleteCustomField(c *call) (any, error) {
	p, f, err := c.pathField()
	if err != nil {
		return nil, err
	}
	for _, i := range p.issues {
		delete(i.custom, f.id)
	}
	p.fields = without(p.fields, f)
	c.dirty = true
	return f.wire(p), nil
}
