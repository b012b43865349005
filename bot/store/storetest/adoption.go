package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// adoptions: of two people who decide on an issue one does, what was seen otherwise is not decided on, what is handed over waits in the inbox once,
// one after the other, and what is read again keeps what staff chose.
func adoptions(b *bench) {
	k := bot.ModeKey{Customer: "aozora", Project: "AOZORA"}
	ids := []bot.TicketID{"demo/70", "demo/71", "demo/8"}
	list := func() string {
		rows, err := b.Adoptions(b.ctx, k)
		b.ok(err)
		var out strings.Builder
		for _, r := range rows {
			fmt.Fprintf(&out, "%s %s v%d %s%s %v %v; ", r.Ticket, r.State, r.Version, r.Type, r.Owner, r.Unread, r.Known)
		}
		return out.String()
	}
	propose := func(id bot.TicketID, at time.Time, body string) {
		b.ok(b.ProposeAdoption(b.ctx, id, at, json.RawMessage(body)))
	}
	choice := func(to store.AdoptionState, who string, picks ...store.AdoptionPick) store.AdoptionChoice {
		return store.AdoptionChoice{ModeKey: k, Picks: picks, To: to, Person: who, At: t0, Machine: t0, Event: func(r store.AdoptionRow, at time.Time) (bot.Event, error) {
			return bot.NewEvent(bot.EventIssueAdopt, "adopt:"+string(r.Ticket), string(r.Ticket), at, bot.Adopt{RequestType: r.Type, Owner: r.Owner, By: r.Person})
		}}
	}
	b.ok(b.ListAdoptions(b.ctx, k, ids))
	b.is("listed", list(), "demo/8 open v1  true false; demo/70 open v1  true false; demo/71 open v1  true false; ")
	done, lost, err := b.DecideAdoptions(b.ctx, choice(store.AdoptionHanded, "佐藤", store.AdoptionPick{Ticket: "demo/70", Version: 1}))
	b.ok(err)
	b.is("nobody decides on what was not read", []int{len(done), len(lost)}, []int{0, 1})
	for _, id := range ids {
		propose(id, t0, `{"n":1}`)
	}
	propose("demo/70", t0, `{"n":2}`) // it is read already
	ok, err := b.ChooseAdoption(b.ctx, k, store.AdoptionPick{Ticket: "demo/71", Version: 2}, "backup", "suzuki", "佐藤")
	b.ok(err)
	again, err := b.ChooseAdoption(b.ctx, k, store.AdoptionPick{Ticket: "demo/71", Version: 2}, "other", "", "鈴木")
	b.ok(err)
	foreign, err := b.ChooseAdoption(b.ctx, bot.ModeKey{Customer: "midori", Project: "AOZORA"}, store.AdoptionPick{Ticket: "demo/71", Version: 3}, "other", "", "鈴木")
	b.ok(err)
	b.is("the first choice counts", []bool{ok, again, foreign}, []bool{true, false, false})
	b.is("chosen", list(), "demo/8 open v2  false false; demo/70 open v2  false false; demo/71 open v3 backupsuzuki false false; ")

	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for _, who := range []string{"佐藤", "鈴木", "田中"} {
		wg.Go(func() {
			done, lost, err := b.DecideAdoptions(b.ctx, choice(store.AdoptionHanded, who,
				store.AdoptionPick{Ticket: "demo/70", Version: 2}, store.AdoptionPick{Ticket: "demo/71", Version: 3}, store.AdoptionPick{Ticket: "demo/71", Version: 2}))
			mu.Lock()
			defer mu.Unlock()
			b.ok(err)
			won += len(done)
			b.is("each is done or lost", len(done)+len(lost), 3)
		})
	}
	wg.Wait()
	b.is("each is handed over once", won, 2)
	b.is("handed over", list(), "demo/8 open v2  false false; demo/70 handed v3  false false; demo/71 handed v4 backupsuzuki false false; ")
	b.is("the first is due", lanes(b.claim(0, 9)), []string{"demo/70"})
	b.is("the next follows", lanes(b.claim(store.Apart, 9)), []string{"demo/71"})
	done, lost, err = b.DecideAdoptions(b.ctx, choice(store.AdoptionLeft, "佐藤", store.AdoptionPick{Ticket: "demo/8", Version: 2}))
	b.ok(err)
	b.is("left alone", []int{len(done), len(lost)}, []int{1, 0})
	done, lost, err = b.DecideAdoptions(b.ctx, choice(store.AdoptionOpen, "佐藤", store.AdoptionPick{Ticket: "demo/8", Version: 3}, store.AdoptionPick{Ticket: "demo/70", Version: 3}))
	b.ok(err)
	b.is("what is handed over is not taken back", []any{len(done), lost}, []any{1, []bot.TicketID{"demo/70"}})
	b.ok(b.ListAdoptions(b.ctx, k, []bot.TicketID{"demo/8", "demo/9"}))
	propose("demo/8", t0.Add(time.Hour), `{"n":1}`)
	b.is("read again without news", list(), "demo/8 open v4  false false; demo/9 open v1  true false; demo/70 handed v3  false false; demo/71 handed v4 backupsuzuki false false; ")
	propose("demo/9", t0, "")
	b.ok(b.ListAdoptions(b.ctx, k, nil))
	b.is("what is closed leaves the table", list(), "demo/70 handed v3  false false; demo/71 handed v4 backupsuzuki false false; ")
	notes, err := b.Notes(b.ctx, "aozora")
	b.ok(err)
	b.is("notes in the trail", len(notes) >= 3, true)
}

func lanes(list []store.Claimed) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.Event.Lane)
	}
	return out
}
