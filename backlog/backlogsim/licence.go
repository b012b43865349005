package backlogsim

import "bytes"

// wireLicence is what the plan allows, as SeedPlan says. A limit of 0 is none.
// https://developer.nulab.com/docs/backlog/api/2/get-licence/ (the path has the British spelling)
type wireLicence struct {
	Active                            bool  `json:"active"`
	AttachmentLimit                   int64 `json:"attachmentLimit"`
	AttachmentLimitPerFile            int   `json:"attachmentLimitPerFile"`
	AttachmentNumLimit                int   `json:"attachmentNumLimit"`
	Attribute                         bool  `json:"attribute"`
	AttributeLimit                    int   `json:"attributeLimit"`
	Burndown                          bool  `json:"burndown"`
	CommentLimit                      int   `json:"commentLimit"`
	ComponentLimit                    int   `json:"componentLimit"`
	FileSharing                       bool  `json:"fileSharing"`
	Gantt                             bool  `json:"gantt"`
	Git                               bool  `json:"git"`
	GrandchildIssueEnabled            bool  `json:"grandchildIssueEnabled"`
	IssueLimit                        int   `json:"issueLimit"`
	LicenceTypeID                     int   `json:"licenceTypeId"`
	LimitDate                         day   `json:"limitDate"`
	NulabAccount                      bool  `json:"nulabAccount"`
	ParentChildIssue                  bool  `json:"parentChildIssue"`
	PostIssueByMail                   bool  `json:"postIssueByMail"`
	ProjectLimit                      int   `json:"projectLimit"`
	PullRequestAttachmentLimitPerFile int   `json:"pullRequestAttachmentLimitPerFile"`
	PullRequestAttachmentNumLimit     int   `json:"pullRequestAttachmentNumLimit"`
	RemoteAddress                     bool  `json:"remoteAddress"`
	RemoteAddressLimit                int   `json:"remoteAddressLimit"`
	StartedOn                         stamp `json:"startedOn"`
	StorageLimit                      int64 `json:"storageLimit"`
	Subversion                        bool  `json:"subversion"`
	SubversionExternal                bool  `json:"subversionExternal"`
	UserLimit                         int   `json:"userLimit"`
	VersionLimit                      int   `json:"versionLimit"`
	WikiAttachment                    bool  `json:"wikiAttachment"`
	WikiAttachmentLimitPerFile        int   `json:"wikiAttachmentLimitPerFile"`
	WikiAttachmentNumLimit            int   `json:"wikiAttachmentNumLimit"`
}

func getLicence(c *call) (any, error) {
	p := c.st.plan
	return wireLicence{
		Active: !p.Expired, AttachmentLimit: p.StorageLimit, AttachmentLimitPerFile: p.FileLimit, AttachmentNumLimit: p.FilesLimit, Attribute: !p.lacks["attribute"], AttributeLimit: p.CustomFieldsLimit,
		Burndown: true, CommentLimit: p.CommentLimit, ComponentLimit: p.CategoryLimit, FileSharing: !p.lacks["fileSharing"], Gantt: true, Git: !p.lacks["git"],
		GrandchildIssueEnabled: !p.lacks["parentChildIssue"], IssueLimit: p.IssueLimit, LicenceTypeID: 11, NulabAccount: true, ParentChildIssue: !p.lacks["parentChildIssue"],
		ProjectLimit: p.ProjectLimit, PullRequestAttachmentLimitPerFile: p.FileLimit, PullRequestAttachmentNumLimit: p.FilesLimit,
		RemoteAddress: len(p.addresses) > 0, RemoteAddressLimit: len(p.addresses), StartedOn: stamp(c.st.created), StorageLimit: p.StorageLimit,
		UserLimit: p.UserLimit, VersionLimit: p.VersionLimit,
		WikiAttachment: !p.lacks["wikiAttachment"], WikiAttachmentLimitPerFile: p.FileLimit, WikiAttachmentNumLimit: p.FilesLimit,
	}, nil
}

type wireSpaceNotice struct {
	Content string `json:"content"`
	Updated *stamp `json:"updated"`
}

func (c *call) spaceNotice() wireSpaceNotice {
	w := wireSpaceNotice{Content: c.st.notice}
	if !c.st.noticeAt.IsZero() {
		t := stamp(c.st.noticeAt)
		w.Updated = &t
	}
	return w
}

// getSpaceNotice is the announcement on the dashboard, which has nothing to do with notifications.
func getSpaceNotice(c *call) (any, error) { return c.spaceNotice(), nil }

func putSpaceNotice(c *call) (any, error) {
	if c.user.role != roleAdmin {
		return nil, forbidden()
	}
	text, ok := c.text("content")
	if !ok {
		return nil, invalid("content is required.")
	}
	c.st.notice, c.st.noticeAt, c.dirty = text, c.now, true
	return c.spaceNotice(), nil
}

type wireUsage struct {
	ProjectID  int `json:"projectId,omitempty"`
	Issue      int `json:"issue"`
	Wiki       int `json:"wiki"`
	File       int `json:"file"`
	Subversion int `json:"subversion"`
	Git        int `json:"git"`
	GitLFS     int `json:"gitLFS"`
}

type wireSpaceUsage struct {
	Capacity int64 `json:"capacity"`
	wireUsage
	Details []wireUsage `json:"details"`
}

func (p *project) usage() wireUsage {
	w := wireUsage{ProjectID: p.id}
	for _, i := range p.issues {
		w.Issue += sizes(i.attachments)
	}
	for _, k := range p.wikis {
		w.Wiki += sizes(k.attachments)
	}
	for _, r := range p.repos {
		w.Git += r.size
	}
	for _, f := range p.files {
		w.File += len(f.data)
	}
	return w
}

func sizes(list []*attachment) int {
	n := 0
	for _, a := range list {
		n += len(a.data)
	}
	return n
}

func getSpaceUsage(c *call) (any, error) {
	if c.user.role != roleAdmin {
		return nil, forbidden()
	}
	w := wireSpaceUsage{Capacity: c.st.plan.StorageLimit, Details: []wireUsage{}}
	for _, p := range c.st.projects {
		u := p.usage()
		w.Issue, w.Wiki, w.File, w.Git = w.Issue+u.Issue, w.Wiki+u.Wiki, w.File+u.File, w.Git+u.Git
		w.Details = append(w.Details, u)
	}
	return w, nil
}

func getProjectUsage(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	return p.usage(), nil
}

// icon answers with one grey dot: there is nothing to see, but there is an image.
func (c *call) icon(name string) (any, error) {
	c.raw = &attachment{name: name, data: bytes.Clone([]byte(greyDot))}
	return nil, nil
}

// greyDot is a PNG of one pixel.
const greyDot = "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\x68\x00\x00\x00\x82\x00\x81\x77\xcd\x72\xb6\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82"

func getSpaceIcon(c *call) (any, error) { return c.icon("logo_mark.png") }

func getUserIcon(c *call) (any, error) {
	u, err := c.pathUser()
	if err != nil {
		return nil, err
	}
	return c.icon("person_" + idText(u.id) + ".png")
}

func getProjectIcon(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return c.icon("project_" + idText(p.id) + ".png")
}
