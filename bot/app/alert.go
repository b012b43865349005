package app

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/alert"
	"toban/config"
)

// newAlerts builds the door for the alerts of monitoring systems.
func (a *App) newAlerts(in bot.Inbox) *alert.Handler {
	var list []alert.Customer
	tokens := map[string][]string{}
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		m := c.AlertDoor.JSON
		x := alert.Customer{ID: c.ID, Hosts: hostNames(c), Mapping: alert.Mapping{
			List: m.List, Host: m.Host, Name: m.Name, Severity: m.Severity, State: m.State, Text: m.Text, URL: m.URL, Occurrence: m.ID, At: m.At, Recovered: m.Recovered,
		}}
		for _, account := range c.AWS {
			x.Accounts = append(x.Accounts, account.ID)
		}
		for _, k := range c.AlertDoor.PagerDuty {
			x.Keys = append(x.Keys, k.Reveal())
		}
		for _, t := range c.AlertDoor.Tokens {
			tokens[c.ID] = append(tokens[c.ID], t.Reveal())
		}
		list = append(list, x)
	}
	cfg := alert.Config{Customers: alert.Tokens(list, tokens), Inbox: in, Dead: a.p.Store, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "alert")}
	if a.p.Transport != nil {
		const limit = 10 * time.Second
		cfg.Client = &http.Client{Transport: a.p.Transport, Timeout: limit}
	}
	return alert.New(cfg)
}

// hostNames are a customer's hosts by the names, in small letters, under which monitoring knows them.
func hostNames(c *config.Customer) map[string]string {
	out := map[string]string{}
	for _, r := range c.Resources {
		out[strings.ToLower(r.ID)], out[strings.ToLower(r.Host)] = r.Host, r.Host
	}
	return out
}

// alertRules are a customer's rules as the features read them.
func alertRules(list []config.AlertRule) []bot.AlertRule {
	var out []bot.AlertRule
	for _, r := range list {
		x := bot.AlertRule{
			ID: r.ID, Source: r.Source, Name: r.Alert.Regexp, Severity: r.Severity.Regexp, Host: r.Hosts.Regexp, Impact: r.Impact, Urgency: r.Urgency,
			Runbook: r.Playbook, Project: r.Project, Review: r.Review,
		}
		if x.Source == "any" {
			x.Source = ""
		}
		if r.Host != "" {
			x.Host = regexp.MustCompile("^" + regexp.QuoteMeta(r.Host) + "$")
		}
		x.Impact = cmp.Or(x.Impact, "ask")
		out = append(out, x)
	}
	return out
}

// examineAlerts says whose monitoring reaches Toban by HTTP, and what is missing for it.
func (a *App) examineAlerts() []Finding {
	var out []Finding
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		switch open := len(c.AlertDoor.Tokens) > 0; {
		case open && a.p.Config.Server.PublicURL == "":
			out = append(out, Finding{LevelWarn, "customer " + c.ID + " has an alert_door, and server.yaml no public_url under which monitoring reaches it", "set public_url"})
		case open && len(c.Alerts) == 0:
			out = append(out, Finding{LevelWarn, "alerts of customer " + c.ID + " are all asked of staff", "write rules under alerts in customers/" + c.ID + ".yaml"})
		case open:
			out = append(out, Finding{LevelOK, fmt.Sprintf("alerts of customer %s are taken at %s/hooks/alerts/SOURCE/TOKEN, with %d rules", c.ID, a.p.Config.Server.PublicURL, len(c.Alerts)), ""})
		}
		if !slices.ContainsFunc(c.RequestTypes(), func(t config.RequestType) bool { return t.Class == config.ClassIncident }) && len(c.AlertDoor.Tokens) > 0 {
			out = append(out, Finding{LevelWarn, "the contract of customer " + c.ID + " has no request type of class incident: issues for alerts are opened with the type 障害ご連絡", "add the type to a profile, or to the project"})
		}
	}
	return out
}
