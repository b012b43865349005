package backlogsim

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// document is one page of the documents tab. Through the API it can be made and deleted but not changed.
type document struct {
	id, title, plain     string
	emoji                string
	proj                 *project
	parent               *document
	children             []*document
	tags                 []wireNamed
	createdBy, updatedBy *user
	created, updated     time.Time
}

const documentActive = 1

type wireDocument struct {
	ID               string            `json:"id"`
	ProjectID        int               `json:"projectId"`
	Title            string            `json:"title"`
	JSON             string            `json:"json"`
	Plain            string            `json:"plain"`
	StatusID         int               `json:"statusId"`
	Emoji            *string           `json:"emoji"`
	Attachments      []*wireAttachment `json:"attachments"`
	Tags             []wireNamed       `json:"tags"`
	CreatedUser      *wireUser         `json:"createdUser"`
	Created          stamp             `json:"created"`
	UpdatedUser      *wireUser         `json:"updatedUser"`
	Updated          stamp             `json:"updated"`
	ChildDocumentIDs []string          `json:"childDocumentIds"`
}

func (d *document) wire() *wireDocument {
	return &wireDocument{
		ID: d.id, ProjectID: d.proj.id, Title: d.title, JSON: string(encode(proseMirror(d.plain))), Plain: d.plain, StatusID: documentActive, Emoji: orNull(d.emoji),
		Attachments: []*wireAttachment{}, Tags: append([]wireNamed{}, d.tags...), CreatedUser: d.createdBy.wire(), Created: stamp(d.created),
		UpdatedUser: d.updatedBy.wire(), Updated: stamp(d.updated), ChildDocumentIDs: mapped(d.children, func(k *document) string { return k.id }),
	}
}

// proseMirror is the editor's form of a text: here one paragraph a line, whatever Markdown it holds.
func proseMirror(text string) object {
	lines := []object{}
	for line := range strings.SplitSeq(text, "\n") {
		p := object{{"type", "paragraph"}}
		if line != "" {
			p = append(p, pair{"content", []object{{{"type", "text"}, {"text", line}}}})
		}
		lines = append(lines, p)
	}
	return object{{"type", "doc"}, {"content", lines}}
}

// listDocuments wants an offset, unlike every other list. Without projectId[] it spans the joined projects.
// https://developer.nulab.com/docs/backlog/api/2/get-document-list/
func listDocuments(c *call) (any, error) {
	if _, err := c.need("offset"); err != nil {
		return nil, err
	}
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	ids, only, err := c.ints("projectId")
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, err := c.projectNamed(strconv.Itoa(id)); err != nil {
			return nil, err
		}
	}
	word, _ := c.text("keyword")
	word = strings.ToLower(word)
	var list []*document
	for _, p := range c.st.projects {
		if !p.member(c.user) || (only && len(ids) > 0 && !slices.Contains(ids, p.id)) {
			continue
		}
		for _, d := range p.documents {
			if strings.Contains(strings.ToLower(d.title+"\n"+d.plain), word) {
				list = append(list, d)
			}
		}
	}
	at := func(d *document) time.Time { return d.updated }
	switch sort, _ := c.text("sort"); sort {
	case "", "updated":
	case "created":
		at = func(d *document) time.Time { return d.created }
	default:
		return nil, invalid("sort is invalid.")
	}
	slices.SortStableFunc(list, func(a, b *document) int { return cmp.Or(at(a).Compare(at(b)), strings.Compare(a.id, b.id)) })
	if !w.asc {
		slices.Reverse(list)
	}
	list = list[min(w.offset, len(list)):]
	return mapped(list[:min(w.count, len(list))], (*document).wire), nil
}

func (c *call) projectOfQuery() (*project, error) {
	name, err := c.needText("projectIdOrKey", 0)
	if err != nil {
		return nil, err
	}
	return c.projectNamed(name)
}

func countDocuments(c *call) (any, error) {
	p, err := c.projectOfQuery()
	if err != nil {
		return nil, err
	}
	return wireCount{len(p.documents)}, nil
}

type wireNode struct {
	ID       string     `json:"id"`
	Name     string     `json:"name,omitempty"`
	StatusID int        `json:"statusId,omitempty"`
	Emoji    *string    `json:"emoji,omitempty"`
	Updated  *stamp     `json:"updated,omitempty"`
	Children []wireNode `json:"children"`
}

type wireTree struct {
	ProjectID  int      `json:"projectId"`
	ActiveTree wireNode `json:"activeTree"`
	TrashTree  wireNode `json:"trashTree"`
}

func (d *document) node() wireNode {
	t := stamp(d.updated)
	return wireNode{ID: d.id, Name: d.title, StatusID: documentActive, Emoji: orNull(d.emoji), Updated: &t, Children: mapped(d.children, (*document).node)}
}

func getDocumentTree(c *call) (any, error) {
	p, err := c.projectOfQuery()
	if err != nil {
		return nil, err
	}
	return wireTree{p.id, wireNode{ID: "Active", Children: mapped(p.roots, (*document).node)}, wireNode{ID: "Trash", Children: []wireNode{}}}, nil
}

func (c *call) document() (*document, error) {
	d := c.st.documents[c.vars["document"]]
	if d == nil || !d.proj.member(c.user) {
		return nil, notFound("document")
	}
	return d, nil
}

func (c *call) editDocument() (*document, error) {
	d, err := c.document()
	if err == nil && !c.user.canEdit() {
		err = forbidden()
	}
	return d, err
}

func getDocument(c *call) (any, error) {
	d, err := c.document()
	if err != nil {
		return nil, err
	}
	return d.wire(), nil
}

type wireDocumentContent struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// addDocument puts the document first among its siblings unless addLast is true. https://developer.nulab.com/docs/backlog/api/2/add-document/
func addDocument(c *call) (any, error) {
	id, err := c.need("projectId")
	if err != nil {
		return nil, err
	}
	p, err := c.projectNamed(strconv.Itoa(id))
	if err != nil {
		return nil, err
	}
	if !c.user.canEdit() {
		return nil, forbidden()
	}
	last, _, err := c.boolean("addLast")
	if err != nil {
		return nil, err
	}
	d := &document{proj: p, createdBy: c.user, updatedBy: c.user, created: c.now, updated: c.now}
	d.title, _ = c.text("title")
	d.plain, _ = c.text("content")
	d.emoji, _ = c.text("emoji")
	siblings := &p.roots
	if parent, ok := c.text("parentId"); ok && parent != "" {
		if d.parent = c.st.documents[parent]; d.parent == nil || d.parent.proj != p {
			return nil, notFound("document")
		}
		siblings = &d.parent.children
	}
	d.id = fmt.Sprintf("%032x", c.st.newID()) // 32 hexadecimal digits, unlike every other id
	at := 0
	if last {
		at = len(*siblings)
	}
	*siblings = slices.Insert(*siblings, at, d)
	p.documents = append(p.documents, d)
	c.st.documents[d.id] = d
	c.record(p, activityDocumentCreated, wireDocumentContent{d.id, d.title}, nil, nil)
	return d.wire(), nil
}

// deleteDocument takes the children along. Whether the real one keeps them in the trash is not published; here nothing is kept.
func deleteDocument(c *call) (any, error) {
	d, err := c.editDocument()
	if err != nil {
		return nil, err
	}
	gone := d.wire()
	if d.parent != nil {
		d.parent.children = without(d.parent.children, d)
	} else {
		d.proj.roots = without(d.proj.roots, d)
	}
	c.dropDocument(d)
	c.record(d.proj, activityDocumentDeleted, wireDocumentContent{d.id, d.title}, nil, nil)
	return gone, nil
}

func (c *call) dropDocument(d *document) {
	for _, child := range d.children {
		c.dropDocument(child)
	}
	delete(c.st.documents, d.id)
	d.proj.documents = without(d.proj.documents, d)
}

// listDocumentComments is always empty: comments of documents are written in the editor only.
func listDocumentComments(c *call) (any, error) {
	if _, err := c.document(); err != nil {
		return nil, err
	}
	return []struct{}{}, nil
}
