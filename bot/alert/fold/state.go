package fold

import (
	"strings"
	"time"
	"unicode"

	"toban/bot"
	"toban/bot/mask"
)

// State is what is kept of a lane of alerts.
type State struct {
	Alert      bot.Alert `json:"alert"` // the newest, its words cleaned
	Firing     bool      `json:"firing"`
	Occurrence string    `json:"occurrence,omitempty"` // of the newest outbreak
	Received   time.Time `json:"received"`             // when the door received the newest outbreak: its clock starts here
	Last       time.Time `json:"last"`                 // the door's time of the newest word
	Over       time.Time `json:"over,omitzero"`        // the door's time of the newest recovery
	OverSince  time.Time `json:"over_since,omitzero"`  // the source's own time of it
	OverOf     string    `json:"over_of,omitempty"`    // the outbreak of that recovery
	Count      int       `json:"count"`                // alerts since the issue was opened

	Number  int      `json:"number"`              // issues that were opened
	OpenKey string   `json:"open_key,omitempty"`  // of the effect that opens the newest
	Mode    bot.Mode `json:"open_mode,omitempty"` // of the project when it was opened
	Dead    string   `json:"dead,omitempty"`      // why it could not be opened
	Key     string   `json:"key,omitempty"`       // of the issue, once it is known

	Held  string `json:"held,omitempty"` // what holds a firing alert back: the id of a silence, or work:KEY
	Marks []Mark `json:"marks,omitempty"`

	Review []Word `json:"review,omitempty"` // what staff are to look at on the next business day

	Told   []time.Time `json:"told,omitempty"`   // lines of the last ten minutes
	Untold []Word      `json:"untold,omitempty"` // what the next line has to say
}

// Mark is one alert that was silenced, and by what.
type Mark struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// Word is what happened and was not told yet.
type Word struct {
	At     time.Time `json:"at"`
	Firing bool      `json:"firing"`
}

// most bounds what is remembered of a lane.
const most = 50

func (s *State) mark(m Mark) {
	s.Marks = append(s.Marks, m)
	s.Marks = s.Marks[max(0, len(s.Marks)-most):]
}

// clean makes the source's words fit to be kept and shown: secrets hidden, one line where there is to be one, no endless text.
func clean(a bot.Alert) bot.Alert {
	const name, word, text, link = 200, 60, 2000, 500
	a.Host, a.Name, a.Severity, a.URL = line(a.Host, word*2), line(a.Name, name), line(a.Severity, word), line(a.URL, link)
	a.Text, _ = mask.Text(a.Text)
	a.Text = clipped(strings.TrimSpace(strings.Map(seen, strings.ReplaceAll(a.Text, "\r\n", "\n"))), text)
	if !strings.HasPrefix(a.URL, "https://") && !strings.HasPrefix(a.URL, "http://") {
		a.URL = ""
	}
	a.Raw = nil // it stands with the event
	return a
}

func line(s string, most int) string {
	s, _ = mask.Text(s)
	return clipped(strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return seen(r)
	}, s)), " "), most)
}

// seen drops what can't be seen, or turns the direction of what is.
func seen(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff', r == unicode.ReplacementChar:
		return -1
	}
	return r
}

func clipped(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
