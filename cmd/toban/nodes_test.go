package main

import (
	"strings"
	"testing"
)

func TestNodesOfAMonth(t *testing.T) {
	o := newOffice(t)
	ran := `{"id":"i-1","kind":"EC2"}
{"id":"i-2","kind":"EC2"}
{"id":"i-3","kind":"EC2"}
{"id":"db-1","kind":"RDS"}
{"id":"cache-1","kind":"ElastiCache"}
{"id":"svc-1","kind":"Fargate services","from":"2026-11-16T00:00:00+09:00"}
{"id":"lb-1","kind":"ELB"}

{"group":"web","kind":"EC2","at":"2026-11-10T00:00:00+09:00","running":1}
{"group":"web","kind":"EC2","at":"2026-11-10T12:00:00+09:00","running":0}
`
	code, out, errs := o.toban(ran, "nodes", "--month", "2026-11", "--first")
	for _, want := range []string{"6 nodes", "110000 JPY, without tax", "set-up, once: 110000 JPY", "added on day 16", "ELB does not count", "at most 20h0m0s a month are free"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, lacks %q: %s%s", code, want, out, errs)
		}
	}
	if code, out, _ := o.toban(ran, "nodes", "--month", "2026-11", "--json"); code != exitOK || !strings.Contains(out, `"month":"2026-11"`) || !strings.Contains(out, `"fee":110000`) {
		t.Errorf("as JSON: %d %s", code, out)
	}
	for name, tt := range map[string]struct {
		in   string
		args []string
	}{
		"no JSON":         {"x", []string{"--month", "2026-11"}},
		"neither":         {`{"kind":"EC2"}`, []string{"--month", "2026-11"}},
		"unknown key":     {`{"id":"a","kind":"EC2","form":"2026-11-01T00:00:00Z"}`, []string{"--month", "2026-11"}},
		"bad month":       {"", []string{"--month", "2026-13"}},
		"no price list":   {"", []string{"--month", "2026-11", "--profile", "support-desk"}},
		"customer's none": {"", []string{"--month", "2026-11", "--config", "CONFIG", "--customer", demoCustomer}},
		"no folder":       {"", []string{"--month", "2026-11", "--customer", demoCustomer}},
	} {
		if code, out, errs := o.toban(tt.in, append([]string{"nodes"}, tt.args...)...); code != exitUsage {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	o.rewrite("customers/"+demoCustomer+".yaml", "profiles: [support-desk]", "profiles: [support-desk, managed-operations]")
	if code, out, errs := o.toban("", "nodes", "--config", "CONFIG", "--customer", demoCustomer, "--month", "2026-11"); code != exitOK || !strings.Contains(out, "2026-11: 2 nodes") {
		t.Errorf("the customer's file: %d %s%s", code, out, errs)
	}
}
