package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// Rehearsal is what would become of a change now. Nothing is changed for it.
type Rehearsal struct {
	What  string `json:"what"`  // the operation and its object
	Now   string `json:"now"`   // what is there
	Would string `json:"would"` // do it | find it done | wait | refuse
	Right string `json:"right"` // granted | not granted: … | can't be asked, where AWS has no rehearsal of the call
}

// What a rehearsal says.
const (
	wouldDo      = "do it"
	wouldFind    = "find it done"
	wouldWait    = "wait"
	wouldRefuse  = "refuse"
	rightGranted = "granted"
	rightDenied  = "not granted: "
	rightUnasked = "can't be asked"
)

// dryRunOperation is how EC2 says that a rehearsed call would have been done.
const dryRunOperation = "DryRunOperation"

// Rehearse enters the account by both roles, looks, and lets AWS rehearse the call where it can. That is a check of rights: AWS does not look
// there whether the change makes sense.
func (c *Changer) Rehearse(ctx context.Context, customer string, change bot.AWSChange) (Rehearsal, error) {
	if change.NotAfter.IsZero() {
		change.NotAfter = c.c.Clock.Now().Add(time.Minute)
	}
	e, op, err := parse(change)
	if err != nil {
		return Rehearsal{}, err
	}
	out := Rehearsal{What: string(change.Do) + " " + op.String(), Right: rightUnasked}
	a, ok := c.c.Account(customer, change.Account)
	switch {
	case !ok:
		return out, fmt.Errorf("entering the account %s: customer %q has none of this number", change.Account, customer)
	case !a.may(change.Region):
		return out, fmt.Errorf("entering the account %s: it has no region %s", change.Account, change.Region)
	}
	d, err := c.look(ctx, a, change.Region)
	if err != nil {
		return out, err
	}
	s, err := op.look(ctx, d, glance{mark: Mark("rehearsal")})
	switch out.Now = s.what; {
	case err != nil:
		return out, err
	case s.state == done:
		out.Would = wouldFind
	case s.state == working || s.state == busy:
		out.Would = wouldWait
	case s.state == astray:
		out.Would = wouldRefuse
	case s.state == before:
		out.Would = wouldDo
	}
	if d, err = c.open(a, change.Region, a.Operate, "toban-rehearsal", policy(d, e, op)); err == nil {
		err = d.verify(ctx)
	}
	if err != nil {
		out.Right = rightDenied + err.Error()
		return out, nil
	}
	if !e.DryRun {
		return out, nil
	}
	_, err = op.act(ctx, d, Mark("rehearsal"), true)
	switch r := (*Refusal)(nil); {
	case errors.As(err, &r) && r.Code == dryRunOperation:
		out.Right = rightGranted
	case is(err, Denied):
		out.Right = rightDenied + err.Error()
	case err == nil: // an emulator that rehearses nothing
		return out, errors.New("rehearsing: AWS did it, though it was told to rehearse")
	default: // EC2 found another fault before it came to the rights
		out.Right = rightUnasked + ": " + err.Error()
	}
	return out, nil
}

// Fails reports whether something is missing: the change would be refused, or a right is not granted.
func (r Rehearsal) Fails() bool {
	return r.Would == wouldRefuse || strings.HasPrefix(r.Right, rightDenied)
}
