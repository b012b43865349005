package slacksim

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// order tells how a list stands, so that its pages stay right while it changes.
type order[T any] struct {
	word string         // the word inside the cursor
	key  func(T) string // unique and ascending along the list, never changing for an item
	down bool           // descending instead, as in histories
}

// page cuts one page out of a list. The cursor holds the key at which the next page begins and not a position, and not an item that has to
// be there still: what comes or goes between two pages neither repeats nor hides any other item.
func page[T any](items []T, o order[T], cursor string, limit int) (cut []T, next string, err error) {
	start := 0
	if cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		want, ok := strings.CutPrefix(string(raw), o.word+":")
		if err != nil || !ok {
			return nil, "", fail("invalid_cursor")
		}
		for start < len(items) && o.ahead(o.key(items[start]), want) {
			start++
		}
	}
	end := min(start+limit, len(items))
	if end < len(items) {
		next = base64.StdEncoding.EncodeToString([]byte(o.word + ":" + o.key(items[end])))
	}
	return items[start:end], next, nil
}

// ahead reports whether an item stands on an earlier page than the wanted key.
func (o order[T]) ahead(key, want string) bool {
	if o.down {
		return key > want
	}
	return key < want
}

// placed is an item with its place in a list that only ever grows.
type placed[T any] struct {
	at   int
	item T
}

func byPlace[T any](word string) order[placed[T]] {
	return order[placed[T]]{word: word, key: func(p placed[T]) string { return fmt.Sprintf("%09d", p.at) }}
}

func metadata(next string) obj { return obj{"next_cursor": next} }
