package backlog_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// oauthSpace is a stand-in with one registered application.
func oauthSpace(t *testing.T) (*backlogsim.Server, *backlog.OAuth) {
	t.Helper()
	seed := backlogsim.SampleSeed()
	seed.OAuthApps = []backlogsim.SeedOAuth{{ClientID: "app", ClientSecret: "app-secret", Name: "連携", RedirectURI: "https://app.example/back"}}
	s := backlogsim.New(backlogsim.Options{Now: time.Now, Machine: time.Now})
	t.Cleanup(func() { s.Close() })
	if err := s.Load(seed); err != nil {
		t.Fatal(err)
	}
	app, err := backlog.NewOAuth("http://space.example", "app", "app-secret", "https://app.example/back", backlog.WithTransport(s.RoundTripper()))
	if err != nil {
		t.Fatal(err)
	}
	return s, app
}

// consent lets the staff say yes in the browser and gives the code.
func consent(t *testing.T, s *backlogsim.Server, app *backlog.OAuth) string {
	t.Helper()
	browser := &http.Client{Transport: s.RoundTripper(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.PostForm(app.AuthURL("state-1"), url.Values{"user": {fmt.Sprint(backlogsim.SampleStaffID)}}) //nolint:noctx // in process
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := resp.Location()
	if err != nil || back.Query().Get("state") != "state-1" {
		t.Fatalf("location %v, %v", back, err)
	}
	return back.Query().Get("code")
}

func TestOAuthFromConsentToRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, app := oauthSpace(t)
		ctx := t.Context()
		token, err := app.Exchange(ctx, consent(t, s, app))
		if err != nil || time.Until(token.Expiry) != time.Hour {
			t.Fatalf("token %v, err %v", token, err)
		}
		var kept []backlog.Token
		source := app.Source(*token, func(_ context.Context, t backlog.Token) error {
			kept = append(kept, t)
			return nil
		})
		c, err := backlog.NewWithTokens("http://space.example", source, backlog.WithTransport(s.RoundTripper()))
		if err != nil {
			t.Fatal(err)
		}
		if me, err := c.GetUserMySelf(ctx); err != nil || me.ID != backlogsim.SampleStaffID {
			t.Fatalf("me %+v, err %v", me, err)
		}
		if len(kept) != 0 {
			t.Error("a fresh token was renewed")
		}
		time.Sleep(59 * time.Minute) // a minute before its end
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, err := c.GetUserMySelf(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(kept) != 1 || kept[0].RefreshToken == token.RefreshToken {
			t.Errorf("%d renewals", len(kept))
		}
	})
}

// TestRefusedTokenIsRenewedOnce lets the vendor refuse a token early: the write is sent again with a new one, and made once.
func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, app := oauthSpace(t)
		ctx := t.Context()
		token, err := app.Exchange(ctx, consent(t, s, app))
		if err != nil {
			t.Fatal(err)
		}
		token.AccessToken = "revoked-token"
		c, err := backlog.NewWithTokens("http://space.example", app.Source(*token, nil), backlog.WithTransport(s.RoundTripper()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.CreateIssueComment(ctx, "AOZORA-1", &backlog.CreateIssueCommentInput{Content: "一度だけ"}); err != nil {
			t.Fatal(err)
		}
		if n, err := c.GetIssueCommentsCount(ctx, "AOZORA-1"); n != 1 || err != nil {
			t.Errorf("%d comments, %v", n, err)
		}
	})
}

func TestTokenThatStaysRefused(t *testing.T) {
	s, _ := oauthSpace(t)
	c, err := backlog.NewWithTokens("http://space.example", fixed("dead-token"), backlog.WithTransport(s.RoundTripper()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.GetUserMySelf(t.Context())
	var answer *backlog.Error
	if !errors.Is(err, backlog.ErrUnauthorized) || !errors.As(err, &answer) || !strings.Contains(answer.Challenge, "invalid_token") {
		t.Errorf("err = %v", err)
	}
	if n := len(s.Requests()); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

type fixed string

func (f fixed) Token(context.Context) (string, error) { return string(f), nil }
func (f fixed) Refused(string)                        {}

func TestOAuthErrors(t *testing.T) {
	s, app := oauthSpace(t)
	ctx := t.Context()
	code := consent(t, s, app)
	if _, err := app.Exchange(ctx, code); err != nil {
		t.Fatal(err)
	}
	_, err := app.Exchange(ctx, code)
	if !errors.Is(err, backlog.ErrInvalidGrant) || strings.Contains(err.Error(), code) {
		t.Errorf("second use: %v", err)
	}
	token := backlog.Token{AccessToken: "a", RefreshToken: "gone-token"}
	c, err := backlog.NewWithTokens("http://space.example", app.Source(token, nil), backlog.WithTransport(s.RoundTripper()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateIssueComment(ctx, "AOZORA-1", &backlog.CreateIssueCommentInput{Content: "x"})
	if !errors.Is(err, backlog.ErrInvalidGrant) || backlog.IsAmbiguous(err) {
		t.Errorf("without a grant: %v", err)
	}
	if err := s.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Path: "/api/v2/oauth2/token", Lost: "drop"}}}); err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateIssueComment(ctx, "AOZORA-1", &backlog.CreateIssueCommentInput{Content: "x"})
	if backlog.IsAmbiguous(err) || !backlog.IsTemporary(err) {
		t.Errorf("the comment was never sent: %v", err)
	}
	if _, err := app.Refresh(ctx, "r"); !backlog.IsAmbiguous(err) {
		t.Errorf("the refresh token may be used: %v", err)
	}
	if text := fmt.Sprintf("%v %+v %#v %v", token, token, &token, &token); strings.Contains(text, "gone-token") {
		t.Error("printing a token shows it")
	}
	if _, err := backlog.NewOAuth("http://space.example", "app", "", ""); err == nil {
		t.Error("an application without a secret")
	}
}

func TestRenewedTokenIsSavedBeforeUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, app := oauthSpace(t)
		ctx := t.Context()
		token, err := app.Exchange(ctx, consent(t, s, app))
		if err != nil {
			t.Fatal(err)
		}
		full := true
		saved := 0
		source := app.Source(*token, func(context.Context, backlog.Token) error {
			if full {
				return errors.New("disk is full")
			}
			saved++
			return nil
		})
		time.Sleep(2 * time.Hour)
		if _, err := source.Token(ctx); err == nil || !strings.Contains(err.Error(), "disk is full") {
			t.Fatalf("err = %v", err)
		}
		full = false
		// The refresh token is used up: only the token in hand can be saved.
		if got, err := source.Token(ctx); err != nil || got == "" || saved != 1 {
			t.Errorf("%q, %v, saved %d times", got, err, saved)
		}
	})
}
