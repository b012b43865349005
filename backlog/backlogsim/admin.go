package backlogsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// door is one entry of the control panel.
type door struct {
	key    string // method and path
	what   string // in the words of its page
	handle http.HandlerFunc
}

// panel is the control panel under /_sim/. It wants no key: whoever can reach a stand-in owns it.
func (s *Server) panel() []door {
	ok := object{{"ok", true}}
	return []door{
		{"POST /_sim/faults", "故障を足す", posted(func(f Faults) (any, error) { return ok, s.AddFaults(f) })},
		{"POST /_sim/reset-faults", "故障をすべて除く", func(w http.ResponseWriter, _ *http.Request) {
			s.ResetFaults()
			writeAdmin(w, ok, nil)
		}},
		{"POST /_sim/rate-limits", "1 分あたりの上限を変える", posted(func(l RateLimits) (any, error) {
			s.SetRateLimits(l)
			return l.filled(), nil
		})},
		{"GET /_sim/choices", "公表されていない振る舞いの選び方を見る", func(w http.ResponseWriter, _ *http.Request) { writeAdmin(w, s.Choices(), nil) }},
		{"POST /_sim/choices", "それを選び直す", posted(func(c Choices) (any, error) {
			s.SetChoices(c)
			return c, nil
		})},
		{"GET /_sim/clock", "時計を見る", func(w http.ResponseWriter, _ *http.Request) { writeAdmin(w, s.Clock(), nil) }},
		{"POST /_sim/clock", "時計を進める、合わせる", posted(func(m moveClock) (any, error) { return s.applyClock(m) })},
		{"POST /_sim/bulk", "一覧画面でのまとめて更新(種類 14)", posted(func(b Bulk) (any, error) {
			id, err := s.BulkUpdate(b)
			return object{{"activity_id", id}}, err
		})},
		{"POST /_sim/push", "Git のプッシュ(12、13)", posted(func(in Push) (any, error) { return ok, s.Push(in) })},
		{"POST /_sim/merge", "プルリクエストのマージ、クローズ(21、19)", posted(func(in Merge) (any, error) { return ok, s.MergePull(in) })},
		{"POST /_sim/files", "共有ファイルの追加、更新、削除(8、9、10)", posted(func(in FileChange) (any, error) {
			id, err := s.ChangeFile(in)
			return object{{"id", id}}, err
		})},
		{"POST /_sim/documents", "ドキュメントの編集、コメント(38、40、43、46)", posted(func(in DocumentEdit) (any, error) {
			id, err := s.EditDocument(in)
			return object{{"comment_id", id}}, err
		})},
		{"POST /_sim/views", "ページを見たことにする", posted(func(in View) (any, error) { return ok, s.ViewPage(in) })},
		{"POST /_sim/activities", "任意の種類の更新を起こす", posted(func(in RawActivity) (any, error) {
			id, err := s.AddActivity(in)
			return object{{"activity_id", id}}, err
		})},
		{"POST /_sim/test-hook", "Webhook 設定画面の実行テスト", posted(func(in HookTest) (any, error) { return ok, s.TestHook(in) })},
		{"POST /_sim/render", "記法を HTML にする", posted(func(in renderText) (any, error) {
			return object{{"html", string(RenderText(in.Rule, in.Text))}}, nil
		})},
		{"GET /_sim/requests", "API の呼び出しの記録", s.writeRequests},
		{"GET /_sim/deliveries", "Webhook の送信の記録", func(w http.ResponseWriter, _ *http.Request) {
			list := s.Deliveries()
			writeAdmin(w, object{{"count", len(list)}, {"pending", s.Pending()}, {"deliveries", list}}, nil)
		}},
	}
}

type renderText struct{ Rule, Text string }

func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	doors := s.panel()
	if r.URL.Path == "/_sim/" && r.Method == http.MethodGet {
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			s.servePanel(w, r)
			return
		}
		writeAdmin(w, object{{"panel", mapped(doors, func(d door) string { return d.key })}, {"help", "go doc ./backlog/backlogsim, or README.md beside it"}}, nil)
		return
	}
	for _, d := range doors {
		if d.key == r.Method+" "+r.URL.Path {
			d.handle(w, r)
			return
		}
	}
	http.NotFound(w, r)
}

// posted reads the body and writes what do makes of it.
func posted[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		if readAdmin(w, r, &in) {
			v, err := do(in)
			writeAdmin(w, v, err)
		}
	}
}

// writeRequests filters by method, path (a pattern as in FaultRule), user and after (an id).
func (s *Server) writeRequests(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	user, userErr := optionalInt(q.Get("user"))
	after, afterErr := optionalInt(q.Get("after"))
	if err := errors.Join(userErr, afterErr); err != nil {
		writeAdmin(w, nil, err)
		return
	}
	out := []Request{}
	for _, req := range s.Requests() {
		if (q.Get("method") == "" || req.Method == q.Get("method")) && matchPath(q.Get("path"), req.Path) && (user == 0 || req.User == user) && req.ID > after {
			out = append(out, req)
		}
	}
	writeAdmin(w, object{{"count", len(out)}, {"requests", out}}, nil)
}

func optionalInt(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.Atoi(text)
}

func readAdmin(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		writeAdmin(w, nil, fmt.Errorf("reading body: %w", err))
		return false
	}
	return true
}

func writeAdmin(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err != nil {
		status := http.StatusBadRequest
		if errors.Is(err, errOtherClock) {
			status = http.StatusConflict
		}
		w.WriteHeader(status)
		v = object{{"error", err.Error()}}
	}
	_, _ = w.Write(encode(v)) // the client is gone: nothing to tell
}
