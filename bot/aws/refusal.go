package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Kind is what an error of AWS means for a change.
type Kind string

// Kinds. After all but Unanswered it is certain that the call did nothing.
const (
	Throttled  Kind = "throttled"  // too many calls: later
	Expired    Kind = "expired"    // the session is over: a new one
	Denied     Kind = "denied"     // no right
	Missing    Kind = "missing"    // there is no such thing, or not yet
	Conflict   Kind = "conflict"   // it is in a state that does not allow it
	Taken      Kind = "taken"      // it is so already, or the name is taken
	Exhausted  Kind = "exhausted"  // no capacity, or a quota is full
	Invalid    Kind = "invalid"    // anything else that AWS refuses
	Unanswered Kind = "unanswered" // no answer, or one that says nothing: it may have been done
)

// Refusal is an error of AWS, read. Its words hold no credentials.
type Refusal struct {
	Kind    Kind
	Call    string // such as "EC2 StartInstances"
	Code    string // Amazon's, "" without one
	Message string
	Request string // Amazon's id of the request, for its support
	err     error
}

// Error tells it in one line.
func (r *Refusal) Error() string {
	text := "asking " + r.Call + ": "
	if r.Code == "" {
		return text + "no answer: " + r.Message
	}
	text += r.Code + ": " + r.Message
	if r.Request != "" {
		text += " (request " + r.Request + ")"
	}
	return text
}

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.err }

// refusal reads an error of the SDK; nil stays nil.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	r := &Refusal{Kind: Unanswered, Call: "AWS", Message: "no error of AWS", err: err}
	for op, in := (*smithy.OperationError)(nil), err; errors.As(in, &op); in = op.Err { // the innermost: keys are fetched within another call
		r.Call = op.Service() + " " + op.Operation()
	}
	status := 0
	if res := (*smithyhttp.ResponseError)(nil); errors.As(err, &res) {
		status = res.HTTPStatusCode()
	}
	if id := (interface{ ServiceRequestID() string })(nil); errors.As(err, &id) {
		r.Request = id.ServiceRequestID()
	}
	api := smithy.APIError(nil)
	if !errors.As(err, &api) || api.ErrorCode() == "" || api.ErrorCode() == "UnknownError" {
		r.Message = innermost(err)
		if status != 0 {
			r.Message = fmt.Sprintf("%d %s", status, http.StatusText(status))
		}
		return r
	}
	r.Code, r.Message = api.ErrorCode(), short(api.ErrorMessage())
	r.Kind = kind(r.Code, status)
	return r
}

// kind judges a code (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the error lists of the services).
// Some that are certain come with a status of 500: the lack of capacity is one.
func kind(code string, status int) Kind {
	in := func(list ...string) bool { return slices.Contains(list, code) }
	has := func(ends ...string) bool {
		return slices.ContainsFunc(ends, func(e string) bool {
			return strings.HasSuffix(strings.TrimSuffix(strings.TrimSuffix(code, "Fault"), "Exception"), e)
		})
	}
	_, throttled := retry.DefaultThrottleErrorCodes[code]
	switch {
	case throttled:
		return Throttled
	case in("ExpiredToken", "ExpiredTokenException", "RequestExpired"):
		return Expired
	case in("UnauthorizedOperation", "AuthFailure", "AccessDenied", "AccessDeniedException", "OptInRequired", "Blocked", "PendingVerification", "InvalidClientTokenId",
		"SignatureDoesNotMatch", "UnrecognizedClientException", "RegionDisabledException"):
		return Denied
	case has("NotFound"):
		return Missing
	case has(".Duplicate", "AlreadyExists", "AlreadyInUse", ".InUse") || in("Resource.AlreadyAssociated", "IdempotentParameterMismatch"):
		return Taken
	case in("IncorrectInstanceState", "IncorrectState", "IncorrectStateException", "IncorrectModificationState", "InvalidDBInstanceState", "InvalidDBInstanceStateFault", "InvalidState",
		"VolumeInUse", "InvalidTarget"):
		return Conflict
	case strings.HasPrefix(code, "Insufficient") || has("LimitExceeded", "QuotaExceeded", "RateExceeded"):
		return Exhausted
	case status >= http.StatusInternalServerError || status == http.StatusRequestTimeout || in("InternalError", "InternalFailure", "Unavailable", "ServiceUnavailable"):
		return Unanswered
	}
	return Invalid
}

// is reports whether an error is a refusal of one of these kinds.
func is(err error, kinds ...Kind) bool {
	r := (*Refusal)(nil)
	return errors.As(err, &r) && slices.Contains(kinds, r.Kind)
}

// short leaves out what nobody can read: the encoded message of a refused right takes a page.
func short(message string) string {
	const most = 300
	message, _, _ = strings.Cut(message, " Encoded authorization failure message")
	if r := []rune(message); len(r) > most {
		message = string(r[:most]) + "…"
	}
	return message
}

// innermost is the cause of a call without an answer, without the SDK's wrappings.
func innermost(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "none in time"
	}
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return short(err.Error())
		}
		err = next
	}
}
