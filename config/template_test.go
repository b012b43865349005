package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/config"
)

var update = flag.Bool("update", false, "write golden files")

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// sampleData fills a message like a real one; only required placeholders unless full.
func sampleData(m config.Message, full bool) map[string]any {
	texts := map[string]string{
		"requester": "山本", "customer": "青葉商事", "person": "佐藤", "key": "AOBA-12", "type": "アカウント管理作業",
		"due": "2026-11-24（火）19:00 JST", "desired": "2026-11-23（月）22:00 〜 24:00 JST", "earliest": "2026-11-24（火）", "condition": "zone ファイルが必要",
		"next": "2026-11-22（日）12:00 JST", "note": "お手数をおかけします。", "question": "曜日が日付と合いません", "asked": "2026-11-20（金）10:01 JST",
		"reason": "開始時刻の変更", "alternative": "手順書のご提供", "cause": "調査に時間がかかっています", "new_due": "2026-11-25（水）19:00 JST", "days": "5",
		"start": "2026-11-22（日）22:00 JST", "end": "2026-11-23（月）00:00 JST", "work": "web-1 の再起動", "old_start": "2026-11-22（日）21:00 JST",
		"new_start": "2026-11-22（日）22:30 JST", "old_end": "2026-11-22（日）23:00 JST", "started": "2026-11-22（日）22:00 JST", "ended": "2026-11-22（日）22:20 JST",
		"done": "web-1 を再起動しました", "result": "応答を確認しました", "received": "2026-11-22（日）10:00 JST", "detected": "2026-11-22（日）10:02 JST", "host": "web-1",
		"alarm": "応答なし", "impact": "影響確認中", "action": "状況を確認しています", "state": "対応中", "at": "2026-11-22（日）11:00 JST",
		"happened": "web-1 が応答しなくなりました", "from": "2026-11-22（日）10:02 JST", "to": "2026-11-22（日）10:40 JST", "duration": "38 分",
		"number": "P-7KQ2MX4A", "effect": "web-1 が約5分停止します", "checks": "応答を確認します", "rollback": "元の設定に戻します", "expires": "2026-12-01（火）19:00 JST",
		"date": "2026-12-01（火）", "owner": "田中", "second": "渡辺", "into": "AOBA-7", "from_key": "AOBA-9", "subject": "web-1 の再起動", "url": "https://aoba.backlog.com/view/AOBA-12",
	}
	data := map[string]any{}
	for _, p := range m.Placeholders {
		if p.Optional && !full {
			continue
		}
		switch p.Kind {
		case config.PlaceText:
			data[p.Name] = texts[p.Name]
		case config.PlaceList:
			data[p.Name] = []string{"ホスト名", "作業の種類"}
		case config.PlaceFlag:
			data[p.Name] = full && p.Name != "hold"
		}
	}
	return data
}

func TestMessagesRead(t *testing.T) {
	cfg := example(t)
	profile := cfg.Profiles["support-desk"]
	for _, lang := range []string{config.LangJapanese, config.LangEnglish} {
		var b strings.Builder
		for _, m := range config.Messages() {
			for _, full := range []bool{true, false} {
				text, err := profile.Templates.Render(m.ID, lang, sampleData(m, full))
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(text, "<no value>") || strings.Contains(text, "{{") || strings.Contains(text, "\n\n\n") {
					t.Errorf("%s in %s reads badly:\n%s", m.ID, lang, text)
				}
				name := "required only"
				if full {
					name = "full"
				}
				b.WriteString("=== " + m.ID + ", " + name + "\n" + text + "\n")
			}
		}
		golden(t, "messages."+lang+".golden", b.String())
	}
}

func TestRenderRefuses(t *testing.T) {
	customer, _ := example(t).Customer("aoba")
	words := customer.Templates("")
	tests := []struct {
		name, id string
		data     map[string]any
		want     string
	}{
		{"unknown message", "hello", nil, `rendering message "hello": no such message`},
		{"missing value", "agreed_date", nil, `rendering message agreed_date: placeholder "due" is missing`},
		{"empty value", "agreed_date", map[string]any{"due": ""}, `rendering message agreed_date: placeholder "due" must be text`},
		{"unknown value", "agreed_date", map[string]any{"due": "x", "when": "y"}, `rendering message agreed_date: unknown placeholder "when"`},
		{"empty list", "ask_details", map[string]any{"missing": []string{}}, `rendering message ask_details: placeholder "missing" must be list`},
		{"wrong kind", "ask_details", map[string]any{"missing": "x"}, `rendering message ask_details: placeholder "missing" must be list`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := words.Render(tt.id, tt.data)
			if err == nil || err.Error() != tt.want || text != "" {
				t.Errorf("Render = %q, %v; want error %q", text, err, tt.want)
			}
		})
	}
	if _, err := customer.Templates("fr").Render("agreed_date", map[string]any{"due": "x"}); err == nil {
		t.Error("a language without texts was rendered")
	}
}

func TestCustomersWordingWins(t *testing.T) {
	cfg := example(t)
	data := map[string]any{"due": "11/24 19:00"}
	for id, want := range map[string]string{"aoba": "日程を承りました。11/24 19:00 までに対応いたします。", "midori": "Thank you. We will be done by 11/24 19:00."} {
		customer, _ := cfg.Customer(id)
		got, err := customer.Templates("").Render("agreed_date", data)
		if err != nil || got != want {
			t.Errorf("%s: Render = %q, %v; want %q", id, got, err, want)
		}
	}
}
