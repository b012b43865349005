package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Letter is a mail to the desk, read; the body of EventLetter. Whoever it says it is from is not proved.
type Letter struct {
	Customer  string    `json:"customer"`
	Box       string    `json:"box,omitempty"`       // the address of the mailbox that it came to
	Project   string    `json:"project"`             // where requests of its mailbox are opened
	Type      string    `json:"type,omitempty"`      // request type of its mailbox; "": read from the words
	Name      string    `json:"name,omitempty"`      // as the mail says
	Contact   string    `json:"contact,omitempty"`   // the customer's contact whose address the mail says it is from; "" is none
	Subject   string    `json:"subject"`             //
	Text      string    `json:"text"`                // what the writer wrote, without what is quoted
	Quoted    bool      `json:"quoted,omitempty"`    // something was quoted
	MessageID string    `json:"message_id"`          // as written, or a digest of the mail
	About     []string  `json:"about,omitempty"`     // issue keys in the subject
	Answers   []string  `json:"answers,omitempty"`   // Message-IDs that it answers, the newest first
	Automatic string    `json:"automatic,omitempty"` // why it was written by no person: "" is a person
	Files     []File    `json:"files,omitempty"`     // what is attached
	Left      []string  `json:"left,omitempty"`      // what is attached and too large, or too much
	Sent      time.Time `json:"sent,omitzero"`       // as the mail says; zero: it says nothing that can be read
	Broken    string    `json:"broken,omitempty"`    // what of its form could not be read
	Raw       []byte    `json:"raw"`                 // the mail as it came
}

// Attached are what goes with a mail's words onto a ticket: the mail itself and its files; left are the names of what is too large, or too much.
func (l Letter) Attached() (files []File, left []string) {
	const original = "mail.eml"
	if left = l.Left; len(l.Raw) > MostFile {
		return l.Files, append([]string{original}, left...)
	}
	return append([]File{{Name: original, Content: l.Raw}}, l.Files...), left
}

// LetterID is the part of a mail's lane and of the effect that opens its issue that is the mail's own: a doubled mail has it again.
func LetterID(messageID string) string {
	sum := sha256.Sum256([]byte(messageID))
	return hex.EncodeToString(sum[:12])
}

// LetterLane is the lane of a mail to a customer, and the dedup key of its event.
func LetterLane(customer, messageID string) string {
	return letterLanes + customer + ":" + LetterID(messageID)
}

const (
	letterLanes   = "mail:"
	letterKeys    = "desk:mail:"
	receiptSuffix = ":receipt"
)

// LetterEvent is the dedup key of the mail whose issue the effect of a key opens; ok is false when it opens none.
func LetterEvent(key string) (event string, ok bool) {
	rest, ok := strings.CutPrefix(key, letterKeys)
	return letterLanes + rest, ok && strings.Count(rest, ":") == 1
}

// LetterKey is the key of the effect that opens the issue of a mail.
func LetterKey(customer, messageID string) string {
	return letterKeys + customer + ":" + LetterID(messageID)
}

// LetterView is what a decision on a mail is made from beside the event.
type LetterView struct {
	Ticket *Ticket // that the mail is about, of the same customer; nil: a new request

	// Opened is, where an issue is taken in that a mail opened, that mail without what is attached; nil: no mail did, or it is not kept any more.
	Opened   *Letter
	Receipts int // that its contact had by mail within a day
}

// MailboxRef is the reference of a mailbox of a customer, by its address.
func MailboxRef(address string) string { return "mailbox:" + address }

// ContactRef is the reference of a contact of a customer, by its name.
func ContactRef(name string) string { return "contact:" + name }

const personRef = "person:"

// PersonRef is the reference of one of the provider's people, by id.
func PersonRef(id string) string { return personRef + id }

// ReceiptKey is the key of the effect by which the sender of a mail hears what became of it: one a ticket.
func ReceiptKey(id TicketID) string { return "desk:" + string(id) + receiptSuffix }

// IsReceipt reports whether an effect of a key is such a receipt.
func IsReceipt(key string) bool {
	return strings.HasPrefix(key, "desk:") && strings.HasSuffix(key, receiptSuffix)
}
