package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"toban/config"
)

// TestExampleMentionsEveryKey holds the example to the structs: a key that can be written in the folder's files stands in the example, if
// only in a comment.
func TestExampleMentionsEveryKey(t *testing.T) {
	tests := []struct {
		files string
		value any
	}{
		{"server.yaml", config.Server{}},
		{"spaces.yaml", config.Space{}},
		{"people.yaml", config.Person{}},
		{"people.yaml", config.Team{}},
		{"customers/*.yaml", config.Customer{}},
	}
	for _, tt := range tests {
		text := read(t, filepath.Join("example", tt.files))
		for _, key := range keys(reflect.TypeOf(tt.value)) {
			if !regexp.MustCompile(`(?m)(^|[\s{#-])` + key + `:`).MatchString(text) {
				t.Errorf("example/%s does not mention %s", tt.files, key)
			}
		}
	}
}

// TestProfilesUseEveryKey does the same for the shipped profiles, which are the example of a profile.
func TestProfilesUseEveryKey(t *testing.T) {
	text := read(t, "profiles/*.yaml") + read(t, "example/profiles/*.yaml") + read(t, "example/customers/*.yaml")
	for _, key := range append(keys(reflect.TypeFor[config.Profile]()), "calendars", "policy", "messages", "revisions") {
		if !regexp.MustCompile(`(?m)(^|[\s{])` + key + `:`).MatchString(text) {
			t.Errorf("no profile uses %s", key)
		}
	}
}

func read(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	var b strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(data)
	}
	return b.String()
}

// keys returns the names of all keys of a struct and of the structs in it.
func keys(typ reflect.Type) []string {
	for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Map {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || !strings.HasSuffix(typ.PkgPath(), "config") {
		return nil
	}
	var out []string
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			out = append(out, name)
			out = append(out, keys(typ.Field(i).Type)...)
		}
	}
	return out
}
