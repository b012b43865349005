package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"toban/config/tree"
)

var (
	idPattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	channelID    = regexp.MustCompile(`^[CG][A-Z0-9]{4,20}$`)
	slackUser    = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)
	projectKey   = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,24}$`)
	accountID    = regexp.MustCompile(`^[0-9]{12}$`)
	roleARN      = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)
	errBadRegexp = errors.New("must be a regular expression (RE2) of at most 1000 bytes")
)

const maxPattern = 1000 // bytes of a regular expression

// Pattern is a regular expression.
type Pattern struct {
	*regexp.Regexp
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (p *Pattern) UnmarshalText(text []byte) error {
	if len(text) > maxPattern || len(text) == 0 {
		return errBadRegexp
	}
	re, err := regexp.Compile(string(text))
	if err != nil {
		return fmt.Errorf("%w: %s", errBadRegexp, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	p.Regexp = re
	return nil
}

// MarshalText implements [encoding.TextMarshaler]; no pattern is no text.
func (p Pattern) MarshalText() ([]byte, error) {
	if p.Regexp == nil {
		return nil, nil
	}
	return []byte(p.String()), nil
}

// missing reports a name that leads nowhere.
func (l *loader) missing(pos tree.Pos, what, name string, known []string) {
	near := "; known: "
	if word := tree.Nearest(name, known); word != "" {
		near = "; did you mean " + word + "? Known: "
	}
	l.faults.Add(pos, "names the %s %s, which does not exist%s%s", what, tree.Quote(name), near, cmp.Or(strings.Join(known, ", "), "none"))
}

func (l *loader) checkID(id string, pos tree.Pos) {
	if id != "" && !idPattern.MatchString(id) {
		l.faults.Add(pos, "must be a short name of a-z, 0-9, - and _, got %s", tree.Quote(id))
	}
}

func (l *loader) checkTwice(seen map[string]bool, value string, pos tree.Pos, what string) {
	if value == "" {
		return
	}
	if seen[value] {
		l.faults.Add(pos, "repeats the %s %s", what, tree.Quote(value))
	}
	seen[value] = true
}

func (l *loader) checkChannel(id string, pos tree.Pos) {
	if id != "" && !channelID.MatchString(id) {
		l.faults.Add(pos, "must be a Slack channel id such as C0123ABCD, not its name, got %s", tree.Quote(id))
	}
}

func (l *loader) checkCalendarName(p *Profile, name string, pos tree.Pos) {
	if _, ok := p.Calendars[name]; ok {
		return
	}
	var known []string
	for k := range p.Calendars {
		known = append(known, k)
	}
	slices.Sort(known)
	l.missing(pos, "calendar", name, known)
}

// The following say nothing when there is no entry at all: then the file is missing or broken, which was said.

func (l *loader) checkSpace(name string, pos tree.Pos) {
	if _, ok := l.cfg.Space(name); !ok && name != "" && len(l.cfg.Spaces) > 0 {
		l.missing(pos, "space", name, l.spaceNames())
	}
}

func (l *loader) checkPerson(id string, pos tree.Pos) {
	if _, ok := l.cfg.Person(id); !ok && id != "" && len(l.cfg.People) > 0 {
		l.missing(pos, "person", id, personIDs(l.cfg.People))
	}
}

func (l *loader) checkTeam(id string, pos tree.Pos) {
	if id != "" && len(l.cfg.Teams) > 0 && !slices.ContainsFunc(l.cfg.Teams, func(t Team) bool { return t.ID == id }) {
		l.missing(pos, "team", id, teamIDs(l.cfg.Teams))
	}
}

func teamIDs(teams []Team) []string {
	out := make([]string, len(teams))
	for i := range teams {
		out[i] = teams[i].ID
	}
	return out
}

func (l *loader) spaceNames() []string {
	out := make([]string, len(l.cfg.Spaces))
	for i := range l.cfg.Spaces {
		out[i] = l.cfg.Spaces[i].Name
	}
	return out
}
