package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"toban/backlog/backlogsim"
)

// patience is how long a walk waits for what it expects; nothing is asserted about how long it takes.
const patience = 3 * time.Minute

// visitor sits before the demo's page in a real browser, and reads what the customer's side says through the stand-in's own API.
type visitor struct {
	*testing.T
	ctx  context.Context //nolint:containedctx // chromedp's way of naming a tab
	base string

	mu      sync.Mutex
	console []chromedp.ConsoleMessage
}

// newVisitor starts the demo as README says, and opens its page in a window of a size.
func newVisitor(t *testing.T, width, height int64) *visitor {
	t.Helper()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		t.Skip("SKIPPED: Chromium is not installed (.ci/setup installs it); the demo page was not walked")
	}
	v := &visitor{T: t, base: demo(t)}
	alloc, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.WSURLReadTimeout(patience))...)
	t.Cleanup(stop)
	tab, end := chromedp.NewContext(alloc)
	t.Cleanup(end)
	v.ctx = tab
	if err := chromedp.Do(tab, chromedp.EmulateViewport(width, height)); err != nil { // the first action starts the browser, under no limit
		t.Fatal(err)
	}
	go func() {
		for m, err := range chromedp.Console(tab) {
			if err != nil {
				return // the tab has been closed
			}
			v.mu.Lock()
			v.console = append(v.console, m)
			v.mu.Unlock()
		}
	}()
	v.do(chromedp.Navigate(v.base), chromedp.WaitReady("#me option"), chromedp.Evaluate[chromedp.Void](sayYes))
	return v
}

const sayYes = `document.addEventListener("pressed", () => { window.taken = true; });
setInterval(() => document.querySelector("#confirm[open] footer button:last-child")?.click(), 100)`

// demo runs the program's demo at the world's own speed and gives its address.
func demo(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, build(t), "demo", "--listen", "127.0.0.1:0", "--speed", "1", "--no-browser")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // ended by our signal
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, after, ok := strings.Cut(lines.Text(), "http://"); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return "http://" + strings.TrimRight(strings.Fields(after)[0], "/")
		}
	}
	t.Fatal("the demo printed no address")
	return ""
}

func (v *visitor) do(actions ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.Fatalf("%v; the page shows\n%s", err, v.page())
	}
}

// page is what the page shows, for who reads the failure.
func (v *visitor) page() string {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// holds waits until an expression of the page is true.
func (v *visitor) holds(what, expression string, args ...any) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+fmt.Sprintf(expression, args...)+")"))
		if err == nil && is {
			return
		}
		select {
		case <-ctx.Done():
			v.Fatalf("not seen: %s (%v); the page shows\n%s", what, err, v.page())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// finders are functions in the page: the newest card of a ticket, and a button by its label within something.
const finders = `
window.card = (key) => [...document.querySelectorAll("#messages article.msg .card")].filter((c) => c.innerText.includes(key)).at(0);
window.labelled = (box, label) => box && [...box.querySelectorAll("button, a")].find((b) => b.textContent.trim().includes(label) && !b.disabled && b.offsetParent);
window.tap = (b) => {
	if (!b) return false;
	b.scrollIntoView({ block: "center" });
	const r = b.getBoundingClientRect(), top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
	if (!b.contains(top)) return false;
	window.taken = false;
	b.click();
	return true;
};
`

// tap clicks on what an expression of the page finds, once it is there and nothing covers it: at once, since the page is drawn anew all the time.
func (v *visitor) tap(what, finder string, args ...any) {
	v.Helper()
	v.do(chromedp.Evaluate[chromedp.Void](finders))
	v.holds(what, "tap(%s)", fmt.Sprintf(finder, args...))
}

// side turns to a side of the page where it shows one at a time.
func (v *visitor) side(name string) {
	v.Helper()
	v.do(chromedp.Evaluate[chromedp.Void](`(() => { const b = document.querySelector('#sides button[data-side=` + name + `]'); if (b.offsetParent) b.click(); })()`))
}

// further presses what stands behind ほかの操作 of a ticket's card, and closes the dialogue in which the answer stands.
func (v *visitor) further(key, label string) {
	v.Helper()
	v.press(key, "ほかの操作")
	v.tap("the menu's button "+label, `labelled(document.querySelector("#modal[open]"), %q)`, label)
	v.holds("the press was taken", `document.querySelector("#modal[open]").innerText.includes("受け付けました")`)
	v.tap("the dialogue's button", `document.querySelector("#modal[open] footer button")`)
	v.holds("the dialogue closed", `!document.querySelector("#modal[open]")`)
}

// press clicks a button on a ticket's card, again where the card was drawn anew meanwhile; where Slack asks whether it is meant, the page's own
// timer says yes.
func (v *visitor) press(key, label string) {
	v.Helper()
	v.side("slack")
	for {
		v.tap("the button "+label+" on the card of "+key, `labelled(card(%q), %q)`, key, label)
		v.holds("the press was taken or refused", `taken || document.querySelector("#toasts .bad")`)
		again, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`[...document.querySelectorAll("#toasts .bad")].some((b) => { b.remove(); return b.innerText.includes("もう一度"); })`))
		if err != nil {
			v.Fatal(err)
		}
		if !again {
			return
		}
	}
}

// text is what a ticket's card says.
func (v *visitor) text(key string) string {
	v.Helper()
	v.do(chromedp.Evaluate[chromedp.Void](finders))
	s, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](fmt.Sprintf(`card(%q)?.innerText ?? ""`, key)))
	if err != nil {
		v.Fatal(err)
	}
	return s
}

// shows reports whether a ticket's card has a button.
func (v *visitor) shows(key, label string) bool {
	v.Helper()
	v.do(chromedp.Evaluate[chromedp.Void](finders))
	is, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`!!labelled(card(%q), %q)`, key, label)))
	if err != nil {
		v.Fatal(err)
	}
	return is
}

// choose chooses in a list, at once: the page may set it anew at any time.
func (v *visitor) choose(id, value string) {
	v.Helper()
	v.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const s = document.getElementById(%q); s.value = %q; s.dispatchEvent(new Event("change")); })()`, id, value)))
}

// as acts as another of the staff.
func (v *visitor) as(user string) {
	v.Helper()
	v.choose("me", user)
}

// fill writes into the form that stands open.
func (v *visitor) fill(values map[string]string) {
	v.Helper()
	v.holds("a form", `document.querySelector("#modal[open]")`)
	for id, value := range values {
		v.holds("the field "+id, `document.querySelector('#modal [id^="in-%s-"]')`, id)
		raw, err := json.Marshal(value)
		if err != nil {
			v.Fatal(err)
		}
		v.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const f = document.querySelector('#modal [id^="in-%s-"]'); f.value = %s;
			f.dispatchEvent(new Event("input", { bubbles: true })); f.dispatchEvent(new Event("change", { bubbles: true })); })()`, id, raw)))
	}
}

func (v *visitor) submit() {
	v.Helper()
	v.tap("the form's button", `document.querySelector("#modal footer button.primary")`)
}

// send fills a form, sends it and sees it closed.
func (v *visitor) send(values map[string]string) {
	v.Helper()
	v.fill(values)
	v.submit()
	v.holds("the form closed", `!document.querySelector("#modal[open]")`)
}

// open files one of the page's examples as the customer, and gives its key.
func (v *visitor) open(example string) string {
	v.Helper()
	before := v.last()
	v.side("backlog")
	v.tap("the tab of a new issue", `labelled(document.querySelector("#backlog-tabs"), "課題を追加")`)
	v.tap("the example "+example, `labelled(document.querySelector(".examples"), %q)`, example)
	v.tap("the button 登録する", `labelled(document.querySelector("form.new"), "登録する")`)
	return v.newest(before)
}

// newest waits for an issue that is not the one before.
func (v *visitor) newest(before string) string {
	v.Helper()
	key := ""
	v.until("a new issue", func() bool {
		key = v.last()
		return key != before
	})
	return key
}

// last is the key of the newest issue.
func (v *visitor) last() string {
	v.Helper()
	var list []struct {
		Key string `json:"issueKey"`
	}
	v.get("/backlog/api/v2/issues?sort=created&order=desc&count=1", &list)
	if len(list) == 0 {
		return ""
	}
	return list[0].Key
}

// said waits until a comment of an issue has all the words.
func (v *visitor) said(key string, words ...string) {
	v.Helper()
	var list []struct{ Content string }
	defer func() {
		if v.Failed() {
			v.Logf("the comments of %s: %q", key, list)
		}
	}()
	v.until("a comment on "+key+" with "+strings.Join(words, ", "), func() bool {
		list = nil
		v.get("/backlog/api/v2/issues/"+key+"/comments?count=50", &list)
	comments:
		for _, c := range list {
			for _, w := range words {
				if !strings.Contains(c.Content, w) {
					continue comments
				}
			}
			return true
		}
		return false
	})
}

func (v *visitor) until(what string, is func() bool) {
	v.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(time.Second) { // the stand-in counts the calls of a minute, as Backlog does
		if time.Now().After(end) {
			v.Fatalf("not seen: %s", what)
		}
	}
}

func (v *visitor) get(path string, into any) {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), http.MethodGet, v.base+path, http.NoBody)
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Backlog-Api-Key", backlogsim.SampleCustomerKey)
	for {
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			v.Fatal(err)
		}
		if res.StatusCode != http.StatusTooManyRequests {
			defer func() { _ = res.Body.Close() }()
			if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusOK {
				v.Fatalf("%s: %s, %v", path, res.Status, err)
			}
			return
		}
		_ = res.Body.Close()
		time.Sleep(time.Second)
	}
}

// comment writes as the customer.
func (v *visitor) comment(key, text string) {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.base+"/backlog/api/v2/issues/"+key+"/comments", strings.NewReader(url.Values{"content": {text}}.Encode()))
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Backlog-Api-Key", backlogsim.SampleCustomerKey)
	r.Header.Set("Origin", v.base)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusCreated {
		v.Fatalf("commenting: %s, %v", res.Status, err)
	}
}

// now is the demo's world time.
func (v *visitor) now() time.Time {
	v.Helper()
	var info struct {
		Now time.Time `json:"now"`
	}
	v.get("/demo/info", &info)
	return info.Now
}

// advance moves the demo's clock to a moment.
func (v *visitor) advance(to time.Time) {
	v.Helper()
	body := fmt.Sprintf(`{"advance":"%ds"}`, int(to.Sub(v.now()).Seconds())+1)
	r, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.base+"/demo/clock", strings.NewReader(body))
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Origin", v.base)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		v.Fatalf("advancing: %s %s, %v", res.Status, text, err)
	}
}

// end looks whether the page had errors, or is wider than its window.
func (v *visitor) end() {
	v.Helper()
	v.holds("no wider than the window", `document.scrollingElement.scrollWidth <= innerWidth`)
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, m := range v.console {
		if m.Source != "network" { // a form or a card that is refused is told by a status
			v.Errorf("the page's console: %+v", m)
		}
	}
}

// wall writes a moment as a form's field for date and time takes it.
func wall(t time.Time) string {
	return t.In(time.FixedZone("JST", 9*60*60)).Format("2006-01-02T15:04")
}
