package backlogsim_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/backlog/backlogsim"
)

// What the load consists of. LOAD_FOR sets how long it lasts; `make load` takes a minute.
const (
	loadIssues = 50_000
	loadRate   = 500 // requests a second
	loadUsual  = 5 * time.Second
)

// BenchmarkLoad sends requests over sockets at a steady rate, whether answers come or not, to a space of 50,000 issues: what bots and people do, a tenth
// of it writes. It reports how long answers took, counted from when they were due, and fails on any refusal.
func BenchmarkLoad(b *testing.B) {
	lasts := loadUsual
	if text := os.Getenv("LOAD_FOR"); text != "" {
		var err error
		if lasts, err = time.ParseDuration(text); err != nil {
			b.Fatal(err)
		}
	}
	s := backlogsim.New(backlogsim.Options{})
	defer s.Close()
	seed := backlogsim.OfficeSeed(loadIssues, time.Now(), 1)
	seed.RateLimits = &backlogsim.RateLimits{Read: 1 << 30, Update: 1 << 30, Search: 1 << 30, Icon: 1 << 30}
	if err := s.Load(seed); err != nil {
		b.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(ln) }()
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200, MaxConnsPerHost: 200}}
	base := "http://" + ln.Addr().String() + "/api/v2/"
	for b.Loop() {
		report(b, load(b, client, base, lasts))
	}
}

func load(b *testing.B, client *http.Client, base string, lasts time.Duration) []time.Duration {
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	dice := rand.New(rand.NewPCG(1, 1))
	begin := time.Now()
	total := int(lasts.Seconds() * loadRate)
	for n := range total {
		due := begin.Add(time.Duration(n) * time.Second / loadRate)
		time.Sleep(time.Until(due))
		method, path, form := someRequest(dice)
		wg.Go(func() {
			err := once(b.Context(), client, method, base+path, form)
			mu.Lock()
			defer mu.Unlock()
			if took = append(took, time.Since(due)); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	return took
}

// someRequest is what a desk's day consists of.
func someRequest(r *rand.Rand) (method, path, form string) {
	key := fmt.Sprintf("AOZORA-%d", 1+r.IntN(30_000))
	switch n := r.IntN(100); {
	case n < 45:
		return "GET", "issues/" + key, ""
	case n < 60:
		return "GET", "issues/" + key + "/comments?order=asc&count=100", ""
	case n < 70:
		return "GET", "space/activities?order=asc&count=100&minId=" + fmt.Sprint(1+r.IntN(100_000)), ""
	case n < 78:
		return "GET", fmt.Sprintf("issues?projectId[]=%d&statusId[]=1&statusId[]=2&sort=updated&count=20&offset=%d", backlogsim.SampleProjectID, 20*r.IntN(3)), ""
	case n < 82:
		return "GET", "issues?sort=updated&order=desc&count=100", ""
	case n < 85:
		return "GET", "issues/count?statusId[]=1", ""
	case n < 90:
		return "GET", "projects/AOZORA/statuses", ""
	case n < 95:
		return "POST", "issues/" + key + "/comments", "content=%E7%B5%8C%E9%81%8E"
	}
	return "PATCH", "issues/" + key, fmt.Sprintf("comment=x&priorityId=%d", 2+r.IntN(3))
}

func once(ctx context.Context, client *http.Client, method, url, form string) error {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(form))
	if err != nil {
		return err
	}
	req.Header.Set("Backlog-API-Key", backlogsim.SampleBotKey)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode > 299 {
		err = fmt.Errorf("%s %s: %d %.200s", method, url, resp.StatusCode, body)
	}
	return err
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(int(share*float64(len(took))), len(took)-1)].Microseconds()) / 1000
	}
	b.ReportMetric(float64(len(took)), "requests")
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(at(1), "max-ms")
	b.ReportMetric(0, "ns/op")
}
