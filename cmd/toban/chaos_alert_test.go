package main_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// chaosAlerts is the token of the customer's monitoring, of the first desk.
const chaosAlerts = "chaos-monitoring-of-desk-0"

// alarm lets the customer's monitoring find something wrong with one more host, and say it as monitoring does: until it is taken, and then once
// more.
func (w *walk) alarm(ctx context.Context) {
	w.alarms = append(w.alarms, 0)
	w.redeliver(ctx)
}

func (w *walk) redeliver(ctx context.Context) (left int) {
	const twice = 2
	for i, taken := range w.alarms {
		if taken >= twice {
			continue
		}
		left++
		body := fmt.Sprintf(`{"host":"alarm%d","name":"応答なし","state":"critical","id":"%d"}`, i, i)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.r.address+"/hooks/alerts/json/"+chaosAlerts, strings.NewReader(body))
		if err != nil {
			w.t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			continue // it died
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			w.alarms[i]++
		}
	}
	return left
}

// judgeAlarms wants one issue, one ticket and one first notice for each alert, however often the program died over it.
func (w *walk) judgeAlarms(ctx context.Context) {
	w.t.Helper()
	tickets, err := w.st.Tickets(ctx, "desk0")
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range w.alarms {
		host, n, key := fmt.Sprintf("alarm%d", i), 0, ""
		for _, tk := range tickets {
			if tk.Alert != nil && tk.Host == host {
				n, key = n+1, tk.Key
			}
		}
		var issues []struct{ Summary string }
		w.call(ctx, http.MethodGet, "/issues", url.Values{"keyword": {host + " "}, "count": {"100"}}, &issues)
		opened := 0
		for _, is := range issues {
			if strings.HasSuffix(is.Summary, host+" 応答なし") {
				opened++
			}
		}
		if n != 1 || opened != 1 {
			w.t.Errorf("the alert of %s has %d tickets and %d issues, want one of each", host, n, opened)
			continue
		}
		said := 0
		for _, c := range w.said(ctx, key) {
			if strings.Contains(c.Content, "障害の検知について") {
				said++
			}
		}
		if said != 1 {
			w.t.Errorf("the first notice of %s for %s stands %d times", key, host, said)
		}
	}
}
