package backlogsim

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed pages.html
var pageFiles embed.FS

const maxListed = 200

type pageView struct {
	Space, Title string
	Projects     []pageProject
	Issue        *pageIssue
	Wiki         *pageWiki
}

type pageProject struct {
	Key, Name string
	Total     int
	Issues    []pageIssue
	Wikis     []pageLink
}

type pageLink struct{ Name, URL string }

type pageIssue struct {
	Key, Type, TypeColor, Summary  string
	Status, StatusColor, Priority  string
	Assignee, Creator              string
	Created, Updated, Start, Due   string
	Categories, Milestones, Closed string
	Custom                         []pagePair
	Text                           template.HTML
	Files                          []string
	Comments                       []pageComment
}

type pagePair struct{ Name, Value string }

type pageComment struct {
	ID        int
	By, At    string
	Initial   string
	Text      template.HTML
	Changes   []pageChange
	Notified  []string
	HasText   bool
	HasChange bool
}

type pageChange struct{ Field, Old, New string }

type pageWiki struct {
	Name, By, At, Project string
	Version               int
	Text                  template.HTML
}

// servePage shows the space to people: / lists, /view/KEY-1 is an issue, /wiki/KEY/Name and /alias/wiki/ID are a wiki page. No key is asked for.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	view, status := s.view(strings.Trim(r.URL.EscapedPath(), "/"))
	tmpl, err := template.ParseFS(pageFiles, "pages.html")
	if err != nil {
		s.opts.Logger.Error("reading page template", "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	var buf bytes.Buffer
	if err := tmpl.Execute(&buf, view); err != nil {
		s.opts.Logger.Error("writing page", "path", r.URL.Path, "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes()) // the client is gone: nothing to tell
}

func (s *Server) view(escaped string) (pageView, int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := pageView{Space: s.st.space.Name, Title: "課題一覧"}
	parts := strings.Split(escaped, "/")
	for n, part := range parts {
		parts[n], _ = url.PathUnescape(part)
	}
	switch {
	case escaped == "":
		for _, p := range s.st.projects {
			v.Projects = append(v.Projects, s.st.pageProject(p))
		}
		return v, http.StatusOK
	case len(parts) == 2 && parts[0] == "view":
		if i := s.st.find(parts[1]); i != nil && strings.Contains(parts[1], "-") {
			v.Issue, v.Title = s.st.pageIssue(i), i.key()+" "+i.summary
			return v, http.StatusOK
		}
	case len(parts) == 3 && parts[0] == "alias" && parts[1] == "wiki":
		id, _ := strconv.Atoi(parts[2])
		if k := s.st.wikis[id]; k != nil {
			v.Wiki, v.Title = s.st.pageWiki(k), k.name
			return v, http.StatusOK
		}
	case len(parts) >= 3 && parts[0] == "wiki":
		name := strings.Join(parts[2:], "/")
		if p := s.st.projectKey[parts[1]]; p != nil {
			if at := slices.IndexFunc(p.wikis, func(k *wiki) bool { return k.name == name }); at >= 0 {
				v.Wiki, v.Title = s.st.pageWiki(p.wikis[at]), name
				return v, http.StatusOK
			}
		}
	}
	v.Title = "ページが見つかりません"
	return v, http.StatusNotFound
}

func (st *state) when(t time.Time) string { return t.In(st.zone).Format("2006-01-02 15:04:05") }

func (st *state) pageProject(p *project) pageProject {
	out := pageProject{Key: p.key, Name: p.name, Total: len(p.issues)}
	for n := len(p.issues) - 1; n >= max(0, len(p.issues)-maxListed); n-- {
		out.Issues = append(out.Issues, st.pageRow(p.issues[n]))
	}
	for _, k := range p.wikis {
		out.Wikis = append(out.Wikis, pageLink{k.name, "/alias/wiki/" + strconv.Itoa(k.id)})
	}
	return out
}

func (st *state) pageRow(i *issue) pageIssue {
	return pageIssue{
		Key: i.key(), Type: i.typ.name, TypeColor: i.typ.color, Summary: i.summary, Status: i.status.name, StatusColor: i.status.color,
		Priority: i.priority.name, Assignee: i.assignee.text(), Creator: i.createdBy.name, Created: st.when(i.created), Updated: st.when(i.updated),
		Start: i.startDate, Due: i.dueDate, Categories: joinNames(i.categories, categoryLabel), Milestones: joinNames(i.milestones, versionLabel),
		Closed: i.resolution.text(),
	}
}

func (st *state) pageIssue(i *issue) *pageIssue {
	out := st.pageRow(i)
	out.Text = RenderText(i.proj.rule, i.description)
	out.Files = mapped(i.attachments, func(a *attachment) string { return a.name })
	for _, f := range i.proj.fields {
		if f.applies(i.typ) {
			out.Custom = append(out.Custom, pagePair{f.name, i.custom[f.id].display()})
		}
	}
	for _, m := range i.comments {
		c := pageComment{ID: m.id, By: m.by.name, At: st.when(m.created), HasText: m.typed, HasChange: len(m.changes) > 0, Initial: firstRune(m.by.name)}
		if m.typed {
			c.Text = RenderText(i.proj.rule, m.content)
		}
		c.Changes = mapped(m.changes, func(ch change) pageChange { return pageChange{fieldLabel(ch), ch.oldName, ch.newName} })
		c.Notified = mapped(m.notes, func(n *notification) string { return n.to.name })
		out.Comments = append(out.Comments, c)
	}
	return &out
}

func firstRune(s string) string {
	for _, c := range s {
		return string(c)
	}
	return "?"
}

// fieldLabel is the Japanese name of a field of a change log.
func fieldLabel(ch change) string {
	labels := map[string]string{
		"summary": "件名", "description": "詳細", "status": "状態", "resolution": "完了理由", "priority": "優先度", "issueType": "種別", "assigner": "担当者",
		"component": "カテゴリー", "milestone": "マイルストーン", "version": "発生バージョン", "startDate": "開始日", "limitDate": "期限日",
		"estimatedHours": "予定時間", "actualHours": "実績時間", "parentIssue": "親課題", "attachment": "添付ファイル",
	}
	if label, ok := labels[ch.field]; ok && ch.custom == nil {
		return label
	}
	return ch.field
}

func (st *state) pageWiki(k *wiki) *pageWiki {
	return &pageWiki{Name: k.name, By: k.updatedBy.name, At: st.when(k.updated), Project: k.proj.name, Version: len(k.history), Text: RenderText(k.proj.rule, k.content)}
}
