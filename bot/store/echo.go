package store

import (
	"context"
	"strings"

	"toban/bot"
)

// Echoes is what is known of our own effects on a ticket, to recognise their echoes by origin.
type Echoes struct {
	byRemote  map[string]string // vendor's id → effect key
	byNumber  map[string]string // 通知番号 → effect key
	fields    []fieldEffect     // updates without a comment
	Unsettled bool              // an effect is under way whose answer is not written down yet
}

type fieldEffect struct {
	key    string
	update bot.Update
	remote string
}

// Echoes reads our effects on a ticket's issue.
func (s *Store) Echoes(ctx context.Context, ticket bot.TicketID) (Echoes, error) {
	var rows []struct {
		Key      string `db:"effect_key"`
		Number   string `db:"number"`
		Kind     string `db:"kind"`
		State    string `db:"state"`
		RemoteID string `db:"remote_id"`
		Attempt  int    `db:"attempt"`
		Body     string `db:"body"`
	}
	err := s.query(ctx, nil, &rows, `SELECT effect_key, number, kind, state, remote_id, attempt, body FROM outbox
WHERE ticket = ? AND channel = 'backlog' ORDER BY id`, string(ticket))
	if err != nil {
		return Echoes{}, err
	}
	e := Echoes{byRemote: map[string]string{}, byNumber: map[string]string{}}
	for _, r := range rows {
		// A number proves itself, even of an effect that this database has not tried: it may be older than what it remembers.
		e.byNumber[r.Number] = r.Key
		if r.Attempt == 0 {
			continue
		}
		if r.RemoteID != "" {
			e.byRemote[r.RemoteID] = r.Key
		}
		if r.State == "open" || r.State == "sending" {
			e.Unsettled = true
		}
		if bot.EffectKind(r.Kind) != bot.EffectUpdate {
			continue
		}
		f := fieldEffect{key: r.Key, remote: r.RemoteID}
		if err := read("effect "+r.Key, "outbox.body", r.Body, &f.update); err != nil {
			return Echoes{}, err
		}
		if f.update.Text == "" {
			e.fields = append(e.fields, f)
		}
	}
	return e, nil
}

// Origin finds the effect that a fact by the bot's account is the echo of: by the vendor's id, by the 通知番号 at the foot, or, for an
// update without words whose own comment id is not known, by the fields that it set. "" means that it was none of ours.
func (e Echoes) Origin(f bot.Fact) string {
	if key, ok := e.byRemote[strings.TrimPrefix(f.ID, "comment:")]; ok {
		return key
	}
	if number := bot.FindNoticeNumber(f.Text); number != "" {
		return e.byNumber[number]
	}
	if strings.TrimSpace(f.Text) != "" || len(f.Changes) == 0 {
		return ""
	}
	for i := len(e.fields) - 1; i >= 0; i-- {
		if e.fields[i].remote == "" && covers(e.fields[i].update, f.Changes) {
			return e.fields[i].key
		}
	}
	return ""
}

// covers reports whether an update set every field that changed. Backlog names status and assignee in words here, so only the field
// names can be compared.
func covers(u bot.Update, changes []bot.Change) bool {
	for _, c := range changes {
		switch c.Field {
		case "status":
			if u.StatusID == 0 {
				return false
			}
		case "limitDate", "dueDate":
			if u.DueDate == "" {
				return false
			}
		case "assigner", "assignee":
			if u.AssigneeID == 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}
