package main

import (
	"encoding/json"
	"strings"
	"testing"

	"toban/playbook"
)

// The command shows what staff choose from, every step with its checks, when to stop and the way back.
func TestPlaybookCommand(t *testing.T) {
	o := newOffice(t)
	code, out, errs := o.toban("", "playbook", "--config", "CONFIG")
	if code != exitOK || !strings.Contains(out, "patch-os  ") || strings.Contains(out, " 1. ") {
		t.Errorf("the list: %d %s%s", code, out, errs)
	}
	code, out, errs = o.toban("", "playbook", "--config", "CONFIG", "patch-os", "--json")
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(out), &p); err != nil || code != exitOK || p.ID != "patch-os" || len(p.Steps) == 0 {
		t.Fatalf("as JSON: %d %s%s %v", code, out, errs, err)
	}
	_, out, _ = o.toban("", "playbook", "--config", "CONFIG", "patch-os")
	for _, s := range p.Steps {
		for _, want := range append(append([]string{s.Title, s.Do, s.Undo, s.Final}, s.Abort...), s.Checks[0].Text) {
			if !strings.Contains(out, want) {
				t.Errorf("step %s lacks %q:\n%s", s.ID, want, out)
			}
		}
	}
	if code, _, errs = o.toban("", "playbook", "--config", "CONFIG", "nosuch"); code != exitUsage || !strings.Contains(errs, `no playbook is named "nosuch"`) {
		t.Errorf("an unknown one: %d %s", code, errs)
	}
}

// A command that is spelled wrong is answered by the one that was meant.
func TestCommandsAreSuggested(t *testing.T) {
	o := newOffice(t)
	for typed, meant := range map[string]string{"doctr": "doctor", "reprot": "report", "wahtif": "whatif", "xyzzyx": ""} {
		code, _, errs := o.toban("", typed)
		if code != exitUsage || strings.Contains(errs, "did you mean") != (meant != "") || !strings.Contains(errs, `"`+meant) {
			t.Errorf("%s: %d %s", typed, code, errs)
		}
	}
}
