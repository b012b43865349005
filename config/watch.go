package config

import (
	"net/url"
	"reflect"
	"strings"
	"time"

	"toban/config/tree"
)

// Watch says who watches Toban from outside.
type Watch struct {
	// Heartbeat are one or two outside monitors that hear from Toban every minute as long as it is well.
	Heartbeat Heartbeats `yaml:"heartbeat"`
	Synthetic *Synthetic `yaml:"synthetic"`
}

// Heartbeats are addresses of outside monitors. Each is secret, since who knows it can pretend that Toban is well: env:NAME, file:PATH, or,
// where it does not matter, the address itself.
type Heartbeats []Secret

// Synthetic is a test project in which Toban opens a ticket of its own, answers it and closes it.
type Synthetic struct {
	Space     string `yaml:"space,required"`
	Project   string `yaml:"project,required"`    // key of a project that is no customer's
	IssueType string `yaml:"issue_type,required"` // by name; the project must have it
	// Every is the time between two tickets: 5, 10, 15, 20, 30 or 60 minutes.
	Every time.Duration `yaml:"every"`
}

// SyntheticCustomer is the id under which Toban's own test tickets are kept. No customer may be called so.
const SyntheticCustomer = "synthetic"

const (
	defaultSynthetic = 15 * time.Minute
	maxHeartbeats    = 2
)

// heartbeats decodes the list of addresses. Its faults never repeat an address.
func (r secretReader) heartbeats(n *tree.Node, dst reflect.Value, faults *tree.Faults) {
	if n.Kind != tree.List || len(n.Items) == 0 || len(n.Items) > maxHeartbeats {
		faults.Add(n.Pos, "must be a list of one or two addresses")
		return
	}
	var out Heartbeats
	for _, item := range n.Items {
		s, ok := NewSecret(item.Text), item.Kind == tree.Text
		if strings.HasPrefix(item.Text, "env:") || strings.HasPrefix(item.Text, "file:") {
			if s, ok = r.read(item, faults); !ok {
				continue
			}
		}
		if !ok || !heartbeatAddress(s.Reveal()) {
			faults.Add(item.Pos, "must be https://…, POST https://…, mailto:…, or a reference to one, env:NAME or file:PATH")
			continue
		}
		out = append(out, s)
	}
	dst.Set(reflect.ValueOf(out))
}

func heartbeatAddress(text string) bool {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "GET "), "POST ")
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	return u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") || (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// checkWatch comes after the customers: a test ticket must never be opened in a customer's project.
func (l *loader) checkWatch() {
	s := l.cfg.Server.Watch.Synthetic
	for i := range l.cfg.Customers {
		if l.cfg.Customers[i].ID == SyntheticCustomer {
			l.faults.Add(tree.Pos{File: CustomersDir + "/" + SyntheticCustomer + ".yaml"}, "has a name that is kept for Toban's own test tickets; call the customer something else")
		}
	}
	if s == nil {
		return
	}
	if s.Every == 0 {
		s.Every = defaultSynthetic
	}
	pos := tree.Pos{File: ServerFile}
	if s.Every%time.Minute != 0 || s.Every < 5*time.Minute || s.Every > time.Hour || time.Hour%s.Every != 0 {
		l.faults.Add(pos, "watch.synthetic.every must be 5m, 10m, 15m, 20m, 30m or 60m, got %s", s.Every)
	}
	if _, ok := l.cfg.Space(s.Space); s.Space != "" && !ok {
		l.faults.Add(pos, "watch.synthetic.space names %s, which is not in spaces.yaml", tree.Quote(s.Space))
	}
	if c, ok := l.cfg.CustomerOfProject(s.Space, s.Project); ok {
		l.faults.Add(pos, "watch.synthetic.project is %s of the customer %s; test tickets need a project that is no customer's", s.Project, c.ID)
	}
}
