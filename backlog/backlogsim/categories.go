package backlogsim

import "slices"

func (p *project) categoryByID(id int) *category {
	for _, k := range p.categories {
		if k.id == id {
			return k
		}
	}
	return nil
}

func listCategories(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return mapped(p.categories, func(k *category) *wireCategory { return k.wire(p) }), nil
}

func (c *call) categoryName(p *project, self *category) (string, error) {
	name, err := c.needText("name", 0)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(p.categories, func(o *category) bool { return o != self && o.name == name }) {
		return "", invalid("name is already used.")
	}
	return name, nil
}

func addCategory(c *call) (any, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, err
	}
	name, err := c.categoryName(p, nil)
	if err != nil {
		return nil, err
	}
	if err := room(len(p.categories), c.st.plan.CategoryLimit, "categories"); err != nil {
		return nil, err
	}
	k := &category{id: c.st.newID(), name: name, order: len(p.categories)}
	p.categories = append(p.categories, k)
	c.dirty = true
	return k.wire(p), nil
}

func (c *call) pathCategory() (*project, *category, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, nil, err
	}
	id := c.id("id")
	k := p.categoryByID(id)
	if k == nil {
		return nil, nil, notFound("category")
	}
	return p, k, nil
}

func updateCategory(c *call) (any, error) {
	p, k, err := c.pathCategory()
	if err != nil {
		return nil, err
	}
	name, err := c.categoryName(p, k)
	if err != nil {
		return nil, err
	}
	k.name = name
	c.dirty = true
	return k.wire(p), nil
}

func deleteCategory(c *call) (any, error) {
	p, k, err := c.pathCategory()
	if err != nil {
		return nil, err
	}
	for _, i := range p.issues {
		i.categories = without(i.categories, k)
	}
	p.categories = without(p.categories, k)
	c.dirty = true
	return k.wire(p), nil
}

// without copies, because an issue under change shares its lists with the one before the change.
func without[T comparable](list []T, gone T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(item T) bool { return item == gone })
}
