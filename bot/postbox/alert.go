package postbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"toban/bot"
)

// Alerts are what the mails of a customer's monitoring mean.
type Alerts struct {
	Rules []Rule            // the first that fits counts
	Hosts map[string]string // the host by the names, in small letters, under which monitoring knows it
}

// Rule reads the mails of one kind of alert. Groups of its patterns named host, name, severity, id and url say what is what; a pattern that is nil
// is not looked at.
type Rule struct {
	ID       string         // of the customer's rule
	Alert    *regexp.Regexp // over the subject
	Recovery *regexp.Regexp // over the subject; looked at first, since the pattern of the alert is often the wider one
	Body     *regexp.Regexp // over the text: it has to fit, too
	Host     string         // of all of them; "": the group's
	Hosts    *regexp.Regexp // over the host
	Severity *regexp.Regexp // over the severity
}

// unread is the name under which the mails of a customer stand that no rule fits.
const unread = "mail that no rule fits"

// alert makes an event of a mail of monitoring.
func (p *Postbox) alert(l bot.Letter, box Box, now time.Time) (bot.Event, error) {
	a, ok := box.Alerts.read(l)
	if !ok {
		p.count(Unmatched)
		p.cfg.Logger.Warn("mail of monitoring that no rule fits", "customer", box.Customer, "bytes", len(l.Raw))
		a = bot.Alert{Name: unread, Unread: true, Firing: true}
	}
	a.Customer, a.Source, a.ID, a.Text = box.Customer, "mail", l.MessageID, strings.TrimSpace(l.Subject+"\n"+l.Text)
	const far = 24 * time.Hour // a clock that is off by more tells nothing
	if d := now.Sub(l.Sent); d.Abs() < far {
		a.Since = l.Sent
	}
	raw, err := json.Marshal(map[string]string{"subject": l.Subject, "text": l.Text})
	if err != nil {
		return bot.Event{}, fmt.Errorf("keeping a mail of monitoring: %w", err)
	}
	a.Raw = raw
	e, err := bot.NewEvent(bot.EventAlert, bot.AlertKey(a.Customer, a.Source, a.ID), bot.AlertLane(a.Customer, a.Host, a.Name), now, a)
	e.Customer = a.Customer
	return e, err
}

// read reads a mail by the first rule that fits it.
func (s *Alerts) read(l bot.Letter) (bot.Alert, bool) {
	for _, r := range s.Rules {
		for _, try := range []struct {
			subject *regexp.Regexp
			firing  bool
		}{{r.Recovery, false}, {r.Alert, true}} {
			found, ok := r.groups(try.subject, l)
			if !ok {
				continue
			}
			a := bot.Alert{
				Rule: r.ID, Firing: try.firing, Host: cmp.Or(r.Host, found["host"]), Name: cmp.Or(found["name"], r.ID), Severity: found["severity"],
				Occurrence: found["id"], URL: found["url"],
			}
			if known, ok := s.Hosts[strings.ToLower(a.Host)]; ok {
				a.Host = known
			}
			if (r.Hosts == nil || r.Hosts.MatchString(a.Host)) && (r.Severity == nil || r.Severity.MatchString(a.Severity)) {
				return a, true
			}
		}
	}
	return bot.Alert{}, false
}

// groups are the named groups of the patterns in a mail; ok is false when they do not fit it.
func (r Rule) groups(subject *regexp.Regexp, l bot.Letter) (found map[string]string, ok bool) {
	if subject == nil {
		return nil, false
	}
	found = map[string]string{}
	for i, p := range []*regexp.Regexp{subject, r.Body} {
		if p == nil {
			continue
		}
		m := p.FindStringSubmatch([]string{l.Subject, l.Text}[i])
		if m == nil {
			return nil, false
		}
		for i, name := range p.SubexpNames() {
			if name != "" && m[i] != "" && found[name] == "" {
				found[name] = strings.TrimSpace(m[i])
			}
		}
	}
	return found, true
}
