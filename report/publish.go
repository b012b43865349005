package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// Published is what we stored when we last wrote a page.
type Published struct {
	ID   int64
	Name string
	Hash string // Hash of the content that we wrote
}

// Page is a wiki page as it stands now.
type Page struct {
	ID           int64
	Name         string
	Content      string
	UpdatedByBot bool // its last change was made by the bot's own user
}

// Action is what is to be done about a page.
type Action string

// The actions.
const (
	Create   Action = "create"
	Update   Action = "update"
	Same     Action = "same"     // nothing to send
	Conflict Action = "conflict" // a person changed it: the new text goes to BesideName, and a person is asked
)

// Decision is the outcome of Decide.
type Decision struct {
	Action Action
	Hash   string // of the wanted content, to be stored once it stands on the page
	Reason string // for the log and for the question to a person
}

// Decide compares what we wrote last (nil: nothing known), what stands on the page now (nil: no such page) and what is wanted.
// It never lets a person's words be overwritten; page texts are compared by Normalize. For a Conflict, call it again for the
// page BesideName(name), which follows the same rules, so that asking twice writes nothing either.
func Decide(stored *Published, current *Page, wanted string) Decision {
	d := Decision{Hash: Hash(wanted)}
	switch {
	case current == nil && stored == nil:
		d.Action, d.Reason = Create, "the page does not exist yet"
	case current == nil:
		d.Action, d.Reason = Create, "the page was removed"
	case Normalize(current.Content) == Normalize(wanted):
		d.Action, d.Reason = Same, "the page already says this"
	case stored != nil && stored.Hash == Hash(current.Content):
		d.Action, d.Reason = Update, "the page is as we left it"
	case Normalize(current.Content) == "":
		d.Action, d.Reason = Update, "the page is empty"
	case current.UpdatedByBot:
		d.Action, d.Reason = Update, "the last change was ours, though its record is missing"
	case stored == nil:
		d.Action, d.Reason = Conflict, "a person made a page of this name"
	default:
		d.Action, d.Reason = Conflict, "a person changed the page since we wrote it"
	}
	return d
}

// BesideName is the page on which the new text waits when a person changed the one of this name.
func BesideName(name string) string { return name + "/自動生成(要確認)" }

// Normalize makes texts equal that differ only in their line ends, in blanks at the ends of lines and in
// empty lines at their end, all of which Backlog and browsers may change on the way. It is for comparing only.
func Normalize(s string) string {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Hash is the SHA-256 of the normalized text in hex.
func Hash(s string) string {
	sum := sha256.Sum256([]byte(Normalize(s)))
	return hex.EncodeToString(sum[:])
}
