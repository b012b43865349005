package slacksim

import (
	"regexp"
	"strings"
)

var (
	atName   = regexp.MustCompile(`(^|[\s（(、。])@([\p{L}\p{N}._-]+)`)
	hashName = regexp.MustCompile(`(^|[\s（(、。])#([\p{L}\p{N}_-]+)`)
)

// typed writes what a person typed as Slack's composer sends it: @name of a known user or group and #name of a channel become references,
// addresses become links, dashes become bullets, and other special characters are escaped.
func (s *Server) typed(t string) string {
	t = normal(strings.ReplaceAll(t, "\r\n", "\n"), true)
	t = s.named(t, func(u *User) string { return "<@" + u.ID + ">" })
	t = hashName.ReplaceAllStringFunc(t, s.channelRef)
	lines := strings.Split(t, "\n")
	for i, l := range lines {
		if rest, ok := strings.CutPrefix(l, "- "); ok {
			lines[i] = "• " + rest
		}
	}
	return strings.Join(lines, "\n")
}

func (s *Server) named(t string, write func(*User) string) string {
	return atName.ReplaceAllStringFunc(t, func(hit string) string {
		before, name, _ := strings.Cut(hit, "@")
		for _, u := range s.users {
			if u.Name == name {
				return before + write(u)
			}
		}
		for _, g := range s.groups {
			if g.Handle == name {
				return before + "<!subteam^" + g.ID + ">"
			}
		}
		if name == "here" || name == "channel" || name == "everyone" {
			return before + "<!" + name + ">"
		}
		return hit
	})
}

func (s *Server) channelRef(hit string) string {
	before, name, _ := strings.Cut(hit, "#")
	if ch := s.channelByName(name); ch != nil {
		return before + "<#" + ch.id + "|" + ch.name + ">"
	}
	return hit
}

// escaped writes names as <@ID|name> and <#ID|name>, for commands with should_escape.
func (s *Server) escaped(t string) string {
	t = s.named(t, func(u *User) string { return "<@" + u.ID + "|" + u.Name + ">" })
	return hashName.ReplaceAllStringFunc(t, s.channelRef)
}
