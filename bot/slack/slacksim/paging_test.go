package slacksim_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"testing"

	"toban/bot/slack/slacksim"
)

// walk reads every page of a list and lets the list move between two pages. It gives the keys in the order in which they came.
func walk(t *testing.T, r *rig, method string, form url.Values, keys func(out map[string]any) []string, between func()) []string {
	t.Helper()
	var got []string
	for range 10_000 {
		out, _ := r.raw(t, method, form)
		if out["ok"] != true {
			t.Fatalf("%s %v: %v", method, form, out)
		}
		page := keys(out)
		if limit, _ := strconv.Atoi(form.Get("limit")); len(page) > limit+1 { // a thread's parent stands outside the count
			t.Fatalf("%s: %d on a page of %d", method, len(page), limit)
		}
		got = append(got, page...)
		next, _ := field(out, "response_metadata.next_cursor")
		cursor, _ := next.(string)
		if cursor == "" {
			return got
		}
		form.Set("cursor", cursor)
		between()
	}
	t.Fatalf("%s never ends", method)
	return nil
}

func idsOf(list, key string) func(map[string]any) []string {
	return func(out map[string]any) []string {
		var ids []string
		items, _ := out[list].([]any)
		for _, it := range items {
			id := it
			if key != "" {
				id, _ = field(it, key)
			}
			ids = append(ids, fmt.Sprint(id))
		}
		return ids
	}
}

// steady checks that nothing came twice and that everything which was there all the time came.
func steady(t *testing.T, what string, got, always []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, k := range got {
		if seen[k] {
			t.Errorf("%s: %s came twice", what, k)
		}
		seen[k] = true
	}
	for _, k := range always {
		if !seen[k] {
			t.Errorf("%s: %s never came", what, k)
		}
	}
}

// TestPagesOfMovingLists walks every paged list, with every page size that matters, while things come and go, also the very item at which
// the next page begins.
func TestPagesOfMovingLists(t *testing.T) {
	for seed := range uint64(12) {
		dice := rand.New(rand.NewPCG(seed, 7))
		limit := strconv.Itoa(1 + dice.IntN(7))
		people := make([]string, 24)
		r := newRig(t, func(s *slacksim.Seed) {
			for i := range people {
				people[i] = fmt.Sprintf("p%02d", i)
				s.Users = append(s.Users, slacksim.User{ID: fmt.Sprintf("U0P%02d", i), Name: people[i]})
				s.Channels = append(s.Channels, slacksim.Channel{ID: fmt.Sprintf("C0P%02d", i), Name: "room-" + people[i], Members: []string{people[i], "ticket-bot"}})
			}
			s.Channels = append(s.Channels, slacksim.Channel{ID: "C0BIG", Name: "big", Members: append([]string{"ticket-bot", "sato"}, people...)})
		})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		room := func(act slacksim.RoomAct, who, target string) {
			must(r.Room(t.Context(), slacksim.Room{User: who, Channel: "big", Act: act, Target: target}))
		}

		// Members: half of them stay, the others leave at any moment and some come back.
		gone := map[int]bool{}
		got := walk(t, r, "conversations.members", form("channel", "C0BIG", "limit", limit), idsOf("members", ""), func() {
			i := dice.IntN(12)*2 + 1
			if gone[i] {
				room(slacksim.RoomInvite, "sato", people[i])
			} else {
				room(slacksim.RoomKick, "sato", people[i])
			}
			gone[i] = !gone[i]
		})
		var stayed []string
		for i := 0; i < len(people); i += 2 {
			stayed = append(stayed, fmt.Sprintf("U0P%02d", i))
		}
		steady(t, "members", got, append(stayed, "U0BOT", "U0SATO"))

		// Channels: some are archived meanwhile, and new ones are made.
		made := 0
		got = walk(t, r, "conversations.list", form("limit", limit, "exclude_archived", "true"), idsOf("channels", "id"), func() {
			i := dice.IntN(12)*2 + 1
			_ = r.Room(t.Context(), slacksim.Room{User: people[i], Channel: "room-" + people[i], Act: slacksim.RoomArchive}) // it may be archived already
			if made++; made < 10 {                                                                                           // pages of one would never catch up
				must(r.Room(t.Context(), slacksim.Room{User: "sato", Channel: fmt.Sprintf("new-%d-%d", seed, made), Act: slacksim.RoomCreate}))
			}
		})
		var rooms []string
		for i := 0; i < len(people); i += 2 {
			rooms = append(rooms, fmt.Sprintf("C0P%02d", i))
		}
		steady(t, "channels", got, rooms)

		// A history and a thread: messages are deleted and written meanwhile.
		var top, replies []string
		parent, err := r.Say(t.Context(), slacksim.Say{User: "sato", Channel: "big", Text: "親"})
		must(err)
		for i := range 40 {
			ts, err := r.Say(t.Context(), slacksim.Say{User: "sato", Channel: "big", Text: fmt.Sprint("話", i)})
			must(err)
			top = append(top, ts)
			ts, err = r.Say(t.Context(), slacksim.Say{User: "sato", Channel: "big", ThreadTS: parent, Text: fmt.Sprint("返", i)})
			must(err)
			replies = append(replies, ts)
		}
		for what, all := range map[string][]string{"conversations.history": top, "conversations.replies": replies} {
			deleted := map[string]bool{}
			args := form("channel", "C0BIG", "limit", limit)
			if what == "conversations.replies" {
				args.Set("ts", parent)
			}
			got = walk(t, r, what, args, idsOf("messages", "ts"), func() {
				if ts := all[dice.IntN(len(all))]; !deleted[ts] {
					deleted[ts] = true
					must(r.Delete(t.Context(), slacksim.Delete{User: "sato", Channel: "big", TS: ts}))
				}
				if what == "conversations.history" { // a thread that grows as fast as it is read has no end
					_, err := r.Say(t.Context(), slacksim.Say{User: "sato", Channel: "big", Text: "新しい"})
					must(err)
				}
			})
			var left []string
			for _, ts := range all {
				if !deleted[ts] {
					left = append(left, ts)
				}
			}
			steady(t, what, got, left)
		}
	}
}
