package backlog

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Sentinels for errors.Is. The vendor's code decides, not the HTTP status; see
// https://developer.nulab.com/docs/backlog/error-response/.
var (
	// ErrNotFound is code 6: the resource is missing, or hidden from this user.
	ErrNotFound = errors.New("no such resource")
	// ErrUnauthorized is code 11: the key is wrong or belongs to another space.
	ErrUnauthorized = errors.New("authentication refused")
	// ErrForbidden is code 5: the user may not do this.
	ErrForbidden = errors.New("operation not permitted")
	// ErrRateLimited is code 13: the budget of this minute is used up.
	ErrRateLimited = errors.New("rate limit reached")
	// ErrInvalid is code 7: a parameter is missing or wrong.
	ErrInvalid = errors.New("invalid request")
	// ErrNoChange is the special case of code 7 where an update of an issue would
	// change nothing and carries no comment.
	ErrNoChange = errors.New("nothing to change")
)

// The vendor's error codes that callers branch on.
const (
	CodeInternal        = 1
	CodeLicence         = 2
	CodeLicenceExpired  = 3
	CodeAccessDenied    = 4
	CodeUnauthorizedOp  = 5
	CodeNoResource      = 6
	CodeInvalidRequest  = 7
	CodeSpaceOverflow   = 8
	CodeTooMany         = 9
	CodeTooLargeFile    = 10
	CodeAuthentication  = 11
	CodeRequiredMFA     = 12
	CodeTooManyRequests = 13
)

// noChangeTexts are the vendor's messages for an update that changes nothing: the one that its migration tools expect, and one that
// spaces answered in 2026.
func noChangeTexts() []string {
	return []string{"Please change the status or post a comment", "No comment content"}
}

// ErrorDetail is one entry of the vendor's errors list.
type ErrorDetail struct {
	Message  string `json:"message"`
	Code     int    `json:"code"`
	MoreInfo string `json:"moreInfo"`
}

// Error is an answer outside 2xx.
type Error struct {
	Status int           // HTTP status
	Errors []ErrorDetail // empty when the body was not the vendor's JSON
	Method string
	Path   string // without host and parameters
	Raw    string // at most 2,000 bytes of the body, the key taken out

	Challenge string // WWW-Authenticate of a 401: why a token was refused
	OAuth     string // error of the token endpoint, such as invalid_grant
}

// Error names the call, the status and the vendor's messages. A body that is not
// the vendor's JSON (a proxy's or a maintenance page) is not shown; see Raw.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %d %s", e.Method, e.Path, e.Status, http.StatusText(e.Status))
	for _, d := range e.Errors {
		fmt.Fprintf(&b, ": %s (code %d)", d.Message, d.Code)
		if d.MoreInfo != "" {
			fmt.Fprintf(&b, " [%s]", d.MoreInfo)
		}
	}
	if e.Challenge != "" {
		b.WriteString(": " + e.Challenge)
	}
	return b.String()
}

// HasCode tells whether the vendor gave this error code.
func (e *Error) HasCode(code int) bool {
	return slices.ContainsFunc(e.Errors, func(d ErrorDetail) bool { return d.Code == code })
}

// Is matches the sentinels of this package. Without the vendor's JSON the status
// alone decides for 401, 403 and 429; a bare 404 is not ErrNotFound, because a
// proxy in the way says so too.
func (e *Error) Is(target error) bool {
	bare := len(e.Errors) == 0
	switch target {
	case ErrNotFound:
		return e.HasCode(CodeNoResource)
	case ErrUnauthorized:
		return e.HasCode(CodeAuthentication) || bare && e.Status == http.StatusUnauthorized
	case ErrInvalidGrant:
		return e.OAuth == "invalid_grant"
	case ErrForbidden:
		return e.HasCode(CodeUnauthorizedOp) || bare && e.Status == http.StatusForbidden
	case ErrRateLimited:
		return e.HasCode(CodeTooManyRequests) || e.Status == http.StatusTooManyRequests
	case ErrInvalid:
		return e.HasCode(CodeInvalidRequest)
	case ErrNoChange:
		return e.Status == http.StatusBadRequest && slices.ContainsFunc(e.Errors, func(d ErrorDetail) bool {
			return d.Code == CodeInvalidRequest && slices.ContainsFunc(noChangeTexts(), func(t string) bool { return strings.Contains(d.Message, t) })
		})
	}
	return false
}

// maxRaw bounds how much of an unreadable body an Error keeps.
const maxRaw = 2000

// maxChallenge bounds WWW-Authenticate.
const maxChallenge = 300

func newError(call *call, resp *http.Response, body []byte, redact *redactor) *Error {
	e := &Error{Status: resp.StatusCode, Method: call.method, Path: call.path()}
	var wire struct {
		Errors []ErrorDetail `json:"errors"`
	}
	text := redact.text(string(body))
	if json.Unmarshal([]byte(text), &wire) == nil {
		e.Errors = wire.Errors
	}
	if e.Status == http.StatusUnauthorized {
		e.Challenge = clip(redact.text(resp.Header.Get("WWW-Authenticate")), maxChallenge)
	}
	if code, reason := oauthFault([]byte(text)); code != "" && len(e.Errors) == 0 {
		e.OAuth = code
		e.Errors = []ErrorDetail{{Message: strings.TrimSuffix(code+": "+reason, ": ")}}
	}
	e.Raw = clip(text, maxRaw)
	return e
}

func clip(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}

// RateLimitError says that the budget of a kind of requests is used up until
// Reset. Either the vendor answered 429 (then it wraps that *Error), or the
// client knew without asking and the context would end before Reset.
type RateLimitError struct {
	Reset time.Time // by this machine's clock
	Kind  Kind
	Err   error // *Error of the answer, or nil
}

// Error names the kind and the instant of the reset in UTC.
func (e *RateLimitError) Error() string {
	text := fmt.Sprintf("rate limit of %s requests reached until %s", e.Kind, e.Reset.UTC().Format(time.RFC3339))
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Is matches ErrRateLimited.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// Unwrap returns the vendor's answer, if there was one.
func (e *RateLimitError) Unwrap() error { return e.Err }

// NetworkError says that no whole answer arrived.
type NetworkError struct {
	Method string
	Path   string
	Sent   bool // false when the request surely never left this machine
	Err    error
}

// Error names the call and the cause.
func (e *NetworkError) Error() string {
	return fmt.Sprintf("%s %s: waiting for the answer: %s", e.Method, e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *NetworkError) Unwrap() error { return e.Err }

// AnswerError says that a 2xx answer could not be read: no JSON, JSON of
// another shape, or too large.
type AnswerError struct {
	Method string
	Path   string
	Status int
	Err    error
}

// Error names the call and what is wrong with the answer.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s %s: reading the answer (%d): %s", e.Method, e.Path, e.Status, e.Err)
}

// Unwrap returns the cause.
func (e *AnswerError) Unwrap() error { return e.Err }

// credentialError says that a request was not sent, because there was no token
// for it. What went wrong may itself be a lost answer; the request was not.
type credentialError struct{ err error }

func (e *credentialError) Error() string { return e.err.Error() }
func (e *credentialError) Unwrap() error { return e.err }

// ErrNoTurn says that the time of a write was over before it was sent: others
// that wait for the same budget stood before it.
var ErrNoTurn = errors.New("others were before it")

// IsTemporary tells whether the same call may succeed later: a network fault or
// time-out, 429, or 5xx. A cancelled context is not temporary.
func IsTemporary(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if errors.Is(err, ErrRateLimited) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var answer *Error
	if errors.As(err, &answer) {
		return answer.Status >= 500 || answer.Status == http.StatusRequestTimeout
	}
	var network *NetworkError
	return errors.As(err, &network)
}

// IsAmbiguous tells whether a write may have been carried out although it failed
// here: its answer was lost, unreadable or 5xx. Look before sending it again. It
// is false for reads.
func IsAmbiguous(err error) bool {
	var unsent *credentialError
	if errors.As(err, &unsent) {
		return false
	}
	var network *NetworkError
	if errors.As(err, &network) {
		return network.Method != http.MethodGet && network.Sent
	}
	var unread *AnswerError
	if errors.As(err, &unread) {
		return unread.Method != http.MethodGet
	}
	var answer *Error
	if errors.As(err, &answer) {
		return answer.Method != http.MethodGet &&
			(answer.Status >= 500 || answer.Status == http.StatusRequestTimeout)
	}
	return false
}

// neverSent tells whether a transport's error proves that no request went out:
// the connection was never made.
func neverSent(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	return errors.As(err, &dns) || errors.As(err, &cert)
}
