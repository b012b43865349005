package app

import (
	"cmp"
	"net/http"
	"regexp"
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
		x := alert.Customer{ID: c.ID, Hosts: map[string]string{}, Mapping: alert.Mapping{
			List: m.List, Host: m.Host, Name: m.Name, Severity: m.Severity, State: m.State, Text: m.Text, URL: m.URL, Occurrence: m.ID, At: m.At, Recovered: m.Recovered,
		}}
		for _, r := range c.Resources {
			x.Hosts[strings.ToLower(r.ID)], x.Hosts[strings.ToLower(r.Host)] = r.Host, r.Host
		}
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
