package storetest

import (
	"time"

	"toban/bot"
)

// managed: the first list was managed before; what comes later from then on or from the day that the list says; what leaves it until then.
func managed(b *bench) {
	web := bot.Managed{Customer: "aozora", ID: "i-1", Host: "web-1", Type: "EC2"}
	data := bot.Managed{Customer: "aozora", ID: "db-1", Host: "db", Type: "RDS"}
	since := t0.Add(-72 * time.Hour)
	keep := func(after time.Duration, changed int, list ...bot.Managed) {
		b.Helper()
		n, err := b.KeepManaged(b.ctx, t0.Add(after), "aozora", list)
		b.ok(err)
		b.is("changed", n, changed)
	}
	is := func(want ...bot.Managed) {
		b.Helper()
		out, err := b.Managed(b.ctx, "aozora")
		b.ok(err)
		b.is("managed", out, want)
	}
	keep(0, 1, web)
	keep(time.Minute, 0, web)
	is(web)
	keep(time.Hour, 1, web, data)
	from := data
	from.From = t0.Add(time.Hour)
	is(from, web)

	dated := data // the list says since when
	dated.From = since
	keep(2*time.Hour, 1, web, dated)
	is(dated, web)
	keep(3*time.Hour, 1, dated)
	gone := web
	gone.Until = t0.Add(3 * time.Hour)
	is(dated, gone)
	keep(4*time.Hour, 0, dated)

	larger := web // it is back, under another name
	larger.Host = "web-2"
	keep(5*time.Hour, 1, larger, dated)
	back := larger
	back.From = t0.Add(5 * time.Hour)
	is(dated, gone, back)

	ends := dated // the list says until when, ahead of time, and goes on saying so
	ends.Until = t0.Add(6 * time.Hour)
	keep(5*time.Hour, 1, larger, ends)
	keep(7*time.Hour, 0, larger, ends)
	keep(8*time.Hour, 0, larger)
	is(ends, gone, back)

	other, err := b.Managed(b.ctx, "midori")
	b.ok(err)
	b.is("of another customer", len(other), 0)
	notes, err := b.Notes(b.ctx, "aozora")
	b.ok(err)
	b.is("notes in the trail", len(notes), 6)
}

// groupSizes: only what changed is recorded, and a group that is not seen any more runs none.
func groupSizes(b *bench) {
	for i, look := range []map[string]int{{"web": 2}, {"web": 2}, {"web": 4, "batch": 1}, {"batch": 1}, {"batch": 1}} {
		b.ok(b.KeepSizes(b.ctx, t0.Add(time.Duration(i)*time.Hour), "aozora", look))
	}
	b.ok(b.KeepSizes(b.ctx, t0, "aozora", map[string]int{"batch": 9})) // an older look comes late
	b.ok(b.KeepSizes(b.ctx, t0, "midori", map[string]int{"web": 7}))
	size := func(group string, after, running int) bot.GroupSize {
		return bot.GroupSize{Customer: "aozora", Group: group, At: t0.Add(time.Duration(after) * time.Hour), Running: running}
	}
	got, err := b.Sizes(b.ctx, "aozora")
	b.ok(err)
	b.is("sizes", got, []bot.GroupSize{size("batch", 2, 1), size("web", 0, 2), size("web", 2, 4), size("web", 3, 0)})
}
