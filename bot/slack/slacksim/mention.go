package slacksim

import (
	"regexp"
	"strings"
)

var (
	atName    = regexp.MustCompile(`(^|\s)@([\p{L}\p{N}._-]+)`)
	hashName  = regexp.MustCompile(`(^|\s)#([\p{L}\p{N}_-]+)`)
	inAngles  = regexp.MustCompile(`<([^<>]*)>`)
	escapedAs = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	spelled   = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// mentions writes @name of a known user as <@ID>, as Slack's composer does.
// What already is a mention stays; other special characters are escaped.
func (s *Server) mentions(t string) string {
	var b strings.Builder
	last := 0
	for _, at := range inAngles.FindAllStringIndex(t, -1) {
		inner := t[at[0]+1 : at[1]-1]
		if inner != "" && strings.ContainsRune("@#!", rune(inner[0])) {
			b.WriteString(escapedAs.Replace(t[last:at[0]]) + t[at[0]:at[1]])
			last = at[1]
		}
	}
	b.WriteString(escapedAs.Replace(t[last:]))
	return s.named(b.String(), func(u *User) string { return "<@" + u.ID + ">" })
}

func (s *Server) named(t string, write func(*User) string) string {
	return atName.ReplaceAllStringFunc(t, func(hit string) string {
		before, name, _ := strings.Cut(hit, "@")
		for _, u := range s.users {
			if u.Name == name {
				return before + write(u)
			}
		}
		return hit
	})
}

// escaped writes names as <@ID|name> and <#ID|name>, for commands with should_escape.
func (s *Server) escaped(t string) string {
	t = s.named(t, func(u *User) string { return "<@" + u.ID + "|" + u.Name + ">" })
	return hashName.ReplaceAllStringFunc(t, func(hit string) string {
		before, name, _ := strings.Cut(hit, "#")
		if ch := s.channelByName(name); ch != nil {
			return before + "<#" + ch.id + "|" + ch.name + ">"
		}
		return hit
	})
}

// richText is the block that Slack's composer sends along with a typed text;
// inside it nothing is escaped.
func richText(t string) obj {
	var parts []any
	add := func(s string) {
		if s != "" {
			parts = append(parts, obj{"type": "text", "text": spelled.Replace(s)})
		}
	}
	last := 0
	for _, at := range inAngles.FindAllStringIndex(t, -1) {
		inner := t[at[0]+1 : at[1]-1]
		id, _, _ := strings.Cut(strings.TrimLeft(inner, "@#"), "|")
		add(t[last:at[0]])
		switch {
		case strings.HasPrefix(inner, "@"):
			parts = append(parts, obj{"type": "user", "user_id": id})
		case strings.HasPrefix(inner, "#"):
			parts = append(parts, obj{"type": "channel", "channel_id": id})
		default:
			add(t[at[0]:at[1]])
		}
		last = at[1]
	}
	add(t[last:])
	return obj{"type": "rich_text", "elements": []any{obj{"type": "rich_text_section", "elements": parts}}}
}
