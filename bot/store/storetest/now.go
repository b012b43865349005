package storetest

import "time"

func clock(b *bench) {
	before := time.Now()
	now, err := b.Now(b.ctx)
	b.ok(err)
	// The engine runs on this machine; SQLite tells milliseconds.
	if after := time.Now(); now.Before(before.Add(-time.Millisecond)) || now.After(after.Add(time.Millisecond)) {
		b.Errorf("the database's clock says %s between %s and %s", now, before.UTC(), after.UTC())
	}
}

func released(b *bench) {
	for _, step := range []struct {
		owner string
		give  bool
		want  bool
	}{{"a", false, true}, {"b", false, false}, {"b", true, false}, {"b", false, false}, {"a", true, false}, {"b", false, true}} {
		if step.give {
			b.ok(b.Release(b.ctx, "poll", step.owner))
			continue
		}
		got, err := b.Lease(b.ctx, "poll", step.owner, t0, lease)
		b.ok(err)
		b.is("lease of "+step.owner, got, step.want)
	}
}
