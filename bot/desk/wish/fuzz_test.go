package wish_test

import (
	"testing"
	"time"

	"toban/bot/desk/wish"
)

// FuzzRead: whatever the text, a certain reading is a window that makes sense and an uncertain one says why.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"12/1 22:00〜24:00", "令和8年12月1日(火) 22時半から3時間", "来週月曜の午前", "2/30", "12/25 または 12/26", "2026-12-01T22:00:00+09:00/2026-12-02T02:00Z", "by Dec 1st, 2026 10 p.m.",
		"深夜25時", "第1希望:12/1\n第2希望:12/2", "今月末まで", "１２月３日（木）午後３時〜５時", "99/99 99:99", "0000-00-00", "12/1~", "~12/1", "r99.99.99", "翌翌翌6:00", "中中中",
	} {
		f.Add(s, int64(1795400000))
	}
	for _, row := range forms(f) {
		f.Add(row[0], int64(1795400000))
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		const century = 100 * 366 * 24 * 3600
		at := time.Unix(unix%century, 0).In(zone)
		for _, r := range []wish.Reading{wish.Read(text, wish.Context{Written: at}), wish.Find(text, wish.Context{Written: at})} {
			if r.Certain != (r.Found && r.Doubt == wish.DoubtNone) {
				t.Fatalf("%q: certain=%v found=%v doubt=%q", text, r.Certain, r.Found, r.Doubt)
			}
			if !r.Certain {
				continue
			}
			if r.Start.IsZero() && r.End.IsZero() {
				t.Fatalf("%q: certain, but no window", text)
			}
			if !r.Start.IsZero() && !r.End.IsZero() && !r.End.After(r.Start) {
				t.Fatalf("%q: %s to %s", text, r.Start, r.End)
			}
			if !r.End.IsZero() && r.End.Before(at) {
				t.Fatalf("%q: over at %s, written %s", text, r.End, at)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	at := time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)
	for b.Loop() {
		wish.Read("12月1日（火）22:00〜翌6:00 でお願いします。", wish.Context{Written: at})
	}
}
