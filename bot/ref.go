package bot

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Clock tells world time: the time of promises, business hours and due moments. Machine time (leases, back-off, time-outs) never
// comes from it.
type Clock interface {
	Now() time.Time
}

// ClockFunc lets a function be a Clock.
type ClockFunc func() time.Time

// Now returns the function's time.
func (f ClockFunc) Now() time.Time { return f() }

// TicketID names a ticket for good: space and the issue's numeric id, since a key changes when an issue moves to another project.
type TicketID string

// NewTicketID builds the id of the ticket that stands for an issue of a space.
func NewTicketID(space string, issueID int64) TicketID {
	return TicketID(space + "/" + strconv.FormatInt(issueID, 10))
}

// Split gives the space and the issue id back.
func (id TicketID) Split() (space string, issueID int64, err error) {
	i := strings.LastIndexByte(string(id), '/')
	if i < 1 {
		return "", 0, fmt.Errorf("reading ticket id %q: want space/number", id)
	}
	n, err := strconv.ParseInt(string(id)[i+1:], 10, 64)
	if err != nil {
		return "", 0, fmt.Errorf("reading ticket id %q: %w", id, err)
	}
	return string(id)[:i], n, nil
}

// noticeAlphabet avoids letters that people confuse when they read a number aloud.
var noticeAlphabet = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

var noticePattern = regexp.MustCompile(`通知番号[:\x{ff1a}]\s*(T-[A-Z2-9]{10})\s*$`)

// NoticeNumber is the 通知番号 of an effect: a short hash of its idempotency key. It stands at the foot of what Toban writes on a
// ticket, so that an effect whose answer was lost can be found again.
func NoticeNumber(effectKey string) string {
	sum := sha256.Sum256([]byte(effectKey))
	return "T-" + noticeAlphabet.EncodeToString(sum[:8])[:10]
}

// NoticeFoot is the last line of a comment that carries a notice number.
func NoticeFoot(effectKey string) string { return "通知番号: " + NoticeNumber(effectKey) }

// FindNoticeNumber reads the number at the foot of a comment; "" when there is none. A number quoted elsewhere in the text does not count.
func FindNoticeNumber(text string) string {
	m := noticePattern.FindStringSubmatch(strings.TrimRight(text, " \t\r\n"))
	if m == nil {
		return ""
	}
	return m[1]
}
