package app

import (
	"maps"
	"slices"
	"testing"

	"toban/bot/desk"
	"toban/config"
)

// Every kind of words against a request that a profile may hold is one that the desk hears.
func TestAgainstKindsAreHeard(t *testing.T) {
	if heard := slices.Sorted(maps.Keys(desk.AgainstKinds())); !slices.Equal(heard, config.AgainstKinds()) {
		t.Errorf("the desk hears %v, profiles hold %v", heard, config.AgainstKinds())
	}
}
