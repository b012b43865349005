package backlogsim

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
)

var projectKeyForm = regexp.MustCompile(`^[A-Z0-9_]{1,25}$`)

// addProject makes a project with Backlog's four issue types; who makes it is its first member.
// https://developer.nulab.com/docs/backlog/api/2/add-project/
func addProject(c *call) (any, error) {
	if c.user.role != roleAdmin {
		return nil, forbidden()
	}
	if err := room(len(c.st.projects), c.st.plan.ProjectLimit, "projects"); err != nil {
		return nil, err
	}
	for _, name := range []string{"name", "key"} {
		if _, err := c.needText(name, maxSummary); err != nil {
			return nil, err
		}
	}
	p := &project{
		st:   c.st,
		rule: c.st.space.TextFormattingRule, useWiki: true, useTree: true, devFields: true, order: len(c.st.projects),
		members: []*user{c.user}, admins: map[int]bool{}, byKey: map[int]*issue{},
	}
	next, err := c.fillProject(p)
	if err != nil {
		return nil, err
	}
	*p = next
	p.id = c.st.newID()
	_, _, builtIn := standardNames(c.st.space.Lang)
	for _, s := range builtIn {
		p.statuses = append(p.statuses, &s)
	}
	p.renumberStatuses()
	for n, t := range standardTypes(c.st.space.Lang) {
		p.types = append(p.types, &issueType{id: c.st.newID(), order: n, name: t.name, color: t.color})
	}
	c.st.projects = append(c.st.projects, p)
	c.st.projectByID[p.id], c.st.projectKey[p.key] = p, p
	c.status, c.where, c.dirty = http.StatusCreated, "/projects/"+p.key, true
	return p.wire(), nil
}

func standardTypes(lang string) []issueType {
	if lang == "ja" {
		return []issueType{{name: "タスク", color: "#7ea800"}, {name: "バグ", color: "#990000"}, {name: "要望", color: "#ff9200"}, {name: "その他", color: "#2779ca"}}
	}
	return []issueType{{name: "Task", color: "#7ea800"}, {name: "Bug", color: "#990000"}, {name: "Request", color: "#ff9200"}, {name: "Other", color: "#2779ca"}}
}

// fillProject gives p with the parameters of the call.
func (c *call) fillProject(p *project) (project, error) {
	next := *p
	var err error
	if c.has("name") {
		if next.name, err = c.needText("name", maxSummary); err != nil {
			return next, err
		}
	}
	if key, ok := c.text("key"); ok {
		if !projectKeyForm.MatchString(key) {
			return next, invalid("key is invalid.")
		}
		if other := c.st.projectKey[key]; other != nil && other != p {
			return next, invalid("key is already used.")
		}
		next.key = key
	}
	if rule, ok := c.text("textFormattingRule"); ok {
		if rule != "backlog" && rule != "markdown" {
			return next, invalid("textFormattingRule must be backlog or markdown.")
		}
		next.rule = rule
	}
	for name, into := range map[string]*bool{
		"chartEnabled": &next.chart, "useResolvedForChart": &next.resolvedChart, "subtaskingEnabled": &next.subtasking, "grandchildIssueEnabled": &next.grandchild,
		"projectLeaderCanEditProjectLeader": &next.leaders, "useWiki": &next.useWiki, "useWikiTreeView": &next.useTree, "useDevAttributes": &next.devFields,
		"archived": &next.archived,
	} {
		v, ok, err := c.boolean(name)
		if err != nil {
			return next, err
		}
		if ok {
			*into = v
		}
	}
	next.subtasking = next.subtasking || next.grandchild
	return next, nil
}

func updateProject(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	next, err := c.fillProject(p)
	if err != nil {
		return nil, err
	}
	delete(c.st.projectKey, p.key)
	*p, c.dirty = next, true
	c.st.projectKey[p.key] = p
	return p.wire(), nil
}

// deleteProject takes everything in it along, its activities too.
func deleteProject(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	if c.user.role != roleAdmin {
		return nil, forbidden()
	}
	for _, i := range p.issues {
		c.forget(i)
	}
	for _, k := range p.wikis {
		delete(c.st.wikis, k.id)
	}
	for _, d := range p.documents {
		delete(c.st.documents, d.id)
	}
	st := c.st
	for _, r := range p.repos {
		for _, q := range r.pulls {
			delete(st.pulls, q.id)
		}
	}
	maps.DeleteFunc(st.pullComments, func(_ int, m *pullComment) bool { return m.pull.repo.proj == p })
	for id, list := range st.notes {
		st.notes[id] = slices.DeleteFunc(list, func(n *notification) bool { return n.pull != nil && n.pull.repo.proj == p })
	}
	st.forgetViews(func(v view) bool { return v.proj == p || v.wiki != nil && v.wiki.proj == p })
	st.activities = slices.DeleteFunc(st.activities, func(a *activity) bool { return a.proj == p })
	st.projects = slices.DeleteFunc(st.projects, func(o *project) bool { return o == p })
	delete(st.projectByID, p.id)
	delete(st.projectKey, p.key)
	c.dirty = true
	return p.wire(), nil
}
