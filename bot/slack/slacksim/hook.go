package slacksim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// requestURL is where a payload goes in HTTP mode; the lock is held.
func (s *Server) requestURL(d *delivery) string {
	switch {
	case d.lane == viaEvents:
		return s.urls.Events
	case d.lane == viaCommand:
		return s.urls.Commands
	case d.name == "block_suggestion" && s.urls.Options != "":
		return s.urls.Options
	default:
		return s.urls.Interactions
	}
}

// overHTTP posts a payload with Slack's signature.
func (s *Server) overHTTP(ctx context.Context, d *delivery, to string, n int, why string) outcome {
	body, kind := d.raw, "application/json"
	switch d.lane {
	case viaInteract:
		body, kind = url.Values{"payload": {d.raw}}.Encode(), "application/x-www-form-urlencoded"
	case viaCommand:
		form := url.Values{}
		for k, v := range d.payload {
			form.Set(k, fmt.Sprint(v))
		}
		body, kind = form.Encode(), "application/x-www-form-urlencoded"
	case viaEvents: // JSON as it is
	}
	header := http.Header{}
	if n > 0 {
		header.Set("X-Slack-Retry-Num", strconv.Itoa(n))
		header.Set("X-Slack-Retry-Reason", why)
	}
	d.launch()
	resp, raw, err := s.post(ctx, to, kind, body, header)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return outcome{reason: "http_timeout"}
	case err != nil:
		return outcome{reason: "connection_failed"}
	case resp.StatusCode/100 != 2:
		return outcome{reason: "http_error", stop: resp.Header.Get("X-Slack-No-Retry") == "1"}
	}
	v, err := decode(raw)
	if err != nil && len(bytes.TrimSpace(raw)) > 0 {
		v = obj{"text": string(raw)} // a command may be answered with plain text
	}
	return outcome{answer: v}
}

// post signs and sends one request; the answer is read whole, up to 1 MiB.
func (s *Server) post(ctx context.Context, to, kind, body string, header http.Header) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		return nil, nil, fmt.Errorf("addressing the app: %w", err)
	}
	s.mu.Lock()
	secret := s.app.SigningSecret
	s.mu.Unlock()
	r.Header = header
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	sign(r.Header, secret, body, s.o.Machine())
	resp, err := s.o.Transport.RoundTrip(r)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, nil, fmt.Errorf("calling the app: %w", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return resp, raw, err
}

// sign adds Slack's v0 signature. Source:
// https://docs.slack.dev/authentication/verifying-requests-from-slack
func sign(h http.Header, secret, body string, now time.Time) {
	stamp := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// SetURLs changes the app's request URLs, as its settings page does.
func (s *Server) SetURLs(u URLs) error {
	for _, to := range []string{u.Events, u.Interactions, u.Options, u.Commands} {
		if to == "" {
			continue
		}
		if p, err := url.Parse(to); err != nil || p.Host == "" {
			return fmt.Errorf("request URL %q is no URL", to)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.urls = u
	return nil
}

// VerifyURL does what Slack does when an events URL is saved: it posts a
// challenge and wants it back.
func (s *Server) VerifyURL(ctx context.Context) error {
	s.mu.Lock()
	to, challenge := s.urls.Events, s.newHash()
	s.mu.Unlock()
	if to == "" {
		return ErrNoApp
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.AckWithin)
	defer cancel()
	body := encode(obj{"token": "deprecated-verification-token", "challenge": challenge, "type": "url_verification"})
	resp, raw, err := s.post(ctx, to, "application/json", body, http.Header{})
	if err != nil {
		return fmt.Errorf("verifying the request URL: %w", err)
	}
	v, err := decode(raw)
	if resp.StatusCode != http.StatusOK || string(bytes.TrimSpace(raw)) != challenge && (err != nil || text(v, "challenge") != challenge) {
		return fmt.Errorf("verifying the request URL: HTTP %d without the challenge", resp.StatusCode)
	}
	return nil
}
