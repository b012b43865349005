package backlogsim

import (
	"cmp"
	"net/http"
)

// Error codes of the API: https://developer.nulab.com/docs/backlog/error-response/
const (
	codeInternal        = 1
	codeLicence         = 2
	codeLicenceExpired  = 3
	codeAccessDenied    = 4
	codeUnauthorizedOp  = 5
	codeNoResource      = 6
	codeInvalidRequest  = 7
	codeSpaceFull       = 8
	codeResourceTooMany = 9
	codeTooLargeFile    = 10
	codeAuthentication  = 11
	codeRequiredMFA     = 12
	codeTooManyRequests = 13
)

// statusOf is the HTTP status that goes with a code. Only those of 6, 11 and 13 are published; Choices.Statuses changes the others.
func statusOf(code int) int {
	return cmp.Or(map[int]int{
		codeLicence:         http.StatusForbidden,
		codeLicenceExpired:  http.StatusForbidden,
		codeAccessDenied:    http.StatusForbidden,
		codeUnauthorizedOp:  http.StatusForbidden,
		codeNoResource:      http.StatusNotFound,
		codeInvalidRequest:  http.StatusBadRequest,
		codeSpaceFull:       http.StatusBadRequest,
		codeResourceTooMany: http.StatusBadRequest,
		codeTooLargeFile:    http.StatusRequestEntityTooLarge,
		codeAuthentication:  http.StatusUnauthorized,
		codeRequiredMFA:     http.StatusUnauthorized,
		codeTooManyRequests: http.StatusTooManyRequests,
	}[code], http.StatusInternalServerError)
}

// codeOf is the other way round, for faults that only name a status.
func codeOf(status int) int {
	return cmp.Or(map[int]int{
		http.StatusBadRequest:            codeInvalidRequest,
		http.StatusUnauthorized:          codeAuthentication,
		http.StatusForbidden:             codeUnauthorizedOp,
		http.StatusNotFound:              codeNoResource,
		http.StatusRequestEntityTooLarge: codeTooLargeFile,
		http.StatusTooManyRequests:       codeTooManyRequests,
		http.StatusInsufficientStorage:   codeSpaceFull,
	}[status], codeInternal)
}

// apiError is one refusal, with the status that goes with its code.
type apiError struct {
	Status  int    `json:"-"`
	Message string `json:"message"`
	Code    int    `json:"code"`
	Info    string `json:"moreInfo"`
}

func (e *apiError) Error() string { return e.Message }

type wireErrors struct {
	Errors []*apiError `json:"errors"`
}

func refuse(code int, message string) *apiError {
	return &apiError{Status: statusOf(code), Code: code, Message: message}
}

func internal() *apiError { return refuse(codeInternal, "Internal error.") }

func notFound(what string) *apiError { return refuse(codeNoResource, "No "+what+".") }

func undefined(path string) *apiError {
	return refuse(codeNoResource, "Undefined resource. "+path)
}

func invalid(message string) *apiError { return refuse(codeInvalidRequest, message) }

func forbidden() *apiError {
	return refuse(codeUnauthorizedOp, "You are not authorized to perform this operation.")
}

func tooMany(what string) *apiError {
	return refuse(codeResourceTooMany, "The number of "+what+" exceeds the limit.")
}

func unauthenticated() *apiError { return refuse(codeAuthentication, "Authentication failure.") }

func tooManyRequests() *apiError { return refuse(codeTooManyRequests, "Too many requests.") }
