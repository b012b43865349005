package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// recorded: what a decision was made of is stored with it or not at all, is read in its order and by customer, loses the name of somebody who is erased,
// and goes after its days and with its customer.
func recorded(b *bench) {
	record := func(i int, customer, text string, at time.Time) error {
		lane := fmt.Sprintf("demo/%d", 500+i)
		body, err := json.Marshal(map[string]any{"n": i, "text": text})
		b.ok(err)
		b.ok(b.Accept(b.ctx, bot.Event{Key: lane, Kind: "x", Lane: lane, Customer: customer, At: at}))
		c := b.claim(0, 9)[0]
		if text == "fenced" {
			c.Attempt++
		}
		return b.Commit(b.ctx, store.Decision{
			Claim: c, Now: at, Record: body,
			Ticket: &bot.Ticket{ID: bot.TicketID(lane), Customer: customer, Key: "DEMO-" + lane, Received: at, Ended: at, Status: bot.StatusFinished},
		})
	}
	for i := range 450 { // more than two pages
		b.ok(record(i, []string{"aozora", "other"}[i%2], "山田 asks", t0.Add(time.Duration(i)*time.Minute)))
	}
	if err := record(900, "other", "fenced", t0); !errors.Is(err, store.ErrFenced) {
		b.Fatalf("a decision of a claim that is lost: %v", err)
	}
	read := func(since, until time.Time, customer string) (ns []int, text string) {
		b.ok(b.Recordings(b.ctx, since, until, customer, func(r store.Recording) error {
			var x struct {
				N    int
				Text string
			}
			b.ok(json.Unmarshal(r.Body, &x))
			if customer != "" && r.Customer != customer || !r.At.Equal(t0.Add(time.Duration(x.N)*time.Minute)) || r.Lane != fmt.Sprintf("demo/%d", 500+x.N) {
				b.Fatalf("%+v", r)
			}
			ns, text = append(ns, x.N), text+x.Text
			return nil
		}))
		return ns, text
	}
	all, _ := read(time.Time{}, time.Time{}, "")
	b.is("all", []int{len(all), all[0], all[449]}, []int{450, 0, 449})
	some, _ := read(t0.Add(10*time.Minute), t0.Add(20*time.Minute), "other")
	b.is("of one, between two moments", some, []int{11, 13, 15, 17, 19})
	enough := errors.New("enough")
	b.is("ended early", b.Recordings(b.ctx, time.Time{}, time.Time{}, "", func(store.Recording) error { return enough }), enough)

	_, _, err := b.Forget(b.ctx, store.Erasure{Customer: "aozora", Word: "山田", Why: "asked for", Now: t0}, false)
	b.ok(err)
	_, mine := read(time.Time{}, time.Time{}, "aozora")
	_, others := read(time.Time{}, time.Time{}, "other")
	b.is("a name that was erased", []int{strings.Count(mine, "山田"), strings.Count(mine, "(消去)"), strings.Count(others, "山田")}, []int{0, 225, 225})

	keep := store.Keep{Recorded: t0.Add(400 * time.Minute)}
	for _, dry := range []bool{true, false} {
		got, err := b.Expire(b.ctx, keep, dry)
		b.ok(err)
		b.is("what is old enough", got, []store.Expired{{Kind: store.ExpiredRecorded, Rows: 400}})
	}
	left, _ := read(time.Time{}, time.Time{}, "")
	b.is("what stays", len(left), 50)
	_, _, err = b.Forget(b.ctx, store.Erasure{Customer: "aozora", Why: "the contract ended", Now: t0}, false)
	b.ok(err)
	gone, _ := read(time.Time{}, time.Time{}, "aozora")
	rest, _ := read(time.Time{}, time.Time{}, "other")
	b.is("a customer that was erased", []int{len(gone), len(rest)}, []int{0, 25})
}
