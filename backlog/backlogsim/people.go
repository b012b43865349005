package backlogsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What people do in the web pages and with Git, and no call of the API does. Each makes the activity that a real space makes.

// acting gives a call of the user in the project, for changes that come from outside the API. done has to be called; the lock is held until then.
func (s *Server) acting(userID int, projectKey string) (c *call, p *project, done func(), err error) {
	s.mu.Lock()
	c = &call{params: &params{values: map[string][]string{}, arrays: map[string]bool{}}, s: s, st: s.st, user: s.st.users[userID], now: s.now(), req: &http.Request{}}
	done = func() {
		s.mu.Unlock()
		if c.dirty {
			s.changed()
		}
	}
	p = s.st.projectKey[projectKey]
	if id, convErr := strconv.Atoi(projectKey); convErr == nil && p == nil {
		p = s.st.projectByID[id]
	}
	switch {
	case c.user == nil:
		err = fmt.Errorf("no user %d", userID)
	case projectKey != "" && p == nil:
		err = fmt.Errorf("no project %q", projectKey)
	case p != nil && !p.member(c.user):
		err = fmt.Errorf("user %d is not in project %q", userID, projectKey)
	}
	return c, p, done, err
}

// Push is a git push (type 12). A repository that is not there is made first (type 13).
type Push struct {
	User       int        `json:"user"`
	Project    string     `json:"project"` // key or id
	Repository string     `json:"repository"`
	Ref        string     `json:"ref,omitempty"` // default refs/heads/main
	Revisions  []Revision `json:"revisions,omitempty"`
}

// Revision is one commit of a push.
type Revision struct {
	Rev     string `json:"rev"`
	Comment string `json:"comment"`
}

// Push records a push. The bytes of a repository are of no concern here: each revision counts as 1 KB of disk.
func (s *Server) Push(in Push) error {
	c, p, done, err := s.acting(in.User, in.Project)
	defer done()
	if err == nil && in.Repository == "" {
		err = errors.New("no repository is named")
	}
	if err != nil {
		return fmt.Errorf("pushing: %w", err)
	}
	r := p.repository(in.Repository)
	if r == nil {
		r = p.addRepository(SeedRepository{Name: in.Repository}, c.user, c.now)
		c.record(p, activityRepoCreated, struct {
			Repository wireRepo `json:"repository"`
		}{r.ref()}, nil, nil)
	}
	r.pushed, r.updated, r.updatedBy = c.now, c.now, c.user
	r.size += len(in.Revisions) << 10
	if in.Ref == "" {
		in.Ref = "refs/heads/main"
	}
	c.record(p, activityGitPushed, wirePush{
		Repository: r.ref(), ChangeType: "update", RevisionType: "commit", Ref: in.Ref, RevisionCount: len(in.Revisions),
		Revisions: mapped(in.Revisions, func(v Revision) wireRevision { return wireRevision(v) }),
	}, nil, nil)
	return nil
}

func (p *project) addRepository(in SeedRepository, by *user, now time.Time) *repository {
	r := &repository{id: p.st.claimID(in.ID), order: len(p.repos), proj: p, name: in.Name, description: in.Description, createdBy: by, updatedBy: by, created: now, updated: now}
	p.repos = append(p.repos, r)
	return r
}

// Merge merges a pull request (type 21), or closes it (type 19).
type Merge struct {
	User       int    `json:"user"`
	Project    string `json:"project"`
	Repository string `json:"repository"`
	Number     int    `json:"number"`
	Close      bool   `json:"close,omitempty"` // without merging
}

// MergePull ends a pull request.
func (s *Server) MergePull(in Merge) error {
	c, p, done, err := s.acting(in.User, in.Project)
	defer done()
	if err != nil {
		return fmt.Errorf("merging: %w", err)
	}
	r := p.repository(in.Repository)
	if r == nil {
		return fmt.Errorf("merging: no repository %q", in.Repository)
	}
	at := slices.IndexFunc(r.pulls, func(q *pull) bool { return q.number == in.Number })
	if at < 0 || r.pulls[at].status != pullOpen {
		return fmt.Errorf("merging: no open pull request %d", in.Number)
	}
	q := r.pulls[at]
	before := *q
	typ := activityPullMerged
	q.status, q.merged = pullMerged, c.now
	if in.Close {
		typ, q.status, q.merged = activityPullUpdated, pullClosed, time.Time{}
	}
	q.closed, q.updated, q.updatedBy = c.now, c.now, c.user
	m := c.pullComment(q, "", diffPulls(&before, q))
	c.record(p, typ, q.activity(m), nil, nil)
	return nil
}

// FileChange puts a file into a project's file sharing (type 8, or 9 when it is there), or deletes it (type 10).
type FileChange struct {
	User    int    `json:"user"`
	Project string `json:"project"`
	Path    string `json:"path"` // such as 手順/web01.md
	Content string `json:"content,omitempty"`
	Delete  bool   `json:"delete,omitempty"`
}

type wireFileContent struct {
	ID   int    `json:"id"`
	Dir  string `json:"dir"`
	Name string `json:"name"`
	Size int    `json:"size"`
}

func (f *sharedFile) content() wireFileContent {
	return wireFileContent{f.id, f.dir, f.name, len(f.data)}
}

// ChangeFile changes the file sharing of a project, and returns the file's id.
func (s *Server) ChangeFile(in FileChange) (int, error) {
	c, p, done, err := s.acting(in.User, in.Project)
	defer done()
	if err != nil {
		return 0, fmt.Errorf("changing a file: %w", err)
	}
	full := path.Clean("/" + in.Path)
	f := named(p.files, func(f *sharedFile) string { return f.dir + f.name }, full)
	typ := activityFileUpdated
	switch {
	case full == "/" || f != nil && f.directory:
		return 0, fmt.Errorf("changing a file: %q is a directory", in.Path)
	case f == nil && in.Delete:
		return 0, fmt.Errorf("changing a file: no file %q", in.Path)
	case f == nil:
		typ = activityFileAdded
		s.st.share(p, SeedSharedFile{Path: in.Path, Content: in.Content}, c.user, c.now)
		f = p.files[len(p.files)-1]
	case in.Delete:
		typ = activityFileDeleted
		p.dropFile(f)
	default:
		f.data, f.updated, f.updatedBy = []byte(in.Content), c.now, c.user
	}
	c.record(p, typ, f.content(), nil, nil)
	return f.id, nil
}

func (p *project) dropFile(f *sharedFile) {
	p.files = without(p.files, f)
	for _, i := range p.issues {
		i.shared = without(i.shared, f)
	}
	for _, k := range p.wikis {
		k.shared = without(k.shared, f)
	}
}

// RawActivity is an activity of any type with any content, for types that this room does not make and those of tomorrow.
type RawActivity struct {
	User    int             `json:"user"`
	Project string          `json:"project"`
	Type    int             `json:"type"`
	Content json.RawMessage `json:"content"`
}

// AddActivity records an activity, hands it to the webhooks and returns its id. Nothing else changes.
func (s *Server) AddActivity(in RawActivity) (int, error) {
	c, p, done, err := s.acting(in.User, in.Project)
	defer done()
	switch {
	case err != nil:
	case p == nil:
		err = errors.New("no project is named")
	case in.Type == 0:
		err = errors.New("it has no type")
	case len(in.Content) == 0:
		in.Content = json.RawMessage("{}")
	}
	if err != nil {
		return 0, fmt.Errorf("adding an activity: %w", err)
	}
	c.record(p, in.Type, in.Content, nil, nil)
	return s.st.lastFeed, nil
}

// View is a page that somebody looked at, for the lists of what was viewed recently.
type View struct {
	User  int    `json:"user"`
	Issue string `json:"issue,omitempty"` // key or id
	Wiki  int    `json:"wiki,omitempty"`
}

// ViewPage notes that somebody looked at an issue or a wiki page, and so at its project.
func (s *Server) ViewPage(in View) error {
	c, _, done, err := s.acting(in.User, "")
	defer done()
	if err != nil {
		return fmt.Errorf("viewing: %w", err)
	}
	if i := s.st.find(in.Issue); i != nil && i.proj.member(c.user) {
		c.viewed(i, nil)
		return nil
	}
	if k := s.st.wikis[in.Wiki]; k != nil && k.proj.member(c.user) {
		c.viewed(nil, k)
		return nil
	}
	return fmt.Errorf("viewing: user %d has no issue %q and no page %d", in.User, strings.TrimSpace(in.Issue), in.Wiki)
}
