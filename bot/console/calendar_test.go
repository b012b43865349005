package console_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"toban/bot"
	"toban/bot/console"
)

func feed() console.Feed {
	tokyo := time.FixedZone("JST", 9*60*60)
	at := time.Date(2026, 11, 24, 14, 0, 0, 0, tokyo)
	one := func(id, what string, state bot.WorkState, sequence int) console.FeedEntry {
		return console.FeedEntry{CustomerName: "青空商事", ScheduledWork: bot.ScheduledWork{
			Ticket: bot.TicketID(id), Customer: "aozora", Key: "AOZORA-1", URL: "https://aozora.backlog.test/view/AOZORA-1", What: what, Host: "web01", Person: "佐藤",
			State: state, Start: at, End: at.Add(time.Hour), Changed: at.Add(-time.Hour), Sequence: sequence,
		}}
	}
	return console.Feed{Name: "青空商事株式会社", Lang: "ja", Zone: tokyo, Entries: []console.FeedEntry{
		one("demo/1", "OS の更新; 再起動, 確認\\報告\n2行目\x00\x07", bot.WorkPlanned, 100),
		one("demo/2", strings.Repeat("とても長い作業内容、", 30), bot.WorkCancelled, 201),
		one("demo/3", "停止", bot.WorkStopped, 301), one("demo/4", "同意待ち", bot.WorkProposed, 100),
	}}
}

// read unfolds a calendar and gives the properties of its events, as RFC 5545 says, section 3.1 and 3.3.11.
func read(t *testing.T, ics string) (calendar map[string]string, events []map[string]string) {
	t.Helper()
	if !strings.HasSuffix(ics, "\r\n") || strings.Contains(strings.ReplaceAll(ics, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(ics, "\r\n", ""), "\r") {
		t.Errorf("lines do not end in CRLF:\n%q", ics)
	}
	for line := range strings.SplitSeq(ics, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("a line of %d octets, or cut within a character: %q", len(line), line)
		}
		for _, r := range line {
			if r < ' ' && r != '\t' {
				t.Errorf("a control character in %q", line)
			}
		}
	}
	calendar = map[string]string{}
	into := calendar
	for line := range strings.SplitSeq(strings.TrimSpace(strings.NewReplacer("\r\n ", "", "\r\n\t", "").Replace(ics)), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("no property: %q", line)
		}
		name, _, _ = strings.Cut(name, ";")
		switch line {
		case "BEGIN:VEVENT":
			into = map[string]string{}
			events = append(events, into)
			continue
		case "END:VEVENT":
			into = calendar
			continue
		}
		if _, twice := into[name]; twice && name != "BEGIN" && name != "END" {
			t.Errorf("%s stands twice", name)
		}
		into[name] = value
	}
	return calendar, events
}

var unescape = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n")

func TestCalendarFollowsRFC5545(t *testing.T) {
	ics := console.Calendar(feed())
	cal, events := read(t, ics)
	if cal["VERSION"] != "2.0" || cal["PRODID"] == "" || cal["METHOD"] != "PUBLISH" || !strings.HasPrefix(ics, "BEGIN:VCALENDAR\r\n") || !strings.HasSuffix(ics, "END:VCALENDAR\r\n") {
		t.Errorf("calendar %v", cal)
	}
	if len(events) != 4 {
		t.Fatalf("%d events", len(events))
	}
	first := events[0]
	for name, want := range map[string]string{
		"DTSTART": "20261124T050000Z", "DTEND": "20261124T060000Z", "DTSTAMP": "20261124T040000Z", "SEQUENCE": "100", "STATUS": "CONFIRMED",
	} {
		if first[name] != want {
			t.Errorf("%s is %q, want %q", name, first[name], want)
		}
	}
	if got := unescape.Replace(first["SUMMARY"]); got != "AOZORA-1 OS の更新; 再起動, 確認\\報告\n2行目 (web01)" {
		t.Errorf("summary %q from %q", got, first["SUMMARY"])
	}
	for i, want := range []string{"CONFIRMED", "CANCELLED", "CANCELLED", "TENTATIVE"} {
		if events[i]["STATUS"] != want {
			t.Errorf("event %d is %s, want %s", i, events[i]["STATUS"], want)
		}
	}
	if got := unescape.Replace(events[1]["SUMMARY"]); !strings.HasPrefix(got, "【取りやめ】AOZORA-1 とても長い") || strings.Count(got, "とても長い作業内容、") != 30 {
		t.Errorf("a folded summary: %q", got)
	}
}

func TestCalendarEntriesKeepTheirUID(t *testing.T) {
	f := feed()
	_, before := read(t, console.Calendar(f))
	if console.Calendar(f) != console.Calendar(feed()) {
		t.Error("the same schedule gives other bytes")
	}
	f.Entries[0].Start, f.Entries[0].Sequence, f.Entries[0].State = f.Entries[0].Start.Add(24*time.Hour), 201, bot.WorkCancelled
	_, after := read(t, console.Calendar(f))
	if before[0]["UID"] == "" || before[0]["UID"] != after[0]["UID"] || before[0]["UID"] == before[1]["UID"] || after[0]["SEQUENCE"] != "201" {
		t.Errorf("before %v, after %v", before[0], after[0])
	}
	f = feed()
	for order, same := range map[int]bool{0: true, 1: true, 2: false, 3: false} {
		f.Entries[0].Order = order
		if _, got := read(t, console.Calendar(f)); (got[0]["UID"] == before[0]["UID"]) != same {
			t.Errorf("work order %d has UID %s, the first has %s", order, got[0]["UID"], before[0]["UID"])
		}
	}
}

func TestSchedulePagesNeedAToken(t *testing.T) {
	down := false
	h := console.SchedulePages(func(_ context.Context, token string) (console.Feed, bool, error) {
		if down {
			return console.Feed{}, true, errors.New("no database")
		}
		return feed(), token == "right", nil
	})
	get := func(path, tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for path, want := range map[string]int{
		"/schedule/right.ics": http.StatusOK, "/schedule/wrong.ics": http.StatusNotFound, "/schedule/.ics": http.StatusNotFound, "/schedule/": http.StatusNotFound,
		"/schedule/right": http.StatusNotFound, "/schedule/right/x.ics": http.StatusNotFound,
	} {
		if got := get(path, ""); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
	ok := get("/schedule/right.ics", "")
	if !strings.HasPrefix(ok.Header().Get("Content-Type"), "text/calendar; charset=utf-8") || ok.Header().Get("ETag") == "" {
		t.Errorf("headers %v", ok.Header())
	}
	if again := get("/schedule/right.ics", ok.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("unchanged: %d", again.Code)
	}
	down = true
	if got := get("/schedule/right.ics", ""); got.Code != http.StatusServiceUnavailable {
		t.Errorf("without the database: %d", got.Code)
	}
}
