package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/mask"
	"toban/bot/store"
	"toban/bot/watch"
	"toban/config"
)

// Modes tells and changes how far Toban goes in the projects, from Slack and from the command line. Like Switch it needs the database and
// nothing else.
type Modes struct {
	Store  *store.Store
	Config *config.Config
	Now    func() time.Time // world time
	// Machine is the machine time of leases, the database's clock where replicas share it.
	Machine func() time.Time
}

// ByConfiguration is who changes a mode by changing the configuration.
const ByConfiguration = "configuration"

// ErrNoProject says that no customer has a project.
var ErrNoProject = errors.New("no customer has it")

// Find lists the projects that a word means: a project's key, or the id of a customer for all of its projects.
func (m Modes) Find(word string) ([]bot.ModeKey, error) {
	var out []bot.ModeKey
	for i := range m.Config.Customers {
		c := &m.Config.Customers[i]
		for _, p := range c.Projects {
			if word == c.ID || word == p || word == c.Space+"/"+p {
				out = append(out, bot.ModeKey{Customer: c.ID, Project: p})
			}
		}
	}
	owners := map[string]bool{}
	for _, k := range out {
		owners[k.Customer] = true
	}
	switch {
	case len(out) == 0:
		return nil, fmt.Errorf("finding project %q: %w; known are %s", word, ErrNoProject, strings.Join(m.known(), ", "))
	case len(owners) > 1:
		return nil, fmt.Errorf("finding project %q: several spaces have it; write the space before it, such as %s/%s", word, m.Config.Customers[0].Space, word)
	}
	return out, nil
}

func (m Modes) known() []string {
	var out []string
	for i := range m.Config.Customers {
		out = append(out, m.Config.Customers[i].Projects...)
	}
	return out
}

// Set changes the mode of the projects that a word means; by is the name of a person. It answers those that changed.
func (m Modes) Set(ctx context.Context, word string, to bot.Mode, by, reason string) ([]bot.ModeKey, error) {
	if !to.Valid() {
		return nil, fmt.Errorf("setting the mode of %s: %q is no mode; allowed are off, shadow, assist and on", word, to)
	}
	keys, err := m.Find(word)
	if err != nil {
		return nil, err
	}
	reason, _ = mask.Text(reason)
	var changed []bot.ModeKey
	for _, k := range keys {
		_, did, err := m.Store.SetMode(ctx, m.change(k, to, by, reason))
		if err != nil {
			return changed, err
		}
		if did {
			changed = append(changed, k)
		}
	}
	return changed, nil
}

// Sync takes over what the configuration says, where that is news since it was last taken over.
func (m Modes) Sync(ctx context.Context) error {
	for i := range m.Config.Customers {
		c := &m.Config.Customers[i]
		for _, p := range c.Projects {
			k := bot.ModeKey{Customer: c.ID, Project: p}
			if _, _, err := m.Store.WriteMode(ctx, m.change(k, bot.Mode(c.ModeOf(p)), ByConfiguration, "customers/"+c.ID+".yaml says so")); err != nil {
				return fmt.Errorf("taking over the mode of project %s: %w", p, err)
			}
		}
	}
	return nil
}

func (m Modes) change(k bot.ModeKey, to bot.Mode, by, reason string) store.ModeChange {
	at, written := m.Now().Truncate(time.Microsecond), bot.ModeOn
	if c, ok := m.Config.Customer(k.Customer); ok {
		written = bot.Mode(c.ModeOf(k.Project))
	}
	return store.ModeChange{
		ModeKey: k, To: to, Written: written, Machine: m.Machine(), Person: by, Reason: reason, At: at,
		Strike: func(t *bot.Ticket) bot.Event {
			_, issue, _ := t.ID.Split() // 0 finds no issue, and the event is buried: there is no such ticket
			e, _ := bot.NewEvent(bot.EventIssueAdopt, fmt.Sprintf("strike:%s:%d", t.ID, at.UnixMicro()), string(t.ID), at, bot.Adopt{
				IssueChanged: bot.IssueChanged{Space: t.Space, Project: t.Project, IssueID: issue}, By: by, Struck: true,
			})
			e.Customer = t.Customer
			return e
		},
		Say: func(from bot.Mode) []bot.Effect { return m.tell(k, from, to, by, reason, at) },
	}
}

// modeWords say what a mode means.
func modeWords(m bot.Mode) string {
	switch m {
	case bot.ModeOff:
		return "off(何もしません)"
	case bot.ModeShadow:
		return "shadow(お客様には何も送らず、送るはずだった内容をここに表示します)"
	case bot.ModeAssist:
		return "assist(お客様への連絡は、担当者が「送る」を押してから送ります)"
	case bot.ModeOn:
		return "on(通常どおり送ります)"
	}
	return string(m)
}

// tell makes the posts for the customer's channel and the operators'.
func (m Modes) tell(k bot.ModeKey, from, to bot.Mode, by, reason string, at time.Time) []bot.Effect {
	c, ok := m.Config.Customer(k.Customer)
	if !ok {
		return nil
	}
	if by == ByConfiguration {
		by = "設定ファイルの変更"
	}
	text := fmt.Sprintf("🔀 %s様のプロジェクト %s のモードが %s から %s に変わりました(%s)。", c.Name, k.Project, from, modeWords(to), by)
	if reason != "" && by != "設定ファイルの変更" {
		text += "\n理由: " + reason
	}
	if from == bot.ModeOff && to != bot.ModeOff {
		text += "\n切り替える前からの課題は「/toban adopt " + k.Project + "」の表で確認して引き継いでください(お客様には通知されません)。"
	}
	var out []bot.Effect
	for _, channel := range []string{c.Channel, m.Config.Server.Operators.Channel} {
		if channel == "" {
			continue
		}
		key := fmt.Sprintf("%smode:%s:%s:%d:%s", operatorsPrefix, k.Customer, k.Project, at.UnixMicro(), channel)
		e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, bot.Post{Channel: channel, Text: text})
		e.Urgent = true
		out = append(out, e)
	}
	return out
}

// current is a directory with the modes that it was made for.
type current struct {
	bars watch.Bars
	dir  *bot.Directory
}

// Directory is who is who now, and how far Toban goes in each project.
func (a *App) Directory() *bot.Directory {
	const limit = 2 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	bars, err := a.gate.Bars(ctx)
	if err != nil {
		a.p.Logger.Warn("going on with the modes as they were", "error", err)
	}
	if c := a.now.Load(); c != nil && maps.Equal(c.bars.Modes, bars.Modes) && maps.Equal(c.bars.Born, bars.Born) {
		return c.dir
	}
	d := *a.dir
	d.Customers = slices.Clone(d.Customers)
	for i, c := range d.Customers {
		moved := *c
		moved.Modes, moved.Born = maps.Clone(c.Modes), map[string]time.Time{}
		for k, m := range bars.Modes {
			if k.Customer != c.ID || k.Project == "" {
				continue
			}
			moved.Modes[k.Project] = m
			if born, ok := bars.Born[k]; ok {
				moved.Born[k.Project] = born
			}
		}
		d.Customers[i] = &moved
	}
	a.now.Store(&current{bars, &d})
	return &d
}

// modesOf tells and changes modes for the Slack door.
type modesOf struct{ a *App }

// Tell implements slack.Modes.
func (m modesOf) Tell(ctx context.Context, of *bot.Directory) (string, error) {
	list, err := m.a.p.Store.Modes(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("モード:")
	for _, x := range list {
		c, ok := of.Customer(x.Customer)
		if x.Project == "" || !ok || !slices.Contains(c.Projects, x.Project) {
			continue
		}
		fmt.Fprintf(&b, "\n・%s(%s様): %s、%sから", x.Project, c.Name, modeWords(x.Mode), bot.ShortWhen(x.Since, c.Zone))
	}
	return b.String(), nil
}

// Change implements slack.Modes.
func (m modesOf) Change(ctx context.Context, of *bot.Directory, project, mode, by, reason string) (string, error) {
	if !bot.Mode(mode).Valid() {
		return "「" + mode + "」というモードはありません。off、shadow、assist、on から指定してください。何も変えていません。", nil
	}
	changed, err := []bot.ModeKey(nil), ErrNoProject
	if word, ok := m.within(of, project); ok {
		changed, err = m.a.Modes().Set(ctx, word, bot.Mode(mode), by, reason)
	}
	switch {
	case errors.Is(err, ErrNoProject):
		return "「" + project + "」というプロジェクトはありません。何も変えていません。", nil
	case err != nil:
		return "", err
	case len(changed) == 0:
		return "すでに " + mode + " です。", nil
	}
	m.a.outbox.Poke()
	m.a.inbox.Poke()
	return "モードを " + modeWords(bot.Mode(mode)) + " に変えました。設定ファイルの mode も同じにしてください。", nil
}

// within names the projects that a word means as only customers have them: false when some are another's. A project that other spaces have,
// too, is that of the one customer who may be spoken of.
func (m modesOf) within(of *bot.Directory, word string) (string, bool) {
	if len(of.Customers) == 1 && slices.Contains(of.Customers[0].Projects, word) {
		word = of.Customers[0].Space + "/" + word
	}
	keys, err := m.a.Modes().Find(word)
	if err != nil {
		return word, len(of.Customers) == len(m.a.dir.Customers) // whoever may hear of all learns what is wrong
	}
	return word, !slices.ContainsFunc(keys, func(k bot.ModeKey) bool { _, shown := of.Customer(k.Customer); return !shown })
}
