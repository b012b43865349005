package playbook_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/playbook"
)

var begin = time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC)

// patch is a playbook with a look, two changes that can be taken back, and a last look.
func patch() playbook.Playbook {
	return playbook.Playbook{
		ID: "patch", Title: "パッチ適用", Version: "1",
		Steps: []playbook.Step{
			{ID: "look", Title: "事前確認", Do: "応答を確認する", Checks: []playbook.Check{{ID: "ok", Text: "200 を返す"}, {ID: "space", Text: "空きがある"}}},
			{ID: "snapshot", Title: "取得", Do: "取得する", Changes: true, Checks: []playbook.Check{{ID: "done", Text: "completed"}}, OnAbort: playbook.Undo, Undo: "スナップショットを消す"},
			{ID: "update", Title: "更新", Do: "更新する", Changes: true, Checks: []playbook.Check{{ID: "version", Text: "版が上がった"}, {ID: "up", Text: "応答する"}}, OnAbort: playbook.Undo, Undo: "戻す", Within: 30 * time.Minute},
			{ID: "after", Title: "事後確認", Do: "確認する", Checks: []playbook.Check{{ID: "log", Text: "エラーがない"}}},
		},
	}
}

type driver struct {
	t   *testing.T
	run playbook.Run
	now time.Time
}

func drive(t *testing.T, p playbook.Playbook) *driver {
	t.Helper()
	r, err := playbook.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return &driver{t, r, begin}
}

func (d *driver) do(e playbook.Event) *driver {
	d.t.Helper()
	d.now = d.now.Add(time.Minute)
	e.By, e.At = "佐藤", d.now
	next, err := d.run.Apply(e)
	if err != nil {
		d.t.Fatal(err)
	}
	d.run = next
	return d
}

// tick gives the check at hand a result.
func (d *driver) tick(result playbook.Result) *driver {
	d.t.Helper()
	s, c, ok := d.run.At()
	if !ok {
		d.t.Fatalf("no check at hand: %s", d.run.State)
	}
	return d.do(playbook.Event{Kind: playbook.Tick, Step: s.ID, Check: c.ID, Result: result})
}

func (d *driver) back(result playbook.Result) *driver {
	d.t.Helper()
	s, ok := d.run.Undoing()
	if !ok {
		d.t.Fatalf("not going back: %s", d.run.State)
	}
	return d.do(playbook.Event{Kind: playbook.Back, Step: s.ID, Result: result})
}

// into brings a run into a state.
func into(t *testing.T, s playbook.State) *driver {
	t.Helper()
	d := drive(t, patch())
	if s == playbook.Ready {
		return d
	}
	d.do(playbook.Event{Kind: playbook.Start})
	switch s {
	case playbook.Running:
	case playbook.Asking:
		d.tick(playbook.Unknown)
	case playbook.Stopped:
		d.tick(playbook.Fail)
	case playbook.Undoing:
		d.tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Fail)
	case playbook.Undone:
		d.tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Fail).back(playbook.Pass)
	case playbook.Stuck:
		d.tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Fail).back(playbook.Fail)
	case playbook.Done:
		for range 6 {
			d.tick(playbook.Pass)
		}
	case playbook.Ready:
	}
	if d.run.State != s {
		t.Fatalf("could not bring a run into %s: %s", s, d.run.State)
	}
	return d
}

// Every event in every state: where it leads, or "-" for a refusal that changes nothing.
func TestEveryEventInEveryState(t *testing.T) {
	states := []playbook.State{playbook.Ready, playbook.Running, playbook.Asking, playbook.Stopped, playbook.Undoing, playbook.Undone, playbook.Stuck, playbook.Done}
	at := func(kind playbook.Kind, result playbook.Result) func(r playbook.Run) playbook.Event {
		return func(r playbook.Run) playbook.Event {
			e := playbook.Event{Kind: kind, Result: result, By: "佐藤", At: begin}
			if s, c, ok := r.At(); ok {
				e.Step, e.Check = s.ID, c.ID
			}
			if s, ok := r.Undoing(); ok {
				e.Step = s.ID
			}
			return e
		}
	}
	for _, row := range []struct {
		name  string
		event func(r playbook.Run) playbook.Event
		to    string
	}{
		//                                          ready   running asking  stopped undoing undone stuck done
		{"start", at(playbook.Start, ""), "running - - - - - - -"},
		{"pass", at(playbook.Tick, playbook.Pass), "- running running - - - - -"},
		{"unknown", at(playbook.Tick, playbook.Unknown), "- asking asking - - - - -"},
		{"fail", at(playbook.Tick, playbook.Fail), "- stopped stopped - - - - -"},
		{"abort", at(playbook.Abort, ""), "- stopped stopped - - - - -"},
		{"back", at(playbook.Back, playbook.Pass), "- - - - undoing - - -"},
		{"back could not tell", at(playbook.Back, playbook.Unknown), "- - - - undoing - - -"},
		{"back failed", at(playbook.Back, playbook.Fail), "- - - - stuck - - -"},
		{"no result", at(playbook.Tick, "maybe"), "- - - - - - - -"},
		{"no kind", at("dance", ""), "- - - - - - - -"},
		{"another step", func(playbook.Run) playbook.Event {
			return playbook.Event{Kind: playbook.Tick, Step: "after", Check: "log", Result: playbook.Pass}
		}, "- - - - - - - -"},
		{"back over another step", func(playbook.Run) playbook.Event {
			return playbook.Event{Kind: playbook.Back, Step: "look", Result: playbook.Pass}
		}, "- - - - - - - -"},
	} {
		for i, want := range strings.Fields(row.to) {
			from := states[i]
			d := into(t, from)
			before, _ := json.Marshal(d.run)
			next, err := d.run.Apply(row.event(d.run))
			if after, _ := json.Marshal(d.run); string(after) != string(before) {
				t.Errorf("%s in %s changed the run that it was given", row.name, from)
			}
			if want == "-" {
				if !errors.Is(err, playbook.ErrNotNow) || !reflect.DeepEqual(next, d.run) {
					t.Errorf("%s in %s: %v, want a refusal that changes nothing", row.name, from, err)
				}
				continue
			}
			if err != nil || string(next.State) != want || len(next.Log) != len(d.run.Log)+1 {
				t.Errorf("%s in %s leads to %s (%v), want %s", row.name, from, next.State, err, want)
			}
		}
	}
}

// The way back runs in reverse over what was really done, the half-done step first, and leaves out what changed nothing.
func TestWayBack(t *testing.T) {
	d := drive(t, patch()).do(playbook.Event{Kind: playbook.Start})
	d.tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Pass).do(playbook.Event{Kind: playbook.Abort, Note: "応答しない"})
	var went []string
	for d.run.State == playbook.Undoing {
		s, _ := d.run.Undoing()
		went = append(went, s.ID)
		d.back(playbook.Pass)
	}
	if diff := cmp.Diff([]string{"update", "snapshot"}, went); diff != "" || d.run.State != playbook.Undone || d.run.Why != "応答しない" {
		t.Errorf("went back over %v, %s because %q", went, d.run.State, d.run.Why)
	}
	// Nothing was changed yet where the first step says undo.
	p := patch()
	p.Steps[0].OnAbort = playbook.Undo
	d = drive(t, p).do(playbook.Event{Kind: playbook.Start}).tick(playbook.Fail)
	if d.run.State != playbook.Undone {
		t.Errorf("nothing to go back over: %s", d.run.State)
	}
	// What has no way back stops it, for a person.
	p = patch()
	p.Steps[1].Undo, p.Steps[1].Final = "", "消したものは戻らない"
	d = drive(t, p).do(playbook.Event{Kind: playbook.Start}).tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Fail).back(playbook.Pass)
	if d.run.State != playbook.Stopped || !strings.Contains(d.run.Why, "戻らない") {
		t.Errorf("%s because %q", d.run.State, d.run.Why)
	}
}

// A check that could not tell never goes back by itself; told later, the run goes on at the same check.
func TestCouldNotTell(t *testing.T) {
	d := into(t, playbook.Running).tick(playbook.Pass).tick(playbook.Unknown)
	if s, c, _ := d.run.At(); s.ID != "look" || c.ID != "space" || d.run.Why == "" {
		t.Errorf("at %s %s because %q", s.ID, c.ID, d.run.Why)
	}
	d.tick(playbook.Pass)
	if s, _, _ := d.run.At(); s.ID != "snapshot" || d.run.Why != "" {
		t.Errorf("at %s because %q", s.ID, d.run.Why)
	}
}

func TestLate(t *testing.T) {
	d := into(t, playbook.Running)
	if _, _, late := d.run.Late(begin.AddDate(1, 0, 0)); late {
		t.Error("a step without a limit is late")
	}
	d.tick(playbook.Pass).tick(playbook.Pass).tick(playbook.Pass)
	since := d.run.Since
	if _, _, late := d.run.Late(since.Add(30 * time.Minute)); late {
		t.Error("late at the limit itself")
	}
	if s, at, late := d.run.Late(since.Add(31 * time.Minute)); !late || s.ID != "update" || !at.Equal(since.Add(30*time.Minute)) {
		t.Errorf("late %v: %s at %s", late, s.ID, at)
	}
}

// Random events never bring a run where it could not be: the state and the step at hand stay true, ends are ends, and the log replays to
// the same run, also from its stored form.
func TestRandomRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		d := drive(t, patch())
		for range 30 {
			e := playbook.Event{Kind: []playbook.Kind{playbook.Start, playbook.Tick, playbook.Tick, playbook.Tick, playbook.Back, playbook.Abort}[r.IntN(6)], At: d.now}
			e.Result = []playbook.Result{playbook.Pass, playbook.Pass, playbook.Pass, playbook.Unknown, playbook.Fail}[r.IntN(5)]
			if s, c, ok := d.run.At(); ok && r.IntN(5) > 0 {
				e.Step, e.Check = s.ID, c.ID
			}
			if s, ok := d.run.Undoing(); ok && r.IntN(5) > 0 {
				e.Step = s.ID
			}
			next, err := d.run.Apply(e)
			if d.run.State.Ended() && err == nil {
				t.Fatalf("%s went on to %s", d.run.State, next.State)
			}
			if err != nil && !errors.Is(err, playbook.ErrNotNow) {
				t.Fatal(err)
			}
			d.run = next
			if d.run.Step < 0 || d.run.Step >= len(d.run.Playbook.Steps) || d.run.Check < 0 {
				t.Fatalf("at step %d check %d in %s", d.run.Step, d.run.Check, d.run.State)
			}
		}
		raw, err := json.Marshal(d.run)
		if err != nil {
			t.Fatal(err)
		}
		var stored playbook.Run
		if err := json.Unmarshal(raw, &stored); err != nil {
			t.Fatal(err)
		}
		again := drive(t, patch()).run
		for _, e := range stored.Log {
			if again, err = again.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(stored, again); diff != "" {
			t.Fatalf("replayed, the run is another: %s", diff)
		}
	}
}

func TestProblems(t *testing.T) {
	if p := patch().Problems(); p != nil {
		t.Fatalf("a good playbook has problems: %v", p)
	}
	for want, spoil := range map[string]func(p *playbook.Playbook){
		"id: must be small letters":   func(p *playbook.Playbook) { p.ID = "Patch 1" },
		"title: must not be empty":    func(p *playbook.Playbook) { p.Title = " " },
		"version: must not be empty":  func(p *playbook.Playbook) { p.Version = "" },
		"steps: must have at least":   func(p *playbook.Playbook) { p.Steps = nil },
		"steps[1].id":                 func(p *playbook.Playbook) { p.Steps[1].ID = "look" },
		"steps[0]: needs a title":     func(p *playbook.Playbook) { p.Steps[0].Do = "" },
		"steps[0].checks: must have":  func(p *playbook.Playbook) { p.Steps[0].Checks = nil },
		"steps[0].checks[1]: needs":   func(p *playbook.Playbook) { p.Steps[0].Checks[1].ID = "ok" },
		"on_abort: must be":           func(p *playbook.Playbook) { p.Steps[0].OnAbort = "pray" },
		"so it needs undo":            func(p *playbook.Playbook) { p.Steps[1].Undo = "" },
		"not have both":               func(p *playbook.Playbook) { p.Steps[1].Final = "x" },
		"stands on a step that":       func(p *playbook.Playbook) { p.Steps[0].Undo = "x" },
		"within: must not be negativ": func(p *playbook.Playbook) { p.Steps[0].Within = -1 },
	} {
		p := patch()
		p.Steps = slices.Clone(p.Steps)
		p.Steps[0].Checks = slices.Clone(p.Steps[0].Checks)
		spoil(&p)
		if got := strings.Join(p.Problems(), "\n"); !strings.Contains(got, want) {
			t.Errorf("problems %q, want %q", got, want)
		}
		if _, err := playbook.New(p); err == nil {
			t.Errorf("%s: made a run of it", want)
		}
	}
}

func TestHashAndTexts(t *testing.T) {
	p, q := patch(), patch()
	if p.Hash() != q.Hash() || len(p.Hash()) != 64 {
		t.Error("equal playbooks have other hashes")
	}
	q.Steps[2].Undo = "別の方法"
	if p.Hash() == q.Hash() {
		t.Error("another playbook has the same hash")
	}
	if got := fmt.Sprint(p.Undos()); got != "[戻す スナップショットを消す]" {
		t.Errorf("way back %s", got)
	}
	if n := len(p.CheckTexts()); n != 6 {
		t.Errorf("%d checks", n)
	}
	d := into(t, playbook.Undoing)
	if f := d.run.Finished(); len(f) != 2 || f[1].ID != "snapshot" {
		t.Errorf("finished %v", f)
	}
	if p.Types = []string{"patch"}; !p.Serves("patch") || p.Serves("backup") {
		t.Error("serves the wrong types")
	}
}
