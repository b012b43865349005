package config

import (
	"strings"

	"toban/config/tree"
)

// AlertDoor is how monitoring systems reach Toban for a customer: public_url/hooks/alerts/SOURCE/TOKEN.
type AlertDoor struct {
	// Tokens say whose alerts they are; none = the customer's monitoring can't reach Toban by HTTP.
	Tokens Secrets `yaml:"tokens"`
	// JSON says where the bodies of source json hold what.
	JSON AlertMapping `yaml:"json"`
	// PagerDuty are the keys with which PagerDuty signs; without one its webhooks are refused.
	PagerDuty Secrets `yaml:"pagerduty_keys"`
}

// AlertMapping says where a JSON body holds what: names joined by dots, a number picks from a list. What is left out has the name of its key,
// id and at included.
type AlertMapping struct {
	List     string `yaml:"list"` // of alerts; none = the body is one alert or a list of them
	Host     string `yaml:"host"`
	Name     string `yaml:"name"`
	Severity string `yaml:"severity"`
	State    string `yaml:"state"`
	Text     string `yaml:"text"`
	URL      string `yaml:"url"`
	// ID names one outbreak, from its alert to its recovery; At is the source's own time of the word.
	ID string `yaml:"id"`
	At string `yaml:"at"`
	// Recovered are the values of State that mean that it is over, whatever the case; all others mean an alert.
	Recovered []string `yaml:"recovered" max:"20"`
}

func (l *loader) checkAlertDoor(c *Customer, n *tree.Node) {
	if n == nil {
		return
	}
	for _, t := range c.AlertDoor.Tokens {
		whose := "the alerts of customer " + c.ID
		switch other, taken := l.feeds[t.Reveal()]; {
		case !feedToken.MatchString(t.Reveal()):
			l.faults.Add(n.At("tokens"), "must lead to 16 to 200 letters, digits, - and _, such as those of openssl rand -hex 24")
		case taken && other != whose:
			l.faults.Add(n.At("tokens"), "leads to the same token as that of %s: each door needs its own", other)
		}
		l.feeds[t.Reveal()] = whose
	}
	if n.Get("tokens") == nil {
		l.faults.Add(n.Pos, "lacks tokens: a reference to a secret, or two while it is being rotated")
	}
	m := c.AlertDoor.JSON
	for key, path := range map[string]string{
		"list": m.List, "host": m.Host, "name": m.Name, "severity": m.Severity, "state": m.State, "text": m.Text, "url": m.URL, "id": m.ID, "at": m.At,
	} {
		if path != "" && (strings.HasPrefix(path, ".") || strings.HasSuffix(path, ".") || strings.Contains(path, "..") || strings.ContainsAny(path, " $[]")) {
			l.faults.Add(n.At("json", key), "must be names joined by dots such as alert.host.name or hosts.0, got %s", tree.Quote(path))
		}
	}
}
