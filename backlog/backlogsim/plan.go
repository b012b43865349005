package backlogsim

import (
	"fmt"
	"net/http"
	"net/netip"
)

// SeedPlan is what the space's plan allows. A limit that is 0 or left out is far away, except those of attachments, which are 10 MB a file and 50 files
// an issue or page, as paid plans have them. Features are on unless they are named in Without.
type SeedPlan struct {
	Without            []string `json:"without,omitempty"` // attribute (custom fields), parentChildIssue, git, fileSharing, wikiAttachment
	Expired            bool     `json:"expired,omitempty"` // every call is refused with code 3
	Addresses          []string `json:"addresses,omitempty"`
	StorageLimit       int64    `json:"storageLimit,omitempty"`           // bytes of all files of the space
	FileLimit          int      `json:"attachmentLimitPerFile,omitempty"` // bytes
	FilesLimit         int      `json:"attachmentNumLimit,omitempty"`     // files of one issue or page
	IssueLimit         int      `json:"issueLimit,omitempty"`             // of the space
	CommentLimit       int      `json:"commentLimit,omitempty"`           // of one issue
	ProjectLimit       int      `json:"projectLimit,omitempty"`           // of the space
	UserLimit          int      `json:"userLimit,omitempty"`              // of the space
	VersionLimit       int      `json:"versionLimit,omitempty"`           // of one project
	CategoryLimit      int      `json:"componentLimit,omitempty"`         // of one project
	CustomFieldsLimit  int      `json:"attributeLimit,omitempty"`         // of one project
	RelatedIssuesLimit int      `json:"relatedIssueLimit,omitempty"`      // of one issue; 50 when 0
}

// Limits of attachments and relations where the plan names none.
const (
	maxFile        = 10 << 20
	maxAttachments = 50
	maxRelated     = 50
	storageLimit   = 100 << 30
)

// plan is SeedPlan with its defaults and its addresses read.
type plan struct {
	SeedPlan
	lacks     map[string]bool
	addresses []netip.Prefix
}

func newPlan(in SeedPlan) (plan, error) {
	p := plan{SeedPlan: in, lacks: map[string]bool{}}
	if p.FileLimit == 0 {
		p.FileLimit = maxFile
	}
	if p.FilesLimit == 0 {
		p.FilesLimit = maxAttachments
	}
	if p.RelatedIssuesLimit == 0 {
		p.RelatedIssuesLimit = maxRelated
	}
	if p.StorageLimit == 0 {
		p.StorageLimit = storageLimit
	}
	for _, name := range in.Without {
		switch name {
		case "attribute", "parentChildIssue", "git", "fileSharing", "wikiAttachment":
			p.lacks[name] = true
		default:
			return p, fmt.Errorf("plan: without %q, allowed are attribute, parentChildIssue, git, fileSharing and wikiAttachment", name)
		}
	}
	for _, text := range in.Addresses {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return p, fmt.Errorf("plan: address %q is not in the form 192.0.2.0/24", text)
		}
		p.addresses = append(p.addresses, prefix)
	}
	return p, nil
}

// refuses is what the plan says to any call, before it is looked at.
func (p plan) refuses(r *http.Request, u *user) *apiError {
	switch {
	case p.Expired:
		return refuse(codeLicenceExpired, "The licence has expired.")
	case len(p.addresses) > 0 && !p.reaches(r.RemoteAddr):
		return refuse(codeAccessDenied, "Access from this address is denied.")
	case u != nil && u.needsMFA:
		return refuse(codeRequiredMFA, "Multi-factor authentication is required.")
	}
	return nil
}

func (p plan) reaches(remote string) bool {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	for _, prefix := range p.addresses {
		if prefix.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// feature refuses what the plan lacks.
func (c *call) feature(name string) error {
	if c.st.plan.lacks[name] {
		return refuse(codeLicence, "The plan of the space does not include this feature.")
	}
	return nil
}

// room refuses one more of something when there are as many as the plan allows.
func room(have, limit int, what string) error {
	if limit > 0 && have >= limit {
		return tooMany(what)
	}
	return nil
}

// fits refuses a file that is too large for the plan, or for what is left of the space.
func (c *call) fits(size int) error {
	if size > c.st.plan.FileLimit {
		return refuse(codeTooLargeFile, "The file is too large.")
	}
	if c.st.plan.StorageLimit == storageLimit { // nobody fills that in memory: not worth counting
		return nil
	}
	used := int64(size)
	for _, up := range c.st.uploads {
		used += int64(len(up.data))
	}
	for _, p := range c.st.projects {
		u := p.usage()
		used += int64(u.Issue + u.Wiki + u.File + u.Git)
	}
	if used > c.st.plan.StorageLimit {
		return refuse(codeSpaceFull, "The space has no room left.")
	}
	return nil
}
