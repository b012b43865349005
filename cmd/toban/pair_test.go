package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
	"toban/bot/store/storetest"
)

// Two people press the same button, or send its form, at the same moment, with two replicas on PostgreSQL: Slack gives each press to one of them,
// the customer reads everything once, and whoever came second is told so.
func TestTwoPeopleAtOnceOnPostgreSQL(t *testing.T) {
	cluster := &storetest.Cluster{}
	t.Cleanup(cluster.Stop)
	o := newOffice(t)
	t.Setenv("TOBAN_POSTGRES", cluster.Schema(t))
	o.rewrite("server.yaml", "database: {sqlite: "+filepath.Join(o.dir, "toban.db")+"}", "database: {postgres: env:TOBAN_POSTGRES}")
	if err := os.CopyFS(filepath.Join(o.dir, "second"), os.DirFS(filepath.Join(o.dir, "config"))); err != nil {
		t.Fatal(err)
	}
	other := freeAddress(t)
	path := filepath.Join(o.dir, "second", "server.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "listen: "+o.listen, "listen: "+other, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.keep()
	o.keepAt("second", other)

	is := o.open()
	o.twoPress(is, "desk.take", "が担当しました", nil)
	o.twoPress(is, "desk.done", "", map[string]any{"done": "取得しました。"})
	o.hears(is, "取得しました。")
	outage := o.file("障害ご連絡", "web09 に接続できません", strings.ReplaceAll(outageText, "web01", "web09"), 3)
	o.twoPress(outage, "incident.affected", "が「影響あり」と判断しています", nil)
	o.hears(outage, "サービスに影響が出ています")
	o.twoPress(outage, "incident.recovered", "が復旧を宣言しています", map[string]any{"happened": "httpd の停止", "done": "再起動しました。"})
	o.hears(outage, "再起動しました。")
	for _, key := range []string{is, outage} {
		said := o.saidOn(key)
		if once := slices.Compact(slices.Sorted(slices.Values(said))); len(once) != len(said) {
			t.Errorf("%s reads something twice: %q", key, said)
		}
	}
}

// saidOn lists what an issue's comments say, without the number at the foot.
func (o *office) saidOn(key string) (out []string) {
	o.t.Helper()
	var list []struct{ Content string }
	o.get("/issues/"+key+"/comments?count=100", &list)
	for _, c := range list {
		if text, _, numbered := strings.Cut(c.Content, "通知番号"); numbered {
			out = append(out, text)
		}
	}
	return out
}

// hears waits until an issue's comments hold words.
func (o *office) hears(key, words string) {
	o.t.Helper()
	o.until(key+" reads "+words, func() bool {
		return slices.ContainsFunc(o.saidOn(key), func(s string) bool { return strings.Contains(s, words) })
	})
}

// twoPress has two people press a button of a ticket's card at the same moment, and send its form; want is what one of them is told, "" for whatever.
func (o *office) twoPress(key, action, want string, values map[string]any) {
	o.t.Helper()
	var c card
	o.until("the card of "+key, func() bool {
		for _, raw := range o.slack.Messages(demoChannel) {
			if strings.Contains(string(raw), "/view/"+key+"|") && json.Unmarshal(raw, &c) == nil && (c.Thread == "" || c.Thread == c.TS) {
				return true
			}
		}
		return false
	})
	users := []string{demoStaffSlack, "U0SUZUKI"}
	before := len(whispersTo(o.slack, users[0])) + len(whispersTo(o.slack, users[1]))
	var wg sync.WaitGroup
	var mu sync.Mutex
	told := ""
	for _, u := range users {
		wg.Go(func() {
			if err := o.slack.Reach(o.t.Context(), slacksim.Click{User: u, Channel: demoChannel, TS: c.TS, ActionID: action}, view.ActionMore); err != nil {
				o.t.Errorf("%s by %s: %v", action, u, err)
			}
		})
	}
	wg.Wait()
	for _, u := range users {
		if values == nil {
			break
		}
		views := o.slack.Views(u)
		if len(views) == 0 {
			o.t.Fatalf("%s opens no form before %s", action, u)
		}
		var form openForm
		if err := json.Unmarshal(views[len(views)-1], &form); err != nil {
			o.t.Fatal(err)
		}
		filled := map[string]map[string]any{}
		for _, b := range form.Blocks {
			if v, ok := values[b.ID]; ok {
				filled[b.ID] = map[string]any{b.Element.ID: v}
			}
		}
		wg.Go(func() {
			res, err := o.slack.Submit(o.t.Context(), slacksim.Submit{User: u, ViewID: form.ID, Values: filled})
			if err != nil {
				o.t.Errorf("%s by %s: %v", action, u, err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, e := range res.Errors {
				told += e
			}
		})
	}
	wg.Wait()
	o.until("who came second is told of "+action, func() bool {
		all := append(whispersTo(o.slack, users[0]), whispersTo(o.slack, users[1])...)
		mu.Lock()
		defer mu.Unlock()
		return (len(all) > before || told != "") && (want == "" || strings.Contains(strings.Join(all, "\n")+told, want) || strings.Contains(strings.Join(all, "\n")+told, "いまの状況"))
	})
	for _, u := range users {
		_ = o.slack.CloseView(o.t.Context(), slacksim.CloseView{User: u, All: true}) // none may be open
	}
}
