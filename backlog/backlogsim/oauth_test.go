package backlogsim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
)

func oauthSpace(t *testing.T) *space {
	t.Helper()
	sp := newSpace(t, func(_ *backlogsim.Options, seed *backlogsim.Seed) {
		seed.OAuthApps = []backlogsim.SeedOAuth{{ClientID: "app", ClientSecret: "app-secret", Name: "連携", RedirectURI: "https://app.example/back"}}
	})
	sp.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return sp
}

const consentPath = "/OAuth2AccessRequest.action?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=s1"

// approve lets a user say yes and gives the code.
func (sp *space) approve(user string) string {
	sp.t.Helper()
	r := sp.call("", "POST", consentPath, form("user", user))
	r.want(302)
	back, err := url.Parse(r.Header.Get("Location"))
	if err != nil || back.Host != "app.example" || back.Query().Get("state") != "s1" {
		sp.t.Fatalf("location %v %v", back, err)
	}
	return back.Query().Get("code")
}

func (sp *space) token(pairs ...string) reply {
	sp.t.Helper()
	return sp.call("", "POST", "/api/v2/oauth2/token", form(append([]string{"client_id", "app", "client_secret", "app-secret"}, pairs...)...))
}

func (sp *space) bearer(token string) reply {
	sp.t.Helper()
	req, err := http.NewRequestWithContext(sp.t.Context(), "GET", "https://test.example/api/v2/users/myself", nil)
	if err != nil {
		sp.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return sp.send(req)
}

func TestOAuth(t *testing.T) {
	sp := oauthSpace(t)
	page := sp.call("", "GET", consentPath, nil)
	page.want(200)
	if !strings.Contains(page.Body, "連携") || !strings.Contains(page.Body, "staff") {
		t.Error("the page asks nobody")
	}
	code := sp.approve("13")
	sp.token("grant_type", "authorization_code", "code", code, "redirect_uri", "https://other.example/").want(400) // and the code is spent
	sp.token("grant_type", "authorization_code", "code", code, "redirect_uri", "https://app.example/back").want(400)
	first := sp.token("grant_type", "authorization_code", "code", sp.approve("13"), "redirect_uri", "https://app.example/back").object(200)
	diff(t, []any{"Bearer", 3600.0}, []any{first["token_type"], first["expires_in"]})
	access := first["access_token"].(string)
	diff(t, "staff", sp.bearer(access).object(200)["name"])

	sp.machine.add(time.Hour)
	expired := sp.bearer(access)
	expired.want(401)
	diff(t, "", expired.Body) // no errors[]
	if got := expired.Header.Get("WWW-Authenticate"); !strings.Contains(got, `error="invalid_token"`) || !strings.Contains(got, "expired") {
		t.Errorf("WWW-Authenticate %q", got)
	}
	second := sp.token("grant_type", "refresh_token", "refresh_token", first["refresh_token"].(string)).object(200)
	diff(t, "staff", sp.bearer(second["access_token"].(string)).object(200)["name"])
	again := sp.token("grant_type", "refresh_token", "refresh_token", first["refresh_token"].(string)).object(400)
	diff(t, "invalid_grant", again["error"])
	for _, r := range sp.Requests() {
		for name, values := range r.Params {
			if text := strings.Join(values, " "); strings.Contains(text, "app-secret") || strings.Contains(text, first["refresh_token"].(string)) {
				t.Errorf("the record holds a secret in %s", name)
			}
		}
	}
}

func TestOAuthRefuses(t *testing.T) {
	sp := oauthSpace(t)
	for name, path := range map[string]string{
		"unknown app": strings.Replace(consentPath, "client_id=app", "client_id=x", 1), "other redirect": strings.Replace(consentPath, "app.example", "evil.example", 1),
		"other type": strings.Replace(consentPath, "=code", "=token", 1),
	} {
		t.Run(name, func(t *testing.T) { sp.call("", "POST", path, form("user", "13")).want(400) })
	}
	r := sp.call("", "POST", consentPath, form("user", "999"))
	r.want(302)
	if !strings.Contains(r.Header.Get("Location"), "error=access_denied") {
		t.Errorf("location %s", r.Header.Get("Location"))
	}
	diff(t, "invalid_client", sp.call("", "POST", "/api/v2/oauth2/token", form("client_id", "app", "client_secret", "x", "grant_type", "refresh_token")).object(401)["error"])
	diff(t, "unsupported_grant_type", sp.token("grant_type", "password").object(400)["error"])
	code := sp.approve("13")
	sp.machine.add(10 * time.Minute)
	sp.token("grant_type", "authorization_code", "code", code, "redirect_uri", "https://app.example/back").want(400)
	sp.bearer("nonsense").want(401)
}
