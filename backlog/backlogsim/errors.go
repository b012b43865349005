package backlogsim

import "net/http"

// Error codes of the API: https://developer.nulab.com/docs/backlog/error-response/
const (
	codeInternal        = 1
	codeUnauthorizedOp  = 5
	codeNoResource      = 6
	codeInvalidRequest  = 7
	codeResourceTooMany = 9
	codeTooLargeFile    = 10
	codeAuthentication  = 11
	codeTooManyRequests = 13
)

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

func notFound(what string) *apiError {
	return &apiError{Status: http.StatusNotFound, Code: codeNoResource, Message: "No " + what + "."}
}

func undefined(path string) *apiError {
	return &apiError{Status: http.StatusNotFound, Code: codeNoResource, Message: "Undefined resource. " + path}
}

func invalid(message string) *apiError {
	return &apiError{Status: http.StatusBadRequest, Code: codeInvalidRequest, Message: message}
}

func forbidden() *apiError {
	return &apiError{Status: http.StatusForbidden, Code: codeUnauthorizedOp, Message: "You are not authorized to perform this operation."}
}

func unauthenticated() *apiError {
	return &apiError{Status: http.StatusUnauthorized, Code: codeAuthentication, Message: "Authentication failure."}
}

func tooManyRequests() *apiError {
	return &apiError{Status: http.StatusTooManyRequests, Code: codeTooManyRequests, Message: "Too many requests."}
}
