package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"toban/bot/slack"
	"toban/bot/store"
	"toban/bot/tracker"
	"toban/config"
)

// Level is how grave a finding is.
type Level string

// Levels.
const (
	LevelOK    Level = "ok"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

// Finding is one thing that Examine looked at.
type Finding struct {
	Level Level  `json:"level"`
	What  string `json:"what"`
	Mend  string `json:"mend,omitempty"`
}

// Examine checks a set-up from outside, for toban doctor: database, spaces and projects, Slack. It changes nothing.
func Examine(ctx context.Context, cfg *config.Config, log *slog.Logger) []Finding {
	st, err := store.Open(ctx, store.Options{Path: cfg.Server.Database.SQLite, Postgres: cfg.Server.Database.Postgres.Reveal(), Logger: log})
	if err != nil {
		return []Finding{{LevelError, "the database does not open: " + err.Error(), "check database in server.yaml and that this user may write there"}}
	}
	defer func() { _ = st.Close() }()
	out := []Finding{{Level: LevelOK, What: "the database opens and its tables are up to date"}}
	switch hasty, err := st.Hasty(ctx); {
	case err != nil:
		out = append(out, Finding{LevelError, "the database does not tell its settings: " + err.Error(), "let this user read pg_settings"})
	case len(hasty) > 0:
		out = append(out, Finding{
			LevelWarn, "the database forgets its last commits when its machine crashes: " + strings.Join(hasty, ", "),
			"set them on in postgresql.conf; after such a crash run toban restored",
		})
	}
	a, err := New(ctx, Parts{Config: cfg, Store: st, Logger: log})
	if err != nil {
		return append(out, Finding{LevelError, err.Error(), "check the address and the key of the space in spaces.yaml"})
	}
	for _, c := range a.dir.Customers {
		out = append(out, a.ExamineCustomer(ctx, c.ID)...)
	}
	out = append(append(out, a.examineModes(ctx)...), append(unbuilt(cfg), contractFindings(cfg, a.p.Clock.Now())...)...)
	for _, f := range a.slack.Check(ctx) {
		what := f.What
		if f.Detail != "" {
			what += ": " + f.Detail
		}
		out = append(out, Finding{slackLevel(f.Level), what, f.Fix})
	}
	out = append(append(out, a.examineMail(ctx)...), a.examinePhone()...)
	out = append(out, a.examineAWS(ctx)...)
	out = append(append(out, a.examineAlerts()...), a.examinePostbox()...)
	out = append(append(out, a.clockFinding()), a.expiryFindings()...)
	out = append(out, a.fixedFindings()...)
	return append(append(append(append(out, a.backups(ctx)), a.deadLetters(ctx)...), a.foreign(ctx)...), a.suspects(ctx)...)
}

// suspects tells of what the process died under more than once and what has not ended yet.
func (a *App) suspects(ctx context.Context) []Finding {
	list, err := a.p.Store.Suspected(ctx)
	if err != nil {
		return []Finding{{LevelError, "reading what the process died under: " + err.Error(), ""}}
	}
	var out []Finding
	for _, s := range list {
		out = append(out, Finding{
			LevelError, fmt.Sprintf("the process died %d times under %s (%s)", s.Deaths, s.ID, s.What),
			fmt.Sprintf("look in the log how it ended (no memory left, a fatal error); it is handled by itself, and a dead letter after %d deaths", store.MostDeaths),
		})
	}
	return out
}

// foreign tells of what waits for a release that knows it: an older one runs alone, or beside a newer one.
func (a *App) foreign(ctx context.Context) []Finding {
	list, err := a.p.Store.Foreign(ctx)
	if err != nil {
		return []Finding{{LevelError, "reading what waits for another release: " + err.Error(), ""}}
	}
	var out []Finding
	for _, f := range list {
		out = append(out, Finding{
			LevelError, fmt.Sprintf("%d %s wait for a release that knows them, the oldest since %s", f.Count, f.What, f.Oldest.Format(time.RFC3339)),
			"start the newer release again: after a day they are dead letters, which can be replayed then",
		})
	}
	return out
}

// ExamineCustomer checks the projects of one customer in Backlog. It changes nothing.
func (a *App) ExamineCustomer(ctx context.Context, customer string) []Finding {
	c, ok := a.dir.Customer(customer)
	if !ok {
		return nil
	}
	var out []Finding
	for _, p := range c.Projects {
		for _, f := range a.tracker.Check(ctx, c.Space, p) {
			out = append(out, Finding{trackerLevel(f.Level), f.What, f.Mend})
		}
	}
	return out
}

// oldBackup is the age at which a daily backup is late.
const oldBackup = 26 * time.Hour

func (a *App) backups(ctx context.Context) Finding {
	const mend = `see backup in config/example/server.yaml; "toban backup" makes one at once`
	if a.keeper == nil {
		return Finding{LevelWarn, "no daily backups are made", mend}
	}
	at, ok, err := a.keeper.LastGood(ctx)
	switch {
	case err != nil:
		return Finding{LevelError, "reading when the last good backup was made: " + err.Error(), ""}
	case !ok:
		return Finding{LevelWarn, "there is no backup yet", mend}
	case a.p.Clock.Now().Sub(at) > oldBackup:
		return Finding{LevelWarn, "the last good backup was made at " + at.Format(time.RFC3339), mend}
	}
	return Finding{Level: LevelOK, What: "the last good backup was made at " + at.Format(time.RFC3339)}
}

func (a *App) deadLetters(ctx context.Context) []Finding {
	list, err := a.p.Store.DeadLetterHeads(ctx)
	switch {
	case err != nil:
		return []Finding{{LevelError, "reading the dead letters: " + err.Error(), ""}}
	case len(list) > 0:
		return []Finding{{LevelWarn, "there are dead letters", `look at them with "toban deadletter list" and replay what can be replayed`}}
	}
	return []Finding{{Level: LevelOK, What: "there are no dead letters"}}
}

func trackerLevel(l tracker.Level) Level {
	switch l {
	case tracker.Bad:
		return LevelError
	case tracker.Warn:
		return LevelWarn
	case tracker.OK:
	}
	return LevelOK
}

func slackLevel(l slack.Level) Level {
	switch l {
	case slack.LevelError:
		return LevelError
	case slack.LevelWarn:
		return LevelWarn
	case slack.LevelOK:
	}
	return LevelOK
}
