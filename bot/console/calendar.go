package console

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"toban/bot"
)

// Feed is a change schedule as somebody subscribes to it.
type Feed struct {
	Name    string         // of the customer
	All     bool           // of all customers: each entry begins with its customer's name
	Lang    string         // ja or en
	Zone    *time.Location // in which a calendar without one of its own shows it
	Entries []FeedEntry
}

// FeedEntry is work in a feed.
type FeedEntry struct {
	bot.ScheduledWork
	CustomerName string
}

// SchedulePages serves the feeds at /schedule/TOKEN.ics (RFC 5545). The token is all that a calendar brings, so an unknown one learns
// nothing: not even whether there are feeds.
func SchedulePages(feed func(ctx context.Context, token string) (Feed, bool, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ics := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/schedule/"), ".ics")
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex")
		if !ics || token == "" || strings.Contains(token, "/") {
			http.NotFound(w, r)
			return
		}
		f, ok, err := feed(r.Context(), token)
		switch {
		case err != nil:
			http.Error(w, "the schedule can't be read now", http.StatusServiceUnavailable)
			return
		case !ok:
			http.NotFound(w, r)
			return
		}
		body := []byte(Calendar(f))
		sum := sha256.Sum256(body)
		tag := `"` + hex.EncodeToString(sum[:16]) + `"`
		h.Set("Content-Type", "text/calendar; charset=utf-8; method=PUBLISH")
		h.Set("Content-Disposition", `inline; filename="schedule.ics"`)
		h.Set("Cache-Control", "private, no-cache")
		h.Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(body)
	})
}

// Calendar writes a feed as iCalendar. The same schedule gives the same bytes: times are those of what is recorded, not of the writing.
func Calendar(f Feed) string {
	words := feedWords(f.Lang)
	cal := ics.NewCalendar()
	cal.SetMethod(ics.MethodPublish)
	cal.SetProductId("-//Toban//change schedule//JA")
	name := words["title"]
	if f.Name != "" {
		name = f.Name + " " + name
	}
	cal.SetXWRCalName(clean(name))
	if f.Zone != nil {
		cal.SetXWRTimezone(f.Zone.String())
	}
	const refresh = "PT15M"
	cal.SetRefreshInterval(refresh)
	cal.SetXPublishedTTL(refresh)
	for _, e := range f.Entries {
		event(cal, f, e, words)
	}
	return cal.Serialize(ics.WithNewLineWindows)
}

func event(cal *ics.Calendar, f Feed, e FeedEntry, words map[string]string) {
	v := cal.AddEvent(uid(e.Ticket, e.Order))
	v.SetDtStampTime(e.Changed)
	v.SetModifiedAt(e.Changed)
	v.SetSequence(e.Sequence)
	v.SetStartAt(e.Start)
	v.SetEndAt(e.End)
	title := fmt.Sprintf("%s %s", e.Key, e.What)
	if e.Host != "" && !strings.Contains(e.What, e.Host) {
		title += " (" + e.Host + ")"
	}
	if f.All {
		title = e.CustomerName + " " + title
	}
	status := ics.ObjectStatusConfirmed
	switch e.State {
	case bot.WorkProposed:
		status = ics.ObjectStatusTentative
	case bot.WorkCancelled, bot.WorkStopped:
		status = ics.ObjectStatusCancelled
		title = words["off"] + title
	case bot.WorkPlanned, bot.WorkRunning, bot.WorkDone:
	}
	if f.All && e.Internal {
		title = words["internal"] + title
	}
	v.SetStatus(status)
	v.SetSummary(clean(title))
	lines := []string{words["state"] + ": " + words[string(e.State)], words["person"] + ": " + cmp.Or(e.Person, "–")}
	if !e.Began.IsZero() {
		lines = append(lines, words["began"]+": "+bot.When(e.Began, zoneOr(f.Zone), f.Lang))
	}
	if !e.Finished.IsZero() {
		lines = append(lines, words["finished"]+": "+bot.When(e.Finished, zoneOr(f.Zone), f.Lang))
	}
	if e.URL != "" {
		lines = append(lines, e.URL)
		v.SetURL(clean(e.URL))
	}
	v.SetDescription(clean(strings.Join(lines, "\n")))
	v.SetTimeTransparency(ics.TransparencyTransparent)
}

// uid is the same for a work order however often it is planned, and nobody learns of a ticket from it. The next order of the ticket has its
// own, so that what was done stays in calendars.
func uid(t bot.TicketID, order int) string {
	name := "toban change schedule\n" + string(t)
	if order > 1 {
		name += fmt.Sprintf("\n%d", order)
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16]) + "@toban"
}

// clean takes away what may not stand in a calendar at all: control characters, and what is no text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"))
}

func zoneOr(z *time.Location) *time.Location {
	if z == nil {
		return time.UTC
	}
	return z
}

func feedWords(lang string) map[string]string {
	if lang == "en" {
		return map[string]string{
			"title": "change schedule", "off": "[Cancelled] ", "internal": "[Internal] ", "state": "State", "person": "In charge", "began": "Began", "finished": "Ended",
			"proposed": "awaiting agreement", "planned": "planned", "stopped": "postponed", "running": "in progress", "done": "done", "cancelled": "cancelled",
		}
	}
	return map[string]string{
		"title": "作業予定", "off": "【取りやめ】", "internal": "【社内】", "state": "状況", "person": "担当", "began": "開始", "finished": "終了",
		"proposed": "ご同意待ち", "planned": "予定", "stopped": "延期(日程調整中)", "running": "作業中", "done": "完了", "cancelled": "取りやめ",
	}
}
