package postbox

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	_ "github.com/emersion/go-message/charset" // reads ISO-2022-JP, Shift_JIS and their like
	"github.com/emersion/go-message/mail"

	"toban/bot"
)

// Bounds of what is read of a mail; all of it is kept.
const (
	mostParts = 100
	mostFiles = 20
	mostNames = 20
	mostText  = 200 << 10 // bytes
	mostFile  = bot.MostFile
)

var issueKey = regexp.MustCompile(`\b[A-Z][A-Z0-9_]*-[0-9]+\b`)

// reading is a mail that is being read.
type reading struct {
	l           bot.Letter
	ours        func(address string) bool
	plain, html string
	files       []bot.File
}

// read reads a mail as far as its form allows.
func (p *Postbox) read(raw []byte, box Box) bot.Letter {
	m := &reading{ours: p.ours, l: bot.Letter{Customer: box.Customer, Box: box.Address, Project: box.Project, Type: box.Type, Raw: raw}}
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		m.broken("its head", err)
	}
	if r != nil {
		m.head(r.Header, box)
		m.parts(r)
		_ = r.Close()
	} else { // no head at all: everything is text
		m.plain = string(raw)
	}
	if m.l.MessageID == "" {
		sum := sha256.Sum256(raw)
		m.l.MessageID = "sha256:" + hex.EncodeToString(sum[:])
	}
	text := m.plain
	if strings.TrimSpace(text) == "" {
		text = fromHTML(m.html)
	}
	m.l.Text, m.l.Quoted = unquoted(text)
	m.l.Text = valid(m.l.Text)
	m.l.Files = m.files
	return m.l
}

// broken remembers what could not be read; a text of an unknown character set is read as it is.
func (m *reading) broken(what string, err error) {
	if err != nil && m.l.Broken == "" {
		m.l.Broken = valid(what + ": " + err.Error())
	}
}

func (m *reading) head(h mail.Header, box Box) {
	var err error
	if m.l.Subject, err = h.Subject(); err != nil {
		m.broken("its subject", err)
		m.l.Subject = h.Get("Subject")
	}
	m.l.Subject = line(m.l.Subject)
	if list, err := h.AddressList("From"); err == nil && len(list) > 0 {
		m.l.Name = line(list[0].Name)
		address := strings.ToLower(list[0].Address)
		m.l.Contact = box.Contacts[address]
		who, _, _ := strings.Cut(address, "@")
		switch {
		case m.ours(address):
			m.l.Automatic = "it says that it is from Toban itself"
		case who == "mailer-daemon":
			m.l.Automatic = "it says that it is from a mail server"
		}
	}
	if m.l.MessageID, err = h.MessageID(); err != nil {
		m.l.MessageID = strings.TrimSpace(h.Get("Message-Id"))
	}
	for _, k := range issueKey.FindAllString(m.l.Subject, mostNames) {
		if !slices.Contains(m.l.About, k) {
			m.l.About = append(m.l.About, k)
		}
	}
	for _, name := range []string{"In-Reply-To", "References"} {
		ids, err := h.MsgIDList(name)
		m.broken("its references", err)
		slices.Reverse(ids)
		for _, id := range ids {
			if len(m.l.Answers) < mostNames && !slices.Contains(m.l.Answers, id) {
				m.l.Answers = append(m.l.Answers, id)
			}
		}
	}
	if sent, err := h.Date(); err == nil && !sent.IsZero() {
		m.l.Sent = sent.UTC().Truncate(time.Microsecond)
	}
	m.l.Automatic = cmp.Or(automatic(h), m.l.Automatic)
}

// automatic says why a mail is no person's; "" when nothing says so.
func automatic(h mail.Header) string {
	low := func(name string) string { return strings.ToLower(strings.TrimSpace(h.Get(name))) }
	kind, _, _ := h.ContentType()
	switch {
	case low("Auto-Submitted") != "" && low("Auto-Submitted") != "no":
		return "it says Auto-Submitted"
	case slices.Contains([]string{"bulk", "junk", "list", "auto_reply"}, low("Precedence")):
		return "it says Precedence: " + low("Precedence")
	case low("X-Autoreply") != "" || low("X-Autorespond") != "" || low("X-Auto-Response-Suppress") == "all" && low("X-Ms-Exchange-Inbox-Rules-Loop") != "":
		return "it says that it is an automatic reply"
	case low("List-Id") != "" || low("List-Post") != "" || low("List-Unsubscribe") != "":
		return "it comes from a list"
	case low("X-Toban-Notice") != "":
		return "it says that it is a notice of Toban's"
	case kind == "multipart/report":
		return "it reports of a delivery"
	case low("Return-Path") == "<>":
		return "it has no sender to answer to"
	}
	return ""
}

// parts reads the texts and the files.
func (m *reading) parts(r *mail.Reader) {
	for n := 0; ; n++ {
		if n == mostParts {
			m.broken("its parts", errMany)
			return
		}
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			m.broken("a part", err)
		}
		if p == nil {
			return
		}
		switch h := p.Header.(type) {
		case *mail.InlineHeader:
			m.inline(h, p.Body)
		case *mail.AttachmentHeader:
			name, err := h.Filename()
			m.broken("the name of a file", err)
			kind, _, _ := h.ContentType()
			m.file(name, kind, p.Body)
		}
	}
}

var errMany = fmt.Errorf("more than %d", mostParts)

func (m *reading) inline(h *mail.InlineHeader, body io.Reader) {
	kind, params, _ := h.ContentType()
	switch {
	case (kind == "text/plain" || kind == "") && params["name"] == "":
		m.plain += m.text(body)
	case kind == "text/html" && params["name"] == "":
		m.html += m.text(body)
	default:
		m.file(params["name"], kind, body)
	}
}

func (m *reading) text(body io.Reader) string {
	b, err := io.ReadAll(io.LimitReader(body, mostText+1))
	m.broken("a text", err)
	if len(b) > mostText {
		b = b[:mostText]
		m.l.Quoted = true // the rest stands in the mail itself
	}
	return valid(string(b)) + "\n"
}

// file keeps an attachment, or its name where it is too large.
func (m *reading) file(name, kind string, body io.Reader) {
	if name = line(name); name == "" {
		name = fmt.Sprintf("attachment-%d%s", len(m.files)+len(m.l.Left)+1, map[string]string{
			"message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt", "application/ms-tnef": ".dat", "application/pdf": ".pdf",
		}[kind])
	}
	b, err := io.ReadAll(io.LimitReader(body, mostFile+1))
	m.broken("a file", err)
	m.keep(name, b)
}

func (m *reading) keep(name string, content []byte) {
	switch {
	case len(content) == 0 || len(content) > mostFile || len(m.files) >= mostFiles:
		m.l.Left = append(m.l.Left, name)
	default:
		m.files = append(m.files, bot.File{Name: name, Content: content})
	}
}

// line is a text of a head as one line: whoever decodes it gets no further headers.
func line(s string) string { return strings.Join(strings.Fields(strings.Map(seen, valid(s))), " ") }

// seen drops what can't be seen in a name, or turns the direction of what is: a file looks like what it is.
func seen(r rune) rune {
	if unicode.IsSpace(r) {
		return ' '
	}
	if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// valid makes a text one that JSON and both databases take.
func valid(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}
