package backlogsim

import (
	"time"
)

// Seed is a whole space as data; it may be written as JSON. Ids that are 0 are given in the order of the file.
type Seed struct {
	Space      SeedSpace     `json:"space"`
	Users      []SeedUser    `json:"users"`
	Projects   []SeedProject `json:"projects"`
	RateLimits *RateLimits   `json:"rateLimits,omitempty"`
	Plan       SeedPlan      `json:"plan,omitzero"`
	Choices    Choices       `json:"choices,omitzero"`
	Faults     *Faults       `json:"faults,omitempty"` // from the beginning
	OAuthApps  []SeedOAuth   `json:"oauthApps,omitempty"`
}

// SeedSpace is the space itself.
type SeedSpace struct {
	Key                string `json:"key"`
	Name               string `json:"name"`
	Lang               string `json:"lang,omitempty"`               // of priorities, resolutions and statuses: ja (default) or en
	Timezone           string `json:"timezone,omitempty"`           // IANA; default Asia/Tokyo
	TextFormattingRule string `json:"textFormattingRule,omitempty"` // backlog or markdown (default)
	// NoChangeMessage is the refusal of an update that changes nothing. Default "Please change the status or post a comment.";
	// newer spaces have been seen to answer "No comment content.".
	NoChangeMessage string `json:"noChangeMessage,omitempty"`
}

// SeedUser is one person or bot. APIKey and Tokens are secrets.
type SeedUser struct {
	ID       int      `json:"id"`
	UserID   string   `json:"userId,omitempty"` // "" is null on the wire: a user with a Nulab account
	Name     string   `json:"name"`
	RoleType int      `json:"roleType"` // 1 administrator … 6 guest viewer
	Lang     string   `json:"lang,omitempty"`
	Mail     string   `json:"mailAddress,omitempty"`
	NulabID  string   `json:"nulabId,omitempty"`
	APIKey   string   `json:"apiKey,omitempty"`
	Tokens   []string `json:"tokens,omitempty"`   // OAuth access tokens
	Bot      bool     `json:"bot,omitempty"`      // the user whose key WithBotKey sets
	NeedsMFA bool     `json:"needsMfa,omitempty"` // every call is refused with code 12
}

// SeedOAuth is an application that was registered for OAuth 2.0. The secret is one.
type SeedOAuth struct {
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	Name         string `json:"name,omitempty"`
	RedirectURI  string `json:"redirectUri"`
}

// SeedProject is one project with everything in it. Members and Admins are user ids.
type SeedProject struct {
	ID                 int               `json:"id,omitempty"`
	Key                string            `json:"projectKey"`
	Name               string            `json:"name"`
	TextFormattingRule string            `json:"textFormattingRule,omitempty"` // default: that of the space
	Members            []int             `json:"members"`
	Admins             []int             `json:"admins,omitempty"`
	Subtasking         bool              `json:"subtaskingEnabled,omitempty"`
	Grandchildren      bool              `json:"grandchildIssueEnabled,omitempty"`
	NoWiki             bool              `json:"noWiki,omitempty"`
	Archived           bool              `json:"archived,omitempty"`
	IssueTypes         []SeedIssueType   `json:"issueTypes"`
	Categories         []string          `json:"categories,omitempty"`
	Versions           []SeedVersion     `json:"versions,omitempty"`
	CustomFields       []SeedCustomField `json:"customFields,omitempty"`
	Statuses           []SeedStatus      `json:"statuses,omitempty"` // beside the four built-in ones
	Webhooks           []SeedWebhook     `json:"webhooks,omitempty"`
	Issues             []SeedIssue       `json:"issues,omitempty"`
	Wikis              []SeedWiki        `json:"wikis,omitempty"`
	SharedFiles        []SeedSharedFile  `json:"sharedFiles,omitempty"`
	Repositories       []SeedRepository  `json:"repositories,omitempty"`
	Documents          []SeedDocument    `json:"documents,omitempty"`
}

// SeedIssueType is one issue type (種別) with its templates.
type SeedIssueType struct {
	ID                  int    `json:"id,omitempty"`
	Name                string `json:"name"`
	Color               string `json:"color,omitempty"`
	TemplateSummary     string `json:"templateSummary,omitempty"`
	TemplateDescription string `json:"templateDescription,omitempty"`
}

// SeedVersion is one version, which is also a milestone. Dates are yyyy-MM-dd.
type SeedVersion struct {
	ID             int    `json:"id,omitempty"`
	Name           string `json:"name"`
	StartDate      string `json:"startDate,omitempty"`
	ReleaseDueDate string `json:"releaseDueDate,omitempty"`
}

// SeedStatus is one status of the project's own.
type SeedStatus struct {
	ID    int    `json:"id,omitempty"`
	Name  string `json:"name"`
	Color string `json:"color,omitempty"`
}

// SeedCustomField is one custom field. IssueTypes are names; empty means all.
type SeedCustomField struct {
	ID         int      `json:"id,omitempty"`
	TypeID     int      `json:"typeId"`
	Name       string   `json:"name"`
	Required   bool     `json:"required,omitempty"`
	IssueTypes []string `json:"applicableIssueTypes,omitempty"`
	Items      []string `json:"items,omitempty"` // ids are 1, 2, 3…
	AllowInput bool     `json:"allowInput,omitempty"`
	AllowAdd   bool     `json:"allowAddItem,omitempty"`
	Min        *float64 `json:"min,omitempty"`
	Max        *float64 `json:"max,omitempty"`
	Unit       string   `json:"unit,omitempty"`
}

// SeedWebhook is one webhook; no types means all events.
type SeedWebhook struct {
	ID              int    `json:"id,omitempty"`
	Name            string `json:"name"`
	HookURL         string `json:"hookUrl"`
	ActivityTypeIDs []int  `json:"activityTypeIds,omitempty"`
}

// SeedIssue is one issue. Types, statuses and categories are named, people are ids. It raises an activity but no webhook.
type SeedIssue struct {
	Summary     string         `json:"summary"`
	Description string         `json:"description,omitempty"`
	IssueType   string         `json:"issueType"`
	PriorityID  int            `json:"priorityId,omitempty"` // default 3
	Status      string         `json:"status,omitempty"`     // default: the first
	CreatedUser int            `json:"createdUser"`
	Assignee    int            `json:"assignee,omitempty"`
	Resolution  string         `json:"resolution,omitempty"` // by name
	Milestones  []string       `json:"milestones,omitempty"` // by name
	Categories  []string       `json:"categories,omitempty"`
	StartDate   string         `json:"startDate,omitempty"`
	DueDate     string         `json:"dueDate,omitempty"`
	Created     time.Time      `json:"created,omitzero"` // default: now
	CustomText  map[int]string `json:"customText,omitempty"`
	Comments    []SeedComment  `json:"comments,omitempty"`
}

// SeedComment is one comment of a seeded issue.
type SeedComment struct {
	User    int       `json:"user"`
	Content string    `json:"content"`
	Created time.Time `json:"created,omitzero"` // default: that of the issue
}

// SeedWiki is one wiki page.
type SeedWiki struct {
	Name        string    `json:"name"`
	Content     string    `json:"content"`
	CreatedUser int       `json:"createdUser"`
	Created     time.Time `json:"created,omitzero"`
}

// SeedSharedFile is one file of the project's file sharing; directories are made from its path.
type SeedSharedFile struct {
	ID          int    `json:"id,omitempty"`
	Path        string `json:"path"` // such as 手順/web01.md
	Content     string `json:"content"`
	CreatedUser int    `json:"createdUser"`
}

// WithBotKey returns the seed with the API key of its bot set (of the first user if none is marked), so that one key is enough to use the space.
// A user who had that key loses it.
func (s Seed) WithBotKey(key string) Seed {
	users := append([]SeedUser{}, s.Users...)
	at := 0
	for n, u := range users {
		if u.APIKey == key {
			users[n].APIKey = ""
		}
		if u.Bot {
			at = n
		}
	}
	if len(users) > 0 {
		users[at].APIKey = key
	}
	s.Users = users
	return s
}

// SeedRepository is one Git repository, by name only.
type SeedRepository struct {
	ID          int    `json:"id,omitempty"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	CreatedUser int    `json:"createdUser,omitempty"` // default: the first member
}

// SeedDocument is one document with those below it. Content is Markdown.
type SeedDocument struct {
	Title       string         `json:"title"`
	Content     string         `json:"content,omitempty"`
	Emoji       string         `json:"emoji,omitempty"`
	CreatedUser int            `json:"createdUser,omitempty"` // default: the first member
	Created     time.Time      `json:"created,omitzero"`
	Children    []SeedDocument `json:"children,omitempty"`
}
