package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
)

// alert is what a monitoring system says at Toban's door.
func (b *bench) alert(source, token, body string) int {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, simTobanURL+"/hooks/alerts/"+source+"/"+token, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// monitor says a word of source json.
func (b *bench) monitor(host, name, state, id string) {
	b.t.Helper()
	if code := b.alert("json", demoAlerts, fmt.Sprintf(`{"host":%q,"name":%q,"state":%q,"id":%q,"severity":"critical"}`, host, name, state, id)); code != http.StatusOK {
		b.t.Fatalf("the door answered %d", code)
	}
}

// alerted lists the customer's tickets that Toban opened for alerts.
func (b *bench) alerted() []*bot.Ticket {
	b.t.Helper()
	all, err := b.store.Tickets(b.t.Context(), demoCustomer)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []*bot.Ticket
	for _, x := range all {
		if x.Alert != nil {
			out = append(out, x)
		}
	}
	return out
}

// An alert that a rule calls affecting becomes an incident whose clock starts at the door; a repeat and the recovery go to its thread, and
// nothing is closed before a person says so. The next outbreak is another incident.
func TestAlertBecomesAnIncident(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := tokyo(t, "2026-11-24 22:10:00")
		b := newBench(t, start)
		defer b.close()
		if code := b.alert("json", "not-the-token-of-anybody", `{"host":"web01","name":"URL監視"}`); code != http.StatusNotFound {
			t.Errorf("a wrong token: %d", code)
		}
		if code := b.alert("json", demoAlerts, `{"host":`); code != http.StatusBadRequest {
			t.Errorf("a broken body: %d", code)
		}
		b.monitor("i-0a1b2c3d4e5f60001", "URL監視 <!channel>", "critical", "e1")
		b.monitor("i-0a1b2c3d4e5f60001", "URL監視 <!channel>", "critical", "e1") // delivered twice
		time.Sleep(2 * time.Minute)
		tickets := b.alerted()
		if len(tickets) != 1 {
			t.Fatalf("%d tickets, want one\n%v", len(tickets), b.messages())
		}
		x := tickets[0]
		if x.Host != "web01" || x.Class != bot.ClassIncident || x.Received.Sub(start) > time.Second || x.Alert.Impact != "affected" || x.Alert.Urgency != "高" || x.OnBehalfOf == "" {
			t.Errorf("ticket %+v of %+v", x, x.Alert)
		}
		said := b.said(x.Key)
		if len(said) != 1 || !strings.Contains(said[0].Content, "web01") || !notified(said[0], backlogsim.SampleCustomerID) {
			t.Fatalf("said %+v, want the first notice alone", said)
		}
		if b.heard("監視の警報を受け付けました") != 1 || b.heard("URL 監視の一次対応") != 1 || b.heard("<!channel>") != 0 {
			t.Errorf("staff heard %v", b.messages())
		}
		b.monitor("web01", "URL監視 <!channel>", "critical", "e2") // flaps
		time.Sleep(time.Minute)
		if b.heard("同じ警報を再び受け付けました") != 1 || len(b.alerted()) != 1 {
			t.Errorf("the repeat: %d tickets, %v", len(b.alerted()), b.messages())
		}
		b.monitor("web01", "URL監視 <!channel>", "ok", "e2")
		time.Sleep(time.Minute)
		if b.heard("監視が復旧を知らせました") != 1 || len(b.said(x.Key)) != 1 {
			t.Errorf("the recovery: %v", b.messages())
		}
		b.press(demoStaffSlack, x.Key, "incident.recovered", map[string]any{"happened": "プロセスが停止していました。", "done": "再起動しました。"})
		time.Sleep(time.Minute)
		b.monitor("web01", "URL監視 <!channel>", "critical", "e3")
		time.Sleep(2 * time.Minute)
		if n := len(b.alerted()); n != 2 {
			t.Errorf("%d tickets after another outbreak, want 2", n)
		}
		clocks, err := b.store.TicketClocks(t.Context(), x.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range clocks {
			if strings.HasPrefix(c.ID, "first_notice") && (c.State != "met" || !c.Start.Equal(x.Received)) {
				t.Errorf("clock %+v, want it met from the door's time on", c)
			}
		}
	})
}

// Backlog is down: staff hear of the alert at once, the issue is opened once when Backlog is back, and its clock still starts at the door.
func TestAlertWhileBacklogIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := tokyo(t, "2026-11-24 22:10:00")
		b := newBench(t, start)
		defer b.close()
		b.outage(start, start.Add(12*time.Minute))
		b.monitor("db01", "接続数", "critical", "e1")
		time.Sleep(time.Minute)
		if b.heard("監視の警報を受け付けました") != 1 {
			t.Errorf("staff heard %v", b.messages())
		}
		b.monitor("db01", "接続数", "ok", "e1")
		b.restart(time.Minute)
		time.Sleep(15 * time.Minute)
		tickets := b.alerted()
		if len(tickets) != 1 || tickets[0].Received.Sub(start) > time.Second {
			t.Fatalf("tickets %+v", tickets)
		}
		if b.heard("監視が復旧を知らせました") != 1 {
			t.Errorf("the recovery that came before the ticket was not told: %v", b.messages())
		}
		if said := b.said(tickets[0].Key); len(said) == 0 || !strings.Contains(said[0].Content, "影響確認中") {
			t.Errorf("said %+v, want the first notice: nobody judged in time", said)
		}
	})
}

// silence keeps the alerts of hosts silent, as a person does.
func (b *bench) silence(hosts []string, length time.Duration) string {
	b.t.Helper()
	now := time.Now()
	q, _, err := app.Silences{Store: b.store, Config: b.cfg, Now: time.Now}.Add(b.t.Context(), bot.Silence{Customer: demoCustomer, Hosts: hosts, From: now, Until: now.Add(length), Reason: "移行", Person: "佐藤"})
	if err != nil {
		b.t.Fatal(err)
	}
	return q.ID
}

// What a silence holds back is recorded, marked and told once, and opens nothing; what is still firing when it ends is raised then, what
// recovered is not, and staff hear at the end what was held back.
func TestSilenceHoldsAlertsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 22:00:00"))
		defer b.close()
		id := b.silence([]string{"web01", "db01"}, time.Hour)
		b.monitor("web01", "URL監視", "critical", "e1")
		b.monitor("db01", "接続数", "critical", "e2")
		b.monitor("db02", "接続数", "critical", "e3") // not silenced
		time.Sleep(10 * time.Minute)
		b.monitor("web01", "URL監視", "critical", "e1b")
		b.monitor("db01", "接続数", "ok", "e2")
		b.restart(time.Minute)
		time.Sleep(20 * time.Minute)
		if n := len(b.alerted()); n != 1 {
			t.Fatalf("%d tickets under the silence, want that of db02", n)
		}
		if n := b.heard("静観中の警報です(" + id); n != 2 {
			t.Errorf("told %d times, want once for each host: %v", n, b.messages())
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-24 23:02:00")))
		tickets := b.alerted()
		if len(tickets) != 2 || tickets[1].Host != "web01" || !tickets[1].Received.Equal(tokyo(t, "2026-11-24 23:00:00").UTC()) {
			t.Fatalf("raised %+v, want web01 alone, from the silence's end on", tickets[len(tickets)-1])
		}
		over := ""
		for _, m := range b.messages() {
			if strings.Contains(m.Text, "静観が終わりました("+id) {
				over += m.Text
			}
		}
		if !strings.Contains(over, "3 件") || !strings.Contains(over, "web01 URL監視: 2 回、発生中") || !strings.Contains(over, "db01 接続数: 1 回、復旧済み") {
			t.Errorf("at the end staff heard %q", over)
		}
		b.calm()
	})
}

// A silence that a person ends is over for what it held back, too.
func TestSilenceEndedByHandRaisesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 22:00:00"))
		defer b.close()
		id := b.silence(nil, 4*time.Hour)
		b.monitor("web01", "URL監視", "critical", "e1")
		time.Sleep(10 * time.Minute)
		if ok, err := (app.Silences{Store: b.store, Config: b.cfg, Now: time.Now}).End(t.Context(), id, "佐藤"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		time.Sleep(2 * time.Minute)
		if n := len(b.alerted()); n != 1 {
			t.Errorf("%d tickets after the silence was ended, want 1", n)
		}
		if b.heard("静観が終わりました("+id) != 1 || b.heard("静観を終えました") != 1 {
			t.Errorf("staff heard %v", b.messages())
		}
		b.calm()
	})
}

// Work on a host silences its alerts while it runs, not before and not after.
func TestWorkSilencesTheAlertsOfItsHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{
			"start": unix(tokyo(t, "2026-11-24 14:00:00")), "end": unix(tokyo(t, "2026-11-24 15:00:00")), "what": "スナップショット取得",
		})
		time.Sleep(time.Until(tokyo(t, "2026-11-24 14:00:30")))
		b.press(demoStaffSlack, is.Key, "work.start", nil)
		time.Sleep(time.Minute)
		b.monitor("web01", "URL監視", "critical", "e1")
		b.monitor("db01", "接続数", "critical", "e2")
		time.Sleep(20 * time.Minute)
		if n := len(b.alerted()); n != 1 || b.heard("作業中のホストの警報です("+is.Key) != 1 {
			t.Fatalf("%d tickets while work runs on web01, %v", n, b.messages())
		}
		b.press(demoStaffSlack, is.Key, "work.done", map[string]any{"done": "取得しました。", "result": "完了しました。"})
		time.Sleep(3 * time.Minute)
		if n := len(b.alerted()); n != 2 {
			t.Errorf("%d tickets after the work, want that of web01, too: %v", n, b.messages())
		}
	})
}

// Two customers have a host of one name, and even an issue of one key: an alert, a silence and a recovery of the one are nothing to the other.
func TestAlertsOfTwoCustomersNeverMix(t *testing.T) {
	inTwoSpaces(t, func(t *testing.T, b *twoSpaces) {
		b.silence(nil, time.Hour) // of the first customer alone
		b.monitor("web01", "URL監視 あおぞらの秘密", "critical", "e1")
		say := func(state string) {
			t.Helper()
			if code := b.alert("json", otherAlerts, `{"host":"web01","name":"URL監視 みどりの秘密","id":"e1","state":"`+state+`"}`); code != http.StatusOK {
				t.Fatalf("the door answered %d", code)
			}
		}
		say("critical")
		time.Sleep(2 * time.Minute)
		if n := len(b.alerted()); n != 0 {
			t.Errorf("%d tickets of the first customer, whose alerts are silent", n)
		}
		theirs, err := b.store.Tickets(t.Context(), "midori")
		if err != nil || len(theirs) != 1 || theirs[0].Space != "other" || theirs[0].Host != "web01" {
			t.Fatalf("tickets of the other customer %+v, %v", theirs, err)
		}
		time.Sleep(time.Hour) // the silence is over: theirs opens, too, an issue of the same key in the other space
		say("ok")
		time.Sleep(2 * time.Minute)
		if n := len(b.alerted()); n != 1 || b.alerted()[0].Key != theirs[0].Key {
			t.Errorf("tickets of the first customer after the silence: %+v", b.alerted())
		}
		for _, side := range []struct{ space, channel, mine, foreign string }{
			{simBacklogURL, demoChannel, "あおぞらの秘密", "みどりの秘密"}, {otherURL, otherChannel, "みどりの秘密", "あおぞらの秘密"},
		} {
			all := b.everythingOf(side.space, side.channel)
			if strings.Contains(all, side.foreign) || !strings.Contains(all, side.mine) {
				t.Errorf("%s: its own words %v, the other's %v", side.space, strings.Contains(all, side.mine), strings.Contains(all, side.foreign))
			}
			if recovered := strings.Contains(all, "監視が復旧を知らせました"); recovered != (side.channel == otherChannel) {
				t.Errorf("%s: heard of the recovery: %v", side.space, recovered)
			}
		}
	})
}

// Monitoring that writes mails: what the rules read becomes the same incident as from the door for HTTP, its recovery asks staff, and what no rule
// reads is shown to staff and to nobody else.
func TestAlertsByMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := demoFiles(worldOptions{BacklogURL: simBacklogURL, SlackURL: simSlackURL, TobanURL: simTobanURL, SlackMode: "http"})
		own := strings.Replace(files["customers/"+demoCustomer+".yaml"], "alerts:\n", "alerts:\n  cpu: {source: mail, alert: '(?P<name>CPU) on (?P<host>\\S+)', recovery: '^OK: (?P<name>CPU) on (?P<host>\\S+)', urgency: 高, impact: affected}\n", 1) +
			"mailboxes: [{address: " + deskAddress + ", alerts: true}]\n"
		server := strings.Replace(files["server.yaml"], "database: {sqlite: }", "database: {sqlite: unused.db}", 1) + "postbox: {listen: \"127.0.0.1:0\", domain: toban.test}\n"
		b := newBenchWith(t, tokyo(t, "2026-11-24 22:10:00"), bench{files: map[string]string{"customers/" + demoCustomer + ".yaml": own, "server.yaml": server}})
		defer b.close()
		word := func(n int, subject string) {
			b.mail(fmt.Sprintf("From: monitor@aozora.example\nAuto-Submitted: auto-generated\nMessage-ID: <mon%d@aozora>\nSubject: %s\n\nload 99\n", n, subject))
		}
		word(1, "ALARM: CPU on i-0a1b2c3d4e5f60001")
		word(1, "ALARM: CPU on i-0a1b2c3d4e5f60001") // delivered twice
		time.Sleep(2 * time.Minute)
		list := b.alerted()
		if len(list) != 1 || list[0].Host != "web01" || list[0].Alert.Impact != "affected" || list[0].Alert.Urgency != "高" {
			t.Fatalf("tickets %+v", list)
		}
		word(2, "OK: CPU on web01")
		for i := range 9 {
			word(10+i, fmt.Sprintf("Weekly report <!channel> %d", i))
		}
		time.Sleep(time.Minute)
		if b.heard("監視が復旧を知らせました") != 1 || b.heard("どの規則(alerts)にも合いません") != 4 || b.heard("<!channel>") != 0 {
			t.Errorf("staff heard %v", b.messages())
		}
		time.Sleep(15 * time.Minute)
		if b.heard("合わない監視のメールが 5 件") != 1 || len(b.tickets()) != 1 {
			t.Errorf("what was too much was not summed up: %v", b.messages())
		}
	})
}
