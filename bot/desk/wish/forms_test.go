package wish_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"toban/bot/desk/wish"
)

// forms are the rows of testdata/forms.txt: a text, and the window that it means, "?" where it is to be asked back, "none" where it says
// nothing of a date.
func forms(t testing.TB) [][3]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/forms.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out [][3]string
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		p := strings.Split(strings.TrimRight(line, "\n"), " | ")
		if len(p) != 3 {
			t.Fatalf("%q: want text | start | end", line)
		}
		out = append(out, [3]string{p[0], p[1], p[2]})
	}
	return out
}

// TestForms reads every form of the table: with certainty, or asked back.
func TestForms(t *testing.T) {
	c := wish.Context{Written: written(t), Business: weekdaysOnly}
	list := forms(t)
	for _, f := range list {
		r := wish.Read(f[0], c)
		got := [2]string{show(r.Start), show(r.End)}
		switch {
		case !r.Found:
			got = [2]string{"none", "none"}
		case !r.Certain:
			got = [2]string{"?", "?"}
		}
		if got != [2]string{f[1], f[2]} {
			t.Errorf("%q = %v (%s), want %s to %s", f[0], got, r.Doubt, f[1], f[2])
		}
	}
	const least = 250
	if len(list) < least {
		t.Errorf("%d forms, want at least %d", len(list), least)
	}
}

// A wish is of the writer's zone and instant: the same words mean other moments elsewhere, over a change of the clocks, too.
func TestWrittenElsewhere(t *testing.T) {
	for _, c := range []struct{ zone, at, text, start, end string }{
		{"America/New_York", "2026-10-30 20:00", "11/1 0:00〜4:00", "2026-11-01T00:00:00-04:00", "2026-11-01T04:00:00-05:00"},
		{"America/New_York", "2026-11-22 22:00", "明日 9時", "2026-11-23T09:00:00-05:00", "2026-11-23T11:00:00-05:00"},
		{"Asia/Tokyo", "2026-11-23 12:00", "明日 9時", "2026-11-24T09:00:00+09:00", "2026-11-24T11:00:00+09:00"},
		{"America/New_York", "2026-11-22 22:00", "12/1 22:00 JST", "2026-12-01T08:00:00-05:00", "2026-12-01T10:00:00-05:00"},
		{"Asia/Tokyo", "2026-12-31 23:30", "1/1 0:30", "2027-01-01T00:30:00+09:00", "2027-01-01T02:30:00+09:00"},
		{"Asia/Tokyo", "2028-02-28 10:00", "2/29", "2028-02-29T00:00:00+09:00", "2028-03-01T00:00:00+09:00"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		r := wish.Read(c.text, wish.Context{Written: at})
		if got := [2]string{r.Start.Format(time.RFC3339), r.End.Format(time.RFC3339)}; got != [2]string{c.start, c.end} || !r.Certain {
			t.Errorf("%q in %s = %v (%s), want %s to %s", c.text, c.zone, got, r.Doubt, c.start, c.end)
		}
	}
}

func weekdaysOnly(day time.Time, n int) (time.Time, bool) {
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if wd := day.Weekday(); wd != time.Saturday && wd != time.Sunday {
			n--
		}
	}
	return day, true
}
