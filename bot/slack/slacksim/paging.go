package slacksim

import (
	"encoding/base64"
	"strings"
)

// page cuts one page out of items whose keys are unique. The cursor names the
// first item of the next page by its key, so a page stays right when items are
// added. kind is the word inside the cursor.
func page[T any](items []T, key func(T) string, kind, cursor string, limit int) (cut []T, next string, err error) {
	start := 0
	if cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		want, ok := strings.CutPrefix(string(raw), kind+":")
		if err != nil || !ok {
			return nil, "", fail("invalid_cursor")
		}
		start = len(items)
		for i, it := range items {
			if key(it) == want {
				start = i
				break
			}
		}
	}
	end := min(start+limit, len(items))
	if end < len(items) {
		next = base64.StdEncoding.EncodeToString([]byte(kind + ":" + key(items[end])))
	}
	return items[start:end], next, nil
}

func metadata(next string) obj { return obj{"next_cursor": next} }
