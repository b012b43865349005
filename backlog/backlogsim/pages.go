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
	"unicode/utf8"
)

//go:embed pages
var pageFiles embed.FS

const (
	maxListed = 200 // issues of a list
	maxFed    = 50  // entries of a feed
)

// pageView is one page; exactly one part of it is filled, or none where nothing was found.
type pageView struct {
	Space, Title string
	Style        template.CSS
	Nav          *pageNav
	Show         string // of the lists below, which may be empty: git, file or projects

	Home    *pageHome
	List    *pageList
	Issue   *pageIssue
	Page    *pagePage
	Git     []pageRepository
	Pull    *pagePull
	Files   []pageFile
	Feed    []pageEntry
	Consent *pageConsent
	Panel   *pagePanel
}

type pageNav struct {
	Name string
	Tabs []pageLink
}

type pageLink struct {
	Name, URL, Color string
	Count            int
	Here             bool
}

type pageTag struct{ Name, Color string }

// servePage shows the space to people, under the addresses of the real one. No key is asked for.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	view, status := s.view(strings.Trim(r.URL.EscapedPath(), "/"), r.URL.Query())
	s.writePage(w, r, view, status)
}

func (s *Server) writePage(w http.ResponseWriter, r *http.Request, view pageView, status int) {
	style, err := pageFiles.ReadFile("pages/style.css")
	var tmpl *template.Template
	if err == nil {
		tmpl, err = template.New("layout.html").ParseFS(pageFiles, "pages/*.html")
	}
	view.Style = template.CSS(style) //nolint:gosec // our own file
	var buf bytes.Buffer
	if err == nil {
		err = tmpl.Execute(&buf, view)
	}
	if err != nil {
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

// view finds the page: / lists the projects, /find/KEY issues, /view/KEY-1 is an issue, /wiki/KEY/Name and /alias/wiki/ID a wiki page, /document/KEY/ID
// a document, /git/KEY/REPOSITORY/pullRequests/1 a pull request, /file/KEY the files, /projects/KEY what happened.
func (s *Server) view(escaped string, query url.Values) (pageView, int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := s.st
	v := pageView{Space: st.space.Name, Title: "ページが見つかりません"}
	parts := strings.Split(escaped, "/")
	for n, part := range parts {
		parts[n], _ = url.PathUnescape(part)
	}
	switch {
	case escaped == "":
		v.Home, v.Title = st.pageHome(), "プロジェクト"
	case len(parts) < 2:
	case parts[0] == "view":
		if i := st.find(parts[1]); i != nil && len(parts) == 2 && strings.Contains(parts[1], "-") {
			v.Issue, v.Title, v.Nav = st.pageIssue(i), i.key()+" "+i.summary, i.proj.nav("find")
		}
	case parts[0] == "alias" && len(parts) == 3:
		id, _ := strconv.Atoi(parts[2])
		if k := st.wikis[id]; k != nil {
			v.Page, v.Title, v.Nav = st.pageWiki(k.proj, k), k.name, k.proj.nav("wiki")
		}
	default:
		if p := st.projectKey[parts[1]]; p != nil && st.projectView(&v, p, parts, query) {
			v.Nav = p.nav(parts[0])
		}
	}
	if v.Home == nil && v.Nav == nil {
		return v, http.StatusNotFound
	}
	return v, http.StatusOK
}

// projectView fills the page of a project, and says whether there is one.
func (st *state) projectView(v *pageView, p *project, parts []string, query url.Values) bool {
	rest := strings.Join(parts[2:], "/")
	switch parts[0] {
	case "find":
		v.List, v.Title = st.pageList(p, query.Get("statusId")), p.name
	case "projects":
		v.Show, v.Feed, v.Title = parts[0], st.pageFeed(p.activities, maxFed), p.name
	case "file":
		v.Show, v.Files, v.Title = parts[0], st.pageFiles(p), "ファイル"
	case "wiki":
		k := named(p.wikis, func(k *wiki) string { return k.name }, rest)
		if k == nil && rest != "" {
			return false
		}
		v.Page, v.Title = st.pageWiki(p, k), "Wiki"
		if k != nil {
			v.Title = k.name
		}
	case "document":
		d := st.documents[rest]
		if rest != "" && (d == nil || d.proj != p) {
			return false
		}
		v.Page, v.Title = st.pageDocument(p, d), "ドキュメント"
		if d != nil {
			v.Title = d.title
		}
	case "git":
		if rest == "" {
			v.Show, v.Git, v.Title = parts[0], st.pageGit(p), "Git"
			return true
		}
		q := p.pullAt(parts[2:])
		if q == nil {
			return false
		}
		v.Pull, v.Title = st.pagePull(q), q.summary
	default:
		return false
	}
	return true
}

func (p *project) pullAt(parts []string) *pull {
	if len(parts) != 3 || parts[1] != "pullRequests" {
		return nil
	}
	if r := p.repository(parts[0]); r != nil {
		number, _ := strconv.Atoi(parts[2])
		return named(r.pulls, func(q *pull) string { return strconv.Itoa(q.number) }, strconv.Itoa(number))
	}
	return nil
}

func (p *project) nav(here string) *pageNav {
	n := &pageNav{Name: p.name}
	for _, tab := range [][2]string{{"find", "課題"}, {"wiki", "Wiki"}, {"document", "ドキュメント"}, {"file", "ファイル"}, {"git", "Git"}, {"projects", "最近の更新"}} {
		n.Tabs = append(n.Tabs, pageLink{Name: tab[1], URL: "/" + tab[0] + "/" + url.PathEscape(p.key), Here: tab[0] == here})
	}
	return n
}

type pageHome struct {
	Projects []pageProject
	Open     []pageIssue // the youngest that are not closed
	Feed     []pageEntry
}

type pageProject struct {
	Key, Name string
	Total     int
	Archived  bool
	Bars      []pageLink
}

func (st *state) pageHome() *pageHome {
	h := &pageHome{Feed: st.pageFeed(st.activities, 12)}
	var open []*issue
	for _, p := range st.projects {
		for _, i := range slices.Backward(p.issues) {
			if i.status.id != statusClosed && len(open) < maxListed {
				open = append(open, i)
			}
		}
		h.Projects = append(h.Projects, pageProject{Key: p.key, Name: p.name, Total: len(p.issues), Archived: p.archived, Bars: p.statusCounts()})
	}
	slices.SortFunc(open, func(a, b *issue) int { return b.id - a.id })
	h.Open = mapped(open[:min(len(open), 15)], st.pageRow)
	return h
}

// statusCounts are the statuses that have issues.
func (p *project) statusCounts() []pageLink {
	counts := map[int]int{}
	for _, i := range p.issues {
		counts[i.status.id]++
	}
	var out []pageLink
	for _, s := range p.statuses {
		if counts[s.id] > 0 {
			out = append(out, pageLink{Name: s.name, Color: s.color, Count: counts[s.id], URL: "/find/" + url.PathEscape(p.key) + "?statusId=" + strconv.Itoa(s.id)})
		}
	}
	return out
}

type pageList struct {
	Shown, Total int
	Statuses     []pageLink
	Issues       []pageIssue
}

func (st *state) pageList(p *project, statusID string) *pageList {
	out := &pageList{Total: len(p.issues)}
	id, _ := strconv.Atoi(statusID)
	out.Statuses = append([]pageLink{{Name: "すべて", URL: "/find/" + url.PathEscape(p.key), Count: len(p.issues), Here: id == 0}}, p.statusCounts()...)
	for n := range out.Statuses {
		out.Statuses[n].Here = out.Statuses[n].Here || id != 0 && strings.HasSuffix(out.Statuses[n].URL, "="+strconv.Itoa(id))
	}
	for _, i := range slices.Backward(p.issues) {
		if id != 0 && i.status.id != id {
			continue
		}
		if out.Shown++; out.Shown <= maxListed {
			out.Issues = append(out.Issues, st.pageRow(i))
		}
	}
	out.Shown = min(out.Shown, maxListed)
	return out
}

func (st *state) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(st.zone).Format("2006-01-02 15:04")
}

func firstRune(s string) string {
	if c, _ := utf8.DecodeRuneInString(s); c != utf8.RuneError {
		return string(c)
	}
	return "?"
}
