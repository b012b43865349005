package backlogsim

import (
	"cmp"
	"fmt"
)

func (l loader) issue(p *project, in SeedIssue) error {
	by, err := l.person(in.CreatedUser)
	if err != nil {
		return err
	}
	i := &issue{
		proj: p, summary: in.Summary, description: in.Description, startDate: in.StartDate, dueDate: in.DueDate, createdBy: by, updatedBy: by,
		created: in.Created.UTC(), custom: map[int]customValue{}, status: p.statuses[0],
	}
	if in.Created.IsZero() {
		i.created = l.now
	}
	i.updated = i.created
	if i.typ = named(p.types, func(t *issueType) string { return t.name }, in.IssueType); i.typ == nil {
		return fmt.Errorf("no issue type %q", in.IssueType)
	}
	if i.priority = byID(l.st.priorities, cmp.Or(in.PriorityID, 3)); i.priority == nil {
		return fmt.Errorf("no priority %d", in.PriorityID)
	}
	if in.Status != "" {
		if i.status = named(p.statuses, func(s *status) string { return s.name }, in.Status); i.status == nil {
			return fmt.Errorf("no status %q", in.Status)
		}
	}
	if in.Assignee != 0 {
		if i.assignee, err = l.person(in.Assignee); err != nil {
			return err
		}
	}
	for _, name := range in.Categories {
		k := named(p.categories, categoryLabel, name)
		if k == nil {
			return fmt.Errorf("no category %q", name)
		}
		i.categories = append(i.categories, k)
	}
	for _, name := range in.Milestones {
		v := named(p.versions, versionLabel, name)
		if v == nil {
			return fmt.Errorf("no milestone %q", name)
		}
		i.milestones = append(i.milestones, v)
	}
	if in.Resolution != "" {
		if i.resolution = named(l.st.resolutions, (*namedID).text, in.Resolution); i.resolution == nil {
			return fmt.Errorf("no resolution %q", in.Resolution)
		}
	}
	for id, text := range in.CustomText {
		f := p.fieldByID(id)
		if f == nil || (f.typ != fieldText && f.typ != fieldTextArea) {
			return fmt.Errorf("no text field %d", id)
		}
		i.custom[id] = customValue{text: text}
	}
	i.id = l.st.newID()
	p.lastKey++
	i.keyID = p.lastKey
	l.st.place(i)
	c := &call{st: l.st, user: by, now: i.created} // without a server: nothing is sent
	feed, _ := i.created1()
	c.record(p, activityIssueCreated, feed, nil, nil)
	for _, m := range in.Comments {
		if c.user, err = l.person(m.User); err != nil {
			return err
		}
		if !m.Created.IsZero() {
			c.now = m.Created.UTC()
		}
		c.commit(i, *i)
		c.recordComment(c.comment(i, m.Content, nil))
	}
	return nil
}

func (l loader) wiki(p *project, in SeedWiki) error {
	by, err := l.person(in.CreatedUser)
	if err != nil {
		return err
	}
	k := &wiki{id: l.st.newID(), proj: p, name: in.Name, content: in.Content, createdBy: by, updatedBy: by, created: l.now, updated: l.now}
	if !in.Created.IsZero() {
		k.created, k.updated = in.Created.UTC(), in.Created.UTC()
	}
	k.keep()
	p.wikis = append(p.wikis, k)
	l.st.wikis[k.id] = k
	c := &call{st: l.st, user: by, now: k.created}
	c.record(p, activityWikiCreated, k.activity(), nil, nil)
	return nil
}

// pages makes what has only a name and a text: repositories and documents.
func (l loader) pages(p *project, in SeedProject) error {
	for _, r := range in.Repositories {
		by, err := l.personOrFirst(p, r.CreatedUser)
		if err != nil {
			return fmt.Errorf("repository %q: %w", r.Name, err)
		}
		if r.Name == "" || p.repository(r.Name) != nil {
			return fmt.Errorf("repository %q: its name is empty or used twice", r.Name)
		}
		p.addRepository(r, by, l.now)
	}
	for _, d := range in.Documents {
		if err := l.document(p, nil, d); err != nil {
			return err
		}
	}
	return nil
}

func (l loader) document(p *project, parent *document, in SeedDocument) error {
	by, err := l.personOrFirst(p, in.CreatedUser)
	if err != nil {
		return fmt.Errorf("document %q: %w", in.Title, err)
	}
	d := &document{title: in.Title, plain: in.Content, emoji: in.Emoji, proj: p, parent: parent, createdBy: by, updatedBy: by, created: l.now, updated: l.now}
	if !in.Created.IsZero() {
		d.created, d.updated = in.Created.UTC(), in.Created.UTC()
	}
	l.st.placeDocument(d, true)
	c := &call{st: l.st, user: by, now: d.created}
	c.record(p, activityDocumentCreated, wireDocumentContent{d.id, d.title}, nil, nil)
	for _, child := range in.Children {
		if err := l.document(p, d, child); err != nil {
			return err
		}
	}
	return nil
}

// personOrFirst is the user with the id, or the project's first member when it is 0.
func (l loader) personOrFirst(p *project, id int) (*user, error) {
	if id == 0 && len(p.members) > 0 {
		return p.members[0], nil
	}
	return l.person(id)
}
