package digest_test

import (
	"slices"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/digest"
	"toban/report"
	"toban/report/nodes"
)

// The month's facts name what was managed in it and what is new about it, the node count by the contract's rule, and what was used of the quota.
func TestStockOfAMonth(t *testing.T) {
	at := func(month, day, hour int) time.Time {
		return time.Date(2026, time.Month(month), day, hour, 0, 0, 0, zone(t))
	}
	rule := nodes.Rule{Kinds: []string{"EC2", "RDS"}, FreeScaleOut: 20 * time.Hour, Minimum: 100_000, Included: 5, PerNode: 20_000, AddedByDay: true}
	s := digest.Stock{
		Managed: []bot.Managed{
			{ID: "i-1", Host: "web01", Type: "EC2"},
			{ID: "db-1", Host: "db01", Type: "RDS", From: at(11, 16, 9)},
			{ID: "i-2", Host: "web02", Type: "EC2", Until: at(11, 20, 9)},
			{ID: "lb", Host: "lb01", Type: "ELB", Until: at(12, 1, 0)},
			{ID: "i-0", Host: "before", Type: "EC2", Until: at(11, 1, 0)},
			{ID: "i-9", Host: "after", Type: "EC2", From: at(12, 1, 0)},
			{ID: "fleet", Host: "fleet", Type: bot.AutoScaling, From: at(11, 10, 0)},
			{ID: "silent", Host: "silent", Type: bot.AutoScaling},
		},
		Sizes: []bot.GroupSize{
			{Group: "fleet", At: at(11, 1, 0), Running: 2},
			{Group: "fleet", At: at(11, 12, 0), Running: 3},
			{Group: "fleet", At: at(11, 12, 19), Running: 2},
			{Group: "other", At: at(11, 1, 0), Running: 9}, // nobody manages it
		},
		Changes: []bot.ResourceChange{
			{Key: "A-1", Name: "web01", What: "t3.small → t3.medium", At: at(11, 5, 14)},
			{Key: "A-1", Name: "I-1", What: "t3.medium → t3.large", At: at(11, 6, 14)},
			{Key: "A-2", Name: "web01", What: "other month", At: at(10, 5, 14)},
		},
		Used: 3,
	}
	c := customer(t)
	c.Units, c.Plan = 5, "アドバンスト"
	period, err := report.Parse("2026-11", zone(t))
	if err != nil {
		t.Fatal(err)
	}
	f := report.Facts{Zone: zone(t), Period: period}
	s.Tell(c, &rule, &f)
	// i-1, db-1, i-2 to the month's end, and two of the fleet; its third ran 19 hours.
	if f.Billed != "5ノード(うち 5ノードまでは最低料金に含む)" {
		t.Errorf("billed: %s", f.Billed)
	}
	var got []string
	for _, h := range f.Hosts {
		line := h.Name + " " + h.Kind + " " + h.Change
		for _, k := range h.Keys {
			line += " [" + k + "]"
		}
		got = append(got, line)
	}
	want := []string{
		"db01 RDS 11/16 追加", "fleet Auto Scaling 11/10 追加、2台を計上(ほか 1台は無料の時間内)", "lb01 ELB 11/30 削除", "silent Auto Scaling 稼働台数の記録なし",
		"web01 EC2 11/5 t3.small → t3.medium、11/6 t3.medium → t3.large [A-1]", "web02 EC2 11/20 削除",
	}
	if !slices.Equal(got, want) {
		t.Errorf("hosts:\ngot  %q\nwant %q", got, want)
	}
	if len(f.Quota) != 1 || f.Quota[0].Used != 3 || f.Quota[0].Limit != 5 || len(f.Info) != 1 {
		t.Errorf("quota %v, information %v", f.Quota, f.Info)
	}

	none := report.Facts{Zone: zone(t), Period: period} // a contract that counts nothing says nothing
	digest.Stock{}.Tell(customer(t), nil, &none)
	if none.Billed != "" || none.Hosts != nil || none.Quota != nil {
		t.Errorf("said %+v", none)
	}
}

// A group counts only while it is managed.
func TestCountOfAGroup(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, zone(t)) }
	rule := nodes.Rule{Kinds: []string{"EC2"}, AddedByDay: true, RemovedByDay: true}
	sizes := []bot.GroupSize{{Group: "fleet", At: at(1).AddDate(0, -1, 0), Running: 2}, {Group: "fleet", At: at(20), Running: 1}}
	for name, tt := range map[string]struct {
		from, until time.Time
		want        int
	}{
		"all the month":     {want: 2},
		"from the tenth on": {from: at(10), want: 2},
		"after it shrank":   {from: at(25), want: 1},
		"before it shrank":  {until: at(15), want: 2},
		"the month before":  {until: at(1), want: 0},
	} {
		got := digest.Count(rule, nodes.MonthOf(at(1)), []bot.Managed{{ID: "fleet", Type: bot.AutoScaling, From: tt.from, Until: tt.until}}, sizes, false)
		if got.Count != tt.want {
			t.Errorf("%s: got %d, want %d: %+v", name, got.Count, tt.want, got.Nodes)
		}
	}
}
