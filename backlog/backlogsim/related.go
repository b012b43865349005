package backlogsim

import "slices"

// wireRelated is a related issue. The endpoints are not in the documentation; their shape is that of nulab/backlog-js 0.20, which knows this one
// type of relation.
type wireRelated struct {
	*wireIssue
	Type string `json:"type"`
}

func (i *issue) wireRelated() wireRelated { return wireRelated{i.wire(false), "RELATES"} }

func listRelated(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	seen := slices.DeleteFunc(slices.Clone(i.related), func(o *issue) bool { return !o.proj.member(c.user) })
	return mapped(seen, (*issue).wireRelated), nil
}

// addRelated relates two issues, each to the other.
func addRelated(c *call) (any, error) {
	i, err := c.editIssue()
	if err != nil {
		return nil, err
	}
	id, err := c.need("targetIssueId")
	if err != nil {
		return nil, err
	}
	o := c.st.issues[id]
	switch {
	case o == nil || !o.proj.member(c.user):
		return nil, notFound("issue")
	case o == i:
		return nil, invalid("An issue cannot be related to itself.")
	case slices.Contains(i.related, o):
		return nil, invalid("The issues are already related.")
	}
	i.related, o.related = append(i.related, o), append(o.related, i)
	c.dirty = true
	return o.wireRelated(), nil
}

func removeRelated(c *call) (any, error) {
	i, err := c.editIssue()
	if err != nil {
		return nil, err
	}
	id := c.id("id")
	for _, o := range i.related {
		if o.id == id {
			i.related, o.related = without(i.related, o), without(o.related, i)
			c.dirty = true
			return o.wireRelated(), nil
		}
	}
	return nil, notFound("related issue")
}

func (c *call) editIssue() (*issue, error) {
	i, err := c.issue()
	if err == nil && !c.user.canEdit() {
		err = forbidden()
	}
	return i, err
}
