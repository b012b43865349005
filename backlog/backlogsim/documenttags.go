package backlogsim

import (
	"net/http"
	"slices"
)

func (c *call) tagNames() (*document, []string, error) {
	d, err := c.editDocument()
	if err != nil {
		return nil, nil, err
	}
	names, _ := c.params.list("tagNames")
	if len(names) == 0 {
		return nil, nil, invalid("tagNames[] is required.")
	}
	return d, names, nil
}

// addDocumentTags gives all tags of the document afterwards; one that it has is not added again.
func addDocumentTags(c *call) (any, error) {
	d, names, err := c.tagNames()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(d.tags, func(t wireNamed) bool { return t.Name == name }) {
			d.tags = append(d.tags, wireNamed{c.st.newID(), name})
		}
	}
	c.dirty = true
	return d.tags, nil
}

func removeDocumentTags(c *call) (any, error) {
	d, names, err := c.tagNames()
	if err != nil {
		return nil, err
	}
	d.tags = slices.DeleteFunc(slices.Clone(d.tags), func(t wireNamed) bool { return slices.Contains(names, t.Name) })
	c.status, c.dirty = http.StatusNoContent, true
	return nil, nil
}
