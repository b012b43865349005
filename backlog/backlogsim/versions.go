package backlogsim

import "slices"

func (p *project) versionByID(id int) *version {
	for _, v := range p.versions {
		if v.id == id {
			return v
		}
	}
	return nil
}

type wireMilestoneActivity struct {
	ID            int      `json:"id"`
	Name          string   `json:"name"`
	Description   string   `json:"description"`
	StartDate     *string  `json:"start_date"`
	ReferenceDate *string  `json:"reference_date"`
	Changes       []change `json:"changes,omitempty"`
}

func (v *version) activity() wireMilestoneActivity {
	return wireMilestoneActivity{ID: v.id, Name: v.name, Description: v.description, StartDate: orNull(v.start), ReferenceDate: orNull(v.releaseDate)}
}

func listVersions(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return mapped(p.versions, func(v *version) *wireVersion { return v.wire(p) }), nil
}

func (c *call) fillVersion(p *project, v *version) error {
	next := *v
	var err error
	if next.name, err = c.needText("name", 0); err != nil {
		return err
	}
	if slices.ContainsFunc(p.versions, func(o *version) bool { return o != v && o.name == next.name }) {
		return invalid("name is already used.")
	}
	if text, ok := c.text("description"); ok {
		next.description = text
	}
	for name, into := range map[string]*string{"startDate": &next.start, "releaseDueDate": &next.releaseDate} {
		d, ok, err := c.date(name)
		if err != nil {
			return err
		}
		if ok {
			*into = d
		}
	}
	if next.start != "" && next.releaseDate != "" && next.start > next.releaseDate {
		return invalid("releaseDueDate must not be before startDate.")
	}
	archived, ok, err := c.boolean("archived")
	if err != nil {
		return err
	}
	if ok {
		next.archived = archived
	}
	*v = next
	return nil
}

func addVersion(c *call) (any, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, err
	}
	if err := room(len(p.versions), c.st.plan.VersionLimit, "versions"); err != nil {
		return nil, err
	}
	v := &version{order: len(p.versions)}
	if err := c.fillVersion(p, v); err != nil {
		return nil, err
	}
	v.id = c.st.newID()
	p.versions = append(p.versions, v)
	c.record(p, activityMilestoneAdded, v.activity(), nil, nil)
	return v.wire(p), nil
}

func (c *call) pathVersion() (*project, *version, error) {
	p, err := c.editProject()
	if err != nil {
		return nil, nil, err
	}
	id := c.id("id")
	v := p.versionByID(id)
	if v == nil {
		return nil, nil, notFound("version")
	}
	return p, v, nil
}

// updateVersion wants the name even when it stays the same: https://developer.nulab.com/docs/backlog/api/2/update-version-milestone/
func updateVersion(c *call) (any, error) {
	p, v, err := c.pathVersion()
	if err != nil {
		return nil, err
	}
	before := *v
	if err := c.fillVersion(p, v); err != nil {
		return nil, err
	}
	content := v.activity()
	for _, f := range [][3]string{{"name", before.name, v.name}, {"description", before.description, v.description}, {"startDate", before.start, v.start}, {"releaseDueDate", before.releaseDate, v.releaseDate}} {
		if f[1] != f[2] {
			content.Changes = append(content.Changes, change{field: f[0], oldHook: f[1], newHook: f[2]})
		}
	}
	c.record(p, activityMilestoneUpdated, content, nil, nil)
	return v.wire(p), nil
}

func deleteVersion(c *call) (any, error) {
	p, v, err := c.pathVersion()
	if err != nil {
		return nil, err
	}
	for _, i := range p.issues {
		i.versions, i.milestones = without(i.versions, v), without(i.milestones, v)
	}
	p.versions = without(p.versions, v)
	c.record(p, activityMilestoneDeleted, v.activity(), nil, nil)
	return v.wire(p), nil
}
