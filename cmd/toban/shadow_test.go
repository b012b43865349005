package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
	"toban/bot/shadow"
)

// Two days in shadow beside people who do the work themselves: the report holds Toban's answers, types and deadlines against theirs.
func TestShadowReportComparesWithPeople(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		before := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web09 のバックアップ", strings.ReplaceAll(backupText, "web01", "web09"), 3)
		time.Sleep(5 * time.Minute)
		b.mode(bot.ModeShadow)
		handled := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		silent := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 のバックアップ", strings.ReplaceAll(backupText, "web01", "web02"), 3)
		time.Sleep(40 * time.Minute)
		b.call(backlogsim.SampleStaffKey, http.MethodPatch, "/issues/"+handled.Key, url.Values{"dueDate": {"2026-11-25"}, "comment": {"承知しました。担当の佐藤です。"}}, nil)
		time.Sleep(4 * time.Hour)
		b.call(backlogsim.SampleStaffKey, http.MethodPatch, "/issues/"+handled.Key, url.Values{"statusId": {fmt.Sprint(bot.StatusResolved)}, "comment": {"取得しました。"}}, nil)
		time.Sleep(24 * time.Hour)

		k := bot.ModeKey{Customer: demoCustomer, Project: backlogsim.SampleProjectKey}
		now := time.Now()
		r, err := app.ShadowReport(t.Context(), b.store, b.app.Directory(), k, shadow.Period{From: now.AddDate(0, 0, -7), To: now, Zone: tokyo(t, "2026-11-24 10:00:00").Location()})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		printShadow(&out, r)
		found := map[string]shadow.Compared{}
		for _, c := range r.Tickets {
			found[c.Key] = c
		}
		h, s := found[handled.Key], found[silent.Key]
		if h.Type.Verdict != shadow.Same || h.Deadline.Verdict != shadow.Same || h.Answer.Verdict != shadow.Later || h.Done.Verdict != shadow.InTime {
			t.Errorf("a ticket that people handled: %+v", h)
		}
		if s.Answer.Verdict != shadow.Nobody || s.Done.Verdict != shadow.Open || len(s.Notices) == 0 {
			t.Errorf("a ticket that people left alone: %+v", s)
		}
		if len(r.Left) != 1 || r.Left[0].Key != before.Key {
			t.Errorf("not compared: %v, want %s, on which Toban had spoken", r.Left, before.Key)
		}
		for _, line := range []string{"tickets             2", "people silent 1", "minutes to answer", "is not compared", "What this can't tell"} {
			if !strings.Contains(out.String(), line) {
				t.Errorf("the page lacks %q", line)
			}
		}
		if t.Failed() {
			t.Log(out.String())
		}
	})
}

func TestShadowReportOnTheCommandLine(t *testing.T) {
	o := newOffice(t)
	for _, tt := range []struct {
		args  []string
		code  int
		wants string
	}{
		{nil, exitOK, "nothing to compare"},
		{[]string{backlogsim.SampleProjectKey, "--json"}, exitOK, `"customer":"aozora","project":"AOZORA"`},
		{[]string{"NOWHERE"}, exitUsage, "known are AOZORA"},
		{[]string{"--from", "2026-11-14", "--to", "2026-11-01"}, exitUsage, "lies after"},
		{[]string{"--from", "14.11."}, exitUsage, "--from wants a day"},
	} {
		code, out, errs := o.toban("", append([]string{"shadow", "report", "--config", "CONFIG"}, tt.args...)...)
		if code != tt.code || !strings.Contains(out+errs, tt.wants) {
			t.Errorf("%v: %d %s%s, want %d and %q", tt.args, code, out, errs, tt.code, tt.wants)
		}
	}
}
