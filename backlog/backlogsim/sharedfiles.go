package backlogsim

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"
)

// sharedFile is a file or directory of a project's file sharing. The API reads and links them; it cannot write them, so they come from the seed.
type sharedFile struct {
	id        int
	proj      *project
	directory bool
	dir, name string // dir begins and ends with a slash
	data      []byte
	by        *user
	created   time.Time
	updatedBy *user
	updated   time.Time
}

type wireSharedFile struct {
	ID          int       `json:"id"`
	ProjectID   int       `json:"projectId"`
	Type        string    `json:"type"`
	Dir         string    `json:"dir"`
	Name        string    `json:"name"`
	Size        *int      `json:"size"`
	CreatedUser *wireUser `json:"createdUser"`
	Created     stamp     `json:"created"`
	UpdatedUser *wireUser `json:"updatedUser"`
	Updated     stamp     `json:"updated"`
}

func (f *sharedFile) wire() *wireSharedFile {
	w := &wireSharedFile{ID: f.id, ProjectID: f.proj.id, Type: "directory", Dir: f.dir, Name: f.name, CreatedUser: f.by.wire(), Created: stamp(f.created), UpdatedUser: f.updatedBy.wire(), Updated: stamp(f.updated)}
	if !f.directory {
		size := len(f.data)
		w.Type, w.Size = "file", &size
	}
	return w
}

// share puts a seeded file into the project and makes the directories above it.
func (st *state) share(p *project, in SeedSharedFile, by *user, now time.Time) {
	full := path.Clean("/" + in.Path)
	parts := strings.Split(strings.TrimPrefix(full, "/"), "/")
	dir := "/"
	for _, name := range parts[:len(parts)-1] {
		if !slices.ContainsFunc(p.files, func(f *sharedFile) bool { return f.dir == dir && f.name == name }) {
			p.files = append(p.files, &sharedFile{id: st.newID(), proj: p, directory: true, dir: dir, name: name, by: by, created: now, updatedBy: by, updated: now})
		}
		dir += name + "/"
	}
	p.files = append(p.files, &sharedFile{id: st.claimID(in.ID), proj: p, dir: dir, name: parts[len(parts)-1], data: []byte(in.Content), by: by, created: now, updatedBy: by, updated: now})
}

// listSharedFiles lists one directory. Unlike other lists it gives up to 1000 entries, and as many when count is absent.
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-shared-files/
func listSharedFiles(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	if err := c.feature("fileSharing"); err != nil {
		return nil, err
	}
	w, err := c.pageOf(1000, 1000)
	if err != nil {
		return nil, err
	}
	dir := path.Clean("/"+c.vars["path"]) + "/"
	if dir == "//" {
		dir = "/"
	}
	var list []*sharedFile
	for _, f := range p.files {
		if f.dir == dir {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *sharedFile) int { return cmp.Compare(a.name, b.name) })
	if order, _ := c.text("order"); order == "desc" {
		slices.Reverse(list)
	}
	list = list[min(w.offset, len(list)):]
	return mapped(list[:min(w.count, len(list))], (*sharedFile).wire), nil
}

func (p *project) sharedFile(id int) *sharedFile {
	for _, f := range p.files {
		if f.id == id && !f.directory {
			return f
		}
	}
	return nil
}

func getSharedFile(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	id := c.id("id")
	f := p.sharedFile(id)
	if f == nil {
		return nil, notFound("shared file")
	}
	c.raw = &attachment{name: f.name, data: f.data}
	return nil, nil
}

// linkShared adds the files of fileId[] to the links of an issue or wiki page and gives those that it added.
func (c *call) linkShared(p *project, links *[]*sharedFile) (any, error) {
	ids, sent, err := c.ints("fileId")
	if err != nil {
		return nil, err
	}
	if !sent || len(ids) == 0 {
		return nil, invalid("fileId[] is required.")
	}
	var added []*sharedFile
	for _, id := range ids {
		f := p.sharedFile(id)
		if f == nil {
			return nil, notFound("shared file")
		}
		if !slices.Contains(*links, f) && !slices.Contains(added, f) {
			added = append(added, f)
		}
	}
	*links = append(*links, added...)
	c.dirty = true
	return mapped(added, (*sharedFile).wire), nil
}

func (c *call) unlinkShared(links *[]*sharedFile) (any, error) {
	id := c.id("id")
	for _, f := range *links {
		if f.id == id {
			*links = without(*links, f)
			c.dirty = true
			return f.wire(), nil
		}
	}
	return nil, notFound("shared file")
}

func listIssueShared(c *call) (any, error) {
	i, err := c.issue()
	if err != nil {
		return nil, err
	}
	return mapped(i.shared, (*sharedFile).wire), nil
}

func linkIssueShared(c *call) (any, error) {
	i, err := c.editIssue()
	if err != nil {
		return nil, err
	}
	next := *i
	next.shared = slices.Clone(i.shared)
	added, err := c.linkShared(i.proj, &next.shared)
	if err != nil {
		return nil, err
	}
	c.changeIssue(i, next)
	return added, nil
}

// changeIssue makes next the state of i. If that is a change, it leaves a comment without words, as every change of an issue does.
func (c *call) changeIssue(i *issue, next issue) {
	if changes := diff(i, &next); len(changes) > 0 {
		c.commit(i, next)
		c.recordComment(c.comment(i, "", changes))
	}
}

func unlinkIssueShared(c *call) (any, error) {
	i, err := c.editIssue()
	if err != nil {
		return nil, err
	}
	next := *i
	gone, err := c.unlinkShared(&next.shared)
	if err != nil {
		return nil, err
	}
	c.changeIssue(i, next)
	return gone, nil
}

func listWikiShared(c *call) (any, error) {
	k, err := c.wiki()
	if err != nil {
		return nil, err
	}
	return mapped(k.shared, (*sharedFile).wire), nil
}

func linkWikiShared(c *call) (any, error) {
	k, err := c.editWiki()
	if err != nil {
		return nil, err
	}
	return c.linkShared(k.proj, &k.shared)
}

func unlinkWikiShared(c *call) (any, error) {
	k, err := c.editWiki()
	if err != nil {
		return nil, err
	}
	return c.unlinkShared(&k.shared)
}
