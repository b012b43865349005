package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/backlog/backlogsim"
	"toban/bot/app"
	"toban/bot/desk"
	"toban/config"
)

// A new customer of a new project, from nothing to a ticket that is answered: the file, the plan, the project, the first issue.
func TestANewCustomerIsTakenOn(t *testing.T) {
	o := newOffice(t)
	o.project("MIDORI")
	add := []string{
		"customer", "add", "--config", "CONFIG", "--name", "みどり: 商事 \"東京\"", "--profile", "support-desk", "--project", "MIDORI", "--channel", "C0MIDORI",
		"--manager", "yamada", "--team", "desk", "--notify", fmt.Sprint(backlogsim.SampleCustomerID + 1), "midori",
	}
	code, out, errs := o.toban("", add...)
	if code != exitOK || !strings.Contains(out, "customers/midori.yaml is written") {
		t.Fatalf("add: %d %s%s", code, out, errs)
	}
	if code, _, errs := o.toban("", add...); code != exitUsage || !strings.Contains(errs, "is there already") {
		t.Errorf("add again: %d %s", code, errs)
	}
	if code, out, errs := o.toban("", "check", "--config", "CONFIG"); code != exitOK {
		t.Errorf("check: %d %s%s", code, out, errs)
	}
	if code, out, _ := o.toban("", "mode", "--config", "CONFIG"); code != exitOK || !strings.Contains(out, "shadow") {
		t.Errorf("a new customer does not begin in shadow: %s", out)
	}
	code, out, _ = o.toban("", "customer", "plan", "--config", "CONFIG", "midori")
	if code != exitFinding || !strings.Contains(out, "+ MIDORI: add the issue type バックアップ作業 with its template") || !strings.Contains(out, "+ MIDORI: add a webhook") {
		t.Errorf("plan: %d %s", code, out)
	}
	before := o.changes()
	if code, out, errs := o.toban("no\n", "customer", "apply", "--config", "CONFIG", "midori"); code != exitFinding || !strings.Contains(errs, "nothing was changed") || o.changes() != before {
		t.Errorf("refused: %d %s%s, %d writes", code, out, errs, o.changes()-before)
	}
	code, out, errs = o.toban("yes\n", "customer", "apply", "--config", "CONFIG", "midori")
	if code != exitOK || !strings.Contains(out, "0 left for a person") {
		t.Fatalf("apply: %d %s%s", code, out, errs)
	}
	if code, out, _ := o.toban("", "customer", "plan", "--config", "CONFIG", "--json", "midori"); code != exitOK || !strings.Contains(out, `"steps":[]`) {
		t.Errorf("plan of a ready project: %d %s", code, out)
	}
	if code, out, errs := o.toban("", "customer", "check", "--config", "CONFIG", "midori"); code != exitOK || strings.Contains(out, "warn") || strings.Contains(out, "AOZORA") {
		t.Errorf("check of a ready project: %d %s%s", code, out, errs)
	}
	before = o.changes()
	if code, _, _ := o.toban("", "customer", "apply", "--config", "CONFIG", "--yes", "midori"); code != exitOK || o.changes() != before {
		t.Errorf("apply again: %d, %d writes", code, o.changes()-before)
	}
	for _, secret := range []string{"office-hook-token", backlogsim.SampleBotKey} {
		if strings.Contains(out+errs, secret) {
			t.Errorf("a secret is shown: %s", out+errs)
		}
	}
	var pages []struct{ Name string }
	o.get("/wikis?projectIdOrKey=MIDORI", &pages)
	if !slices.ContainsFunc(pages, func(p struct{ Name string }) bool { return p.Name == "Home" }) {
		t.Errorf("pages: %v", pages)
	}
}

// project adds a bare project as the administrator, whose administrator is the bot.
func (o *office) project(key string) {
	o.t.Helper()
	o.post(backlogsim.SampleAdminKey, "/projects", url.Values{"name": {key}, "key": {key}, "textFormattingRule": {"backlog"}, "chartEnabled": {"false"}, "subtaskingEnabled": {"true"}, "useWiki": {"true"}, "useWikiTreeView": {"true"}})
	for _, id := range []int{backlogsim.SampleBotID, backlogsim.SampleCustomerID + 1} {
		o.post(backlogsim.SampleAdminKey, "/projects/"+key+"/users", url.Values{"userId": {fmt.Sprint(id)}})
	}
	o.post(backlogsim.SampleAdminKey, "/projects/"+key+"/administrators", url.Values{"userId": {fmt.Sprint(backlogsim.SampleBotID)}})
}

// changes counts the bot's calls that change something.
func (o *office) changes() int {
	n := 0
	for _, r := range o.backlog.Requests() {
		if r.Method != http.MethodGet && r.User == backlogsim.SampleBotID {
			n++
		}
	}
	return n
}

// What is wrong with a new customer is told before anything is written.
func TestAddRefusesWhatWouldNotLoad(t *testing.T) {
	o := newOffice(t)
	for name, args := range map[string][]string{
		"another's project": {"--project", backlogsim.SampleProjectKey, "--channel", "C0MIDORI", "--manager", "yamada", "midori"},
		"unknown person":    {"--project", "MIDORI", "--channel", "C0MIDORI", "--manager", "nobody", "midori"},
		"bad zone":          {"--project", "MIDORI", "--channel", "C0MIDORI", "--manager", "yamada", "--zone", "Mars/Base", "midori"},
		"an id with a path": {"--project", "MIDORI", "--channel", "C0MIDORI", "--manager", "yamada", "../midori"},
		"a hidden id":       {"--project", "MIDORI", "--channel", "C0MIDORI", "--manager", "yamada", ".midori"},
	} {
		full := append([]string{"customer", "add", "--config", "CONFIG", "--name", "みどり", "--profile", "support-desk", "--team", "desk", "--notify", "2002"}, args...)
		if code, out, errs := o.toban("", full...); code != exitUsage || errs == "" {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	files, err := filepath.Glob(filepath.Join(o.dir, "config", "customers", "*"))
	if err != nil || len(files) != 1 {
		t.Errorf("written: %v, %v", files, err)
	}
	if hidden, err := filepath.Glob(filepath.Join(o.dir, "config", "customers", ".*")); err != nil || len(hidden) != 0 {
		t.Errorf("written: %v, %v", hidden, err)
	}
	if _, err := os.Stat(filepath.Join(o.dir, "config", "midori.yaml")); err == nil {
		t.Error("a file was written outside customers/")
	}
}

// While everything outward is stopped nothing is made, either.
func TestApplyObeysAStop(t *testing.T) {
	o := newOffice(t)
	o.rewrite("customers/"+demoCustomer+".yaml", "\nspace:", "\nstatuses: {特別: accepted}\nspace:")
	if code, _, errs := o.toban("", "stop", "--config", "CONFIG"); code != exitOK {
		t.Fatal(errs)
	}
	before := o.changes()
	if code, out, errs := o.toban("", "customer", "apply", "--config", "CONFIG", "--yes", demoCustomer); code != exitFailed || !strings.Contains(errs, "toban start") || o.changes() != before {
		t.Errorf("apply while stopped: %d %s%s", code, out, errs)
	}
	if code, _, errs := o.toban("", "start", "--config", "CONFIG"); code != exitOK {
		t.Fatal(errs)
	}
	if code, out, errs := o.toban("", "customer", "apply", "--config", "CONFIG", "--yes", demoCustomer); code != exitOK || o.changes() == before {
		t.Errorf("apply after the start: %d %s%s", code, out, errs)
	}
}

// A template that nobody has filled in carries none of the details that it asks for, and an issue with it is asked for all of them; filled in, none.
func TestTemplatesAskForWhatTheDeskReads(t *testing.T) {
	profiles, err := config.LoadProfiles("", config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for name := range profiles {
		p := profiles[name]
		c, err := app.ProfileCustomer(&p)
		if err != nil {
			t.Fatal(err)
		}
		for _, rt := range c.Types {
			var want []string
			for _, r := range rt.Required {
				if r.When == "" {
					want = append(want, r.Item)
				}
			}
			if len(want) == 0 {
				continue
			}
			seen++
			body := "お願いします\n" + app.Template(rt.Required)
			missing := desk.Missing(rt, body)
			for _, item := range want {
				if !slices.Contains(missing, item) {
					t.Errorf("%s, %s: an empty template carries %s:\n%s", name, rt.ID, item, body)
				}
			}
			for _, r := range rt.Required {
				body = strings.Replace(body, "■ "+r.Item+"\n", "■ "+r.Item+"\n"+answerTo(rt.Operations, r.Item)+"\n", 1)
			}
			if diff := cmp.Diff([]string(nil), desk.Missing(rt, body)); diff != "" {
				t.Errorf("%s, %s: filled in it still lacks %s:\n%s", name, rt.ID, diff, body)
			}
		}
	}
	if seen < 20 {
		t.Errorf("looked at %d templates only", seen)
	}
}

func answerTo(operations []string, item string) string {
	if strings.HasPrefix(item, "作業の種類") && len(operations) > 0 {
		return operations[0]
	}
	return "web01 の 2026-12-01 22:00 の分です"
}

func TestPlanAsJSON(t *testing.T) {
	o := newOffice(t)
	code, out, errs := o.toban("", "customer", "plan", "--config", "CONFIG", "--json", demoCustomer)
	var plan []struct {
		Customer, Project string
		Steps             []struct{ Kind, Name, What, By string }
	}
	if err := json.Unmarshal([]byte(out), &plan); err != nil || len(plan) != 1 || plan[0].Project != backlogsim.SampleProjectKey {
		t.Fatalf("plan: %d %v\n%s%s", code, err, out, errs)
	}
	for _, s := range plan[0].Steps {
		if s.Kind == "" || s.Name == "" || s.What == "" || s.By == "" {
			t.Errorf("step %+v", s)
		}
	}
	if _, _, errs := o.toban("", "customer", "plan", "--config", "CONFIG", "nobody"); !strings.Contains(errs, "known are [aozora]") {
		t.Errorf("unknown customer: %s", errs)
	}
}

// A category of a request type that the project lacks is told by the check, and made like the others.
func TestTheCategoryOfATypeIsWantedOfTheProject(t *testing.T) {
	o := newOffice(t)
	o.project("MIDORI")
	if code, _, errs := o.toban("", "customer", "add", "--config", "CONFIG", "--name", "みどり", "--profile", "support-desk", "--project", "MIDORI", "--channel", "C0MIDORI",
		"--manager", "yamada", "--team", "desk", "--notify", fmt.Sprint(backlogsim.SampleCustomerID+1), "midori"); code != exitOK {
		t.Fatal(errs)
	}
	path := filepath.Join(o.dir, "config", "customers", "midori.yaml")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(b, "overrides: {support-desk: {request_types: {patch: {category: 更新}}}}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := o.toban("", "customer", "check", "--config", "CONFIG", "midori"); code != exitOK || !strings.Contains(out, "categories missing: 更新") {
		t.Errorf("check: %d %s%s", code, out, errs)
	}
	if code, out, errs := o.toban("", "customer", "apply", "--config", "CONFIG", "--yes", "midori"); code != exitOK || !strings.Contains(out, "更新") {
		t.Errorf("apply: %d %s%s", code, out, errs)
	}
	if code, out, errs := o.toban("", "customer", "check", "--config", "CONFIG", "midori"); code != exitOK || strings.Contains(out, "categories") {
		t.Errorf("check of a ready project: %d %s%s", code, out, errs)
	}
}
