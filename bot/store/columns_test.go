package store

import (
	"testing"

	"github.com/lib/pq"
)

// The arrays that are made here are those of the driver, byte for byte.
func FuzzColumns(f *testing.F) {
	f.Add("", "a", int64(0), int64(-1))
	f.Add(`"\`, "日本語\n\t{},", int64(1<<62), int64(7))
	f.Add("\x00\xff", "NULL", int64(-1<<63), int64(42))
	f.Fuzz(func(t *testing.T, a, b string, m, n int64) {
		list := [][]any{{a, m}, {b, n}}
		text, err := pq.StringArray{cleanText(a), cleanText(b)}.Value()
		if err != nil || string(textsOf(list, 0)) != text {
			t.Errorf("texts %q, want %q, %v", textsOf(list, 0), text, err)
		}
		number, err := pq.Int64Array{m, n}.Value()
		if err != nil || string(numbersOf(list, 1)) != number {
			t.Errorf("numbers %q, want %q, %v", numbersOf(list, 1), number, err)
		}
	})
}
