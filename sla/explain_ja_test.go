package sla_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

// paused is the spec's example: received Monday 10:00, asked 10:01, answered Thursday 15:00.
func paused(t *testing.T, level sla.Level) sla.Result {
	t.Helper()
	target := oneDay(sla.PauseExtend)
	target.Name, target.Level = "完了", level
	facts := history(t, "start 2026-11-09 10:00", "pause 2026-11-09 10:01", "resume 2026-11-12 15:00", "resume 2026-11-12 15:30", "stop 2026-11-16 10:00", "cause 2026-11-17 10:00")
	facts[5].Note = "部品待ち"
	r, err := sla.Evaluate(target, compile(t, sla.SupportCenter()), facts, jst(t, "2026-11-20 10:00"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExplainJapanese(t *testing.T) {
	want := `約束「完了」（保証）: 1 営業日以内、質問の間は延びる
カレンダー support-center（版 1、Asia/Tokyo）
数えない出来事: 回答 2026-11-12(木) 15:30 JST (resume 2026-11-12 15:30)、停止していなかった
開始 2026-11-09(月) 10:00 JST (start 2026-11-09 10:00)
0 日目は 2026-11-09(月)
　2026-11-10(火) 1 営業日目（1 日のうち）10:00–19:00
停止がないときの期限 2026-11-10(火) 19:00 JST
停止 2026-11-09(月) 10:01 JST (pause 2026-11-09 10:01) から 2026-11-12(木) 15:00 JST (resume 2026-11-12 15:00) まで: 営業時間で 31 時間 59 分
0 日目のあとの停止 23 時間 を 2026-11-10(火) 19:00 JST に足し、その日の終わりを期限とする
　2026-11-11(水) 営業日 10:00–19:00
　2026-11-12(木) 営業日 10:00–19:00
　2026-11-13(金) 営業日 10:00–19:00
期限 2026-11-13(金) 19:00 JST
完了 2026-11-16(月) 10:00 JST (stop 2026-11-16 10:00): 違反
原因: 部品待ち (cause 2026-11-17 10:00)`
	r := paused(t, sla.LevelAgreement)
	if diff := cmp.Diff(want, strings.Join(sla.Write(r.Ledger(), sla.Japanese), "\n")); diff != "" {
		t.Error(diff)
	}
	if r.Cause != "部品待ち" || !r.Breach() {
		t.Errorf("cause %q, breach %v", r.Cause, r.Breach())
	}
	if text := strings.Join(sla.Write(paused(t, sla.LevelObjective).Ledger(), sla.Japanese), "\n"); !strings.Contains(text, ": 目標未達") || strings.Contains(text, "違反") {
		t.Errorf("a missed objective is no breach:\n%s", text)
	}
}

func TestShort(t *testing.T) {
	want := `promise complete (slo): within 1 business days, pauses extend
start Mon 2026-11-09 10:00 JST (start 2026-11-09 10:00)
counted Tue 2026-11-10, …, Fri 2026-11-13
stood still for 31 h 59 min of working time
due Fri 2026-11-13 19:00 JST
stop Mon 2026-11-16 10:00 JST (stop 2026-11-16 10:00): missed
cause: 部品待ち (cause 2026-11-17 10:00)`
	ledger := paused(t, sla.LevelObjective).Ledger()
	if diff := cmp.Diff(want, strings.Join(sla.Short(ledger, sla.English), "\n")); diff != "" {
		t.Error(diff)
	}
	if text := strings.Join(sla.Short(ledger, sla.Japanese), "\n"); !strings.Contains(text, "停止の合計 営業時間で 31 時間 59 分") {
		t.Error(text)
	}
}

// TestLinesInEveryLanguage: each kind of line is written, and survives JSON.
func TestLinesInEveryLanguage(t *testing.T) {
	at := jst(t, "2026-11-09 10:00")
	target := oneDay(sla.PauseRestart)
	target.DueTime, target.Counting = "17:00", sla.DaySame
	for _, kind := range []sla.LineKind{
		sla.LinePromise, sla.LineCalendar, sla.LineStart, sla.LineReopened, sla.LineDayZero, sla.LineCounted, sla.LineSkipped, sla.LineMore, sla.LineWorked,
		sla.LinePlain, sla.LinePause, sla.LinePauseOpen, sla.LinePauseLate, sla.LineMoved, sla.LineRestarted, sla.LineAgreed, sla.LineDue, sla.LineRound,
		sla.LineProvisional, sla.LineLeftOut, sla.LineExcluded, sla.LineEnded, sla.LineCause, sla.LineStanding,
	} {
		line := sla.Line{Kind: kind, At: at, To: at.Add(time.Hour), Date: sla.DateOf(at), N: 1, Of: 2, Time: time.Minute, Name: "met", Ref: "comment 1", Note: "stop", Promise: &target}
		for _, in := range []sla.Language{sla.English, sla.Japanese} {
			if text := line.Text(in); len(text) < 10 || text == string(kind) {
				t.Errorf("%s in %s: %q", kind, in, text)
			}
		}
		data, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		var back sla.Line
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if got := sla.Write(sla.InZone([]sla.Line{back}, tokyo), sla.Japanese)[0]; got != line.Text(sla.Japanese) {
			t.Errorf("%s: from JSON %q", kind, got)
		}
	}
}
