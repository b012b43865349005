package bot

import "slices"

// Mode says how far Toban goes in a project (spec/9-running.md, Going live).
type Mode string

// Modes, from the least to the most.
const (
	ModeOff    Mode = "off"    // nothing is decided or sent
	ModeShadow Mode = "shadow" // decided and recorded, and staff are shown what would go out; nothing does
	ModeAssist Mode = "assist" // what goes outward waits until a person releases it
	ModeOn     Mode = "on"     // normal
)

// Modes lists every mode, from the least to the most.
func Modes() []Mode { return []Mode{ModeOff, ModeShadow, ModeAssist, ModeOn} }

// Valid reports whether m is a mode.
func (m Mode) Valid() bool { return slices.Contains(Modes(), m) }

// Below reports whether m goes less far than other.
func (m Mode) Below(other Mode) bool {
	return slices.Index(Modes(), m) < slices.Index(Modes(), other)
}

// Least is the mode that goes less far. What was decided in one mode and would go out in another may do what both allow: nothing that was
// decided in shadow is released by going on, and nothing that was decided before goes out in shadow.
func Least(a, b Mode) Mode {
	if b.Below(a) {
		return b
	}
	return a
}

// ModeKey names whose mode it is: a customer's project, or with the project "" what belongs to the customer as a whole, such as reports.
type ModeKey struct {
	Customer string `json:"customer"`
	Project  string `json:"project"` // project key
}

// shadowMark begins the remote id of what was not said in shadow.
const shadowMark = "shadow:"

// ShadowID is the remote id of an effect that was done in shadow: nothing is there.
func ShadowID(effectKey string) string { return shadowMark + NoticeNumber(effectKey) }

// IsShadow reports whether a remote id, or the reference of a comment, is that of something that was not said.
func IsShadow(ref string) bool {
	for _, prefix := range []string{"", "comment:"} {
		if len(ref) > len(prefix)+len(shadowMark) && ref[:len(prefix)+len(shadowMark)] == prefix+shadowMark {
			return true
		}
	}
	return false
}
