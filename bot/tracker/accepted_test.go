package tracker_test

import (
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
)

// A request that is accepted gets the custom status of its project, unless somebody was quicker; without one it stays 未対応.
func TestAcceptedStatusIsGivenWithTheAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		make   func(d *desk)
		status string // in the body
		want   string // on the issue
	}{
		{"未対応", func(*desk) {}, "受付済み", "受付済み"},
		{"somebody was quicker", func(d *desk) {
			if _, err := d.as(staff).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{StatusID: backlog.Set(backlog.ID(2))}); err != nil {
				d.Fatal(err)
			}
		}, "受付済み", "処理中"},
		{"the project has none of the name", func(*desk) {}, "受理", "未対応"},
		{"Backlog does not tell", func(d *desk) {
			d.breaks(backlogsim.FaultRule{Method: "GET", Path: "/api/v2/projects/*/statuses", Status: 500})
		}, "受付済み", "未対応"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				if _, err := d.as(1).CreateStatus(d.Context(), "ACME", &backlog.CreateStatusInput{Name: "受付済み", Color: "#3b9dbd"}); err != nil {
					d.Fatal(err)
				}
				c.make(d)
				sent := d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{Text: "受け付けました", DueDate: "2026-12-01", Accepted: c.status, Notify: []int64{customer}, Verify: true}))
				if i := d.now(); !sent.Verified || len(d.carrying("k1")) != 1 || i.Status.Name != c.want || i.DueDate.String() != "2026-12-01" {
					d.Errorf("status %s, due %s, want %s; sent %+v", i.Status.Name, i.DueDate, c.want, sent)
				}
			})
		})
	}
}
