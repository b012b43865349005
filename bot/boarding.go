package bot

import (
	"strings"
	"time"
)

// Boarding says for which end of a contract Toban opened a checklist ticket.
type Boarding string

// The ends of a contract. They are the request types of such tickets, too, and the types that their playbooks serve.
const (
	Onboarding  Boarding = "onboarding"
	Offboarding Boarding = "offboarding"
)

const boardingPrefix = "boarding:open:"

// BoardingKey is the idempotency key of the effect that opens the ticket: one for each customer and day on which the contract begins or ends,
// whoever asks for it and however often.
func BoardingKey(k Boarding, customer, day string) string {
	return boardingPrefix + string(k) + ":" + customer + ":" + day
}

// ReadBoarding reads such a key back; ok is false for any other.
func ReadBoarding(key string) (k Boarding, customer string, ok bool) {
	rest, ok := strings.CutPrefix(key, boardingPrefix)
	parts := strings.Split(rest, ":")
	const three = 3
	if k = Boarding(parts[0]); !ok || len(parts) != three || k != Onboarding && k != Offboarding {
		return "", "", false
	}
	return k, parts[1], true
}

// What can be looked at for a check of a checklist ticket, as playbooks name it (look).
const (
	LookProject   = "project"   // the customer's Backlog projects are ready
	LookRoles     = "roles"     // AWS accounts are entered by their roles
	LookNoRoles   = "no_roles"  // and can't be entered any more
	LookResources = "resources" // the list of managed resources is what the accounts have
	LookAlert     = "alert"     // an alert of the customer was heard since the ticket was opened
	LookMail      = "mail"      // a test mail went to each contact
	LookPhone     = "phone"     // each contact took a test call
	LookContract  = "contract"  // what the contract says of its end
	LookOpen      = "open"      // no other ticket, work or report of the customer is open
)

// Look is the body of EffectLook: what is to be looked at for a customer. Nothing is changed by it.
type Look struct {
	What   string    `json:"what"`
	Since  time.Time `json:"since,omitzero"`  // what is older does not count
	Except TicketID  `json:"except,omitzero"` // a ticket that does not count
}

// LookResult is how a look ended; the outcome of EffectLook.
type LookResult string

// Results. What could not be found out is neither good nor bad, and what is not there is not assumed to be right.
const (
	LookPass    LookResult = "pass"
	LookFail    LookResult = "fail"
	LookNothing LookResult = "nothing" // the customer's file has nothing of it
	LookUnknown LookResult = "unknown" // it could not be found out
)
