package backlogsim

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// pagePage is a wiki page or a document, with the tree of all of them. Name is empty where none was chosen.
type pagePage struct {
	Kind, Name, By, At string
	Version            int
	Text               template.HTML
	Tags, Files        []string
	Tree               []*pageBranch
}

type pageBranch struct {
	Name, URL string
	Here      bool
	Below     []*pageBranch
}

func (st *state) pageWiki(p *project, k *wiki) *pagePage {
	out := &pagePage{Kind: "Wiki", Tree: wikiTree(p, k)}
	if k == nil {
		return out
	}
	out.Name, out.By, out.At, out.Version = k.name, k.updatedBy.name, st.when(k.updated), len(k.history)
	out.Text = p.render(p.rule, k.content)
	out.Tags = mapped(wikiTags(k.name), func(t wireNamed) string { return t.Name })
	out.Files = mapped(k.attachments, func(a *attachment) string { return a.name })
	return out
}

// wikiTree hangs pages below each other by the slashes in their names, where the project does so.
func wikiTree(p *project, here *wiki) []*pageBranch {
	root := &pageBranch{}
	pages := slices.Clone(p.wikis)
	slices.SortStableFunc(pages, func(a, b *wiki) int { return strings.Compare(a.name, b.name) })
	for _, k := range pages {
		at, steps := root, []string{k.name}
		if p.useTree {
			steps = strings.Split(k.name, "/")
		}
		for _, step := range steps {
			next := named(at.Below, func(b *pageBranch) string { return b.Name }, step)
			if next == nil {
				next = &pageBranch{Name: step}
				at.Below = append(at.Below, next)
			}
			at = next
		}
		at.URL, at.Here = "/alias/wiki/"+strconv.Itoa(k.id), k == here
	}
	return root.Below
}

func (st *state) pageDocument(p *project, d *document) *pagePage {
	out := &pagePage{Kind: "ドキュメント", Tree: documentBranches(p.roots, d)}
	if d == nil {
		return out
	}
	out.Name, out.By, out.At = strings.TrimSpace(d.emoji+" "+d.title), d.updatedBy.name, st.when(d.updated)
	out.Text = p.render("markdown", d.plain) // whatever the rule of the project is
	out.Tags = mapped(d.tags, func(t wireNamed) string { return t.Name })
	out.Files = mapped(d.attachments, func(a *attachment) string { return a.name })
	return out
}

func documentBranches(list []*document, here *document) []*pageBranch {
	return mapped(list, func(d *document) *pageBranch {
		return &pageBranch{Name: strings.TrimSpace(d.emoji + " " + d.title), URL: d.path(), Here: d == here, Below: documentBranches(d.children, here)}
	})
}

func (d *document) path() string { return "/document/" + url.PathEscape(d.proj.key) + "/" + d.id }

type pageRepository struct {
	Name, Description, Pushed string
	Pulls                     []pagePull
}

type pagePull struct {
	Repository, Summary, URL            string
	Branch, Base                        string
	Number                              int
	Assignee, Creator, Created, Updated string
	Status                              pageTag
	Text                                template.HTML
	Issue                               *pageRef
	Comments                            []pageComment
}

func (st *state) pageGit(p *project) []pageRepository {
	return mapped(p.repos, func(r *repository) pageRepository {
		out := pageRepository{Name: r.name, Description: r.description, Pushed: st.when(r.pushed)}
		for _, q := range slices.Backward(r.pulls) {
			out.Pulls = append(out.Pulls, *st.pagePull(q))
		}
		return out
	})
}

func (st *state) pagePull(q *pull) *pagePull {
	out := &pagePull{
		Repository: q.repo.name, Summary: q.summary, URL: q.path(), Branch: q.branch, Base: q.base, Number: q.number, Assignee: q.assignee.text(),
		Creator: q.createdBy.name, Created: st.when(q.created), Updated: st.when(q.updated), Text: q.repo.proj.render(q.repo.proj.rule, q.description),
		Status: pageTag{pullStatus(q.status).name, map[int]string{pullOpen: "#ed8077", pullClosed: "#8a9a95", pullMerged: "#5eb5a6"}[q.status]},
	}
	if q.issue != nil {
		ref := q.issue.ref()
		out.Issue = &ref
	}
	for _, m := range q.comments {
		out.Comments = append(out.Comments, st.pageSaid(q.repo.proj, m.id, m.by, m.created, m.content, m.changes, m.notes))
	}
	return out
}

type pageFile struct {
	Path, By, At, Size string
	Directory          bool
}

func (st *state) pageFiles(p *project) []pageFile {
	files := slices.Clone(p.files)
	slices.SortFunc(files, func(a, b *sharedFile) int { return strings.Compare(a.dir+a.name, b.dir+b.name) })
	return mapped(files, func(f *sharedFile) pageFile {
		out := pageFile{Path: f.dir + f.name, By: f.updatedBy.name, At: st.when(f.updated), Directory: f.directory}
		if !f.directory {
			out.Size = strconv.Itoa(len(f.data)) + " B"
		}
		return out
	})
}
