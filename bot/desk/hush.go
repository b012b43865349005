package desk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"toban/bot/desk/wish"
)

// typeSilence is the request type by which a customer asks that alerts be silenced for a time.
const typeSilence = "alert_silence"

// offerSilence gives staff the command that silences what the customer asked for. They look at it first: a silence of the wrong host hides an
// outage.
func (d *decision) offerSilence() {
	if d.t.Type != typeSilence {
		return
	}
	span := "開始/長さ(例 2026-12-01T22:00/4h)"
	rt, _ := d.cust.Type(d.t.Type)
	ctx, labels := wishContext(d.cust, d.t.Received), d.pages.read(rt, d.t.Details).labels
	w := wish.Reading{}
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		if strings.HasPrefix(label, "期間") {
			w = wish.Agree(w, wish.Read(labels[label], ctx))
		}
	}
	if w.Certain && !w.OpenEnd && !w.Start.IsZero() && w.End.After(w.Start) {
		span = w.Start.In(d.cust.Zone).Format("2006-01-02T15:04") + "/" + shortLength(w.End.Sub(w.Start))
	}
	d.v.Tell("監視の静観のご依頼です。対象と期間を確認し、このチャンネルで次のように入力してください。期間が終わると静観は自動で終わります。\n/toban silence "+
		d.cust.ID+" "+cmp.Or(d.t.Host, "ホスト名")+" "+span+" "+d.t.Key, d.v.Mention()...)
	d.v.Reason("offered the command for a silence", "the customer asked for one")
}

// shortLength writes a length of time as the command reads it, such as 4h or 1h30m.
func shortLength(l time.Duration) string {
	h, m := l/time.Hour, l%time.Hour/time.Minute
	switch {
	case h == 0:
		return fmt.Sprintf("%dm", m)
	case m == 0:
		return fmt.Sprintf("%dh", h)
	}
	return fmt.Sprintf("%dh%dm", h, m)
}
