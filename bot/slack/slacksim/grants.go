package slacksim

import "errors"

// Grant changes what the app may do while it runs, as an administrator of the workspace would.
type Grant struct {
	Scopes    []string `json:"scopes,omitempty"`    // replace the bot's granted scopes
	Revoke    bool     `json:"revoke,omitempty"`    // the bot token is worth nothing any more: token_revoked
	Uninstall bool     `json:"uninstall,omitempty"` // the app is taken out of the workspace: account_inactive
	Restore   bool     `json:"restore,omitempty"`   // the app is installed again, with the same tokens
}

// SetGrant changes the app's rights. The app hears of a loss (tokens_revoked, app_uninstalled), because its app-level token stays good.
func (s *Server) SetGrant(g Grant) error {
	if g.Restore && (g.Revoke || g.Uninstall) || g.Revoke && g.Uninstall {
		return errors.New("granting: revoke, uninstall and restore exclude each other")
	}
	return s.with(func() error {
		if g.Scopes != nil {
			s.app.Scopes = g.Scopes
			s.rev++
		}
		switch {
		case g.Revoke:
			s.revoke("token_revoked")
		case g.Uninstall:
			s.revoke("account_inactive")
		case g.Restore:
			s.revoked = ""
			s.rev++
		}
		return nil
	})
}

// revoke ends the bot token for a reason, and tells the app; the lock is held.
func (s *Server) revoke(code string) {
	s.revoked = code
	s.rev++
	if code == "account_inactive" {
		s.emit("app_uninstalled", obj{})
		return
	}
	s.emit("tokens_revoked", obj{"tokens": obj{"oauth": []any{}, "bot": []any{s.app.BotUserID}}})
}

// Exchange gives the app other tokens and another signing secret, as its owner does on Slack's own pages; empty ones stay. Tokens that were
// valid before stay so until the next exchange.
func (s *Server) Exchange(botToken, appToken, signingSecret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &s.app
	a.OldBotToken, a.OldAppToken = "", ""
	if botToken != "" && botToken != a.BotToken {
		a.OldBotToken, a.BotToken = a.BotToken, botToken
	}
	if appToken != "" && appToken != a.AppToken {
		a.OldAppToken, a.AppToken = a.AppToken, appToken
	}
	if signingSecret != "" {
		a.SigningSecret = signingSecret
	}
}
