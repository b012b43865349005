package backlogsim

import (
	"slices"
	"strconv"
)

// Types of activities: https://developer.nulab.com/docs/backlog/api/2/get-recent-updates/ for 1 to 26, nulab/backlog-js for the others.
const (
	activityIssueCreated     = 1
	activityIssueUpdated     = 2
	activityIssueCommented   = 3
	activityIssueDeleted     = 4
	activityWikiCreated      = 5
	activityWikiUpdated      = 6
	activityWikiDeleted      = 7
	activityFileAdded        = 8
	activityFileUpdated      = 9
	activityFileDeleted      = 10
	activityGitPushed        = 12
	activityRepoCreated      = 13
	activityBulkUpdate       = 14
	activityMemberAdded      = 15
	activityMemberRemoved    = 16
	activityNotifyAdded      = 17
	activityPullAdded        = 18
	activityPullUpdated      = 19
	activityPullCommented    = 20
	activityPullMerged       = 21
	activityMilestoneAdded   = 22
	activityMilestoneUpdated = 23
	activityMilestoneDeleted = 24
	activityTeamAdded        = 25
	activityTeamRemoved      = 26
	activityStatusDeleted    = 34
	activityDatesUpdated     = 35
	activityDocumentCreated  = 36
	activityDocumentDeleted  = 37
	activityDocumentRenamed  = 38
	activityDocumentComment  = 40
	activityDocumentReply    = 43
	activityDocumentFile     = 46
	activityBulkCreated      = 47
	activityDocumentsCreated = 48
)

type wireActivity struct {
	ID            int                 `json:"id"`
	Project       *wireProject        `json:"project"`
	Type          int                 `json:"type"`
	Content       any                 `json:"content"`
	Notifications []*wireNotification `json:"notifications"`
	CreatedUser   *wireUser           `json:"createdUser"`
	Created       stamp               `json:"created"`
}

// wire is the entry of a list, whose notifications have been empty since 2022-02-09; the single activity has them.
func (a *activity) wire(withNotes bool) *wireActivity {
	w := &wireActivity{ID: a.id, Project: a.proj.wire(), Type: a.typ, Content: a.content, Notifications: []*wireNotification{}, CreatedUser: a.by.wire(), Created: stamp(a.created)}
	if withNotes {
		w.Notifications = mapped(a.notes, (*notification).wire)
	}
	return w
}

// record writes one activity and hands it to the webhooks of the project. hook is the content for webhooks where it differs from the feed's.
func (c *call) record(p *project, typ int, content, hook any, notes []*notification) {
	c.dirty = true
	c.st.lastFeed++
	a := &activity{id: c.st.lastFeed, proj: p, typ: typ, content: content, hook: hook, notes: notes, by: c.user, created: c.now}
	c.st.activities = append(c.st.activities, a)
	p.activities = append(p.activities, a)
	if c.s != nil {
		c.s.posts.post(a, c.now)
	}
	a.hook = nil // sent or not wanted: a big space need not keep it
}

type wireIssueContent struct {
	ID          int    `json:"id"`
	KeyID       int    `json:"key_id"`
	Summary     string `json:"summary"`
	Description string `json:"description"`
}

type wireCommentContent struct {
	wireIssueContent
	Comment       wireContent       `json:"comment"`
	Changes       []change          `json:"changes"`
	Attachments   []wireUpload      `json:"attachments"`
	SharedFiles   []wireFileContent `json:"shared_files"`
	ExternalLinks []struct{}        `json:"external_file_links"`
}

type wireContent struct {
	ID      int    `json:"id"`
	Content string `json:"content"`
}

func (i *issue) content() wireIssueContent {
	return wireIssueContent{i.id, i.keyID, i.summary, i.description}
}

// created1 is the content of type 1: short in the feed, the whole issue in webhooks of newer spaces.
func (i *issue) created1() (feed, hook any) {
	w := i.wire(false)
	if i.proj.st.choices.PlainCreated {
		return i.content(), nil
	}
	priority, resolution := any(w.Priority), any(w.Resolution)
	if i.proj.st.choices.StringIDs {
		priority, resolution = i.priority.stringly(), i.resolution.stringly()
	}
	return i.content(), object{
		{"id", i.id},
		{"key_id", i.keyID},
		{"summary", i.summary},
		{"description", i.description},
		{"issueType", w.IssueType},
		{"status", wireNamed{i.status.id, i.status.name}},
		{"priority", priority},
		{"resolution", resolution},
		{"assignee", w.Assignee},
		{"category", w.Category},
		{"milestone", w.Milestone},
		{"versions", w.Versions},
		{"startDate", orNull(i.startDate)},
		{"dueDate", orNull(i.dueDate)},
		{"estimatedHours", i.estimated},
		{"actualHours", i.actual},
		{"parentIssueId", w.ParentIssueID},
		{"customFields", w.CustomFields},
		{"attachments", files(i.attachments)},
		{"shared_files", []struct{}{}},
	}
}

// stringly is the form with the id as a string.
func (n *namedID) stringly() any {
	if n == nil {
		return nil
	}
	return object{{"id", strconv.Itoa(n.id)}, {"name", n.name}}
}

func files(list []*attachment) []wireUpload {
	return mapped(list, func(a *attachment) wireUpload { return wireUpload{a.id, a.name, len(a.data)} })
}

func (m *comment) activity() wireCommentContent {
	w := wireCommentContent{
		wireIssueContent: m.issue.content(), Changes: append([]change{}, m.changes...),
		Attachments: []wireUpload{}, SharedFiles: []wireFileContent{}, ExternalLinks: []struct{}{},
	}
	w.Comment.ID = m.id
	if m.typed {
		w.Comment.Content = m.content
	}
	for _, ch := range m.changes {
		if ch.shared != nil && ch.newName != "" {
			w.SharedFiles = append(w.SharedFiles, ch.shared.content())
		}
		if ch.file != nil && ch.newName != "" {
			w.Attachments = append(w.Attachments, wireUpload{ch.file.id, ch.file.name, len(ch.file.data)})
		}
	}
	return w
}

// recordComment is type 2 when a field changed and type 3 when only something was said or attached.
func (c *call) recordComment(m *comment) {
	typ := activityIssueCommented
	if slices.ContainsFunc(m.changes, func(ch change) bool { return ch.notice == "" && (ch.file == nil || ch.newName == "") }) || !m.typed {
		typ = activityIssueUpdated
	}
	c.record(m.issue.proj, typ, m.activity(), nil, m.notes)
}

type wireLink struct {
	ID      int          `json:"id"`
	KeyID   int          `json:"key_id"`
	Title   string       `json:"title"`
	Comment *wireContent `json:"comment,omitempty"`
}

func (l wireLink) hook() object {
	return object{{"id", strconv.Itoa(l.ID)}, {"key_id", strconv.Itoa(l.KeyID)}, {"title", l.Title}, {"comment", l.Comment}}
}

// listFeed cuts a feed by type, id and count. minId and maxId are inclusive, the unfriendlier reading.
func (c *call) listFeed(feed []*activity, keep func(*activity) bool) (any, error) {
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	types, only, err := c.ints("activityTypeId")
	if err != nil {
		return nil, err
	}
	only = only && len(types) > 0
	out := []*wireActivity{}
	step, at := -1, len(feed)-1
	if w.asc {
		step = 1
		at, _ = slices.BinarySearchFunc(feed, w.minID, func(a *activity, n int) int { return a.id - n })
	}
	for ; at >= 0 && at < len(feed) && len(out) < w.count; at += step {
		a := feed[at]
		if (w.asc && a.id > w.maxID) || (!w.asc && a.id < w.minID) {
			break
		}
		if a.id < w.minID || a.id > w.maxID || (only && !slices.Contains(types, a.typ)) || !keep(a) {
			continue
		}
		out = append(out, a.wire(false))
	}
	return out, nil
}

func (c *call) joined(a *activity) bool { return a.proj.member(c.user) }

func listSpaceActivities(c *call) (any, error) { return c.listFeed(c.st.activities, c.joined) }

func listProjectActivities(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return c.listFeed(p.activities, func(*activity) bool { return true })
}

func listUserActivities(c *call) (any, error) {
	u, err := c.pathUser()
	if err != nil {
		return nil, err
	}
	return c.listFeed(c.st.activities, func(a *activity) bool { return a.by == u && c.joined(a) })
}

func getActivity(c *call) (any, error) {
	id := c.id("id")
	at, ok := slices.BinarySearchFunc(c.st.activities, id, func(a *activity, n int) int { return a.id - n })
	if !ok || !c.joined(c.st.activities[at]) {
		return nil, notFound("activity")
	}
	return c.st.activities[at].wire(true), nil
}
