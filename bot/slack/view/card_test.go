package view_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

var update = flag.Bool("update", false, "write the golden files anew")

const ticket = bot.TicketID("acme.backlog.com/101")

func request() bot.Card {
	return bot.Card{
		Channel: "C1", Ticket: ticket, Key: "MSP-12", URL: "https://acme.backlog.com/view/MSP-12", Title: "Webサーバーのセキュリティグループ変更", Version: 4,
		Panels: []bot.Panel{
			{
				State:  "受け付けました。担当者を待っています。",
				Fields: []bot.Field{{Label: "種類", Value: "セキュリティグループ変更(軽微)"}, {Label: "期限", Value: "2026-11-27(金) 18:00 JST"}, {Label: "依頼者", Value: "株式会社アクメ 高橋様"}},
				Notes:  []string{"種別と本文が一致したため「確実」と判断しました。"},
				Buttons: []bot.Button{
					{Action: "desk.reclassify", Label: "種類を変える", Form: &bot.Form{Title: "種類"}, Rank: bot.RankMenu, Help: "種類を決め直します。"},
					{Action: "desk.take", Label: "担当する", Style: "primary", Rank: bot.RankNext},
					{Action: "desk.cancel", Label: "取り下げる", Style: "danger", Confirm: "このチケットを取り下げますか?", Value: "now", Rank: bot.RankMenu},
				},
			},
			{Tone: bot.ToneWarn, State: "作業の予定がありません。", Buttons: []bot.Button{{Action: "work.schedule", Label: "予定を決める"}}},
		},
	}
}

func incident() bot.Card {
	return bot.Card{
		Channel: "C1", Ticket: ticket, Key: "MSP-13", URL: "https://acme.backlog.com/view/MSP-13", Title: "web01 応答なし", Version: 1,
		Panels: []bot.Panel{
			{Tone: bot.ToneAlarm, State: "影響を確認しています。初報の期限 10:15 JST(あと12分)。", Fields: []bot.Field{{Label: "検知", Value: "10:00 JST"}, {Label: "ホスト", Value: "web01"}}},
			{Tone: bot.ToneDone, State: "電話連絡は終わりました。"},
			{},
		},
	}
}

func hostile() bot.Card {
	return bot.Card{
		Channel: "C1", Ticket: ticket, Key: "MSP-14", URL: "https://acme.backlog.com/view/MSP-14|<!here>",
		Title: "<!channel> <https://evil.example|Backlog> \u202eetisorp *至急* `x`\n2行目\x00",
		Panels: []bot.Panel{{
			State:  "<!everyone> を待っています & <@U123>",
			Fields: []bot.Field{{Label: "本文", Value: "```\nrm -rf /\n```\n| a | b |\n|---|---|\n<!subteam^S1>"}},
			Notes:  []string{"<#C123> :rotating_light:"},
		}},
	}
}

func TestGolden(t *testing.T) {
	schedule := view.Dialogue{
		Action: "work.schedule", About: "MSP-12 <!channel>の変更", Metadata: "opaque",
		Form: bot.Form{
			Title: "作業の予定を決める(とても長い題名のため切られます)", Submit: "決める", Intro: "開始の30分前にお客様へお知らせします。",
			Inputs: []bot.Input{
				{ID: "start", Label: "開始", Type: bot.InputDateTime, Initial: "2026-11-25T22:00:00+09:00", Future: true},
				{ID: "end", Label: "終了", Type: bot.InputDateTime, Initial: "いつか", After: "start"},
				{ID: "who", Label: "担当", Type: bot.InputSelect, Initial: "suzuki", Options: []bot.Option{{Value: "sato", Label: "佐藤"}, {Value: "suzuki"}}},
				{ID: "title", Label: "件名", Type: bot.InputText, Max: 10, Initial: "改行\nを含む長い初期値です", Hint: "10文字まで"},
				{ID: "memo", Label: "メモ", Type: bot.InputArea, Optional: true, Max: 9999},
			},
		},
	}
	modal, err := schedule.Modal()
	if err != nil {
		t.Fatal(err)
	}
	rest := view.Further(request().Panels, "desk.take work.schedule")
	menu := view.Menu{Ticket: ticket, Key: "MSP-12", Title: "<!channel>の変更", Version: 4, Metadata: "opaque"}
	for _, b := range rest {
		menu.Items = append(menu.Items, view.MenuItem{Button: b})
	}
	menu.Items[1].Refused = "「取り下げる」には承認者の権限が必要です。"
	further, _ := menu.Modal()
	for name, v := range map[string]any{
		"request": view.Card(request()), "menu": further, "incident": view.Card(incident()), "hostile": view.Card(hostile()), "form": modal,
		"post": view.Post{
			Post: bot.Post{
				Text: "初報の期限まで5分です。\n<!channel> `code`", Mention: []string{"U0SATO", "S0DUTY"},
				Buttons: []bot.Button{{Action: "incident.judge", Label: "影響を判断する"}},
			},
			Ticket: ticket, Key: "MSP-13", Title: "web01 <応答なし>", URL: "https://acme.backlog.com/view/MSP-13", Again: true, Late: "11月24日 09:30 JST",
		}.Message(),
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			enc := json.NewEncoder(&b)
			enc.SetIndent("", "  ")
			enc.SetEscapeHTML(false)
			if err := enc.Encode(v); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name+".golden.json")
			if *update {
				if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("%s differs (run with -update and read it):\n%s", path, diff)
			}
		})
	}
}

// texts walks all text objects of a message.
func texts(t *testing.T, blocks []slackgo.Block) (plain, mrkdwn []string) {
	t.Helper()
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if s, ok := v["text"].(string); ok && v["type"] == "mrkdwn" {
				mrkdwn = append(mrkdwn, s)
			} else if ok {
				plain = append(plain, s)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
	return plain, mrkdwn
}

func TestHostileWordsStayPlain(t *testing.T) {
	m := view.Card(hostile())
	plain, mrkdwn := texts(t, m.Blocks)
	if len(mrkdwn) != 1 || mrkdwn[0] != "<https://acme.backlog.com/view/MSP-14%7C%3C%21here%3E|MSP-14 をBacklogで開く>" && mrkdwn[0] != "<https://acme.backlog.com/view/MSP-14%7C%3C!here%3E|MSP-14 をBacklogで開く>" {
		t.Errorf("only the link may be mrkdwn: %q", mrkdwn)
	}
	all := strings.Join(plain, "\n")
	for _, want := range []string{"<!channel> <https://evil.example|Backlog>", "<!everyone>", "```\nrm -rf /"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q was changed although plain text is shown as it is", want)
		}
	}
	for _, bad := range []string{"\u202e", "\x00"} {
		if strings.Contains(all+m.Text, bad) {
			t.Errorf("%q is still there", bad)
		}
	}
	if strings.ContainsAny(m.Text, "<>") || !strings.Contains(m.Text, "&lt;!channel&gt;") {
		t.Errorf("the sentence is not escaped: %q", m.Text)
	}
}

func TestLongTicketKeepsStateAndButtons(t *testing.T) {
	c := request()
	c.Title = strings.Repeat("題", 20000)
	c.Panels[0].Fields = []bot.Field{{Label: "本文", Value: strings.Repeat("😀本文", 20000)}}
	for range 9 {
		c.Panels[0].Fields = append(c.Panels[0].Fields, bot.Field{Label: "追記", Value: strings.Repeat("あ", 3000)})
	}
	m := view.Card(c)
	plain, _ := texts(t, m.Blocks)
	all := strings.Join(plain, "\n")
	for _, want := range []string{"担当者を待っています", "担当する", "予定を決める", "作業の予定がありません", "…(全文はBacklog)", "ほかに"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := len([]rune(all)); n > 13200 {
		t.Errorf("%d characters of text", n)
	}
}

func TestButtonsThatCantBeShown(t *testing.T) {
	c := request()
	c.Panels = []bot.Panel{{State: "x", Buttons: []bot.Button{
		{Action: "desk.take", Label: "一"},
		{Action: "desk.take", Label: "二"},
		{Action: "Take!", Label: "三"},
		{Action: "desk.long", Label: "四", Value: strings.Repeat("v", 2000)},
		{Action: "desk.none"},
	}}}
	for i := range 60 {
		c.Panels[0].Buttons = append(c.Panels[0].Buttons, bot.Button{Action: fmt.Sprintf("f.b%d", i), Label: "ボタン"})
	}
	m := view.Card(c)
	if len(m.Notes) != 4 {
		t.Errorf("notes %q, want four", m.Notes)
	}
	var rows []int
	for _, b := range m.Blocks {
		if a, ok := b.(*slackgo.ActionBlock); ok {
			rows = append(rows, len(a.Elements.ElementSet))
		}
	}
	if diff := cmp.Diff([]int{5}, rows); diff != "" {
		t.Error(diff)
	}
}

// The likeliest buttons stand on the card, four of them; a fifth only where there is no menu.
func TestFewButtonsStandOnACard(t *testing.T) {
	b := func(action string, rank bot.Rank, style string) bot.Button {
		return bot.Button{Action: "f." + action, Label: action, Rank: rank, Style: style}
	}
	for name, tt := range map[string]struct {
		panels      [][]bot.Button
		shown, menu string
	}{
		"none":               {nil, "", ""},
		"in order":           {[][]bot.Button{{b("a", 0, ""), b("b", 0, "")}, {b("c", 0, "")}}, "a b c", ""},
		"the next first":     {[][]bot.Button{{b("a", 0, ""), b("b", 0, "primary")}, {b("c", bot.RankNext, ""), b("d", bot.RankUrgent, "danger")}}, "d c b a", ""},
		"one is no menu":     {[][]bot.Button{{b("a", bot.RankMenu, ""), b("b", 0, "")}}, "b a", ""},
		"five without":       {[][]bot.Button{{b("a", 0, ""), b("b", 0, ""), b("c", 0, ""), b("d", 0, ""), b("e", 0, "")}}, "a b c d e", ""},
		"four with":          {[][]bot.Button{{b("x", bot.RankMenu, ""), b("a", 0, ""), b("b", 0, ""), b("c", 0, ""), b("d", 0, ""), b("e", 0, "")}}, "a b c d", "e x"},
		"a menu of two":      {[][]bot.Button{{b("x", bot.RankMenu, ""), b("y", bot.RankMenu, ""), b("a", 0, "")}}, "a", "x y"},
		"once":               {[][]bot.Button{{b("a", 0, "")}, {b("a", 0, "")}}, "a", ""},
		"the release before": {[][]bot.Button{{b("a", 0, ""), b("b", 0, ""), b("c", 0, "")}, {b("d", 0, ""), b("e", 0, "primary"), b("f", 0, "danger")}}, "e a b c", "d f"},
	} {
		var panels []bot.Panel
		for _, list := range tt.panels {
			panels = append(panels, bot.Panel{Buttons: list})
		}
		names := func(list []bot.Button) string {
			var out []string
			for _, x := range list {
				out = append(out, x.Label)
			}
			return strings.Join(out, " ")
		}
		shown, menu := view.Split(panels)
		if names(shown) != tt.shown || names(menu) != tt.menu {
			t.Errorf("%s: shown %q menu %q, want %q and %q", name, names(shown), names(menu), tt.shown, tt.menu)
		}
	}
}

func TestManyPanelsStayWithinFiftyBlocks(t *testing.T) {
	c := request()
	c.Panels = nil
	for i := range 60 {
		c.Panels = append(c.Panels, bot.Panel{State: "状態", Notes: []string{"注"}, Buttons: []bot.Button{{Action: fmt.Sprintf("f.b%d", i), Label: "押す"}}})
	}
	m := view.Card(c)
	if len(m.Blocks) != 50 || len(m.Notes) != 1 {
		t.Errorf("%d blocks, notes %q", len(m.Blocks), m.Notes)
	}
	plain, _ := texts(t, m.Blocks)
	if last := plain[len(plain)-1]; !strings.Contains(last, "ほかに") {
		t.Errorf("nothing says that panels are missing: %q", last)
	}
}

func TestLink(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/b?c=1&d=2": "<https://a.example/b?c=1&amp;d=2|x/y&gt;>",
		"javascript:alert(1)":         "",
		"/relative":                   "",
		"":                            "",
		"https://a.example/" + strings.Repeat("x", 2000):   "",
		"https://user:pass@" + "\x7f" + "a.example/broken": "",
	} {
		if got := view.Link(address, "x|y>"); got != want {
			t.Errorf("%.40q: have %q, want %q", address, got, want)
		}
	}
}

func TestValueRoundTrip(t *testing.T) {
	id, version, value, err := view.ParseValue(view.Value(ticket, 42, "a|b|c"))
	if err != nil || id != ticket || version != 42 || value != "a|b|c" {
		t.Errorf("have %q %d %q %v", id, version, value, err)
	}
	for _, bad := range []string{"", "x", "a|b", "noslash|1|x", "a/b|1|x", "acme/1|one|x"} {
		if _, _, _, err := view.ParseValue(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
