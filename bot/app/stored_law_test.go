package app

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/alert/fold"
	"toban/bot/boarding"
	"toban/bot/desk"
	"toban/bot/incident"
	"toban/bot/work"
)

// TestLawOfStored holds what lies within a ticket and within what the features keep of it to testdata/stored.txt. The release before keeps a member that it does not
// know at the top of such a document, not one within it (ADR 0039): what is added within is lost when it writes the ticket back. Whoever adds a member there puts it at
// the top instead, or writes it into the file by hand, behind a default that is right when the member is gone.
func TestLawOfStored(t *testing.T) {
	got := map[string]string{}
	for _, top := range []any{bot.Ticket{}, desk.State{}, incident.Record{}, work.Order{}, boarding.State{}, fold.State{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(top)) {
			if f.IsExported() && !f.Anonymous {
				within(f.Type, got)
			}
		}
	}
	raw, err := os.ReadFile("testdata/stored.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if name, members, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.HasPrefix(line, "#") {
			want[name] = members
		}
	}
	for name, members := range got {
		if want[name] != members {
			t.Errorf("what is stored within a document has changed; see ADR 0039 before testdata/stored.txt says so:\n%s: %s", name, members)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is stored no more: take it out of testdata/stored.txt", name)
	}
}

// within lists the members of every struct that lies within a type.
func within(x reflect.Type, out map[string]string) {
	switch x.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		within(x.Elem(), out)
		return
	case reflect.Struct:
	default:
		return
	}
	name := strings.TrimPrefix(x.PkgPath(), "toban/") + "." + x.Name()
	if _, known := out[name]; known || x == reflect.TypeFor[time.Time]() {
		return
	}
	out[name] = ""
	var members []string
	for _, f := range reflect.VisibleFields(x) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" || f.Anonymous && tag == "" {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		members = append(members, tag)
		within(f.Type, out)
	}
	slices.Sort(members)
	out[name] = strings.Join(members, " ")
}
