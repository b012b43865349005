package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/desk"
	"toban/config"
)

func classifyCommand() *cobra.Command {
	var profile, dir string
	var text bool
	c := &cobra.Command{
		Use:   "classify [--profile P] < tickets.jsonl > results.jsonl",
		Short: "Read tickets as the desk would, one JSON object a line",
		Long: `Reads one ticket a line, {"id", "issue_type", "priority", "summary", "description",
"created", "custom"}, and writes what the desk understands of it: {"id", "type",
"class", "confidence", "supported", "missing", "desired", "reasons"}. Nothing is
stored and nobody is told. A line that can't be read gets an "error".

"created" is RFC 3339; dates in the text are read as written then, in the zone of
the profile's support hours. "custom" holds custom fields by name. The words by
which tickets are recognised are the "signs" of the profile: with --config your own
profiles count, too.`,
		Example: `  echo '{"id":"1","issue_type":"お問い合わせ","summary":"web01 の再起動","description":"12/1 22:00 に web01 を再起動してください。","created":"2026-11-24T10:00:00+09:00"}' | toban classify
  toban classify --profile managed-operations < tickets.jsonl > results.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cust, err := customerOf(profile, dir)
			if err != nil {
				return &exit{exitUsage, err}
			}
			read := func(line []byte) any { return classify(cust, line) }
			if text {
				return eachText(c.InOrStdin(), c.OutOrStdout(), read)
			}
			return eachLine(c.InOrStdin(), c.OutOrStdout(), read)
		},
	}
	c.Flags().StringVar(&profile, "profile", "support-desk", "service `profile` whose request types count")
	c.Flags().BoolVar(&text, "text", false, "write for people: a line a ticket, its reasons below")
	c.Flags().StringVar(&dir, "config", "", "configuration `folder` with profiles of your own")
	return c
}

// customerOf is a contract of a profile alone.
func customerOf(profile, dir string) (*bot.Customer, error) {
	profiles, err := config.LoadProfiles(dir, config.Options{})
	if err != nil {
		return nil, err
	}
	p, ok := profiles[profile]
	if !ok {
		return nil, unknownProfile(profile, profiles)
	}
	return app.ProfileCustomer(&p)
}

func unknownProfile(name string, profiles map[string]config.Profile) error {
	return fmt.Errorf("no profile is named %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(profiles)), ", "))
}

// classifyIn is a ticket as it comes in.
type classifyIn struct {
	ID          any            `json:"id"`
	IssueType   string         `json:"issue_type"`
	Priority    string         `json:"priority"`
	Summary     string         `json:"summary"`
	Description string         `json:"description"`
	Created     time.Time      `json:"created"`
	Custom      map[string]any `json:"custom"`
}

// classifyOut is what is understood of it.
type classifyOut struct {
	ID         any             `json:"id"`
	Type       string          `json:"type"`
	Class      bot.Class       `json:"class"`
	Confidence bot.Confidence  `json:"confidence"`
	Supported  any             `json:"supported"` // true, false or "conditional"
	Missing    []string        `json:"missing"`
	Desired    classifyDesired `json:"desired"`
	Reasons    []string        `json:"reasons"`
}

type classifyDesired struct {
	Start   *string `json:"start"`
	End     *string `json:"end"`
	Certain bool    `json:"certain"`
}

type classifyError struct {
	ID    any    `json:"id"`
	Error string `json:"error"`
}

func classify(cust *bot.Customer, line []byte) any {
	var in classifyIn
	if err := json.Unmarshal(line, &in); err != nil {
		var id struct {
			ID any `json:"id"`
		}
		_ = json.Unmarshal(line, &id) // the answer names the ticket where it can
		return classifyError{ID: id.ID, Error: "reading the ticket: " + err.Error() + `; want {"id", "issue_type", "priority", "summary", "description", "created" (RFC 3339), "custom" {}}`}
	}
	if in.Created.IsZero() {
		return classifyError{ID: in.ID, Error: `reading the ticket: "created" is missing; dates such as 明日 need it, as RFC 3339 with an offset`}
	}
	snap := bot.Snapshot{Summary: in.Summary, Description: in.Description, Type: in.IssueType, Created: in.Created, Custom: map[string]string{}}
	for name, v := range in.Custom {
		if text := customText(v); text != "" {
			snap.Custom[name] = text
		}
	}
	u := desk.Understand(cust, snap)
	out := classifyOut{
		ID: in.ID, Type: u.Type, Class: u.Class, Confidence: u.Confidence, Missing: append([]string{}, u.Missing...), Reasons: append([]string{}, u.Reasons...),
	}
	switch u.Support {
	case desk.Conditional:
		out.Supported = "conditional"
	case desk.Supported, desk.Unsupported:
		out.Supported = u.Support == desk.Supported
	}
	if u.Desired.Certain {
		out.Desired.Certain = true
		out.Desired.Start, out.Desired.End = instantText(u.Desired.Start), instantText(u.Desired.End)
	} else if u.Desired.Found {
		out.Reasons = append(out.Reasons, "the desired date must be asked back: "+string(u.Desired.Doubt))
	}
	return out
}

func instantText(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format(time.RFC3339)
	return &s
}

// customText is the value of a custom field as text: Backlog gives text, numbers, dates, and items of lists with a name.
func customText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		var parts []string
		for _, item := range v {
			if s := customText(item); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "、")
	case map[string]any:
		if name, ok := v["name"]; ok {
			return customText(name)
		}
		return customText(v["value"])
	}
	return fmt.Sprint(v)
}

// eachText answers each line of JSON with lines for people.
func eachText(in io.Reader, out io.Writer, answer func(line []byte) any) error {
	r, w := bufio.NewReader(in), bufio.NewWriter(out)
	for {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			switch a := answer(line).(type) {
			case classifyOut:
				fmt.Fprintf(w, "%v: %s (%s), %s\n", a.ID, a.Type, a.Class, a.Confidence)
				if a.Supported != true {
					fmt.Fprintf(w, "  supported: %v\n", a.Supported)
				}
				if len(a.Missing) > 0 {
					fmt.Fprintf(w, "  missing: %s\n", strings.Join(a.Missing, ", "))
				}
				if d := a.Desired; d.Certain {
					fmt.Fprintf(w, "  desired: %s to %s\n", orOpen(d.Start), orOpen(d.End))
				}
				for _, reason := range a.Reasons {
					fmt.Fprintf(w, "  - %s\n", reason)
				}
			case classifyError:
				fmt.Fprintf(w, "%v: error: %s\n", a.ID, a.Error)
			}
		}
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err != nil {
			return fmt.Errorf("reading tickets: %w", err)
		}
	}
}

func orOpen(instant *string) string {
	if instant == nil {
		return "open"
	}
	return *instant
}

// eachLine answers each line of JSON with a line of JSON.
func eachLine(in io.Reader, out io.Writer, answer func(line []byte) any) error {
	r := bufio.NewReader(in)
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := enc.Encode(answer(line)); err != nil {
				return fmt.Errorf("writing results: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err != nil {
			return fmt.Errorf("reading tickets: %w", err)
		}
	}
}
