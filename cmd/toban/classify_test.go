package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClassifyCommand(t *testing.T) {
	in := strings.Join([]string{
		`{"id":"a","issue_type":"お問い合わせ","priority":"中","summary":"web01 の再起動","description":"12月1日（火）22:00〜24:00 に web01 を再起動してください。","created":"2026-11-24T10:00:00+09:00","custom":{}}`,
		`{"id":2,"issue_type":"バックアップ作業","priority":"中","summary":"バックアップ","description":"お願いします。","created":"2026-11-24T10:00:00+09:00","custom":{"ホスト名":"web01","作業の種類":{"id":1,"name":"追加"},"希望日時":"12/1(水)"}}`,
		`{"id":"c","summary":"created が無い","created":""}`,
		`not json`,
	}, "\n")
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"classify"}, strings.NewReader(in), &out, &errs); code != exitOK {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	var got []map[string]any
	for line := range strings.SplitSeq(strings.TrimSpace(out.String()), "\n") {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		delete(m, "reasons")
		if _, ok := m["error"]; ok {
			m["error"] = "told"
		}
		got = append(got, m)
	}
	want := []map[string]any{
		{
			"id": "a", "type": "server_power", "class": "minor", "confidence": "certain", "supported": true, "missing": []any{},
			"desired": map[string]any{"start": "2026-12-01T22:00:00+09:00", "end": "2026-12-02T00:00:00+09:00", "certain": true},
		},
		{
			"id": 2.0, "type": "backup", "class": "minor", "confidence": "certain", "supported": true, "missing": []any{},
			"desired": map[string]any{"start": nil, "end": nil, "certain": false},
		},
		{"id": "c", "error": "told"},
		{"id": nil, "error": "told"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if code := run(context.Background(), []string{"classify", "--profile", "nobody"}, strings.NewReader(""), &out, &errs); code != exitUsage || !strings.Contains(errs.String(), "support-desk") {
		t.Errorf("an unknown profile: exit %d, %s", code, errs.String())
	}
}

// A provider's own words, as config/example has them, are found beside the shipped ones; the answer can be read by people.
func TestClassifyWithOwnWords(t *testing.T) {
	const in = `{"id":"a","issue_type":"お問い合わせ","summary":"社員IDの発行","description":"中途入社の方の社員IDを発行してください。","created":"2026-11-24T10:00:00+09:00"}` + "\n{\"id\":1\n"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"classify", "--text"}, "a: account (minor), likely\n"}, // no shipped word says it: only the second opinion names it
		{[]string{"classify", "--text", "--config", "../../config/example", "--profile", "desk-plus"}, "a: account (minor), certain\n"},
	} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), c.args, strings.NewReader(in), &out, &errs); code != exitOK || !strings.HasPrefix(out.String(), c.want) || !strings.Contains(out.String(), "error: reading the ticket") {
			t.Errorf("%v: exit %d, %q, %q; want %q", c.args, code, out.String(), errs.String(), c.want)
		}
	}
}

// A provider's own words against a request keep it from being certain, with the reason in words.
func TestClassifyWithOwnObjections(t *testing.T) {
	const in = `{"id":"a","issue_type":"サーバー起動 / 停止作業","summary":"web01 の再起動","description":"12/1 22:00 に web01 を再起動してください。稟議は回付中です。","created":"2026-11-24T10:00:00+09:00"}` + "\n"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"classify", "--text"}, "a: server_power (minor), certain\n"},
		{[]string{"classify", "--text", "--config", "../../config/example", "--profile", "desk-plus"}, "a: server_power (minor), likely\n"},
	} {
		var out, errs bytes.Buffer
		code := run(context.Background(), c.args, strings.NewReader(in), &out, &errs)
		if code != exitOK || !strings.HasPrefix(out.String(), c.want) || strings.Contains(c.want, "likely") != strings.Contains(out.String(), "the text may ask to wait: 稟議は回付中") {
			t.Errorf("%v: exit %d, %q, %q; want %q", c.args, code, out.String(), errs.String(), c.want)
		}
	}
}

func TestMessagesCommand(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"messages", "start_notice", "--lang", "en"}, nil, &out, &errs); code != exitOK || !strings.Contains(out.String(), "a snapshot of web01") || strings.Contains(out.String(), "intake_answer") {
		t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
	}
	for _, args := range [][]string{{"messages", "no_such"}, {"messages", "--lang", "fr"}, {"messages", "--customer", "aoba"}, {"messages", "--profile", "x"}} {
		errs.Reset()
		if code := run(context.Background(), args, nil, &out, &errs); code != exitUsage || errs.Len() == 0 {
			t.Errorf("%v: exit %d, %q", args, code, errs.String())
		}
	}
}
