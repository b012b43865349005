package alert

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"toban/bot"
)

// datadog reads a webhook of Datadog whose payload is written as deploy/RUNBOOK.md shows; Datadog itself prescribes none.
func datadog(_ context.Context, d delivery) ([]bot.Alert, error) {
	var x struct {
		ID         string `json:"id"`
		Cycle      string `json:"cycle"`
		Transition string `json:"transition"`
		Hostname   string `json:"hostname"`
		Title      string `json:"title"`
		Monitor    string `json:"monitor"`
		Priority   string `json:"priority"`
		Body       string `json:"body"`
		Link       string `json:"link"`
		Date       string `json:"date"`
	}
	if err := json.Unmarshal(d.raw, &x); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	name := x.Monitor
	if name == "" {
		name = x.Title
	}
	if name == "" && x.Hostname == "" {
		return nil, errNoName
	}
	return []bot.Alert{{
		ID: x.ID, Host: x.Hostname, Name: name, Severity: x.Priority, Text: joined(x.Title, x.Body), URL: x.Link, Occurrence: x.Cycle, Since: timeOf(x.Date),
		Firing: !strings.EqualFold(x.Transition, "recovered"),
	}}, nil
}

// pagerduty reads a webhook (v3) of PagerDuty, which signs each body with a key of the subscription; two may be valid at once.
func pagerduty(_ context.Context, d delivery) ([]bot.Alert, error) {
	if !signedBy(d) {
		return nil, errUnsigned
	}
	var body struct {
		Event struct {
			ID         string `json:"id"`
			Type       string `json:"event_type"`
			OccurredAt string `json:"occurred_at"`
			Data       struct {
				ID      string `json:"id"`
				URL     string `json:"html_url"`
				Title   string `json:"title"`
				Urgency string `json:"urgency"`
				Service struct {
					Summary string `json:"summary"`
				} `json:"service"`
			} `json:"data"`
		} `json:"event"`
	}
	if err := json.Unmarshal(d.raw, &body); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	e := body.Event
	firing := false
	switch e.Type {
	case "incident.triggered", "incident.reopened":
		firing = true
	case "incident.resolved":
	default:
		return nil, nil
	}
	return []bot.Alert{{
		ID: e.ID, Host: e.Data.Service.Summary, Name: e.Data.Title, Severity: e.Data.Urgency, URL: e.Data.URL, Occurrence: e.Data.ID, Since: timeOf(e.OccurredAt), Firing: firing,
	}}, nil
}

// signedBy reports whether one of the signatures was made with one of the customer's keys.
func signedBy(d delivery) bool {
	ok := false
	for _, key := range d.customer.Keys {
		mac := hmac.New(sha256.New, []byte(key))
		_, _ = mac.Write(d.raw)
		want := "v1=" + hex.EncodeToString(mac.Sum(nil))
		for got := range strings.SplitSeq(d.header.Get("X-Pagerduty-Signature"), ",") {
			ok = hmac.Equal([]byte(strings.TrimSpace(got)), []byte(want)) || ok
		}
	}
	return ok
}
