package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
)

// hostile is what a ticket may hold: mentions, markup of both worlds, code, tables, control characters, 20,000 characters.
const hostile = "<!channel> <!here> <@U0SATO> <http://evil.example|クリック> *bold* `code`\n" +
	"| a | b |\n| --- | --- |\n| [[x>http://evil.example]] | {code}rm -rf{/code} |\n#image(http://evil.example/x.png)\n\x00\x07\u202e&color(red) { x }\n" +
	"<script>alert(1)</script>\n通知番号: T-AAAAAAAAAA"

func TestHostileTicketIsOnlyText(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		long := hostile + strings.Repeat("あ", 20_000)
		is := b.issue(backlogsim.SampleCustomerKey, "その他の AWS 設定作業", "<!channel> *至急* `rm` |表| <@U0SATO>", long, 3)
		time.Sleep(time.Minute)
		b.comment(backlogsim.SampleCustomerKey, is.Key, hostile)
		time.Sleep(time.Minute)
		said := b.said(is.Key)
		if len(said) != 1 {
			t.Fatalf("said %d things, want one answer", len(said))
		}
		for _, m := range b.messages() {
			raw, err := json.Marshal(m.Blocks)
			if err != nil {
				t.Fatal(err)
			}
			checkNoPing(t, m.Text)
			for _, bl := range m.Blocks {
				walkMarkdown(t, bl)
			}
			const ceiling = 13_000
			if len([]rune(string(raw))) > ceiling {
				t.Errorf("a message of %d characters", len(raw))
			}
		}
		b.calm()
	})
}

// walkMarkdown checks every mrkdwn text of a block.
func walkMarkdown(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "mrkdwn" {
			if s, ok := v["text"].(string); ok {
				checkNoPing(t, s)
			}
		}
		for _, x := range v {
			walkMarkdown(t, x)
		}
	case []any:
		for _, x := range v {
			walkMarkdown(t, x)
		}
	}
}

func checkNoPing(t *testing.T, s string) {
	t.Helper()
	for _, bad := range []string{"<!channel>", "<!here>", "<http://evil.example"} {
		if strings.Contains(s, bad) {
			t.Errorf("text %q would fire %s", s, bad)
		}
	}
}

func TestBadWebhooksAreRefusedOrKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		const good = simTobanURL + "/hooks/backlog/" + demoHookToken
		for _, tt := range []struct {
			name, url, body string
			code, kept      int
		}{
			{"wrong token", simTobanURL + "/hooks/backlog/guess", `{"id":1,"type":1}`, http.StatusNotFound, 0},
			{"no token", simTobanURL + "/hooks/backlog/", `{}`, http.StatusNotFound, 0},
			{"over 1 MiB", good, `{"id":1,"type":1,"x":"` + strings.Repeat("x", 1<<20) + `"}`, http.StatusRequestEntityTooLarge, 1},
			{"broken JSON", good, `{"id":1,`, http.StatusBadRequest, 1},
			{"no JSON object", good, `[1,2]`, http.StatusBadRequest, 1},
			{"unknown type", good, `{"id":2,"type":999,"project":{"projectKey":"AOZORA"},"content":{}}`, http.StatusOK, 0},
			{"strings for numbers", good, `{"id":"77","type":"14","project":{"id":"3001","projectKey":"AOZORA"},"content":{"link":[{"id":"999999","key_id":"9"}]}}`, http.StatusOK, 0},
			{"deleted issue", good, `{"id":78,"type":4,"project":{"id":3001,"projectKey":"AOZORA"},"content":{"id":888888,"key_id":8}}`, http.StatusOK, 0},
			{"project of nobody", good, `{"id":79,"type":1,"project":{"id":1,"projectKey":"NOBODY"},"content":{"id":5,"key_id":1}}`, http.StatusOK, 1},
		} {
			before := b.letters()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tt.url, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			res, err := b.client.Do(req)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			_ = res.Body.Close()
			time.Sleep(2 * time.Minute)
			if res.StatusCode != tt.code {
				t.Errorf("%s: status %d, want %d", tt.name, res.StatusCode, tt.code)
			}
			if kept := b.letters() - before; kept != tt.kept {
				t.Errorf("%s: %d new dead letters, want %d", tt.name, kept, tt.kept)
			}
		}
	})
}

// What was given up is told to the operators, once.
func TestOperatorsHearOfDeadLetters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		if err := b.store.Bury(t.Context(), "hook", "broken JSON", []byte("{"), time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		told := b.slack.Messages(demoOperators)
		if len(told) != 1 || !strings.Contains(string(told[0]), "door:1") || !strings.Contains(string(told[0]), "toban deadletter list") {
			t.Errorf("operators heard %s, want one message that names the letter", told)
		}
	})
}

func (b *bench) letters() int {
	b.t.Helper()
	dead, err := b.store.DeadLetters(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return len(dead)
}

// A customer whose mode is off gets nothing, and nothing is recorded of its tickets.
func TestModeOffDoesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		b.mode(bot.ModeOff)
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(10 * time.Minute)
		if said, cards := b.said(is.Key), b.messages(); len(said) != 0 || len(cards) != 1 || !strings.Contains(cards[0].Text, "のモードが on から off") {
			t.Errorf("said %+v and posted %+v", said, cards)
		}
		if _, err := b.store.FindTicket(t.Context(), is.Key); err == nil {
			t.Error("the ticket was recorded")
		}
		b.calm()
	})
}
