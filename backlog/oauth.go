package backlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrInvalidGrant says that a code or refresh token is unknown, used or too old:
// the person has to consent again.
var ErrInvalidGrant = errors.New("grant refused")

// Token is what OAuth gives: an access token of about an hour and the refresh
// token that gets the next one. Both are secrets. It does not print them.
type Token struct {
	AccessToken  string
	RefreshToken string
	Expiry       time.Time // by this machine's clock
}

// String hides the secrets.
func (t Token) String() string {
	return "token until " + t.Expiry.UTC().Format(time.RFC3339)
}

// GoString hides the secrets.
func (t Token) GoString() string { return t.String() }

// TokenSource gives access tokens to a Client. Its methods may be called at the
// same time.
type TokenSource interface {
	// Token returns an access token that should be good.
	Token(ctx context.Context) (string, error)
	// Refused says that the vendor did not take the token. The Client asks for
	// one once more, and sends its request again if it gets another one.
	Refused(token string)
}

// OAuth is an application registered for the authorization-code grant:
// https://developer.nulab.com/docs/backlog/auth/.
type OAuth struct {
	client      *Client
	id, secret  string
	redirectURI string
}

// NewOAuth returns the application for the space at baseURL; redirectURI is the
// one it was registered with. Options are those of New.
func NewOAuth(baseURL, clientID, clientSecret, redirectURI string, opts ...Option) (*OAuth, error) {
	if clientID == "" || clientSecret == "" {
		return nil, errors.New("making an OAuth application: the client id or secret is empty")
	}
	c, err := newClient(baseURL, opts)
	if err != nil {
		return nil, err
	}
	c.redact.add(clientSecret)
	c.auth = nobody{}
	return &OAuth{client: c, id: clientID, secret: clientSecret, redirectURI: redirectURI}, nil
}

// AuthURL is where to send the person. state has to be unguessable, and to be
// compared when they come back with it and a code.
func (o *OAuth) AuthURL(state string) string {
	q := url.Values{"response_type": {"code"}, "client_id": {o.id}}
	if o.redirectURI != "" {
		q.Set("redirect_uri", o.redirectURI)
	}
	if state != "" {
		q.Set("state", state)
	}
	return o.client.origin + "/OAuth2AccessRequest.action?" + q.Encode()
}

// Exchange changes the code that the person came back with for a token. A code
// works once: when the answer was lost (IsAmbiguous), the person has to consent
// again.
func (o *OAuth) Exchange(ctx context.Context, code string) (*Token, error) {
	o.client.redact.add(code)
	return o.token(ctx, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {o.redirectURI}})
}

// Refresh changes a refresh token for a new token. It may work only once, so keep
// the new one before using it.
func (o *OAuth) Refresh(ctx context.Context, refreshToken string) (*Token, error) {
	o.client.redact.add(refreshToken)
	return o.token(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}})
}

func (o *OAuth) token(ctx context.Context, form url.Values) (*Token, error) {
	form.Set("client_id", o.id)
	form.Set("client_secret", o.secret)
	var wire struct {
		AccessToken  string `json:"access_token"`
		ExpiresIn    ID     `json:"expires_in"` // seconds
		RefreshToken string `json:"refresh_token"`
	}
	err := o.client.do(ctx, &call{method: http.MethodPost, route: route{"oauth2", "token"}, form: form, read: readJSON(&wire)})
	if err != nil {
		return nil, fmt.Errorf("getting a token: %w", err)
	}
	if wire.AccessToken == "" {
		return nil, errors.New("getting a token: the answer has none")
	}
	return &Token{
		AccessToken: wire.AccessToken, RefreshToken: wire.RefreshToken,
		Expiry: o.client.now().Add(time.Duration(wire.ExpiresIn) * time.Second),
	}, nil
}

// renewEarly is how long before its end a token is renewed.
const renewEarly = time.Minute

// Source returns a TokenSource that begins with t and renews it in time, one
// renewal at once. save is called with each new token before it is used, so that
// a restart can go on from there; an error of it fails the call, and the next one
// saves again.
func (o *OAuth) Source(t Token, save func(context.Context, Token) error) TokenSource {
	return &oauthSource{app: o, token: t, save: save}
}

type oauthSource struct {
	app   *OAuth
	save  func(context.Context, Token) error
	mu    sync.Mutex
	token Token
	dirty bool // not saved yet
	stale bool // refused
}

// Token renews when the token was refused or is about to end.
func (s *oauthSource) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stale || !s.app.client.now().Add(renewEarly).Before(s.token.Expiry) {
		next, err := s.app.Refresh(ctx, s.token.RefreshToken)
		if err != nil {
			return "", err
		}
		if next.RefreshToken == "" { // the old one stays good then
			next.RefreshToken = s.token.RefreshToken
		}
		s.token, s.stale, s.dirty = *next, false, true
	}
	if s.dirty && s.save != nil {
		if err := s.save(ctx, s.token); err != nil {
			return "", fmt.Errorf("saving a renewed token: %w", err)
		}
	}
	s.dirty = false
	return s.token.AccessToken, nil
}

// Refused makes the next call renew, unless that happened meanwhile.
func (s *oauthSource) Refused(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale = s.stale || token == s.token.AccessToken
}

// NewWithTokens is New for a client that acts for a person by OAuth.
func NewWithTokens(baseURL string, source TokenSource, opts ...Option) (*Client, error) {
	if source == nil {
		return nil, errors.New("making a Backlog client: there is no source of tokens")
	}
	c, err := newClient(baseURL, opts)
	if err != nil {
		return nil, err
	}
	c.auth = bearer{source, c.redact}
	return c, nil
}

// authorizer puts credentials on a request.
type authorizer interface {
	authorize(r *http.Request) error
	// refused tells whether a request that got a 401 is worth another try.
	refused(r *http.Request) bool
}

type nobody struct{}

func (nobody) authorize(*http.Request) error { return nil }
func (nobody) refused(*http.Request) bool    { return false }

// keyring holds API keys of one user: the one in use, and another while they are being exchanged.
type keyring struct {
	keys func() []string // a function, so that %+v of a Client does not print them
	used *atomic.Int64   // counts up with each key that was refused
}

func newKeyring(keys ...string) keyring {
	return keyring{func() []string { return keys }, new(atomic.Int64)}
}

func (k keyring) at(n int64) string {
	keys := k.keys()
	return keys[n%int64(len(keys))]
}

func (k keyring) authorize(r *http.Request) error {
	r.Header.Set(headerKey, k.at(k.used.Load()))
	return nil
}

// refused goes on to the other key, unless another call has done so.
func (k keyring) refused(r *http.Request) bool {
	n := k.used.Load()
	if k.at(n) == r.Header.Get(headerKey) {
		k.used.CompareAndSwap(n, n+1)
	}
	return len(k.keys()) > 1
}

type bearer struct {
	source TokenSource
	redact *redactor
}

const bearerScheme = "Bearer "

func (b bearer) authorize(r *http.Request) error {
	token, err := b.source.Token(r.Context())
	if err != nil {
		return err
	}
	b.redact.add(token)
	r.Header.Set("Authorization", bearerScheme+token)
	return nil
}

func (b bearer) refused(r *http.Request) bool {
	b.source.Refused(strings.TrimPrefix(r.Header.Get("Authorization"), bearerScheme))
	return true
}

// oauthFault reads the body of a refusal of the token endpoint, which is not the
// vendor's usual one.
func oauthFault(body []byte) (code, text string) {
	var wire struct {
		Error       Text `json:"error"`
		Description Text `json:"error_description"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return "", ""
	}
	return string(wire.Error), string(wire.Description)
}
