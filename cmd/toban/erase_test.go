package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

// A person is erased from all that is kept: not one byte of the database's files holds the name afterwards, the chain of the trail holds, and the
// ticket goes on. A customer goes as a whole when nothing of it is open.
func TestEraseCommand(t *testing.T) {
	o := newOffice(t)
	stop := o.serve()
	key := o.open()
	o.post(backlogsim.SampleCustomerKey, "/issues/"+key+"/comments", map[string][]string{"content": {"青木 翔です。web02 もお願いできますか?"}})
	told := func(what string) func() bool {
		return func() bool {
			for _, raw := range o.slack.Messages(demoChannel) {
				if strings.Contains(string(raw), what) {
					return true
				}
			}
			return false
		}
	}
	o.until("the comment is told", told("お客様(青木 翔)のコメント"))
	o.until("the trail to be sealed", func() bool {
		code, out, _ := o.toban("", "audit", "verify", "--config", "CONFIG", "--json")
		return code == exitOK && !strings.Contains(out, `"unsealed":1`)
	})
	stop()
	files := func(word string) (holds []string) {
		t.Helper()
		list, err := filepath.Glob(filepath.Join(o.dir, "toban.db*"))
		if err != nil || len(list) == 0 {
			t.Fatalf("no database in %s: %v", o.dir, err)
		}
		for _, f := range list {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, []byte(word)) {
				holds = append(holds, filepath.Base(f))
			}
		}
		return holds
	}
	if len(files("青木 翔")) == 0 {
		t.Fatal("the name is nowhere: nothing is tested")
	}
	args := []string{"erase", "--config", "CONFIG", "--customer", demoCustomer, "--reason", "asked for"}
	word := slices.Concat(args, []string{"--word", "青木 翔"})
	code, out, errs := o.toban("", word...)
	for _, want := range []string{"1 tickets would be changed", "facts would", "audit lines would", "messages in Slack would", "--run does it"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("dry: %d, no %q in %s%s", code, want, out, errs)
		}
	}
	shows := func(what string) (n int) {
		for _, raw := range o.slack.Messages(demoChannel) {
			n += strings.Count(string(raw), what)
		}
		return n
	}
	messages := len(o.slack.Messages(demoChannel))
	if shows("青木 翔") == 0 {
		t.Fatal("Slack does not show the name: nothing is tested")
	}
	if code, out, errs := o.toban("", append(word, "--run", "--json")...); code != exitOK || !strings.Contains(out, `"changed":true`) || !strings.Contains(out, `"still_to_go_out":0`) {
		t.Errorf("erasing: %d %s%s", code, out, errs)
	}
	if holds := files("青木 翔"); len(holds) > 0 {
		t.Errorf("the name is still in %v", holds)
	}
	if code, out, errs := o.toban("", word...); code != exitOK || !strings.Contains(out, "nothing holds it") {
		t.Errorf("again: %d %s%s", code, out, errs)
	}
	if code, out, errs := o.toban("", "audit", "verify", "--config", "CONFIG"); code != exitOK || !strings.Contains(out, "the trail is what was sealed") {
		t.Errorf("the chain: %d %s%s", code, out, errs)
	}
	for bad, want := range map[string]string{"done": "want a name", "x": "want a name", "AOZORA": "by which records are found", "kept": "want a name"} {
		if code, _, errs := o.toban("", append(args, "--word", bad)...); code == exitOK || !strings.Contains(errs, want) {
			t.Errorf("word %q: %d %s", bad, code, errs)
		}
	}
	if code, _, errs := o.toban("", append(args[:5:5], "--reason", "青木 翔 asked", "--word", "青木 翔")...); code == exitOK || !strings.Contains(errs, "without the word") {
		t.Errorf("a reason with the word: %d %s", code, errs)
	}
	if code, _, errs := o.toban("", append(args, "--run")...); code == exitOK || !strings.Contains(errs, "still open") {
		t.Errorf("a customer with an open ticket: %d %s", code, errs)
	}

	// The ticket goes on, and ends; then all of the customer goes.
	stop = o.serve()
	o.until("Slack shows the name no more", func() bool { return shows("青木 翔") == 0 })
	if n := len(o.slack.Messages(demoChannel)); n != messages || shows("(消去)") == 0 {
		t.Errorf("%d messages before, %d afterwards, %d marks", messages, n, shows("(消去)"))
	}
	o.post(backlogsim.SampleCustomerKey, "/issues/"+key+"/comments", map[string][]string{"content": {"この依頼は取り下げます。"}})
	o.until("the customer reads that it was withdrawn", func() bool {
		_, out, _ := o.toban("", "audit", "--config", "CONFIG", key)
		return strings.Contains(out, "to cancelled by")
	})
	o.until("nothing waits", func() bool {
		code, _, _ := o.toban("", append(args, "--json")...)
		return code == exitOK
	})
	stop()
	o.handedOver(key)
	proof := filepath.Join(o.dir, "certificate.md")
	for want, more := range map[string][]string{"give --run": nil, "leave --word out": {"--run", "--word", "web01"}} {
		if code, _, errs := o.toban("", append(append(args, "--certificate", proof), more...)...); code != exitUsage || !strings.Contains(errs, want) {
			t.Errorf("a certificate with %v: %d %s", more, code, errs)
		}
	}
	// A run that was killed between the erasing and the certificate left its draft: what it counted is certified.
	if err := os.WriteFile(proof+".draft", []byte(`[{"kind":"alerts","rows":7}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := o.toban("", append(args, "--certificate", proof, "--run")...); code != exitOK || !strings.Contains(out, "tickets changed") {
		t.Errorf("the customer: %d %s%s", code, out, errs)
	}
	text, err := os.ReadFile(proof)
	for _, want := range []string{"# データ削除証明書", "理由: asked for", "チケット: 1 件", "警報の記録: 7 件", "記録の鎖の先頭"} {
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("the certificate does not say %q: %s, %v", want, text, err)
		}
	}
	if _, err := os.Stat(proof + ".draft"); err == nil {
		t.Error("the draft of the certificate is left")
	}
	if code, _, errs := o.toban("", append(args, "--certificate", proof, "--run")...); code != exitUsage || !strings.Contains(errs, "is there already") {
		t.Errorf("over a certificate: %d %s", code, errs)
	}
	if code, _, errs := o.toban("", "explain", "--config", "CONFIG", key); code == exitOK {
		t.Errorf("the ticket is still there: %s", errs)
	}
	stop = o.serve()
	o.until("what Slack showed of the customer is blank", func() bool { // the issue may come anew: it is still in Backlog
		for _, raw := range o.slack.Messages(demoChannel)[:messages] {
			if strings.Contains(string(raw), "web01") || !strings.Contains(string(raw), "(消去)") {
				return false
			}
		}
		return true
	})
	stop()
}

// handedOver exports the customer and looks into the file: its ticket, nothing of the provider's own, no telephone number.
func (o *office) handedOver(key string) {
	o.t.Helper()
	file := filepath.Join(o.dir, "export.zip")
	export := []string{"customer", "export", "--config", "CONFIG", "--out", file, demoCustomer}
	if code, out, errs := o.toban("", export...); code != exitOK || !strings.Contains(out, "1 tickets of "+demoCustomer) {
		o.t.Fatalf("export: %d %s%s", code, out, errs)
	}
	if code, _, errs := o.toban("", export...); code != exitUsage || !strings.Contains(errs, "exists") {
		o.t.Errorf("over an export: %d %s", code, errs)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	var all bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			o.t.Fatal(err)
		}
		if _, err := all.ReadFrom(r); err != nil {
			o.t.Fatal(err)
		}
	}
	for _, want := range []string{`"key":"` + key + `"`, "この依頼は取り下げます。", `"tickets.jsonl"`, "web01"} {
		if !strings.Contains(all.String(), want) {
			o.t.Errorf("the export does not hold %q: %s", want, all.String())
		}
	}
	for _, word := range []string{demoCustomerPhone, demoCustomerMail, "U0SATO"} {
		if strings.Contains(all.String(), word) {
			o.t.Errorf("the export holds %q", word)
		}
	}
}
