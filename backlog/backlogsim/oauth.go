package backlogsim

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// OAuth 2.0 with the authorization-code grant: https://developer.nulab.com/docs/backlog/auth/. Lives are machine time.
const (
	accessLife = time.Hour
	codeLife   = 10 * time.Minute // not published
)

// oauthCode is an approval that has not been exchanged yet.
type oauthCode struct {
	app      *SeedOAuth
	user     *user
	redirect string
	at       time.Time
}

// oauthToken is an access token; those of a seed have no app and never expire.
type oauthToken struct {
	user    *user
	expires time.Time
}

// oauthGrant is what a refresh token stands for. It can be used once: the answer has the next one.
type oauthGrant struct {
	app  *SeedOAuth
	user *user
}

func (st *state) app(id string) *SeedOAuth {
	for n := range st.apps {
		if st.apps[n].ClientID == id {
			return &st.apps[n]
		}
	}
	return nil
}

// secret is a new token. Real ones are long and random, so nobody may rely on a form.
func secret() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b)
}

type pageConsent struct {
	App, Redirect, State, ClientID string
	Users                          []pageUser
}

type pageUser struct {
	ID   int
	Name string
}

// consent reads the address that an application sends a person to. The page asks who says yes; a program posts user=ID to the same address and
// follows the redirect.
func (s *Server) serveConsent(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.RLock()
	app := s.st.app(q.Get("client_id"))
	view := pageView{Space: s.st.space.Name, Title: "アプリケーションの連携"}
	if app != nil {
		view.Consent = &pageConsent{App: app.Name, Redirect: q.Get("redirect_uri"), State: q.Get("state"), ClientID: app.ClientID}
		for _, u := range s.st.userOrder {
			view.Consent.Users = append(view.Consent.Users, pageUser{u.id, u.name})
		}
	}
	s.mu.RUnlock()
	switch {
	case app == nil || q.Get("response_type") != "code" || !app.takes(q.Get("redirect_uri")):
		view.Consent, view.Title = nil, "この連携の要求は正しくありません"
		s.writePage(w, r, view, http.StatusBadRequest)
	case r.Method == http.MethodPost:
		s.approve(w, r, app)
	default:
		s.writePage(w, r, view, http.StatusOK)
	}
}

// takes says whether a redirect goes where the application was registered for; an empty one means there.
func (a *SeedOAuth) takes(redirect string) bool {
	return redirect == "" && a.RedirectURI != "" || redirect == a.RedirectURI
}

func (s *Server) approve(w http.ResponseWriter, r *http.Request, app *SeedOAuth) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "bad form", http.StatusBadRequest)
		return
	}
	back := url.Values{}
	if state := r.URL.Query().Get("state"); state != "" {
		back.Set("state", state)
	}
	id, _ := strconv.Atoi(r.PostForm.Get("user"))
	s.mu.Lock()
	if u := s.st.users[id]; u != nil {
		code := secret()
		s.st.codes[code] = oauthCode{app: app, user: u, redirect: r.URL.Query().Get("redirect_uri"), at: s.opts.Machine()}
		back.Set("code", code)
	} else {
		back.Set("error", "access_denied")
	}
	s.mu.Unlock()
	target, err := url.Parse(app.RedirectURI)
	if err != nil {
		http.Error(w, "bad redirect", http.StatusBadRequest)
		return
	}
	q := target.Query()
	for name := range back {
		q.Set(name, back.Get(name))
	}
	target.RawQuery = q.Encode()
	http.Redirect(w, r, target.String(), http.StatusFound)
}

type wireToken struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
}

type wireTokenError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// serveToken changes a code or a refresh token for an access token. It needs no key and counts for no rate limit, and its errors are those of OAuth.
func (s *Server) serveToken(r *http.Request, p *params) answer {
	header := http.Header{"Content-Type": {"application/json;charset=utf-8"}, "Cache-Control": {"no-store"}}
	fail := func(status int, code, text string) answer {
		return answer{status, header, encode(wireTokenError{code, text})}
	}
	text := func(name string) string { v, _ := p.text(name); return v }
	if r.Method != http.MethodPost {
		return fail(http.StatusMethodNotAllowed, "invalid_request", "The token endpoint takes POST.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.st.app(text("client_id"))
	if app == nil || !same(app.ClientSecret, text("client_secret")) {
		return fail(http.StatusUnauthorized, "invalid_client", "The client credentials are wrong.")
	}
	var u *user
	switch text("grant_type") {
	case "authorization_code":
		code, ok := s.st.codes[text("code")]
		delete(s.st.codes, text("code"))
		if !ok || code.app != app || code.redirect != text("redirect_uri") || s.opts.Machine().Sub(code.at) >= codeLife {
			return fail(http.StatusBadRequest, "invalid_grant", "The code is unknown, used or too old.")
		}
		u = code.user
	case "refresh_token":
		grant, ok := s.st.refresh[text("refresh_token")]
		if !ok || grant.app != app {
			return fail(http.StatusBadRequest, "invalid_grant", "The refresh token is unknown or used.")
		}
		delete(s.st.refresh, text("refresh_token"))
		u = grant.user
	default:
		return fail(http.StatusBadRequest, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token.")
	}
	t := wireToken{AccessToken: secret(), TokenType: "Bearer", ExpiresIn: int(accessLife / time.Second), RefreshToken: secret()}
	s.st.tokens[t.AccessToken] = &oauthToken{u, s.opts.Machine().Add(accessLife)}
	s.st.refresh[t.RefreshToken] = oauthGrant{app, u}
	return answer{http.StatusOK, header, encode(t)}
}

// same compares secrets without telling how much of them is right.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// badBearer is the 401 of a bearer token: no errors[] in the body, the reason in a header.
func badBearer(header http.Header, expired bool) answer {
	reason := "The access token is invalid"
	if expired {
		reason = "The access token expired"
	}
	header.Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="`+reason+`"`)
	return answer{status: http.StatusUnauthorized, header: header}
}
