package alert

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"toban/bot"
)

// alertmanager reads the webhook of Prometheus' Alertmanager, version 4: one body holds the alerts of a group, firing and resolved ones. An
// outbreak is named by the alert's fingerprint and the instant it began.
func alertmanager(_ context.Context, d delivery) ([]bot.Alert, error) {
	var body struct {
		Version string            `json:"version"`
		Alerts  []json.RawMessage `json:"alerts"`
	}
	if err := json.Unmarshal(d.raw, &body); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	switch {
	case body.Version != "" && body.Version != "4":
		return nil, fmt.Errorf("version %q of Alertmanager's webhook is not known; known is 4", body.Version)
	case len(body.Alerts) > mostAlerts:
		return nil, errMany
	}
	out := make([]bot.Alert, 0, len(body.Alerts))
	for _, raw := range body.Alerts {
		var one struct {
			Status       string            `json:"status"`
			Labels       map[string]string `json:"labels"`
			Annotations  map[string]string `json:"annotations"`
			StartsAt     time.Time         `json:"startsAt"`
			EndsAt       time.Time         `json:"endsAt"`
			GeneratorURL string            `json:"generatorURL"`
			Fingerprint  string            `json:"fingerprint"`
		}
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, fmt.Errorf("an alert of the group: %w", err)
		}
		host := cmp.Or(one.Labels["host"], one.Labels["hostname"], one.Labels["nodename"], withoutPort(one.Labels["instance"]))
		a := bot.Alert{
			Host: host, Name: one.Labels["alertname"], Severity: one.Labels["severity"], Firing: one.Status != "resolved", URL: one.GeneratorURL, Raw: raw,
			Text: joined(one.Annotations["summary"], one.Annotations["description"]), Since: one.StartsAt.UTC(),
		}
		if a.Name == "" && a.Host == "" {
			return nil, errNoName
		}
		if !one.StartsAt.IsZero() {
			a.Occurrence = one.Fingerprint + "@" + one.StartsAt.UTC().Format(time.RFC3339Nano)
		}
		if !a.Firing && !one.EndsAt.IsZero() {
			a.Since = one.EndsAt.UTC()
		}
		out = append(out, a)
	}
	return out, nil
}

// mackerel reads the webhook of Mackerel. Events other than alert are about none.
func mackerel(_ context.Context, d delivery) ([]bot.Alert, error) {
	var body struct {
		Event string `json:"event"`
		Host  struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"host"`
		Alert *struct {
			ID          string `json:"id"`
			URL         string `json:"url"`
			Status      string `json:"status"`
			IsOpen      *bool  `json:"isOpen"`
			MonitorName string `json:"monitorName"`
			MetricLabel string `json:"metricLabel"`
			OpenedAt    int64  `json:"openedAt"`
			ClosedAt    int64  `json:"closedAt"`
		} `json:"alert"`
		Memo    string `json:"memo"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(d.raw, &body); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	if body.Event != "alert" {
		return nil, nil
	}
	if body.Alert == nil || body.Alert.MonitorName == "" && body.Host.Name == "" {
		return nil, errNoName
	}
	x := body.Alert
	a := bot.Alert{
		Host: cmp.Or(d.customer.Hosts[strings.ToLower(body.Host.ID)], body.Host.Name, body.Host.ID), Name: x.MonitorName, Severity: x.Status, URL: x.URL, Text: joined(x.MetricLabel, body.Message, body.Memo),
		Occurrence: x.ID, Firing: !strings.EqualFold(x.Status, "ok"),
	}
	if x.IsOpen != nil && !*x.IsOpen {
		a.Firing = false
	}
	opened := x.OpenedAt
	if !a.Firing {
		opened = cmp.Or(x.ClosedAt, x.OpenedAt)
	}
	if opened > 0 {
		a.Since = timeOf(strconv.FormatInt(opened, 10))
	}
	return []bot.Alert{a}, nil
}

func withoutPort(s string) string {
	if i := strings.LastIndexByte(s, ':'); i > 0 && strings.Count(s, ":") == 1 {
		return s[:i]
	}
	return s
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n")
}
