package backlogsim

import "slices"

// wireRelated is a related issue: an issue with the type of the relation, of which there is one.
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

// addRelated relates two issues, each to the other, and answers with the other. To relate what is related already, or an issue to itself, is no error
// and changes nothing. https://developer.nulab.com/docs/backlog/api/2/add-related-issue/
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
	if o == nil || !o.proj.member(c.user) {
		return nil, notFound("issue")
	}
	if o == i || slices.Contains(i.related, o) {
		return o.wireRelated(), nil
	}
	for _, end := range []*issue{i, o} {
		if err := room(len(end.related), c.st.plan.RelatedIssuesLimit, "related issues"); err != nil {
			return nil, err
		}
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
