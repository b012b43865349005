package config

import (
	"net"
	"net/url"
	"time"

	"toban/config/tree"
)

// Server is server.yaml: how the program itself runs.
type Server struct {
	// Listen is the address of the HTTP doors, host:port.
	Listen string `yaml:"listen,required"`
	// PublicURL is the address under which Backlog and people reach Listen; needed for webhooks and for Slack over HTTP.
	PublicURL string `yaml:"public_url"`
	// StatusToken opens the metrics to other machines, as "Authorization: Bearer TOKEN"; none opens them to this machine only.
	StatusToken Secrets `yaml:"status_token"`
	// ScheduleToken opens the change schedule of all customers as iCalendar at PublicURL/schedule/TOKEN.ics; none = no such feed.
	ScheduleToken Secrets  `yaml:"schedule_token"`
	Database      Database `yaml:"database"`
	// Poll is how often the activity feed of each space is read for webhooks that did not come.
	Poll      time.Duration `yaml:"poll" min:"1s" max:"1h"`
	Slack     Slack         `yaml:"slack,required"`
	Log       Log           `yaml:"log"`
	Operators Operators     `yaml:"operators,required"`
	Backup    Backup        `yaml:"backup"`
	Watch     Watch         `yaml:"watch"`
	Mail      *Mail         `yaml:"mail"`
	Phone     *Phone        `yaml:"phone"`
	Postbox   *Postbox      `yaml:"postbox"`
	AWS       *AWS          `yaml:"aws"`
	Trace     Trace         `yaml:"trace"`
	Retention Retention     `yaml:"retention"`
	// Expires lists what ends by itself, so that somebody hears of it in time.
	Expires []Expiry `yaml:"expires" max:"50"`
}

// Database says where state is kept: SQLite in a file, or PostgreSQL.
type Database struct {
	// SQLite is the path of the database file, taken from the folder in which Toban is started.
	SQLite string `yaml:"sqlite"`
	// Postgres is the DSN, sslmode included.
	Postgres Secret `yaml:"postgres"`
}

// SlackMode says how Slack's events reach Toban.
type SlackMode string

// Slack modes.
const (
	SlackSocket SlackMode = "socket" // Toban dials out; no public address is needed
	SlackHTTP   SlackMode = "http"   // Slack calls PublicURL and signs
)

// Slack is the provider's workspace.
type Slack struct {
	Mode          SlackMode `yaml:"mode" oneof:"socket http"`
	BotToken      Secret    `yaml:"bot_token,required"`
	AppToken      Secret    `yaml:"app_token"`      // needed for socket
	SigningSecret Secrets   `yaml:"signing_secret"` // needed for http
	// APIURL replaces Slack's own address, for a stand-in; it ends in a slash.
	APIURL string `yaml:"api_url"`
}

// Log says what is logged.
type Log struct {
	Level  string `yaml:"level" oneof:"debug info warn error"`
	Format string `yaml:"format" oneof:"text json"`
}

// Operators are the people who run Toban.
type Operators struct {
	// Channel is the Slack channel id in which Toban reports on itself.
	Channel string `yaml:"channel,required"`
	// Mail are addresses that are told of what Slack can't be told; it needs Server.Mail.
	Mail []Secret `yaml:"mail" max:"5"`
}

// defaults of the machine; they are no figures of a contract.
func defaultServer() Server {
	return Server{Poll: time.Minute, Slack: Slack{Mode: SlackSocket}, Log: Log{Level: "info", Format: "text"}, Backup: defaultBackup(), Trace: Trace{Share: 1}, Retention: defaultRetention()}
}

func (l *loader) checkServer(s *Server, n *tree.Node) {
	if s.Listen != "" {
		if _, _, err := net.SplitHostPort(s.Listen); err != nil {
			l.faults.Add(n.At("listen"), "must be host:port such as 127.0.0.1:8080, got %s", tree.Quote(s.Listen))
		}
	}
	l.checkURL(s.PublicURL, n.At("public_url"))
	l.checkURL(s.Slack.APIURL, n.At("slack", "api_url"))
	l.checkFeedTokens(n, "schedule_token", "all customers", s.ScheduleToken)
	l.checkTrace(&s.Trace, n)
	l.checkExpiries(s.Expires, n)
	l.checkChannel(s.Operators.Channel, n.At("operators", "channel"))
	l.checkBackup(&s.Backup, n.Get("backup"))
	l.checkMail(s.Mail, n.Get("mail"))
	l.checkPostbox(s.Postbox, n.Get("postbox"))
	l.checkPhone(s.Phone, n.Get("phone"))
	l.checkAWS(s.AWS, n.Get("aws"))
	db := n.Get("database")
	both := db != nil && db.Get("sqlite") != nil && db.Get("postgres") != nil
	none := db == nil || (db.Get("sqlite") == nil && db.Get("postgres") == nil)
	switch {
	case both:
		l.faults.Add(db.Pos, "names both sqlite and postgres; name one")
	case none:
		l.faults.Add(n.At("database"), "lacks a database: set database.sqlite to a path or database.postgres to a reference")
	}
	slack := n.Get("slack")
	switch {
	case slack == nil:
	case s.Slack.Mode == SlackSocket && slack.Get("app_token") == nil:
		l.faults.Add(slack.Pos, "lacks app_token, which mode socket needs")
	case s.Slack.Mode == SlackHTTP && slack.Get("signing_secret") == nil:
		l.faults.Add(slack.Pos, "lacks signing_secret, which mode http needs")
	}
	if s.Slack.Mode == SlackHTTP && s.PublicURL == "" {
		l.faults.Add(n.At("public_url"), "lacks public_url, which Slack mode http needs")
	}
}

func (l *loader) checkURL(text string, pos tree.Pos) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		l.faults.Add(pos, "must be an address such as https://example.backlog.jp, without a user, query or fragment")
	}
}
