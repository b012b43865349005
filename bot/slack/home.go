package slack

import (
	"context"
	"slices"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

// Buttons of App Home.
const (
	homeRefresh  = "home.refresh"
	homeNew      = "home.new"
	homeIncident = "home.incident"
)

// home shows a person their work: what they have, what is due today, running incidents, the next planned work.
func (s *Slack) home(ctx context.Context, user string) string {
	if s.c.Office == nil || user == "" {
		return "ignored"
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	h := view.Home{Register: s.c.Draft != nil}
	p, ok := s.c.Directory().BySlack(user)
	list, err := []Line(nil), error(nil)
	if ok {
		list, err = s.openTo(ctx, "", p)
	}
	switch {
	case !ok:
		h.Note = unknownUser(user)
	case err != nil:
		s.c.Logger.Error("listing tickets for App Home", "person", p.ID, "error", err)
		h.Note = officeAway
	default:
		h.Lists = s.homeLists(p, list)
		if _, why := s.draftFor(p, ""); why != "" {
			h.Register = false // no form without a list of customers
		}
	}
	h.At = bot.ShortWhen(s.c.Clock.Now(), zoneOf(s.c.Directory(), nil))
	_, err = s.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{UserID: user, View: h.View()})
	if err != nil {
		s.c.Logger.Warn("showing App Home", "user", user, "error", s.hide(err))
		return "failed"
	}
	return "answered"
}

func (s *Slack) homeLists(p bot.Person, list []Line) []view.HomeList {
	now := s.c.Clock.Now()
	today := func(l Line) bool {
		c, _ := s.c.Directory().Customer(l.Customer)
		zone := zoneOf(s.c.Directory(), c)
		return !l.Due.IsZero() && !l.Due.In(zone).Truncate(0).After(endOfDay(now.In(zone)))
	}
	pick := func(title, none string, keep func(Line) bool, order func(a, b Line) int) view.HomeList {
		out := view.HomeList{Title: title, None: none}
		some := slices.DeleteFunc(slices.Clone(list), func(l Line) bool { return !keep(l) })
		if order != nil {
			slices.SortStableFunc(some, order)
		}
		for _, l := range some {
			out.Items = append(out.Items, view.HomeItem{Key: l.Key, URL: l.URL, Text: s.oneLine(l)})
		}
		return out
	}
	byStart := func(a, b Line) int { return a.Start.Compare(b.Start) }
	incidents := pick("対応中の障害", "対応中の障害はありません。", func(l Line) bool { return l.Incident }, nil)
	out := []view.HomeList{
		pick("あなたの担当", "担当しているチケットはありません。", func(l Line) bool { return l.Owner == p.ID }, nil),
		pick("今日までの期限", "今日までに期限が来るチケットはありません。", today, nil),
		incidents,
		pick("これからの作業", "予定された作業はありません。", func(l Line) bool { return !l.Start.IsZero() && l.End.After(now) }, byStart),
	}
	if len(incidents.Items) > 0 { // before all else
		out = append([]view.HomeList{incidents}, slices.Delete(out, incidentsAt, incidentsAt+1)...)
	}
	// What nobody has is a list of work to take, not one to read: it stands there for those who may take some, while there is some.
	if free := pick("担当者を待っているチケット", "", func(l Line) bool { return l.Owner == "" && !l.Incident }, nil); len(free.Items) > 0 && p.Has(bot.RoleOperator) {
		out = append(out, free)
	}
	return out
}

// incidentsAt is where running incidents stand while there are none.
const incidentsAt = 2

func endOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location()).Add(-time.Nanosecond)
}

// homeClick handles a button of App Home. It says in the log what went wrong: a home has no place for words to one person.
func (s *Slack) homeClick(ctx context.Context, in interaction, action string) string {
	switch action {
	case homeRefresh:
		return s.home(ctx, in.User.ID)
	case homeNew, homeIncident:
		if s.c.Draft == nil {
			return "ignored"
		}
		what := draftRequest
		if action == homeIncident {
			what = draftIncident
		}
		p, ok := s.c.Directory().BySlack(in.User.ID)
		if !ok {
			return "unknown_user"
		}
		customer, why := s.draftFor(p, "")
		if why != "" {
			return "refused"
		}
		if s.draft(ctx, in.TriggerID, draftOf{What: what, Customer: customer}) != "" {
			return "failed"
		}
		return "form"
	}
	return "ignored"
}

// Callback ids of the shortcuts in the app's manifest.
const (
	shortcutNew     = "register_request"
	shortcutMessage = "message_to_ticket"
	shortcutDeclare = "register_incident"
)

// shortcut opens a form from the lightning menu, or from a message whose words become the content.
func (s *Slack) shortcut(ctx context.Context, in interaction) error {
	outcome := "ignored"
	if p, ok := s.c.Directory().BySlack(in.User.ID); !ok {
		outcome = "unknown_user"
		if in.channel() != "" {
			s.c.Count(string(doorInteractions), outcome)
			return s.tell(ctx, in, unknownUser(in.User.ID))
		}
	} else if s.c.Draft != nil {
		d := draftOf{What: draftRequest, Channel: in.channel()}
		here, _ := s.named(s.within(in.channel(), p), in.channel(), nil)
		customer, why := s.draftFor(p, here)
		d.Customer = customer
		switch callback := in.CallbackID; {
		case why != "":
		case callback == shortcutNew:
			why, outcome = s.draft(ctx, in.TriggerID, d), "form"
		case callback == shortcutDeclare:
			d.What = draftIncident
			why, outcome = s.draft(ctx, in.TriggerID, d), "form"
		case callback == shortcutMessage:
			why, outcome = s.draft(ctx, in.TriggerID, d, view.Unescape(in.Message.Text)), "form"
		}
		if why != "" {
			outcome = "failed"
			if in.channel() != "" {
				s.c.Count(string(doorInteractions), outcome)
				return s.tell(ctx, in, why)
			}
		}
	}
	s.c.Count(string(doorInteractions), outcome)
	return nil
}
