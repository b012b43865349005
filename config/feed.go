package config

import (
	"regexp"

	"toban/config/tree"
)

// feedToken is what stands in the address of a change schedule: whoever has the address reads it, so it must not be guessed.
var feedToken = regexp.MustCompile(`^[A-Za-z0-9_-]{16,200}$`)

// checkFeedTokens looks at the tokens of one feed, at their key in n. Two feeds with one token would show one customer's work to another.
func (l *loader) checkFeedTokens(n *tree.Node, key, whose string, tokens Secrets) {
	for _, t := range tokens {
		switch other, taken := l.feeds[t.Reveal()]; {
		case !feedToken.MatchString(t.Reveal()):
			l.faults.Add(n.At(key), "must lead to 16 to 200 letters, digits, - and _, such as those of openssl rand -hex 24")
		case taken && other != whose:
			l.faults.Add(n.At(key), "leads to the same token as that of %s: each feed needs its own", other)
		}
		l.feeds[t.Reveal()] = whose
	}
}
