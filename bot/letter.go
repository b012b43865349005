package bot

import (
	"crypto/sha256"
	"encoding/hex"
)

// Letter is a mail to the desk, read; the body of EventLetter. Whoever it says it is from is not proved.
type Letter struct {
	Customer  string   `json:"customer"`
	Project   string   `json:"project"`             // where requests of its mailbox are opened
	Type      string   `json:"type,omitempty"`      // request type of its mailbox; "": read from the words
	Name      string   `json:"name,omitempty"`      // as the mail says
	Contact   string   `json:"contact,omitempty"`   // the customer's contact whose address the mail says it is from; "" is none
	Subject   string   `json:"subject"`             //
	Text      string   `json:"text"`                // what the writer wrote, without what is quoted
	Quoted    bool     `json:"quoted,omitempty"`    // something was quoted
	MessageID string   `json:"message_id"`          // as written, or a digest of the mail
	About     []string `json:"about,omitempty"`     // issue keys in the subject
	Answers   []string `json:"answers,omitempty"`   // Message-IDs that it answers, the newest first
	Automatic string   `json:"automatic,omitempty"` // why it was written by no person: "" is a person
	Files     []File   `json:"files,omitempty"`     // what is attached, and the mail itself
	Left      []string `json:"left,omitempty"`      // what is attached and too large, or too much
	Broken    string   `json:"broken,omitempty"`    // what of its form could not be read
	Raw       []byte   `json:"raw"`                 // the mail as it came
}

// LetterID is the part of a mail's lane and of the effect that opens its issue that is the mail's own: a doubled mail has it again.
func LetterID(messageID string) string {
	sum := sha256.Sum256([]byte(messageID))
	return hex.EncodeToString(sum[:12])
}

// LetterKey is the key of the effect that opens the issue of a mail.
func LetterKey(customer, messageID string) string {
	return "desk:mail:" + customer + ":" + LetterID(messageID)
}

// LetterView is what a decision on a mail is made from beside the event.
type LetterView struct {
	Ticket *Ticket // that the mail is about, of the same customer; nil: a new request
}
