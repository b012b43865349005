package backlogsim

import (
	"slices"
	"time"
)

// The entities of a space. They point at each other; wire.go turns them into the JSON of the API.

type user struct {
	id        int
	userID    string // "" is null on the wire, as for users who come from a Nulab account
	name      string
	role      int
	lang      string
	mail      string
	lastLogin time.Time
	needsMFA  bool
	nulab     *wireNulabAccount
}

type namedID struct {
	id   int
	name string
}

type project struct {
	st                       *state
	id, order                int
	key, name                string
	rule                     string
	chart, subtasking        bool
	grandchild, useWiki      bool
	useTree, archived        bool
	members                  []*user
	admins                   map[int]bool
	statuses                 []*status
	types                    []*issueType
	categories               []*category
	versions                 []*version
	fields                   []*customField
	webhooks                 []*webhook
	issues                   []*issue // in the order of their ids
	byKey                    map[int]*issue
	wikis                    []*wiki
	activities               []*activity
	lastKey                  int
	resolvedChart, devFields bool
	leaders                  bool // project leaders may edit the leaders
	teams                    []*team
	files                    []*sharedFile
	repos                    []*repository
	documents                []*document // all of them, oldest first
	roots                    []*document // of the tree, in its order
	trash                    []*document
}

type status struct {
	id, order   int
	name, color string
}

type issueType struct {
	id, order            int
	name, color          string
	tmplSummary, tmplDes string
}

type category struct {
	id, order int
	name      string
}

type version struct {
	id, order          int
	name, description  string
	start, releaseDate string // yyyy-MM-dd or ""
	archived           bool
}

type issue struct {
	id, keyID            int
	proj                 *project
	typ                  *issueType
	summary, description string
	resolution           *namedID
	priority             *namedID
	status               *status
	assignee             *user
	categories           []*category
	versions, milestones []*version
	startDate, dueDate   string // yyyy-MM-dd or ""
	estimated, actual    *float64
	parent               *issue
	children             []*issue
	createdBy, updatedBy *user
	created, updated     time.Time
	custom               map[int]customValue
	attachments          []*attachment
	comments             []*comment
	stars                []*star
	related              []*issue
	shared               []*sharedFile
}

type comment struct {
	id               int
	issue            *issue
	content          string
	typed            bool // false: content is null on the wire
	changes          []change
	by               *user
	created, updated time.Time
	stars            []*star
	notes            []*notification
}

type attachment struct {
	id      int
	name    string
	data    []byte
	by      *user
	created time.Time
}

type wiki struct {
	id                   int
	proj                 *project
	name, content        string
	attachments          []*attachment
	createdBy, updatedBy *user
	created, updated     time.Time
	history              []wikiVersion
	shared               []*sharedFile
	stars                []*star
}

type wikiVersion struct {
	version       int
	name, content string
	by            *user
	created       time.Time
}

type notification struct {
	id                        int
	reason                    int
	to, from                  *user
	issue                     *issue
	comment                   *comment
	pull                      *pull
	pullComment               *pullComment
	created                   time.Time
	alreadyRead, resourceRead bool
}

type activity struct {
	id      int
	proj    *project
	typ     int
	content any // as the feed shows it
	hook    any // as a webhook shows it, where that differs
	notes   []*notification
	by      *user
	created time.Time
}

type star struct {
	id         int
	by, to     *user
	in         *[]*star // the list of what was starred
	comment    string
	url, title string
	created    time.Time
}

type watching struct {
	id      int
	user    *user
	issue   *issue
	note    string
	read    bool
	created time.Time
	updated time.Time
}

type upload struct {
	name string
	data []byte
	by   *user
	at   time.Time // machine time
}

// state is everything that a space holds. Server.mu guards it.
type state struct {
	space        SeedSpace
	choices      Choices
	plan         plan
	zone         *time.Location
	created      time.Time
	users        map[int]*user
	userOrder    []*user
	keys         map[string]*user
	tokens       map[string]*oauthToken
	apps         []SeedOAuth
	codes        map[string]oauthCode
	refresh      map[string]oauthGrant
	projects     []*project
	projectByID  map[int]*project
	projectKey   map[string]*project
	issues       map[int]*issue
	comments     map[int]*comment
	pulls        map[int]*pull
	pullComments map[int]*pullComment
	wikis        map[int]*wiki
	uploads      map[int]*upload
	activities   []*activity // in the order of their ids
	notes        map[int][]*notification
	watchings    map[int]*watching
	views        map[int][]view // by user id, the newest last
	stars        map[int]*star
	documents    map[string]*document
	teams        []*team
	notice       string // the announcement of the space
	noticeAt     time.Time
	priorities   []*namedID
	resolutions  []*namedID
	lastID       int
	lastFeed     int
}

func newState() *state {
	free, _ := newPlan(SeedPlan{}) // nothing in it that could be wrong
	return &state{
		plan:         free,
		zone:         time.UTC,
		users:        map[int]*user{},
		keys:         map[string]*user{},
		tokens:       map[string]*oauthToken{},
		codes:        map[string]oauthCode{},
		refresh:      map[string]oauthGrant{},
		projectByID:  map[int]*project{},
		projectKey:   map[string]*project{},
		issues:       map[int]*issue{},
		comments:     map[int]*comment{},
		pulls:        map[int]*pull{},
		pullComments: map[int]*pullComment{},
		wikis:        map[int]*wiki{},
		uploads:      map[int]*upload{},
		notes:        map[int][]*notification{},
		watchings:    map[int]*watching{},
		views:        map[int][]view{},
		stars:        map[int]*star{},
		documents:    map[string]*document{},
	}
}

// newID gives the next id. One counter serves all entities: ids are unique and rise with time, as in a real space they do within each kind.
func (st *state) newID() int {
	st.lastID++
	return st.lastID
}

// claimID returns the seeded id, or a new one when it is 0, and keeps later ids above it.
func (st *state) claimID(id int) int {
	if id == 0 {
		return st.newID()
	}
	st.lastID = max(st.lastID, id)
	return id
}

// member says whether u has joined, alone or with a team.
func (p *project) member(u *user) bool {
	if slices.Contains(p.members, u) {
		return true
	}
	for _, t := range p.teams {
		if slices.Contains(t.members, u) {
			return true
		}
	}
	return false
}

// everyone is all members, those who came with a team last.
func (p *project) everyone() []*user {
	list := slices.Clone(p.members)
	for _, t := range p.teams {
		for _, m := range t.members {
			if !slices.Contains(list, m) {
				list = append(list, m)
			}
		}
	}
	return list
}

// Built-in statuses have the same ids in every project.
const (
	statusOpen   = 1
	statusClosed = 4
)
