package backlogsim

import (
	"maps"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Choices settle what Nulab does not publish, or what spaces do differently. The zero value is this room's choice everywhere: as a rule the
// reading that is harder on a client. They come with a seed, with SetChoices, or by POST /_sim/choices.
type Choices struct {
	// MinIDExclusive leaves minId and maxId themselves out of lists. Zero: they are in, so a client that asks from its last id meets it again.
	MinIDExclusive bool `json:"minIdExclusive,omitempty"`
	// UTCDays makes createdSince, updatedUntil and the like days of UTC. Zero: days of the space's zone.
	UTCDays bool `json:"utcDays,omitempty"`
	// OldDates writes date-only fields as midnight of the space's zone, 15:00:00Z of the day before in Japan, as old samples have it.
	OldDates bool `json:"oldDates,omitempty"`
	// EmptyContent writes "" for the content of a comment without words. Zero: null.
	EmptyContent bool `json:"emptyContent,omitempty"`
	// UniqueWikiNames refuses a second page of the same name in a project. Zero: it is made.
	UniqueWikiNames bool `json:"uniqueWikiNames,omitempty"`
	// StrictRequired refuses an update of an issue as long as a required custom field is empty. Zero: only if the update touches the field.
	StrictRequired bool `json:"strictRequired,omitempty"`
	// NewPlan switches the calls off that write users and teams, as spaces on the plans of today have it (403, code 2).
	NewPlan bool `json:"newPlan,omitempty"`
	// EraseDocuments leaves deleted documents nowhere. Zero: they are listed in the trash tree, with everything below them.
	EraseDocuments bool `json:"eraseDocuments,omitempty"`
	// NotificationChanges lists who was notified in the change log of a comment, as field "notification".
	NotificationChanges bool `json:"notificationChanges,omitempty"`
	// DocumentObjects writes the editor's form of a document as an object. Zero: as a string that holds JSON.
	DocumentObjects bool `json:"documentObjects,omitempty"`
	// PlainCreated makes the webhook of a new issue (type 1) as short as the feed's entry, as older spaces send it. Zero: the whole issue.
	PlainCreated bool `json:"plainCreated,omitempty"`
	// StringIDs writes the ids of priority and resolution in the webhook of a new issue as strings.
	StringIDs bool `json:"stringIds,omitempty"`
	// BareProject leaves everything but id, key and name out of the project of a webhook, as test deliveries do.
	BareProject bool `json:"bareProject,omitempty"`
	// PublicHooks refuses hookUrl on localhost and private addresses, as a real space does. Zero: they are allowed, for stand-ins run there.
	PublicHooks bool `json:"publicHooks,omitempty"`
	// HookCreated answers Add Webhook with 201. Zero: 200, as the example on its page.
	HookCreated bool `json:"hookCreated,omitempty"`
	// NarrowSearch counts only GET issues and issues/count as searches. Zero: wikis and documents with a keyword as well.
	NarrowSearch bool `json:"narrowSearch,omitempty"`
	// Statuses are HTTP statuses by error code, instead of those of the table in the README: {"8":507}.
	Statuses map[int]int `json:"statuses,omitempty"`
}

// SetChoices replaces the choices. It does not touch what is already stored or queued.
func (s *Server) SetChoices(c Choices) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Statuses = maps.Clone(c.Statuses)
	s.st.choices = c
}

// Choices returns the present choices.
func (s *Server) Choices() Choices {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := s.st.choices
	c.Statuses = maps.Clone(c.Statuses)
	return c
}

// day is a date-only field of the project as the space writes it.
func (st *state) day(d string) day {
	if d == "" || !st.choices.OldDates {
		return day(d)
	}
	t, err := time.ParseInLocation(time.DateOnly, d, st.zone)
	if err != nil {
		return day(d)
	}
	return day(t.UTC().Format("2006-01-02T15:04:05Z"))
}

// dayOf is the day of an instant that filters compare with.
func (st *state) dayOf(t time.Time) string {
	if st.choices.UTCDays {
		return t.UTC().Format(time.DateOnly)
	}
	return t.In(st.zone).Format(time.DateOnly)
}

// publicHost says whether a webhook's address could be reached from the internet.
func publicHost(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil {
		return !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !ip.IsUnspecified()
	}
	return host != "localhost" && !strings.HasSuffix(host, ".localhost") && !strings.HasSuffix(host, ".local") && strings.Contains(host, ".")
}
