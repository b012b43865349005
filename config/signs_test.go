package config

import (
	"slices"
	"testing"
)

// What a provider adds, or asks for by a class of words of its own, is told from what Toban ships.
func TestOwnSigns(t *testing.T) {
	profiles, err := LoadProfiles("example", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range profiles {
		for _, s := range p.Signs {
			if own := s.Own(); len(own) != len(s.Groups()) || name != "desk-plus" && slices.Contains(own, true) {
				t.Errorf("%s/%s: %v of %d asks", name, s.ID, own, len(s.Groups()))
			}
		}
	}
	plus, desk := profiles["desk-plus"], profiles["support-desk"]
	own, shipped := plus.SignsOf("account").Own(), len(desk.SignsOf("account").Groups())
	if len(own) != shipped+2 || slices.Contains(own[:shipped], true) || slices.Contains(own[shipped:], false) {
		t.Errorf("own asks of account: %v", own)
	}
}
