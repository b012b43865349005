package backlogsim

import "slices"

// listField is the list field of the path. Everyone who edits issues may add items when the field allows it; otherwise it takes an administrator.
func (c *call) listField(adding bool) (*project, *customField, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, nil, err
	}
	id := c.id("id")
	f := p.fieldByID(id)
	if f == nil {
		return nil, nil, notFound("custom field")
	}
	if !p.administeredBy(c.user) && !(adding && f.allowAdd) {
		return nil, nil, forbidden()
	}
	if !f.list() {
		return nil, nil, invalid("The custom field is not a list.")
	}
	return p, f, nil
}

func (c *call) itemName(f *customField, self *fieldItem) (string, error) {
	name, err := c.needText("name", 0)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(f.items, func(o *fieldItem) bool { return o != self && o.name == name }) {
		return "", invalid("name is already used.")
	}
	return name, nil
}

func addFieldItem(c *call) (any, error) {
	p, f, err := c.listField(true)
	if err != nil {
		return nil, err
	}
	name, err := c.itemName(f, nil)
	if err != nil {
		return nil, err
	}
	next := 1
	for _, it := range f.items {
		next = max(next, it.id+1)
	}
	f.items = append(f.items, &fieldItem{id: next, name: name, order: len(f.items)})
	c.dirty = true
	return f.wire(p), nil
}

func (c *call) pathItem() (*project, *customField, *fieldItem, error) {
	p, f, err := c.listField(false)
	if err != nil {
		return nil, nil, nil, err
	}
	id := c.id("item")
	it := f.item(id)
	if it == nil {
		return nil, nil, nil, notFound("item")
	}
	return p, f, it, nil
}

func updateFieldItem(c *call) (any, error) {
	p, f, it, err := c.pathItem()
	if err != nil {
		return nil, err
	}
	name, err := c.itemName(f, it)
	if err != nil {
		return nil, err
	}
	it.name = name
	c.dirty = true
	return f.wire(p), nil
}

func deleteFieldItem(c *call) (any, error) {
	p, f, it, err := c.pathItem()
	if err != nil {
		return nil, err
	}
	for _, i := range p.issues {
		if v, ok := i.custom[f.id]; ok {
			v.items = without(v.items, it)
			i.custom[f.id] = v
		}
	}
	f.items = without(f.items, it)
	c.dirty = true
	return f.wire(p), nil
}
