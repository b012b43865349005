package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
	"toban/bot/mail/mailsim"
	"toban/bot/slack/slacksim"
	"toban/bot/store"
	"toban/bot/trace"
	"toban/config"
)

// A world is Toban between stand-ins of Backlog and Slack: the demo's, and that of the tests of the whole program. Toban in it is built
// from a configuration folder like any other and speaks HTTP to the stand-ins.
type world struct {
	backlog *backlogsim.Server
	slack   *slacksim.Server
	store   *store.Store
	app     *app.App
	clock   bot.Clock
	cfg     *config.Config
}

// worldOptions says how the world is built. Without Transport everything speaks over sockets at the addresses given.
type worldOptions struct {
	Clock      bot.Clock
	Database   string            // SQLite file
	Postgres   string            // DSN, instead of Database
	Transport  http.RoundTripper // in-process calls of Toban to the stand-ins
	Deliver    http.RoundTripper // calls of the stand-ins to Toban
	BacklogURL string
	SlackURL   string
	TobanURL   string
	SlackMode  config.SlackMode
	Logger     *slog.Logger
	Standins   *world          // a world whose stand-ins go on: Toban was restarted
	Mail       *mailsim.Server // takes mails when there is one
	PhoneURL   string          // of a stand-in of Amazon Connect; "": people call by hand
	AWSURL     string          // of a stand-in of AWS; "": nothing is changed there
	PollEvery  time.Duration   //
	Look       time.Duration
	Tracer     *trace.Tracer // nil: nobody is followed
	Contract   string        // further lines of the customer's file

	ListenMail func() (net.Listener, error) // opens the postbox; nil: at its address

	Files map[string]string // laid over the folder's files, by name
	Env   map[string]string // further secrets, by name
}

// Secrets of the demo world. They open nothing but the stand-ins.
const (
	demoHookToken = "demo-hook-token-of-the-stand-in"
	demoBotToken  = "xoxb-demo"
	demoAppToken  = "xapp-demo"
	demoSigning   = "demo-signing-secret"
	demoChannel   = "C0DESK"
	demoOperators = "C0OPS"

	demoOperatorsMail = "operators@msp.example"
	demoMonitorMail   = "monitor@elsewhere.example"
	demoCustomerMail  = "system@aozora.example"
	demoCustomerPhone = "+81312345678"

	demoFeed    = "demo-aozora-schedule"
	demoFeedAll = "demo-provider-schedule"

	demoAlerts = "demo-aozora-monitoring"

	demoAccount     = "123456789012"
	demoReadRole    = "arn:aws:iam::123456789012:role/toban-read"
	demoOperateRole = "arn:aws:iam::123456789012:role/toban-operate"
	demoAWSKey      = "AKIADEMO"
	demoExternal    = "demo-external-id"

	demoCustomer   = "aozora"
	demoStaffSlack = "U0SATO"
)

// standinPace is how fast the stand-in of Slack takes messages; it sets no limit unless it is told to.
const standinPace = 5 * time.Millisecond

func newWorld(ctx context.Context, o worldOptions) (*world, error) {
	w := &world{clock: o.Clock}
	if o.Standins != nil {
		w.backlog, w.slack = o.Standins.backlog, o.Standins.slack
	} else if err := w.openStandins(o); err != nil {
		return nil, err
	}
	var err error
	if w.cfg, err = demoConfig(o); err != nil {
		return nil, errors.Join(err, w.closeStandins(o))
	}
	if w.store, err = store.Open(ctx, store.Options{Path: o.Database, Postgres: o.Postgres, Lock: true, Logger: o.Logger}); err != nil {
		return nil, errors.Join(err, w.closeStandins(o))
	}
	transport := o.Transport
	if transport == nil && o.Deliver == nil {
		transport = http.DefaultTransport
	}
	parts := app.Parts{
		Config: w.cfg, Store: w.store, Clock: o.Clock, Transport: transport, Logger: o.Logger, PollEvery: o.PollEvery, Look: o.Look,
		SlackPace: standinPace, Tracer: o.Tracer, ListenMail: o.ListenMail,
	}
	if o.Mail != nil {
		parts.DialMail = o.Mail.Dial
	}
	w.app, err = app.New(ctx, parts)
	if err != nil {
		return nil, errors.Join(err, w.store.Close(), w.closeStandins(o))
	}
	return w, nil
}

func (w *world) openStandins(o worldOptions) error {
	w.backlog = backlogsim.New(backlogsim.Options{Now: o.Clock.Now, Transport: o.Deliver, BaseURL: o.BacklogURL, Logger: o.Logger})
	seed := backlogsim.SampleSeed()
	seed.Projects[0].Issues = nil
	seed.Projects[0].Webhooks = []backlogsim.SeedWebhook{{Name: "当番", HookURL: o.TobanURL + "/hooks/backlog/" + demoHookToken}}
	if err := w.backlog.Load(seed); err != nil {
		return fmt.Errorf("filling the stand-in of Backlog: %w", err)
	}
	w.slack = slacksim.New(slacksim.Options{Now: o.Clock.Now, Transport: o.Deliver, BaseURL: o.SlackURL, Logger: o.Logger})
	ws := slacksim.SampleSeed(demoBotToken, demoAppToken)
	ws.App.SigningSecret, ws.App.Name = demoSigning, "当番"
	for i := range ws.Users {
		if ws.Users[i].IsBot {
			ws.Users[i].RealName = "当番"
		}
	}
	ws.Commands = []slacksim.SlashCommand{{Command: "/toban", Description: "当番の操作", UsageHint: "help", ShouldEscape: true}}
	ws.Shortcuts = []slacksim.AppShortcut{{CallbackID: "message_to_ticket", Name: "ご依頼として登録", Type: "message", Description: "このメッセージの内容で課題を登録します"}}
	for i := range ws.Channels {
		if ws.Channels[i].ID == demoChannel { // the manager is in the customer's channel, too
			ws.Channels[i].Members = append(ws.Channels[i].Members, "yamada")
		}
	}
	if o.SlackMode == config.SlackHTTP {
		ws.URLs = slacksim.URLs{Events: o.TobanURL + "/slack/events", Interactions: o.TobanURL + "/slack/interactions", Commands: o.TobanURL + "/slack/commands"}
	}
	if err := w.slack.Load(ws); err != nil {
		return fmt.Errorf("filling the stand-in of Slack: %w", err)
	}
	return nil
}

func (w *world) closeStandins(o worldOptions) error {
	if o.Standins != nil {
		return nil
	}
	return errors.Join(w.backlog.Close(), w.slack.Close())
}

// settle waits until nothing is under way: no queue has work that could be done now, no delivery is on its way.
func (w *world) settle(ctx context.Context) error {
	for {
		quiet, err := w.app.Settled(ctx)
		if err != nil {
			return err
		}
		if quiet && w.backlog.Pending() == 0 && w.slack.Pending() == 0 {
			// A delivery may just have been stored: look once more.
			if again, err := w.app.Settled(ctx); err != nil || again {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the work to be done: %w", ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// demoConfig is a configuration folder in memory, checked like any other.
func demoConfig(o worldOptions) (*config.Config, error) {
	dir := mapDir(demoFiles(o))
	maps.Copy(dir, o.Files)
	env := map[string]string{
		"BOT_TOKEN": demoBotToken, "APP_TOKEN": demoAppToken, "SIGNING": demoSigning, "BACKLOG_KEY": backlogsim.SampleBotKey,
		"HOOK_TOKEN": demoHookToken, "TOBAN_POSTGRES": o.Postgres, "OPERATORS_MAIL": demoOperatorsMail, "CUSTOMER_MAIL": demoCustomerMail, "CUSTOMER_PHONE": demoCustomerPhone,
		"SCHEDULE_TOKEN": demoFeedAll, "CUSTOMER_FEED": demoFeed, "CUSTOMER_ALERTS": demoAlerts, "CONNECT_ACCESS_KEY": "demo-access", "CONNECT_SECRET_KEY": "demo-secret",
		"AWS_KEY": demoAWSKey, "AWS_SECRET": "demo-secret", "EXTERNAL_ID": demoExternal,
	}
	maps.Copy(env, o.Env)
	cfg, err := config.Load("demo", config.Options{Getenv: func(name string) string { return env[name] }, ReadFile: dir.readFile, ReadDir: dir.readDir})
	if err != nil {
		return nil, fmt.Errorf("reading the demo's configuration: %w", err)
	}
	return cfg, nil
}

// demoFiles are the files of that folder.
func demoFiles(o worldOptions) map[string]string {
	db := "sqlite: " + o.Database
	if o.Postgres != "" {
		db = "postgres: env:TOBAN_POSTGRES"
	}
	operators := "operators: {channel: " + demoOperators + "}"
	if o.Mail != nil {
		operators = "operators:\n  channel: " + demoOperators + "\n  mail: [env:OPERATORS_MAIL]\n" +
			"mail: {server: \"localhost:25\", security: none, from: 当番 <toban@msp.example>}\n" +
			"watch:\n  heartbeat: [\"mailto:" + demoMonitorMail + "\"]"
	}
	if o.PhoneURL != "" {
		operators += "\nphone: {provider: connect, region: ap-northeast-1, instance: demo, flow: demo, number: \"+815000000000\", access_key: env:CONNECT_ACCESS_KEY, " +
			"secret_key: env:CONNECT_SECRET_KEY, api_url: \"" + o.PhoneURL + "\"}"
	}
	accounts := ""
	if o.AWSURL != "" {
		operators += "\naws: {access_key: env:AWS_KEY, secret_key: env:AWS_SECRET, api_url: \"" + o.AWSURL + "\"}"
		accounts = "aws:\n  - {id: \"" + demoAccount + "\", regions: [ap-northeast-1], external_id: env:EXTERNAL_ID, roles: {read: " + demoReadRole + ", operate: " + demoOperateRole + "}}\n"
	}
	return map[string]string{
		"server.yaml": fmt.Sprintf(`listen: 127.0.0.1:8080
public_url: %s
schedule_token: env:SCHEDULE_TOKEN
database: {%s}
slack: {mode: %s, bot_token: env:BOT_TOKEN, app_token: env:APP_TOKEN, signing_secret: ["env:SIGNING"], api_url: %s/api/}
%s
`, o.TobanURL, db, o.SlackMode, o.SlackURL, operators),
		"spaces.yaml": fmt.Sprintf(`- {name: demo, url: %s, api_key: env:BACKLOG_KEY, bot_user_id: %d, hook_tokens: ["env:HOOK_TOKEN"], zone: Asia/Tokyo}
`, o.BacklogURL, backlogsim.SampleBotID),
		"people.yaml": fmt.Sprintf(`people:
  sato: {name: 佐藤, backlog: {demo: %d}, slack: U0SATO, roles: [operator, approver], teams: [desk, centre]}
  suzuki: {name: 鈴木, backlog: {demo: %d}, slack: U0SUZUKI, roles: [operator, approver], teams: [desk]}
  yamada: {name: 山田, slack: U0YAMADA, roles: [manager], teams: [centre]}
teams:
  desk: {name: サポートセンター, tier: support_center, rota: {zone: Asia/Tokyo, default: sato}}
  centre: {name: 監視センター, tier: monitoring_center, rota: {zone: Asia/Tokyo, default: yamada}}
`, backlogsim.SampleStaffID, backlogsim.SampleStaffID+1),
		"customers/" + demoCustomer + ".yaml": fmt.Sprintf(`name: 青空商事株式会社
zone: Asia/Tokyo
contract: {profiles: [support-desk], start: 2026-04-01, nodes: 8}
space: demo
projects: [%s]
channel: %s
team: desk
manager: yamada
satisfaction_owner: yamada
approvers: [%d]
notify_default: [%d]
scheduling: {feed_token: env:CUSTOMER_FEED}
alert_door: {tokens: env:CUSTOMER_ALERTS}
alerts:
  url-down: {source: any, alert: "URL監視|UrlDown|HTTP 5xx", urgency: 高, impact: affected, playbook: URL 監視の一次対応}
  disk: {source: any, alert: "(?i)disk|ディスク", severity: "(?i)warning", urgency: 低, impact: not_affected}
resources:
  i-0a1b2c3d4e5f60001: {host: web01, type: EC2, os: Amazon Linux 2023, region: ap-northeast-1, zone: ap-northeast-1a, owner: 情報システム部}
  aozora-db: {host: db01, type: RDS, region: ap-northeast-1, owner: 情報システム部}
contacts:
  mail:
    - {name: 情報システム部, ref: env:CUSTOMER_MAIL}
  phone:
    - {name: 情報システム部 山本様, ref: env:CUSTOMER_PHONE}
%s`, backlogsim.SampleProjectKey, demoChannel, backlogsim.SampleCustomerID, backlogsim.SampleCustomerID, accounts+o.Contract),
	}
}

// mapDir is a folder in memory.
type mapDir map[string]string

func (m mapDir) readFile(path string) ([]byte, error) {
	text, ok := m[rel(path)]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

func (m mapDir) readDir(path string) ([]fs.DirEntry, error) {
	prefix := rel(path) + "/"
	if prefix == "./" || prefix == "/" {
		prefix = ""
	}
	seen := map[string]bool{}
	var out []fs.DirEntry
	for name := range m {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		first, _, deeper := strings.Cut(rest, "/")
		if !seen[first] {
			seen[first] = true
			out = append(out, entry{first, deeper})
		}
	}
	if len(out) == 0 {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return out, nil
}

func rel(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(filepath.ToSlash(path), "demo"), "/")
}

// entry is a name of a mapDir.
type entry struct {
	name string
	dir  bool
}

func (e entry) Name() string { return e.name }
func (e entry) IsDir() bool  { return e.dir }

// Type implements fs.DirEntry.
func (e entry) Type() fs.FileMode {
	if e.dir {
		return fs.ModeDir
	}
	return 0
}

// Info implements fs.DirEntry.
func (e entry) Info() (fs.FileInfo, error) {
	return nil, &fs.PathError{Op: "stat", Path: e.name, Err: os.ErrInvalid}
}
