package main

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toban/bot/replay"
)

// An operator has a week recorded, and asks what another configuration would have said: nothing else with the same one, other words with another
// language; from the database and from a file. Nothing is recorded unless it is asked for.
func TestReplayCommand(t *testing.T) {
	o := newOffice(t)
	server := filepath.Join(o.dir, "config", "server.yaml")
	base := readFile(t, server)
	if code, _, errs := o.toban("", "replay", "--config", "CONFIG"); code != exitUsage || !strings.Contains(errs, "retention.recorded_days") {
		t.Errorf("with nothing recorded: %d %s", code, errs)
	}
	if err := os.WriteFile(server, []byte(base+"\nretention: {recorded_days: 8}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stop := o.serve()
	key := o.open()
	o.until("the ticket to be decided", func() bool {
		_, out, _ := o.toban("", "audit", "--config", "CONFIG", key)
		return strings.Contains(out, "slack.card") && strings.Contains(out, ": done")
	})
	stop()

	if code, out, errs := o.toban("", "replay", "--config", "CONFIG"); code != exitOK || !strings.Contains(out, "decisions are recorded") {
		t.Errorf("what is recorded: %d %s%s", code, out, errs)
	}
	if code, out, errs := o.toban("", "replay", "--compare", "--config", "CONFIG"); code != exitOK || !strings.Contains(out, "of 1 tickets again") || !strings.Contains(out, "All are decided as they were.") {
		t.Errorf("with the same configuration: %d %s%s", code, out, errs)
	}
	week := filepath.Join(o.dir, "week.jsonl.gz")
	if code, out, errs := o.toban("", "replay", "--write", week, "--config", "CONFIG"); code != exitOK || !strings.Contains(out, "recorded decisions to") {
		t.Fatalf("writing: %d %s%s", code, out, errs)
	}
	if code, _, errs := o.toban("", "replay", "--write", week, "--config", "CONFIG"); code != exitUsage || !strings.Contains(errs, "exists") {
		t.Errorf("writing over a file: %d %s", code, errs)
	}
	if info, err := os.Stat(week); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of records: %v %v", info, err)
	}

	contract := filepath.Join(o.dir, "config", "customers", demoCustomer+".yaml")
	if err := os.WriteFile(contract, []byte("language: en\n"+readFile(t, contract)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range [][]string{nil, {"--file", week}} {
		code, out, errs := o.toban("", append([]string{"replay", "--compare", "--config", "CONFIG"}, from...)...)
		for _, want := range []string{key + "  issue.changed", "heard    backlog.", "body.text", "was ", "now ", "1  what customers hear"} {
			if code != exitFinding || !strings.Contains(out, want) || !strings.Contains(errs, "would notice") {
				t.Errorf("with another language, %v: want %q: %d %s%s", from, want, code, out, errs)
			}
		}
	}
	_, out, _ := o.toban("", "replay", "--compare", "--json", "--customer", demoCustomer, "--file", week, "--config", "CONFIG")
	var first replay.Otherwise
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || first.Key != key || first.Customer != demoCustomer || len(first.Differences) == 0 || !strings.Contains(lines[len(lines)-1], `"parts":{`) {
		t.Errorf("as JSON: %v %s", err, out)
	}
	o.replayRefuses(week)
}

// replayRefuses holds what is wrong on the command line, or in a file, against what is said of it.
func (o *office) replayRefuses(week string) {
	o.t.Helper()
	torn, plain := week+".torn", week+".plain"
	whole, err := os.ReadFile(week)
	if err != nil {
		o.t.Fatal(err)
	}
	for name, text := range map[string][]byte{torn: whole[:len(whole)/2], plain: []byte("{}\n")} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
	odd := week + ".odd"
	f, err := os.Create(odd)
	if err != nil {
		o.t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	_, err = z.Write([]byte(`{"Body":{"now":"yesterday"}}`))
	if err != nil || z.Close() != nil || f.Close() != nil {
		o.t.Fatal(err)
	}
	for _, tt := range []struct {
		want string
		args []string
	}{
		{"want what toban replay --write wrote", []string{"--file", plain}},
		{"reading --file", []string{"--file", torn}},
		{"reading --file", []string{"--file", week + ".none"}},
		{"reading a recorded decision", []string{"--file", odd}},
		{"the configuration has", []string{"--customer", "nobody"}},
		{"from 1 to 60", []string{"--days", "0"}},
	} {
		code, _, errs := o.toban("", append([]string{"replay", "--compare", "--config", "CONFIG"}, tt.args...)...)
		if code == exitOK || code == exitFinding || !strings.Contains(errs, tt.want) {
			o.t.Errorf("%v: %d %s, want %q", tt.args, code, errs, tt.want)
		}
	}
}
