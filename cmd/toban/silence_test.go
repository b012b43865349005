package main

import (
	"regexp"
	"strings"
	"testing"
)

// Alerts are silenced, listed and un-silenced from the command line; the same twice is one, what can't be is refused, and it is in the trail.
func TestSilenceOnTheCommandLine(t *testing.T) {
	o := newOffice(t)
	add := []string{"silence", "add", "--config", "CONFIG", "--customer", demoCustomer, "--host", "web01", "--from", "2126-12-01T22:00:00+09:00", "--for", "4h", "--reason", "移行", "--ticket", "AOZORA-1"}
	code, out, errs := o.toban("", add...)
	id := regexp.MustCompile(`S-[A-Z2-9]{6}`).FindString(out)
	if code != exitOK || id == "" {
		t.Fatalf("add: %d %s%s", code, out, errs)
	}
	if code, out, _ := o.toban("", add...); code != exitOK || !strings.Contains(out, id+" is there already") {
		t.Errorf("add again: %d %s", code, out)
	}
	if code, out, _ := o.toban("", "silence", "--config", "CONFIG"); code != exitOK || strings.Count(out, "S-") != 1 || !strings.Contains(out, "移行") {
		t.Errorf("list: %d %s", code, out)
	}
	if code, out, _ := o.toban("", "silence", "--config", "CONFIG", "--json"); code != exitOK || !strings.Contains(out, `"hosts":["web01"]`) || !strings.Contains(out, `"ticket":"AOZORA-1"`) {
		t.Errorf("list as JSON: %d %s", code, out)
	}
	for name, args := range map[string][]string{
		"unknown host":     {"--customer", demoCustomer, "--host", "web77", "--for", "1h", "--reason", "x"},
		"unknown customer": {"--customer", "nobody", "--for", "1h", "--reason", "x"},
		"backwards":        {"--customer", demoCustomer, "--for", "-1h", "--reason", "x"},
		"over already":     {"--customer", demoCustomer, "--from", "2020-12-01T22:00:00+09:00", "--for", "1h", "--reason", "x"},
		"no reason":        {"--customer", demoCustomer, "--for", "1h", "--reason", " "},
		"far too long":     {"--customer", demoCustomer, "--for", "1000h", "--reason", "x"},
	} {
		if code, out, errs := o.toban("", append([]string{"silence", "add", "--config", "CONFIG"}, args...)...); code != exitUsage {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	if code, out, errs := o.toban("", "silence", "end", "--config", "CONFIG", id); code != exitOK {
		t.Errorf("end: %d %s%s", code, out, errs)
	}
	if code, _, _ := o.toban("", "silence", "end", "--config", "CONFIG", id); code != exitFailed {
		t.Errorf("end again: %d", code)
	}
	if code, out, _ := o.toban("", "silence", "--config", "CONFIG"); code != exitOK || out != "" {
		t.Errorf("list after the end: %d %s", code, out)
	}
	if code, out, errs := o.toban("", "audit", "verify", "--config", "CONFIG"); code != exitOK {
		t.Errorf("the trail: %d %s%s", code, out, errs)
	}
}
