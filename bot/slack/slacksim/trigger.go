package slacksim

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	triggerLife  = 3 * time.Second
	hookLife     = 30 * time.Minute
	hookUses     = 5
	inChannel    = "in_channel"
	onlyToPerson = "ephemeral"
)

// trigger is the right to open one modal in front of one person, for 3 seconds
// of machine time.
type trigger struct {
	user    string
	expires time.Time
	used    bool
	view    string // the modal whose element was used, if any
}

func (s *Server) newTrigger(user, viewID string) string {
	s.sweep()
	s.ids++
	id := fmt.Sprintf("%d.%d.%032x", s.ids, s.o.Machine().UnixMilli(), s.ids*0x9E3779B1)
	s.triggers[id] = &trigger{user: user, view: viewID, expires: s.o.Machine().Add(triggerLife)}
	return id
}

// sweep forgets what expired long ago, so that months of simulated work do not
// pile up; younger ones stay to be refused by their right name.
func (s *Server) sweep() {
	if len(s.triggers)+len(s.hooks) < 2000 {
		return
	}
	old := s.o.Machine().Add(-hookLife)
	for id, t := range s.triggers {
		if t.expires.Before(old) {
			delete(s.triggers, id)
		}
	}
	for path, h := range s.hooks {
		if h.expires.Before(old) {
			delete(s.hooks, path)
		}
	}
}

// trigger finds a usable trigger; it is spent by the caller after every other check.
func (c *call) trigger() (*trigger, error) {
	t := c.triggers[c.str("trigger_id")]
	switch {
	case t == nil:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case c.o.Machine().After(t.expires):
		return nil, fail("expired_trigger_id")
	}
	return t, nil
}

// responseURL lets the app answer an interaction without a token, five times
// within half an hour of machine time.
type responseURL struct {
	channel, user, thread string
	ts                    string // the message that carried the element, if any
	expires               time.Time
	uses                  int
}

func (s *Server) newResponseURL(ch *channel, user, thread, ts string) string {
	s.ids++
	path := fmt.Sprintf("/response/%s/%d/%016x", s.team.ID, s.ids, s.ids*0x9E3779B1)
	s.hooks[path] = &responseURL{channel: ch.id, user: user, thread: thread, ts: ts, expires: s.o.Machine().Add(hookLife)}
	return s.base + path
}

// serveResponse takes an answer posted to a response URL.
func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	a, _, err := readArgs(r)
	entry := Request{Method: "response_url", Args: redact(a)}
	plan := s.plan("response_url", "")
	entry.Fault = plan.name
	var out reply
	switch {
	case !plan.wait(r.Context()):
		out = reply{drop: true}
	case plan.before != nil:
		out = *plan.before
	default:
		if err == nil {
			err = s.with(func() error { return s.respond(r.URL.Path, a) })
		}
		out = reply{status: http.StatusOK, body: obj{"ok": true}}
		if err != nil {
			out = s.failure(err)
			out.status = http.StatusBadRequest
		}
		if e, ok := errors.AsType[*apiError](err); ok && strings.HasSuffix(e.code, "_url") {
			out.status = http.StatusNotFound
		}
		if plan.after != nil {
			out = *plan.after
		}
	}
	entry.Status, entry.Error = out.status, text(out.body, "error")
	entry.OK, _ = out.body["ok"].(bool)
	s.record(entry)
	write(w, out)
}

func (s *Server) respond(path string, a args) error {
	h := s.hooks[path]
	switch {
	case h == nil:
		return fail("invalid_url")
	case s.o.Machine().After(h.expires):
		return fail("expired_url")
	case h.uses >= hookUses:
		return fail("used_url")
	}
	ch := s.channelByID(h.channel)
	if ch == nil {
		return fail("channel_not_found")
	}
	if ch.archived {
		return fail("is_archived")
	}
	if a.truth("delete_original") {
		h.uses++
		return s.erase(ch, h)
	}
	body, err := s.compose(a, maxText)
	if err != nil {
		return err
	}
	thread := a.str("thread_ts")
	if thread == "" {
		thread = h.thread
	}
	if thread, err = ch.thread(thread); err != nil {
		return err
	}
	h.uses++
	if a.truth("replace_original") && h.ts != "" {
		return s.replace(ch, h, body)
	}
	s.answer(ch, h.user, thread, a.str("response_type"), body)
	return nil
}

// answer shows an app's reply to an interaction, to the person alone by default.
func (s *Server) answer(ch *channel, user, thread, kind string, body content) {
	if kind == inChannel {
		m := s.botMessage(body)
		m.threadTS = thread
		s.store(ch, m)
		return
	}
	s.whisper(ch, user, thread, body)
}

func (s *Server) erase(ch *channel, h *responseURL) error {
	if m := ch.ephemeral(h.ts); m != nil {
		ch.forget(m)
		s.rev++
		return nil
	}
	m := ch.message(h.ts)
	if m == nil {
		return fail("message_not_found")
	}
	s.remove(ch, m)
	return nil
}

func (s *Server) replace(ch *channel, h *responseURL, body content) error {
	if m := ch.ephemeral(h.ts); m != nil {
		m.text, m.blocks, m.attachments = body.text, body.blocks, body.attachments
		s.rev++
		return nil
	}
	m := ch.message(h.ts)
	if m == nil {
		return fail("message_not_found")
	}
	old, stamp := s.messageJSON(ch, m, false), s.nextTS()
	m.text, m.blocks, m.attachments = body.text, body.blocks, body.attachments
	m.edited = obj{"user": s.app.BotUserID, "ts": stamp}
	s.rev++
	s.emitChanged(ch, m, old, stamp)
	return nil
}

func (ch *channel) forget(m *message) {
	for i, e := range ch.ephemerals {
		if e == m {
			ch.ephemerals = append(ch.ephemerals[:i:i], ch.ephemerals[i+1:]...)
			return
		}
	}
}
