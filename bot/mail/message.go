package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"toban/bot"
)

// letter is what one mail says and to whom.
type letter struct {
	to      Address
	ref     string // what stands for the address in errors
	subject string
	text    string
	key     string // of the effect
	due     time.Time
	again   bool // an earlier try may have arrived

	replyTo    string // an address; "" is the sender
	inReplyTo  string
	references []string
}

// Marks in a subject.
const (
	againMark = "【再送】"
	lateMark  = "【遅延】"
)

// messageID is the same for every try of an effect.
func (m *Mail) messageID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "toban." + hex.EncodeToString(sum[:16]) + "@" + domain(m.from.Address)
}

// message writes a mail as it goes over the wire.
func (m *Mail) message(l letter) ([]byte, error) {
	now := m.c.Clock.Now()
	subject, text := oneLine(l.subject), strings.TrimRight(clean(l.text), " \t\n")
	if subject == "" || text == "" {
		return nil, fmt.Errorf("it lacks a subject or a text")
	}
	if !l.due.IsZero() && now.After(l.due.Add(late)) {
		subject = lateMark + subject
		text = lateMark + "予定は" + when(l.due, l.to.Zone) + "でした。\n\n" + text
	}
	if l.again {
		subject = againMark + subject
		text = "前のメールが届いているか確かめられなかったため、もう一度お送りします。\n\n" + text
	}
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(oneLine(m.from.Name), m.from.Address); err != nil {
		return nil, err
	}
	if err := msg.AddToFormat(oneLine(l.to.Name), l.to.Mail); err != nil {
		return nil, err
	}
	msg.Subject(subject)
	msg.SetMessageIDWithValue(m.messageID(l.key))
	msg.SetDateWithValue(now)
	if l.replyTo != "" {
		if err := msg.ReplyTo(l.replyTo); err != nil {
			return nil, err
		}
	}
	if threadID(l.inReplyTo) {
		msg.SetGenHeaderPreformatted("In-Reply-To", "<"+l.inReplyTo+">")
	}
	if refs := thread(l.references); refs != "" {
		msg.SetGenHeaderPreformatted("References", refs)
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: holiday notices and other robots stay quiet
	msg.SetGenHeader("X-Toban-Notice", bot.NoticeNumber(l.key))
	msg.SetBodyString(gomail.TypeTextPlain, text+"\n\n"+bot.NoticeFoot(l.key)+"\n")
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

const (
	longestID = 250 // bytes of a Message-ID that is repeated; those of mail programs are shorter than a hundred
	mostIDs   = 20  // of a thread
)

// threadID reports whether a Message-ID that came from outside can stand in a header: one word of visible ASCII with one @ (RFC 5322, 3.6.4).
func threadID(id string) bool {
	bad := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>()[],;:\\\"", r) }
	return len(id) <= longestID && strings.Count(id, "@") == 1 && strings.Trim(id, "@") == id && strings.IndexFunc(id, bad) < 0
}

// thread writes the references of a mail, one on a line; those that are none are left out, and of many the newest are kept.
func thread(ids []string) string {
	var out []string
	for _, id := range ids {
		if threadID(id) {
			out = append(out, "<"+id+">")
		}
	}
	return strings.Join(out[max(0, len(out)-mostIDs):], "\r\n ")
}

// late is how far behind its promised moment a mail may be without saying so, as elsewhere in Toban.
const late = time.Minute

func when(t time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("1月2日 15:04 MST")
}

// oneLine keeps a header from growing further lines.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// clean gives line ends one form and takes out what no text needs.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
