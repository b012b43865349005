package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/store"
)

// journal is a feature that writes down which events it decided.
type journal struct{}

func (journal) Name() string { return "desk" }

func (journal) Handle(in bot.In) (bot.Output, error) {
	var state struct {
		N int `json:"n"`
	}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &state); err != nil {
			return bot.Output{}, fmt.Errorf("reading desk's state: %w", err)
		}
	}
	state.N++
	return bot.Output{
		Ticket: &bot.Ticket{ID: "demo/1", Customer: "aoba", Key: "AOBA-1"}, State: state, Panel: &bot.Panel{State: fmt.Sprint("受付", state.N)},
		Reasons:  []bot.Reason{{What: in.Event.Key}},
		Holdings: []bot.Holding{{Kind: bot.HoldWork, Ref: "web01", Until: t0.AddDate(1, 0, 0)}},
	}, nil
}

// What a hand or a disk damaged is a dead letter after the usual tries, which says what to mend; what waits behind it keeps its place.
func TestDamagedTicket(t *testing.T) {
	for engine, open := range map[string]func(t *testing.T) *store.Store{"sqlite": openSQLite, "postgres": openPostgres} {
		for _, c := range []struct{ name, damage, mend, place string }{
			{"the ticket", `UPDATE ticket SET body = '{"id":"demo/1",'`, `UPDATE ticket SET body = '{"id":"demo/1","customer":"aoba"}'`, "reading ticket demo/1: ticket.body"},
			{"a state", `UPDATE aggregate SET state = '{"n":1'`, `UPDATE aggregate SET state = '{"n":1}'`, "reading ticket demo/1: aggregate.state of desk"},
			{
				"another feature's panel", `INSERT INTO aggregate (ticket, feature, state, panel) VALUES ('demo/1', 'work', '', 'x')`,
				`UPDATE aggregate SET panel = '' WHERE feature = 'work'`, "reading ticket demo/1: aggregate.panel of work",
			},
		} {
			t.Run(engine+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				s := open(t)
				db, _ := s.Statements()
				run := func(statement string) {
					if _, err := db.ExecContext(t.Context(), statement); err != nil {
						t.Fatal(err)
					}
				}
				accept := func(keys ...string) {
					for _, key := range keys {
						if err := s.Accept(t.Context(), bot.Event{Key: key, Kind: bot.EventStaffAction, Lane: "demo/1", Body: json.RawMessage(`{}`)}); err != nil {
							t.Fatal(err)
						}
					}
				}
				now := t0
				const tries = 3
				w := inbox.New(inbox.Config{
					Store: s, Fetcher: calls{}, Handlers: []bot.Handler{journal{}}, Directory: func() *bot.Directory {
						return &bot.Directory{Customers: []*bot.Customer{{ID: "aoba", Channel: "C0AOBA"}}}
					},
					Clock: bot.ClockFunc(func() time.Time { return now }), Machine: func() time.Time { return now }, Owner: "me", Attempts: tries, Logger: silent(),
				})
				work := func(times int) {
					for range times {
						if _, err := w.Once(t.Context()); err != nil {
							t.Fatal(err)
						}
						now = now.Add(2 * time.Minute)
					}
				}
				accept("first")
				work(1)
				run(c.damage)
				accept("second", "third")
				work(tries)
				accept("fourth")
				work(tries)
				letters, err := s.DeadLetters(t.Context())
				if err != nil || len(letters) != 3 {
					t.Fatalf("%d dead letters, %v", len(letters), err)
				}
				for i, l := range letters {
					if !strings.Contains(l.Problem, c.place) || !strings.Contains(l.Problem, "at byte") || l.Ticket != "demo/1" {
						t.Errorf("letter %d of %s says %q; want it to name %q", i, l.Ticket, l.Problem, c.place)
					}
				}
				if !strings.Contains(letters[1].Problem, "waits with "+letters[0].ID) {
					t.Errorf("the second letter says %q", letters[1].Problem)
				}
				run(c.mend)
				if err := s.Replay(t.Context(), letters[1].ID); err != nil { // whichever of them
					t.Fatal(err)
				}
				work(3)
				lines, err := s.Audit(t.Context(), "demo/1")
				var decided []string
				for _, l := range lines {
					decided = append(decided, l.What)
				}
				if want := []string{"first", "second", "third", "fourth"}; err != nil || !slices.Equal(decided, want) {
					t.Errorf("decided %v, %v, want %v", decided, err, want)
				}
				if letters, err = s.DeadLetters(t.Context()); err != nil || len(letters) != 0 {
					t.Errorf("dead letters %v, %v", letters, err)
				}
			})
		}
	}
}

// A damaged share of what is scarce is named; a damaged request costs the customer's new tickets nothing but the look for a second one.
func TestDamagedHolding(t *testing.T) {
	for engine, open := range map[string]func(t *testing.T) *store.Store{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			db, _ := s.Statements()
			for i, sign := range []string{"", "x", "x"} {
				body := []string{`{"kind":"work"`, `{"kind":"request"`, `{"kind":"request","ticket":"demo/3"}`}[i]
				_, err := db.ExecContext(t.Context(), db.Rebind("INSERT INTO holding (ticket, feature, n, customer, until_us, body, sign) VALUES (?, 'work', 0, 'aoba', ?, ?, ?)"),
					fmt.Sprintf("demo/%d", i+1), t0.Add(time.Hour).UnixMicro(), body, sign)
				if err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := s.SeeHoldings(t.Context(), store.Sought{Customer: "aoba", After: t0})
			var damaged *store.DamagedError
			if !errors.As(err, &damaged) || !strings.Contains(err.Error(), "reading ticket demo/1: holding.body of work") {
				t.Errorf("a damaged share: %v", err)
			}
			if _, err := db.ExecContext(t.Context(), "DELETE FROM holding WHERE sign = ''"); err != nil {
				t.Fatal(err)
			}
			list, _, err := s.SeeHoldings(t.Context(), store.Sought{Customer: "aoba", After: t0})
			if err != nil || len(list) != 1 || list[0].Ticket != "demo/3" {
				t.Errorf("a damaged request: %v, %v", list, err)
			}
		})
	}
}

// A decision that PostgreSQL refuses for what is in it says so, whoever shares its commit; SQLite takes it.
func TestUnwritableDecision(t *testing.T) {
	s := openPostgres(t)
	long := make([]byte, 9000) // in no way to be shortened to what an index takes
	some := rand.New(rand.NewPCG(1, 2))
	for i := range long {
		long[i] = byte('!' + some.IntN('~'-'!'))
	}
	for i, rule := range []string{"short", string(long)} {
		lane := fmt.Sprintf("demo/%d", i)
		if err := s.Accept(t.Context(), bot.Event{Key: lane, Kind: bot.EventStaffAction, Lane: lane, Body: json.RawMessage(`{}`)}); err != nil {
			t.Fatal(err)
		}
		claims, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 1)
		if err != nil || len(claims) != 1 {
			t.Fatal(claims, err)
		}
		err = s.Commit(t.Context(), store.Decision{
			Claim: claims[0], Now: t0, Ticket: &bot.Ticket{ID: bot.TicketID(lane), Customer: "aoba"}, Timers: []bot.Timer{{Rule: rule, At: t0}},
		})
		var unwritable *store.UnwritableError
		if got := errors.As(err, &unwritable); got != (i == 1) || !got && err != nil {
			t.Errorf("a rule of %d bytes: %v", len(rule), err)
		}
	}
}
