package playbook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Playbook is a procedure: data, versioned, checked when it is loaded.
type Playbook struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Version string        `json:"version"`
	About   string        `json:"about,omitempty"`
	Types   []string      `json:"types,omitempty"` // request types that it serves; empty: all
	Effect  string        `json:"effect,omitempty"`
	Length  time.Duration `json:"length,omitempty"` // how long it takes as a rule; 0: not known
	Steps   []Step        `json:"steps"`
}

// Step is one step: what is done, by what one knows that it went well, when one stops, and the way back.
type Step struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Do      string        `json:"do"`                // the instruction to whoever carries it out
	Changes bool          `json:"changes,omitempty"` // it changes something
	Checks  []Check       `json:"checks"`            // all must hold before the next step
	Abort   []string      `json:"abort,omitempty"`   // criteria for stopping
	OnAbort OnAbort       `json:"on_abort,omitempty"`
	Undo    string        `json:"undo,omitempty"`    // the way back
	Final   string        `json:"final,omitempty"`   // why there is no way back
	Within  time.Duration `json:"within,omitempty"`  // a step that takes longer is asked about; 0: no limit
	Promise string        `json:"promise,omitempty"` // the promise of the contract that is kept with it
}

// Check is a check point.
type Check struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Look string `json:"look,omitempty"` // what can be looked at to tell, by whoever carries the run out; empty: a person tells
}

// OnAbort says what follows a failed check.
type OnAbort string

// What follows.
const (
	StopAndTell OnAbort = "stop_and_tell" // stop what follows, tell the customer; the default
	Undo        OnAbort = "undo"          // go back over what was really done
)

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// Problems lists everything that is wrong with a playbook, each with its place; nil when nothing is.
func (p Playbook) Problems() []string {
	var out []string
	wrong := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if !idPattern.MatchString(p.ID) {
		wrong("id: must be small letters, digits, - and _, got %q", p.ID)
	}
	for what, text := range map[string]string{"title": p.Title, "version": p.Version} {
		if strings.TrimSpace(text) == "" {
			wrong("%s: must not be empty", what)
		}
	}
	if len(p.Steps) == 0 {
		wrong("steps: must have at least one")
	}
	seen := map[string]bool{}
	for i, s := range p.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		if !idPattern.MatchString(s.ID) || seen[s.ID] {
			wrong("%s.id: must be small letters, digits, - and _, each once, got %q", at, s.ID)
		}
		seen[s.ID] = true
		out = append(out, s.problems(at)...)
	}
	slices.Sort(out)
	return out
}

func (s Step) problems(at string) []string {
	var out []string
	wrong := func(format string, args ...any) { out = append(out, at+fmt.Sprintf(format, args...)) }
	if strings.TrimSpace(s.Title) == "" || strings.TrimSpace(s.Do) == "" {
		wrong(": needs a title and what to do")
	}
	if len(s.Checks) == 0 {
		wrong(".checks: must have at least one: a step that nobody checks is not done")
	}
	ids := map[string]bool{}
	for j, c := range s.Checks {
		if !idPattern.MatchString(c.ID) || ids[c.ID] || strings.TrimSpace(c.Text) == "" {
			wrong(".checks[%d]: needs an id of its own and a text", j)
		}
		ids[c.ID] = true
	}
	switch {
	case s.OnAbort != "" && s.OnAbort != StopAndTell && s.OnAbort != Undo:
		wrong(".on_abort: must be %s or %s, got %q", StopAndTell, Undo, s.OnAbort)
	case s.Changes && s.Undo == "" && s.Final == "":
		wrong(": changes something, so it needs undo, or final with the reason why there is no way back")
	case s.Undo != "" && s.Final != "":
		wrong(": must not have both undo and final")
	case !s.Changes && s.Undo != "":
		wrong(".undo: stands on a step that changes nothing")
	case s.Within < 0:
		wrong(".within: must not be negative")
	}
	return out
}

// Hash names a playbook by its content: whatever changes in it changes the hash.
func (p Playbook) Hash() string {
	b, err := json.Marshal(p)
	if err != nil { // plain values: it can't be
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// CheckTexts lists every check of a playbook, and Undos the way back of each step that changes something, for a plan that people read.
func (p Playbook) CheckTexts() []string {
	var out []string
	for _, s := range p.Steps {
		for _, c := range s.Checks {
			out = append(out, c.Text)
		}
	}
	return out
}

// Undos lists the way back, the last step first.
func (p Playbook) Undos() []string {
	var out []string
	for _, s := range slices.Backward(p.Steps) {
		switch {
		case s.Undo != "":
			out = append(out, s.Undo)
		case s.Final != "":
			out = append(out, s.Title+": "+s.Final)
		}
	}
	return out
}

// Serves reports whether a playbook is meant for a request type.
func (p Playbook) Serves(requestType string) bool {
	return len(p.Types) == 0 || slices.Contains(p.Types, requestType)
}
