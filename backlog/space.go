package backlog

import (
	"context"
	"net/http"
	"time"
)

// Space is one tenant of Backlog.
type Space struct {
	SpaceKey           string    `json:"spaceKey"`
	Name               string    `json:"name"`
	OwnerID            ID        `json:"ownerId"`
	Lang               string    `json:"lang"`
	Timezone           string    `json:"timezone"` // IANA name
	ReportSendTime     string    `json:"reportSendTime"`
	TextFormattingRule string    `json:"textFormattingRule"`
	Created            time.Time `json:"created"`
	Updated            time.Time `json:"updated"`
}

// Licence is the plan of a space with its limits.
type Licence struct {
	Active                            bool       `json:"active"`
	LicenceTypeID                     ID         `json:"licenceTypeId"`
	LimitDate                         *time.Time `json:"limitDate"`
	StartedOn                         *time.Time `json:"startedOn"`
	StorageLimit                      int64      `json:"storageLimit"`    // bytes
	AttachmentLimit                   int64      `json:"attachmentLimit"` // bytes
	AttachmentLimitPerFile            int64      `json:"attachmentLimitPerFile"`
	AttachmentNumLimit                int64      `json:"attachmentNumLimit"`
	WikiAttachment                    bool       `json:"wikiAttachment"`
	WikiAttachmentNumLimit            int64      `json:"wikiAttachmentNumLimit"`
	WikiAttachmentLimitPerFile        int64      `json:"wikiAttachmentLimitPerFile"`
	PullRequestAttachmentNumLimit     int64      `json:"pullRequestAttachmentNumLimit"`
	PullRequestAttachmentLimitPerFile int64      `json:"pullRequestAttachmentLimitPerFile"`
	ComponentLimit                    int64      `json:"componentLimit"` // categories
	GrandchildIssueEnabled            bool       `json:"grandchildIssueEnabled"`
	SubversionExternal                bool       `json:"subversionExternal"`
	IssueLimit                        int64      `json:"issueLimit"`
	ProjectLimit                      int64      `json:"projectLimit"`
	UserLimit                         int64      `json:"userLimit"`
	CommentLimit                      int64      `json:"commentLimit"`
	VersionLimit                      int64      `json:"versionLimit"`
	Attribute                         bool       `json:"attribute"` // custom fields allowed
	AttributeLimit                    int64      `json:"attributeLimit"`
	ParentChildIssue                  bool       `json:"parentChildIssue"`
	Gantt                             bool       `json:"gantt"`
	Burndown                          bool       `json:"burndown"`
	Git                               bool       `json:"git"`
	Subversion                        bool       `json:"subversion"`
	FileSharing                       bool       `json:"fileSharing"`
	PostIssueByMail                   bool       `json:"postIssueByMail"`
	RemoteAddress                     bool       `json:"remoteAddress"`
	RemoteAddressLimit                int64      `json:"remoteAddressLimit"`
	NulabAccount                      bool       `json:"nulabAccount"`
}

// SpaceNotification is the announcement shown to everybody in the space.
type SpaceNotification struct {
	Content string    `json:"content"`
	Updated time.Time `json:"updated"`
}

// DiskUsage is the storage a space or a project uses, in bytes.
type DiskUsage struct {
	ProjectID  ID          `json:"projectId"` // 0 in the answer about a space
	Capacity   int64       `json:"capacity"`
	Issue      int64       `json:"issue"`
	Wiki       int64       `json:"wiki"`
	File       int64       `json:"file"`
	Subversion int64       `json:"subversion"`
	Git        int64       `json:"git"`
	GitLFS     int64       `json:"gitLFS"`
	Details    []DiskUsage `json:"details"` // by project, only for a space
}

// RateLimit holds the four budgets of the key's user.
type RateLimit struct {
	Read   RateLimitStatus `json:"read"`
	Update RateLimitStatus `json:"update"`
	Search RateLimitStatus `json:"search"`
	Icon   RateLimitStatus `json:"icon"`
}

// RateLimitStatus is the state of one budget.
type RateLimitStatus struct {
	Limit     int   `json:"limit"` // requests a minute
	Remaining int   `json:"remaining"`
	Reset     int64 `json:"reset"` // Unix seconds
}

// GetSpace returns the space.
//
// https://developer.nulab.com/docs/backlog/api/2/get-space/
func (c *Client) GetSpace(ctx context.Context) (*Space, error) {
	return one[Space](ctx, c, route{"space"}, nil)
}

// GetLicence returns the plan and its limits. The vendor spells it so.
//
// https://developer.nulab.com/docs/backlog/api/2/get-licence/
func (c *Client) GetLicence(ctx context.Context) (*Licence, error) {
	return one[Licence](ctx, c, route{"space", "licence"}, nil)
}

// GetSpaceNotification returns the space's announcement.
//
// https://developer.nulab.com/docs/backlog/api/2/get-space-notification/
func (c *Client) GetSpaceNotification(ctx context.Context) (*SpaceNotification, error) {
	return one[SpaceNotification](ctx, c, route{"space", "notification"}, nil)
}

// UpdateSpaceNotification replaces the space's announcement.
//
// https://developer.nulab.com/docs/backlog/api/2/update-space-notification/
func (c *Client) UpdateSpaceNotification(ctx context.Context, content string) (*SpaceNotification, error) {
	input := struct {
		Content string `form:"content,always"`
	}{content}
	return send[SpaceNotification](ctx, c, http.MethodPut, route{"space", "notification"}, input)
}

// GetSpaceDiskUsage returns the storage used by the space. Administrators only.
//
// https://developer.nulab.com/docs/backlog/api/2/get-space-disk-usage/
func (c *Client) GetSpaceDiskUsage(ctx context.Context) (*DiskUsage, error) {
	return one[DiskUsage](ctx, c, route{"space", "diskUsage"}, nil)
}

// GetRateLimit asks for all four budgets and makes the client keep to them. It
// costs one read.
//
// https://developer.nulab.com/docs/backlog/api/2/get-rate-limit/
func (c *Client) GetRateLimit(ctx context.Context) (*RateLimit, error) {
	wire, err := one[struct {
		RateLimit RateLimit `json:"rateLimit"`
	}](ctx, c, route{"rateLimit"}, nil)
	if err != nil {
		return nil, err
	}
	limits, now := &wire.RateLimit, c.now()
	for kind, s := range map[Kind]RateLimitStatus{
		KindRead: limits.Read, KindUpdate: limits.Update, KindSearch: limits.Search, KindIcon: limits.Icon,
	} {
		if s.Limit > 0 {
			reset := believe(time.Unix(s.Reset, 0), now)
			c.gate.set(kind, Budget{Limit: s.Limit, Remaining: s.Remaining, Reset: reset})
		}
	}
	return limits, nil
}
