package slack

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	slackgo "github.com/slack-go/slack"
)

// maxBody is far above what Slack sends; a click carries its message, whose text is limited.
const maxBody = 1 << 20

// Handler is the door for signed HTTP requests: POST /slack/events, /slack/interactions and /slack/commands. It answers 401 to what Slack
// did not sign, 413, 415 and 400 to what can't be read (kept among the dead letters), 503 when an event could not be stored or no
// signing secret is set (https://docs.slack.dev/authentication/verifying-requests-from-slack).
func (s *Slack) Handler() http.Handler {
	mux := http.NewServeMux()
	for path, d := range map[string]door{
		"/slack/events": doorEvents, "/slack/interactions": doorInteractions, "/slack/commands": doorCommands,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, d) })
	}
	return mux
}

func (s *Slack) serve(w http.ResponseWriter, r *http.Request, d door) {
	refuse := func(status int, outcome, text string) {
		s.c.Count(string(d), outcome)
		http.Error(w, text, status)
	}
	if s.c.SigningSecret == "" {
		refuse(http.StatusServiceUnavailable, "off", "HTTP mode is not configured")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		refuse(http.StatusRequestEntityTooLarge, "too_large", "the body is too large")
		return
	case err != nil:
		refuse(http.StatusBadRequest, "broken_off", "the body could not be read")
		return
	case !s.signed(r.Header, body):
		// Nothing of the reason is told: whoever gets here is not Slack, or the secret is wrong.
		refuse(http.StatusUnauthorized, "unsigned", "the signature does not match")
		return
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	payload, bad := payloadOf(d, kind, body)
	if bad == errKind {
		refuse(http.StatusUnsupportedMediaType, "wrong_type", "the content type is not what Slack sends here")
		return
	}
	var answer any
	if bad == "" {
		answer, err = s.receive(r.Context(), d, payload)
	} else {
		err = &unreadable{bad}
	}
	var odd *unreadable
	switch {
	case errors.As(err, &odd):
		if err := s.c.Dead.Bury(r.Context(), string(d), odd.reason, body, s.c.Clock.Now()); err != nil {
			s.c.Logger.Error("keeping an unreadable delivery", "door", d, "error", err)
			refuse(http.StatusServiceUnavailable, "failed", "try again")
			return
		}
		w.Header().Set("X-Slack-No-Retry", "1") // it is kept here; sending it again would not make it readable
		refuse(http.StatusBadRequest, "unreadable", odd.reason)
	case err != nil:
		s.c.Logger.Error("handling a delivery", "door", d, "error", err)
		refuse(http.StatusServiceUnavailable, "failed", "try again")
	case answer == nil:
		w.WriteHeader(http.StatusOK)
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// signed checks Slack's signature and its age with either secret. The library's errors are not looked at any further.
func (s *Slack) signed(h http.Header, body []byte) bool {
	for _, secret := range []string{s.c.SigningSecret, s.c.PreviousSigningSecret} {
		if secret == "" {
			continue
		}
		v, err := slackgo.NewSecretsVerifier(h, secret)
		if err != nil {
			continue
		}
		if _, err := v.Write(body); err == nil && v.Ensure() == nil {
			return true
		}
	}
	return false
}

// errKind is the fault of a body of the wrong content type.
const errKind = "wrong content type"

// payloadOf takes the JSON out of a request's body: as it is, out of the form field payload, or of a command's form fields.
func payloadOf(d door, kind string, body []byte) (payload []byte, fault string) {
	if d == doorEvents {
		if kind != "application/json" {
			return nil, errKind
		}
		return body, ""
	}
	if kind != "application/x-www-form-urlencoded" {
		return nil, errKind
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, "the form can't be read"
	}
	if d == doorInteractions {
		if form.Get("payload") == "" {
			return nil, "the form has no payload"
		}
		return []byte(form.Get("payload")), ""
	}
	if form.Get("command") == "" {
		return nil, "the form names no command"
	}
	payload, err = json.Marshal(command{
		Command: form.Get("command"), Text: form.Get("text"), UserID: form.Get("user_id"), ChannelID: form.Get("channel_id"), TriggerID: form.Get("trigger_id"),
	})
	if err != nil {
		return nil, "the command can't be read"
	}
	return payload, ""
}
