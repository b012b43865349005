package backlogsim

import "slices"

const maxStatuses = 12

func statusColors() []string {
	return []string{"#ea2c00", "#e87758", "#e07b9a", "#868cb7", "#3b9dbd", "#4caf93", "#b0be3c", "#eda62a", "#f42858", "#393939"}
}

func (p *project) statusByID(id int) *status {
	for _, s := range p.statuses {
		if s.id == id {
			return s
		}
	}
	return nil
}

func (p *project) wireStatuses() []*wireStatus {
	return mapped(p.statuses, func(s *status) *wireStatus { return s.wire(p) })
}

func listStatuses(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return p.wireStatuses(), nil
}

func (c *call) color(allowed []string) (string, bool, error) {
	color, ok := c.text("color")
	if ok && !slices.Contains(allowed, color) {
		return "", ok, invalid("color is invalid.")
	}
	return color, ok, nil
}

func addStatus(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	name, err := c.needText("name", 0)
	if err != nil {
		return nil, err
	}
	color, ok, err := c.color(statusColors())
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, invalid("color is required.")
	}
	if len(p.statuses) >= maxStatuses {
		return nil, tooMany("statuses")
	}
	if slices.ContainsFunc(p.statuses, func(s *status) bool { return s.name == name }) {
		return nil, invalid("name is already used.")
	}
	s := p.insertStatus(&status{id: c.st.newID(), name: name, color: color})
	c.dirty = true
	return s.wire(p), nil
}

// insertStatus puts a new status before Closed, which is always the last.
func (p *project) insertStatus(s *status) *status {
	at := len(p.statuses)
	if at > 0 && p.statuses[at-1].id == statusClosed {
		at--
	}
	p.statuses = slices.Insert(p.statuses, at, s)
	p.renumberStatuses()
	return s
}

func (p *project) renumberStatuses() {
	for i, s := range p.statuses {
		s.order = (i + 1) * 1000
	}
}

// customStatus is the one of the path; the four built-in ones can't be changed.
func (c *call) customStatus(p *project) (*status, error) {
	id := c.id("id")
	s := p.statusByID(id)
	if s == nil {
		return nil, notFound("status")
	}
	if s.id <= statusClosed {
		return nil, invalid("A default status cannot be changed.")
	}
	return s, nil
}

func updateStatus(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	s, err := c.customStatus(p)
	if err != nil {
		return nil, err
	}
	color, hasColor, err := c.color(statusColors())
	if err != nil {
		return nil, err
	}
	if c.has("name") {
		name, err := c.needText("name", 0)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(p.statuses, func(o *status) bool { return o != s && o.name == name }) {
			return nil, invalid("name is already used.")
		}
		s.name = name
	}
	if hasColor {
		s.color = color
	}
	c.dirty = true
	return s.wire(p), nil
}

type wireDeletedStatus struct {
	Deleted struct {
		Name string `json:"name"`
	} `json:"deletedStatus"`
	Link []wireLink `json:"link"`
}

func deleteStatus(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	s, err := c.customStatus(p)
	if err != nil {
		return nil, err
	}
	id, err := c.need("substituteStatusId")
	if err != nil {
		return nil, err
	}
	substitute := p.statusByID(id)
	if substitute == nil || substitute == s {
		return nil, invalid("substituteStatusId is invalid.")
	}
	content := wireDeletedStatus{Link: []wireLink{}}
	content.Deleted.Name = s.name
	for _, i := range p.issues {
		if i.status == s {
			i.status = substitute
			content.Link = append(content.Link, wireLink{ID: i.id, KeyID: i.keyID, Title: i.summary})
		}
	}
	gone := s.wire(p)
	p.statuses = slices.DeleteFunc(p.statuses, func(o *status) bool { return o == s })
	p.renumberStatuses()
	c.record(p, activityStatusDeleted, content, nil, nil)
	return gone, nil
}

// orderStatuses takes all ids: Open first, In Progress before Resolved, Closed last.
func orderStatuses(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	ids, _, err := c.ints("statusId")
	if err != nil {
		return nil, err
	}
	var next []*status
	for _, id := range ids {
		s := p.statusByID(id)
		if s == nil || slices.Contains(next, s) {
			return nil, invalid("statusId[] is invalid.")
		}
		next = append(next, s)
	}
	if len(next) != len(p.statuses) || ids[0] != statusOpen || ids[len(ids)-1] != statusClosed || slices.Index(ids, 2) > slices.Index(ids, 3) {
		return nil, invalid("statusId[] is invalid.")
	}
	p.statuses = next
	p.renumberStatuses()
	c.dirty = true
	return p.wireStatuses(), nil
}
