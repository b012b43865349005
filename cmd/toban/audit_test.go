package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"toban/bot/store"
)

// An operator reads the trail of a ticket, checks the chain, notes its head, and erases a person; what a hand changes is found.
func TestAuditCommand(t *testing.T) {
	o := newOffice(t)
	stop := o.serve()
	key := o.open()
	o.until("the trail to be sealed", func() bool {
		code, out, _ := o.toban("", "audit", "verify", "--config", "CONFIG", "--json")
		return code == exitOK && strings.Contains(out, `"customer":"`+demoCustomer+`"`) && !regexp.MustCompile(`"unsealed":[1-9]`).MatchString(out)
	})
	stop()
	code, out, errs := o.toban("", "audit", "--config", "CONFIG", strings.ToLower(key))
	for _, want := range []string{key, "recorded " + key, "classified as backup", "moved from classified to accepted by Toban: type and details are known", "backlog.update", ": done", "slack.card"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("the trail lacks %q: %d\n%s%s", want, code, out, errs)
		}
	}
	_, out, _ = o.toban("", "audit", "--config", "CONFIG", "--json", key)
	var trail struct {
		Lines []struct {
			N               int64
			What, Why, Ref  string
			At, Feature, ID string
		}
		Deliveries []store.Delivery
	}
	if err := json.Unmarshal([]byte(out), &trail); err != nil || len(trail.Lines) < 4 || trail.Lines[0].N < 1 || trail.Lines[1].N != trail.Lines[0].N+1 || trail.Lines[0].What == "" || trail.Lines[0].Ref == "" || len(trail.Deliveries) < 2 {
		t.Errorf("as JSON: %v %s", err, out)
	}
	heads := filepath.Join(t.TempDir(), "heads.json")
	_, out, _ = o.toban("", "audit", "verify", "--config", "CONFIG", "--json")
	if err := os.WriteFile(heads, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	erase := []string{"audit", "erase", "--config", "CONFIG", "--customer", demoCustomer, "--word", "青木 翔", "--reason", "asked for"}
	if code, out, errs := o.toban("", erase...); code != exitOK || !strings.Contains(out, "1 lines would be changed") {
		t.Errorf("erasing dry: %d %s%s", code, out, errs)
	}
	if code, out, errs := o.toban("", append(erase, "--run")...); code != exitOK || !strings.Contains(out, "1 lines changed") {
		t.Errorf("erasing: %d %s%s", code, out, errs)
	}
	if _, out, _ := o.toban("", "audit", "--config", "CONFIG", key); strings.Contains(out, "青木") || !strings.Contains(out, "opened by (消去)") {
		t.Errorf("after erasing:\n%s", out)
	}
	if code, out, errs := o.toban("", "audit", "verify", "--config", "CONFIG", "--heads", heads); code != exitOK || !strings.Contains(out, "1 of them erased") || !strings.Contains(out, "the trail is what was sealed") {
		t.Errorf("verify after erasing: %d\n%s%s", code, out, errs)
	}
	forged := strings.ReplaceAll(readFile(t, heads), `"hash":"`, `"hash":"0`)
	if err := os.WriteFile(heads, []byte(forged), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := o.toban("", "audit", "verify", "--config", "CONFIG", "--heads", heads); code != exitFinding || !strings.Contains(out, "FOUND") || !strings.Contains(out, "noted earlier") {
		t.Errorf("verify with another head: %d\n%s", code, out)
	}
	for name, args := range map[string][]string{"no file": {"--heads", heads + "x"}, "no heads": {"--heads", filepath.Join(o.dir, "config", "server.yaml")}} {
		if code, _, errs := o.toban("", append([]string{"audit", "verify", "--config", "CONFIG"}, args...)...); code != exitUsage || !strings.Contains(errs, "reading earlier heads") {
			t.Errorf("%s: %d %s", name, code, errs)
		}
	}
	if code, _, errs := o.toban("", "audit", "--config", "CONFIG", "AOZORA-999"); code != exitFailed || !strings.Contains(errs, "not found") {
		t.Errorf("unknown key: %d %s", code, errs)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
