package backlogsim

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

type webhook struct {
	id                   int
	name, description    string
	url                  string
	all                  bool
	types                []int
	createdBy, updatedBy *user
	created, updated     time.Time
}

type wireWebhook struct {
	ID              int       `json:"id"`
	Name            string    `json:"name"`
	Description     string    `json:"description"`
	HookURL         string    `json:"hookUrl"`
	AllEvent        bool      `json:"allEvent"`
	ActivityTypeIDs []int     `json:"activityTypeIds"`
	CreatedUser     *wireUser `json:"createdUser"`
	Created         stamp     `json:"created"`
	UpdatedUser     *wireUser `json:"updatedUser"`
	Updated         stamp     `json:"updated"`
}

func (h *webhook) wire() *wireWebhook {
	return &wireWebhook{h.id, h.name, h.description, h.url, h.all, append([]int{}, h.types...), h.createdBy.wire(), stamp(h.created), h.updatedBy.wire(), stamp(h.updated)}
}

func (h *webhook) wants(typ int) bool { return h.all || slices.Contains(h.types, typ) }

func listWebhooks(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	return mapped(p.webhooks, (*webhook).wire), nil
}

func (c *call) pathWebhook() (*project, *webhook, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, nil, err
	}
	id := c.id("id")
	for _, h := range p.webhooks {
		if h.id == id {
			return p, h, nil
		}
	}
	return nil, nil, notFound("webhook")
}

func getWebhook(c *call) (any, error) {
	_, h, err := c.pathWebhook()
	if err != nil {
		return nil, err
	}
	return h.wire(), nil
}

func (c *call) fillWebhook(h *webhook) error {
	next := *h
	var err error
	if c.has("name") || h.id == 0 {
		if next.name, err = c.needText("name", maxSummary); err != nil {
			return err
		}
	}
	if c.has("hookUrl") || h.id == 0 {
		if next.url, err = c.needText("hookUrl", 0); err != nil {
			return err
		}
		u, err := url.Parse(next.url)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return invalid("hookUrl is invalid.")
		}
		if c.st.choices.PublicHooks && !publicHost(u) {
			return invalid("hookUrl must be reachable from the internet.")
		}
	}
	if v, ok := c.text("description"); ok {
		next.description = v
	}
	all, ok, err := c.boolean("allEvent")
	if err != nil {
		return err
	}
	if ok {
		next.all = all
	}
	types, sent, err := c.ints("activityTypeIds")
	if err != nil {
		return err
	}
	if sent {
		next.types = types
	}
	next.updated, next.updatedBy = c.now, c.user
	*h = next
	return nil
}

// addWebhook allows private addresses unless Choices.PublicHooks: the stand-in mostly runs on one machine.
func addWebhook(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	h := &webhook{created: c.now, createdBy: c.user}
	if err := c.fillWebhook(h); err != nil {
		return nil, err
	}
	h.id = c.st.newID()
	p.webhooks = append(p.webhooks, h)
	c.dirty = true
	if c.st.choices.HookCreated {
		c.status = http.StatusCreated
	}
	return h.wire(), nil
}

func updateWebhook(c *call) (any, error) {
	_, h, err := c.pathWebhook()
	if err != nil {
		return nil, err
	}
	if err := c.fillWebhook(h); err != nil {
		return nil, err
	}
	c.dirty = true
	return h.wire(), nil
}

func deleteWebhook(c *call) (any, error) {
	p, h, err := c.pathWebhook()
	if err != nil {
		return nil, err
	}
	p.webhooks = without(p.webhooks, h)
	c.dirty = true
	return h.wire(), nil
}

// HookTest is the test button of the settings page: one delivery of a made-up activity. It has no id of the feed, and a bare project.
type HookTest struct {
	Project string `json:"project"`        // key
	Webhook int    `json:"webhook"`        // id
	Type    int    `json:"type,omitempty"` // 1 when 0; the page offers 1 to 26
}

// TestHook sends a test delivery.
func (s *Server) TestHook(in HookTest) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p := s.st.projectKey[in.Project]
	if p == nil {
		return fmt.Errorf("testing a webhook: no project %q", in.Project)
	}
	at := slices.IndexFunc(p.webhooks, func(h *webhook) bool { return h.id == in.Webhook })
	if at < 0 {
		return fmt.Errorf("testing a webhook: no webhook %d", in.Webhook)
	}
	typ := cmp.Or(in.Type, activityIssueCreated)
	if typ < activityIssueCreated || typ > activityTeamRemoved {
		return fmt.Errorf("testing a webhook: no sample of type %d", typ)
	}
	h := p.webhooks[at]
	now := s.now()
	body := encode(object{
		{"created", stamp(now)},
		{"project", object{{"id", p.id}, {"projectKey", p.key}, {"name", p.name}}},
		{"id", 0},
		{"type", typ},
		{"content", object{{"id", 1}, {"key_id", 1}, {"summary", "test"}, {"description", "test"}, {"comment", nil}, {"changes", []struct{}{}}}},
		{"notifications", []struct{}{}},
		{"createdUser", h.createdBy.wire()},
	})
	s.posts.queue(&Delivery{WebhookID: h.id, Webhook: h.name, Type: typ, Fault: "", State: "queued", QueuedAt: now, Body: body, url: h.url, due: time.Now()}, webhookFate{})
	return nil
}
