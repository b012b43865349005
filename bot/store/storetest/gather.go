package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"toban/bot"
)

// manyDoors: events that come at the same time share a commit, and each caller is told about its own. What one engine would refuse, what
// is heard twice and what is no event at all stand among them.
func manyDoors(b *bench) {
	const callers, each = 40, 5
	var mu sync.Mutex
	refused := 0
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := range each {
				e := bot.Event{Key: fmt.Sprintf("k%d", (c*each+i)%100), Kind: "x", Lane: fmt.Sprintf("demo/%d", i), At: t0, Body: json.RawMessage(`{"n":1}`)}
				switch i {
				case 1:
					e.Body = json.RawMessage("{\"a\":\"\x00\xff" + strings.Repeat("長", 3000) + "\"}")
				case 2:
					e.Key = ""
				}
				err := b.Accept(b.ctx, e)
				if (err != nil) != (i == 2) {
					b.Errorf("accepting %q: %v", e.Key, err)
				}
				if err != nil {
					mu.Lock()
					refused++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	b.is("refused", refused, callers)
	var got []string
	for {
		claims := b.claim(0, 50)
		if len(claims) == 0 {
			break
		}
		for _, c := range claims {
			got = append(got, c.Event.Key)
			b.ok(b.BuryEvent(b.ctx, c, "seen"))
		}
	}
	slices.Sort(got)
	b.is("stored once each", len(slices.Compact(slices.Clone(got))), len(got))
	b.is("stored", len(got), 80) // a hundred keys without those of the broken fifth
}
