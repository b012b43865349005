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
	attachments          []*attachment
	comments             []*documentComment
	createdBy, updatedBy *user
	created, updated     time.Time
}

// Statuses of documents. Only 1 is seen in samples; what a document in the trash has is not published.
const (
	documentActive  = 1
	documentTrashed = 2
)

type wireDocument struct {
	ID               string            `json:"id"`
	ProjectID        int               `json:"projectId"`
	Title            string            `json:"title"`
	JSON             any               `json:"json"`
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
	var body any = proseMirror(d.plain)
	if !d.proj.st.choices.DocumentObjects {
		body = string(encode(body))
	}
	return &wireDocument{
		ID: d.id, ProjectID: d.proj.id, Title: d.title, JSON: body, Plain: d.plain, StatusID: documentActive, Emoji: orNull(d.emoji),
		Attachments: mapped(d.attachments, (*attachment).wire), Tags: append([]wireNamed{}, d.tags...), CreatedUser: d.createdBy.wire(), Created: stamp(d.created),
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
	if parent, ok := c.text("parentId"); ok && parent != "" {
		if d.parent = c.st.documents[parent]; d.parent == nil || d.parent.proj != p {
			return nil, notFound("document")
		}
	}
	if err := checkLength("title", d.title, maxSummary); err != nil {
		return nil, err
	}
	c.st.placeDocument(d, last)
	c.record(p, activityDocumentCreated, wireDocumentContent{d.id, d.title}, nil, nil)
	return d.wire(), nil
}

// placeDocument puts a new document into the tree and gives it its id: 32 hexadecimal digits, unlike every other id.
func (st *state) placeDocument(d *document, last bool) {
	siblings := &d.proj.roots
	if d.parent != nil {
		siblings = &d.parent.children
	}
	at := 0
	if last {
		at = len(*siblings)
	}
	d.id = fmt.Sprintf("%032x", st.newID())
	*siblings = slices.Insert(*siblings, at, d)
	d.proj.documents = append(d.proj.documents, d)
	st.documents[d.id] = d
}

// deleteDocument moves the document with all below it to the trash tree, from which no call reads or brings back; with Choices.EraseDocuments nowhere.
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
	if !c.st.choices.EraseDocuments {
		d.proj.trash = append(d.proj.trash, d)
	}
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
