package backlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Webhook is a registration of a URL at a project.
type Webhook struct {
	ID              ID             `json:"id"`
	Name            string         `json:"name"`
	Description     string         `json:"description"`
	HookURL         string         `json:"hookUrl"` // often holds a secret
	AllEvent        bool           `json:"allEvent"`
	ActivityTypeIDs []ActivityType `json:"activityTypeIds"`
	CreatedUser     *User          `json:"createdUser,omitempty"`
	Created         time.Time      `json:"created"`
	UpdatedUser     *User          `json:"updatedUser,omitempty"`
	Updated         time.Time      `json:"updated"`
}

// CreateWebhookInput describes a registration: all events, or those listed.
type CreateWebhookInput struct {
	Name            string         `form:"name,always"`
	HookURL         string         `form:"hookUrl,always"`
	Description     string         `form:"description"`
	AllEvent        bool           `form:"allEvent"`
	ActivityTypeIDs []ActivityType `form:"activityTypeIds"`
}

// UpdateWebhookInput changes a registration.
type UpdateWebhookInput struct {
	Name            Optional[string]         `form:"name"`
	HookURL         Optional[string]         `form:"hookUrl"`
	Description     Optional[string]         `form:"description"`
	AllEvent        Optional[bool]           `form:"allEvent"`
	ActivityTypeIDs Optional[[]ActivityType] `form:"activityTypeIds"`
}

// GetWebhooks returns a project's webhooks. Administrators only, as all that follow.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-webhooks/
func (c *Client) GetWebhooks(ctx context.Context, project string) ([]*Webhook, error) {
	return list[Webhook](ctx, c, route{"projects", project, "webhooks"}, nil)
}

// GetWebhook returns one webhook.
//
// https://developer.nulab.com/docs/backlog/api/2/get-webhook/
func (c *Client) GetWebhook(ctx context.Context, project string, id ID) (*Webhook, error) {
	return one[Webhook](ctx, c, route{"projects", project, "webhooks", id.String()}, nil)
}

// CreateWebhook registers a URL.
//
// https://developer.nulab.com/docs/backlog/api/2/add-webhook/
func (c *Client) CreateWebhook(ctx context.Context, project string, input *CreateWebhookInput) (*Webhook, error) {
	return send[Webhook](ctx, c, http.MethodPost, route{"projects", project, "webhooks"}, input)
}

// UpdateWebhook changes a registration.
//
// https://developer.nulab.com/docs/backlog/api/2/update-webhook/
func (c *Client) UpdateWebhook(ctx context.Context, project string, id ID, input *UpdateWebhookInput) (*Webhook, error) {
	return send[Webhook](ctx, c, http.MethodPatch, route{"projects", project, "webhooks", id.String()}, input)
}

// DeleteWebhook ends a registration.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-webhook/
func (c *Client) DeleteWebhook(ctx context.Context, project string, id ID) (*Webhook, error) {
	return send[Webhook](ctx, c, http.MethodDelete, route{"projects", project, "webhooks", id.String()}, nil)
}

// DecodeWebhook reads the body of a delivery. Deliveries carry no signature and
// no name of the space: compare the secret in the URL before, and fetch what
// matters through the API after. Unknown types and fields are no error; a body
// that is not an activity is. ID may be 0 in the test deliveries of the settings page.
//
// https://support-ja.backlog.com/hc/ja/articles/360036147713
func DecodeWebhook(body []byte) (*Activity, error) {
	a := new(Activity)
	if err := json.Unmarshal(body, a); err != nil {
		return nil, fmt.Errorf("decoding a webhook: %w", err)
	}
	if a.Type == 0 {
		return nil, errors.New("decoding a webhook: no activity type")
	}
	return a, nil
}
