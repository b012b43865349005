package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
)

// Every named point is reached by the real program and kills it there, one after the other in one world; at the end nobody is left without
// a word and nothing stands twice. `make test` walks half of the points on each engine, `make chaos` all of them on both.
//
// The engines are tests of their own: parallel parts of one test begin after all other tests, and these are the longest.
func TestKilledAtEveryPointOnSQLite(t *testing.T) { killedAtEveryPoint(t, "sqlite", 0) }

func TestKilledAtEveryPointOnPostgreSQL(t *testing.T) { killedAtEveryPoint(t, "postgres", 1) }

// killedAtEveryPoint walks the points of one engine: every second one from half on, or all.
func killedAtEveryPoint(t *testing.T, engine string, half int) {
	t.Parallel()
	all := os.Getenv("CHAOS_ROUNDS") != ""
	k := newChaos(t, build(t), chaosPlan{name: engine, postgres: engine == "postgres", desks: 12}, chaosSeed(t))
	w := &walk{chaos: k, r: k.rest[0]}
	w.begin(t.Context())
	for i, point := range app.Points() {
		file := strings.HasPrefix(point, "take-over.") || strings.HasPrefix(point, "lineage.") // SQLite alone comes there
		if file && k.postgres || !all && i%2 != half && !file {
			continue
		}
		w.visit(t.Context(), point)
	}
	w.finish(t.Context())
}

// walk goes from point to point.
type walk struct {
	*chaos
	r       *replica
	visited int
	held    []*chaosTicket // whose answers waited for a person
	letters []int          // how often each mail to the desk was taken
	alarms  []int          // how often each alert of the customer's monitoring was taken
}

// begin lets the feed be followed, and opens incidents whose updates make moments come due every few seconds.
func (w *walk) begin(ctx context.Context) {
	w.r.start("")
	w.await(ctx, w.r.up)
	w.open(ctx)
	w.await(ctx, func() bool { return w.followed(ctx) })
	for range 3 {
		w.incident(ctx)
		_ = wait(ctx, 300*time.Millisecond)
	}
	for _, tk := range w.tickets { // what is in a dead process's hands waits, so a walk that began before could keep it waiting
		w.await(ctx, func() bool { return w.has(ctx, tk, "障害の検知について") })
	}
	w.r.kill()
}

// visit has the program die at a point, by what makes it come there.
func (w *walk) visit(ctx context.Context, point string) {
	w.t.Helper()
	step, _, _ := strings.Cut(point, ".")
	switch step {
	case "stop", "start", "mode", "replay", "epoch", "restore", "expire", "erase":
		w.command(ctx, step, "die="+point)
		return
	case "release":
		w.r.start("die=" + point)
		w.await(ctx, w.r.works) // it holds the lease by then, or asks for it
		if err := w.r.cmd.Process.Signal(os.Interrupt); err != nil {
			w.t.Fatal(err)
		}
	case "hold":
		w.run("", "mode", w.projectKey(heldDesk), "assist")
		defer w.run("", "mode", w.projectKey(heldDesk), "on")
		w.r.start("die=" + point)
	case "lineage": // a database that comes from elsewhere
		if err := os.Remove(w.database() + ".mark"); err != nil && !os.IsNotExist(err) { // killed before it was written
			w.t.Error(err)
		}
		w.r.start("die=" + point)
	default:
		w.r.start("die=" + point)
	}
	const limit, again = 40 * time.Second, 4 * time.Second
	end := time.After(limit)
	for {
		w.provoke(ctx, step)
		select {
		case err := <-w.r.ended:
			w.r.cmd = nil
			if !killed(err) {
				w.t.Errorf("%s: the program ended with %v\n%s", point, err, w.r.tail())
			}
			w.backlog.ResetFaults()
			w.visited++
			return
		case <-end:
			w.t.Errorf("%s was never reached:\n%s", point, w.r.tail())
			w.r.kill()
			w.backlog.ResetFaults()
			return
		case <-time.After(again):
		}
	}
}

// provoke does what makes a running program come to a write.
func (w *walk) provoke(ctx context.Context, step string) {
	if step == "release" {
		return
	}
	w.await(ctx, func() bool { return w.r.up() || len(w.r.ended) > 0 })
	switch step {
	case "take-over", "lineage", "lease", "references", "set-schedule", "queue", "pulse": // at each start; the second with a dead letter
	case "ping":
		w.post(ctx, http.MethodGet, "/readyz", "")
	case "bury":
		w.post(ctx, http.MethodPost, "/hooks/backlog/"+chaosHook, "no webhook")
	case "bury-event": // of a project that is nobody's
		w.post(ctx, http.MethodPost, "/hooks/backlog/"+chaosHook, fmt.Sprintf(`{"id":%d,"type":1,"project":{"projectKey":"NOBODY"},"content":{"id":%[1]d,"key_id":1}}`, 1e9+rand.IntN(1e6)))
	case "retry-event":
		w.breaks(backlogsim.FaultRule{Method: http.MethodGet, Path: "/api/v2/issues/*", Status: http.StatusInternalServerError})
		w.request(ctx)
	case "retry-effect":
		w.breaks(backlogsim.FaultRule{Method: http.MethodPatch, Status: http.StatusInternalServerError, Times: 1})
		w.request(ctx)
	case "drop-effect": // an update that fails makes way for the next one
		w.breaks(backlogsim.FaultRule{Method: http.MethodPost, Path: "/api/v2/issues/*/comments", Status: http.StatusInternalServerError})
		for range 2 {
			w.press(ctx, w.tickets[0], "incident.update", map[string]any{"state": "復旧作業を行っています。", "done": "接続数を確認しました。"})
			_ = wait(ctx, 500*time.Millisecond)
		}
	case "hold":
		w.held = append(w.held, w.requestAt(ctx, heldDesk))
	case "fire-timers": // the incidents'
	case "fire-schedule":
		if err := w.st.SetSchedule(ctx, bot.Schedule{Name: fmt.Sprint("chaos/", w.visited), Spec: "0 0 1 1 *", Zone: "Asia/Tokyo", Next: w.world(), Catchup: bot.CatchupLatest}); err != nil {
			w.t.Error(err)
		}
	default:
		w.request(ctx)
		w.alarm(ctx)
		w.mail()
	}
}

// command has a command of an operator die at a point of its own and repeats it to its end, beside or instead of the running program.
func (w *walk) command(ctx context.Context, step, order string) {
	w.t.Helper()
	var args []string
	switch step {
	case "stop":
		args = []string{"stop", "--reason", "試験"}
	case "start":
		w.run("", "stop", "--reason", "試験")
		args = []string{"start"}
	case "mode":
		args = []string{"mode", w.projectKey(heldDesk), "assist"}
		defer w.run("", "mode", w.projectKey(heldDesk), "on")
	case "epoch":
		args = []string{"restored"}
	case "replay":
		args = []string{"deadletter", "replay", w.letter(ctx)}
	case "expire":
		w.outlive(ctx)
		args = []string{"retention", "--run"}
	case "erase": // there are numbers in every line; the second time another one
		args = []string{"audit", "erase", "--customer", "desk1", "--word", strconv.Itoa(1 + w.visited%2), "--reason", "試験", "--run"}
	case "restore":
		file := filepath.Join(w.dir, "now.backup")
		_ = os.Remove(file)
		w.run("", "backup", "--to", file)
		w.forget(ctx)
		if err := w.st.Close(); err != nil {
			w.t.Error(err)
		}
		args = []string{"restore", "--replace", file}
		defer w.open(ctx)
	}
	if out, err := w.r.command(order, args...).CombinedOutput(); !killed(err) {
		w.t.Errorf("%s under %s: %v\n%s", strings.Join(args, " "), order, err, out)
	} else {
		w.visited++
	}
	if step == "replay" && strings.HasSuffix(order, ".after") {
		return // it is no dead letter any more
	}
	w.run("", args...)
	if step == "stop" {
		w.run("", "start")
	}
}

// forget lets tickets be answered that the backup does not know: nothing of them may be said again after the restore.
func (w *walk) forget(ctx context.Context) {
	w.r.start("")
	from := len(w.tickets)
	w.request(ctx)
	w.request(ctx)
	w.await(ctx, func() bool {
		for _, tk := range w.tickets[from:] {
			if _, ok := w.card(tk); !ok || len(w.said(ctx, tk.key)) == 0 {
				return false
			}
		}
		return true
	})
	w.r.kill()
}

// outlive makes an event that was handled longer ago than events are kept.
func (w *walk) outlive(ctx context.Context) {
	w.t.Helper()
	old := bot.Event{Key: fmt.Sprint("chaos/", w.visited), Kind: bot.EventScheduleDue, Lane: "chaos", Body: json.RawMessage(`{"name":"chaos"}`), At: w.epoch.AddDate(-1, 0, 0)}
	if err := w.st.Accept(ctx, old); err != nil {
		w.t.Fatal(err)
	}
	w.r.start("")
	w.await(ctx, func() bool {
		s, err := w.st.Status(ctx, time.Now())
		return err == nil && (s.OldestEvent.IsZero() || s.OldestEvent.After(old.At))
	})
	w.r.kill()
}

// run runs a command that has to end well.
func (w *walk) run(order string, args ...string) {
	w.t.Helper()
	if out, err := w.r.command(order, args...).CombinedOutput(); err != nil {
		w.t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// letter is a dead letter that can be replayed.
func (w *walk) letter(ctx context.Context) string {
	w.t.Helper()
	find := func() string {
		dead, err := w.st.DeadLetters(ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, d := range dead {
			if strings.HasPrefix(d.ID, "event:") {
				return d.ID
			}
		}
		return ""
	}
	if find() == "" {
		w.r.start("")
		w.await(ctx, func() bool {
			w.provoke(ctx, "bury-event")
			return find() != ""
		})
		w.r.kill()
	}
	return find()
}

func (w *walk) breaks(rule backlogsim.FaultRule) {
	w.backlog.ResetFaults()
	rule.User = backlogsim.SampleBotID
	if err := w.backlog.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{rule}}); err != nil {
		w.t.Error(err)
	}
}

// post calls a door of the program; nobody may be there any more.
func (w *walk) post(ctx context.Context, method, path, body string) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+w.r.address+path, strings.NewReader(body))
	if err != nil {
		w.t.Error(err)
		return
	}
	if res, err := http.DefaultClient.Do(req); err == nil {
		_ = res.Body.Close()
	}
}

func (w *walk) request(ctx context.Context) { w.requestAt(ctx, 3+len(w.tickets)%(w.desks-3)) }

func (w *walk) requestAt(ctx context.Context, desk int) *chaosTicket {
	tk := &chaosTicket{scenario: asksAll, desk: desk, kind: "バックアップ作業", text: "■ 作業の種類\n追加\n\n■ ホスト名\nweb01"}
	w.tickets = append(w.tickets, tk)
	w.openTicket(ctx, tk)
	return tk
}

// heldDesk is the customer in whose project what goes outward waits for a person for a while.
const heldDesk = 4

// releaseHeld lets go out what waits for a person, until all that waited is said.
func (w *walk) releaseHeld(ctx context.Context) {
	w.await(ctx, func() bool {
		list, err := w.st.Waiting(ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, h := range list {
			if _, err := w.st.ReleaseHeld(ctx, h, "試験", w.world()); err != nil {
				w.t.Fatal(err)
			}
		}
		for _, tk := range w.held {
			if len(w.said(ctx, tk.key)) == 0 {
				return false
			}
		}
		return true
	})
}

func (w *walk) incident(ctx context.Context) {
	tk := &chaosTicket{scenario: lateToHear, desk: len(w.tickets), kind: "障害ご連絡", text: troubleText, rng: rand.New(rand.NewPCG(w.seed, 3))}
	w.tickets = append(w.tickets, tk)
	w.openTicket(ctx, tk)
}

// finish lets the program run undisturbed until everything is said, and judges.
func (w *walk) finish(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, 10*time.Minute)
	defer stop()
	w.r.start("")
	for _, tk := range w.tickets[:3] {
		w.trouble(ctx, tk)
	}
	w.await(ctx, func() bool { return w.redeliver(ctx)+w.deliver() == 0 })
	w.releaseHeld(ctx)
	w.quiet(ctx)
	w.judgeAlarms(ctx)
	w.judgeLetters(ctx)
	w.r.end()
	dead, err := w.st.DeadLetters(context.WithoutCancel(ctx))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range dead {
		if !strings.HasPrefix(d.ID, "door:") && !strings.Contains(d.Problem, "NOBODY") {
			w.t.Errorf("dead letter %s %s: %s", d.ID, d.What, d.Problem)
		}
	}
	w.judge()
	w.t.Logf("%d points, %d tickets, %d notices, %d messages: %d faults", w.visited, w.tally.tickets, w.tally.notices, w.tally.messages, w.tally.faults())
	if w.t.Failed() {
		w.t.Logf("the end of the log:\n%s", w.r.tail())
	}
}
