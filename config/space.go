package config

import (
	"time"

	"toban/config/tree"
)

// Space is one Backlog space of the provider.
type Space struct {
	// Name is how the other files call the space.
	Name string `yaml:"name,required"`
	// URL is the address of the space, such as https://example.backlog.jp.
	URL string `yaml:"url,required"`
	// APIKey is of the bot's user: one, or two of the same user while they are being exchanged.
	APIKey Secrets `yaml:"api_key,required"`
	// BotUserID is the Backlog user of the key; 0 = asked from the space at start.
	BotUserID int64 `yaml:"bot_user_id" min:"1"`
	// HookTokens are the secret part of the webhook's address.
	HookTokens Secrets `yaml:"hook_tokens,required"`
	// Zone is the zone of the space's dates.
	Zone *time.Location `yaml:"zone"`
}

func (l *loader) checkSpaces(spaces []Space, n *tree.Node) {
	names, urls, tokens := map[string]bool{}, map[string]bool{}, map[string]string{}
	for i := range spaces {
		s := &spaces[i]
		if s.Zone == nil {
			s.Zone = time.UTC
		}
		l.checkID(s.Name, n.At(i, "name"))
		l.checkURL(s.URL, n.At(i, "url"))
		l.checkTwice(names, s.Name, n.At(i, "name"), "space")
		l.checkTwice(urls, s.URL, n.At(i, "url"), "address")
		for _, t := range s.HookTokens {
			if other, taken := tokens[t.Reveal()]; taken && other != s.Name {
				l.faults.Add(n.At(i, "hook_tokens"), "lead to a token of the space %s: each space needs its own, since the token says whose webhook it is", other)
			}
			tokens[t.Reveal()] = s.Name
		}
	}
}

// Space returns the space of a name.
func (c *Config) Space(name string) (*Space, bool) {
	for i := range c.Spaces {
		if c.Spaces[i].Name == name {
			return &c.Spaces[i], true
		}
	}
	return nil, false
}
