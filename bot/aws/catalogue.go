package aws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"toban/bot"
)

// entry is an operation of the catalogue. CATALOGUE.md is written from these rows.
type entry struct {
	Op        bot.AWSOp
	Does      string   // what it does
	Mark      string   // by which a repeat is told from a second change
	Look      string   // what is compared
	Blind     string   // what happens where that does not tell; "–": it always does
	Calls     []string // IAM actions of the change; the role to read needs those of Reads
	Reads     []string
	DryRun    bool          // AWS can rehearse it
	blind     bool          // after an uncertain try it is not to be seen whether it was done
	token     bool          // AWS tells a repeat by itself
	hold      time.Duration // machine time until what an earlier try did is surely visible
	patience  time.Duration // machine time until a person has to look at what does not come to its end
	encrypted bool          // it may use the customer's key
	parse     func(with json.RawMessage) (operation, error)
}

// With is the JSON of an operation's words, as its type in bot has it.
func with[T operation](raw json.RawMessage) (operation, error) {
	var op T
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&op); err != nil {
		return nil, fmt.Errorf("reading its words: %w", err)
	}
	return op, op.check()
}

const (
	compared = "read and compare"
	tagged   = "the tag " + markTag
	nobody   = "–"
	held     = "held two minutes, looked for again, then made"
	// markTag is the tag of what was made: its value is the effect's mark.
	markTag = "toban:effect"
	visible = 2 * time.Minute
	// settle is what a look that compares may be behind: an act right after one that was lost would be a second one.
	settle = 30 * time.Second
)

// catalogue lists the operations.
func catalogue() []entry {
	list := slices.Concat(powerEntries(), ec2Entries(), groupEntries(), elbEntries(), rdsEntries())
	for i := range list {
		if e := &list[i]; e.hold == 0 && !e.blind && !e.token {
			e.hold = settle
		}
	}
	return list
}

// Rights are the IAM actions that the two roles of an account need for the whole catalogue and to discover what there is.
func Rights() (read, operate []string) {
	read = discoverReads()
	for _, e := range catalogue() {
		read, operate = append(read, e.Reads...), append(operate, e.Calls...)
	}
	slices.Sort(read)
	slices.Sort(operate)
	return slices.Compact(read), slices.Compact(operate)
}

// parse reads a change.
func parse(c bot.AWSChange) (entry, operation, error) {
	list := catalogue()
	i := slices.IndexFunc(list, func(e entry) bool { return e.Op == c.Do })
	switch {
	case i < 0:
		return entry{}, nil, fmt.Errorf("there is no operation %q", c.Do)
	case !accountID.MatchString(c.Account):
		return entry{}, nil, fmt.Errorf("the account must be 12 digits, got %q", c.Account)
	case !regionName.MatchString(c.Region):
		return entry{}, nil, fmt.Errorf("the region must be one such as ap-northeast-1, got %q", c.Region)
	case c.NotAfter.IsZero():
		return entry{}, nil, errors.New("not_after is missing: every change belongs to a time")
	}
	op, err := list[i].parse(c.With)
	if err != nil {
		return entry{}, nil, fmt.Errorf("%s: %w", c.Do, err)
	}
	return list[i], op, nil
}

var (
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
	dbName     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,254}$`)
	groupARN   = regexp.MustCompile(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/[A-Za-z0-9-]+/[0-9a-f]+$`)
	ec2Type    = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9-]+$`)
	dbClass    = regexp.MustCompile(`^db\.[a-z0-9-]+\.[a-z0-9-]+$`)
	imageName  = regexp.MustCompile(`^[\w()\[\] ./'@-]{3,128}$`)
	anyID      = regexp.MustCompile(`^[a-z]+(-[a-z]+)*-[0-9a-f]{8,17}$`)
)

// id wants one of Amazon's ids of a kind, such as i-….
func id(what, kind, got string) error {
	if !anyID.MatchString(got) || !strings.HasPrefix(got, kind+"-") || strings.Count(got, "-") != strings.Count(kind, "-")+1 {
		return fmt.Errorf("%s must be an id such as %s-0123456789abcdef0, got %q", what, kind, got)
	}
	return nil
}

func like(what string, r *regexp.Regexp, got, example string) error {
	if !r.MatchString(got) {
		return fmt.Errorf("%s must be one such as %s, got %q", what, example, got)
	}
	return nil
}

func differ(from, to string) error {
	if from == to {
		return fmt.Errorf("from and to are the same: %q", from)
	}
	return nil
}

// target wants what a target group can have: an instance or an address.
func target(got string) error {
	if _, err := netip.ParseAddr(got); err == nil {
		return nil
	}
	return id("target", "i", got)
}
