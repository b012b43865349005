package nodes_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/report/nodes"
)

var jst = time.FixedZone("JST", 9*60*60)

// rule is the price list of managed-operations.
func rule() nodes.Rule {
	return nodes.Rule{
		Kinds: []string{"EC2", "RDS", "ElastiCache", "Fargate"}, FreeScaleOut: 20 * time.Hour, Minimum: 100_000, Included: 5, PerNode: 20_000, SetupMonths: 1, AddedByDay: true,
	}
}

// november has thirty days.
func november() nodes.Month { return nodes.MonthOf(time.Date(2026, 11, 24, 0, 0, 0, 0, jst)) }

func on(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, jst) }

// servers are n that run for ever.
func servers(n int) []nodes.Resource {
	var out []nodes.Resource
	for i := range n {
		out = append(out, nodes.Resource{ID: fmt.Sprintf("i-%02d", i), Kind: "EC2"})
	}
	return out
}

func TestCount(t *testing.T) {
	with := func(n int, more ...nodes.Resource) []nodes.Resource { return append(servers(n), more...) }
	for name, tt := range map[string]struct {
		resources []nodes.Resource
		levels    []nodes.Level
		first     bool
		count     int
		fee       int
		setup     int
	}{
		"five nodes, the first month":            {servers(5), nil, true, 5, 100_000, 100_000},
		"none at all pays the minimum":           {nil, nil, false, 0, 100_000, 0},
		"six nodes":                              {servers(6), nil, false, 6, 120_000, 0},
		"eight nodes, the first month":           {servers(8), nil, true, 8, 160_000, 160_000},
		"a sixth from the 16th on: half a month": {with(5, nodes.Resource{ID: "new", Kind: "RDS", From: on(16, 9)}), nil, false, 6, 110_000, 0},
		"from the last day on":                   {with(5, nodes.Resource{ID: "new", Kind: "RDS", From: on(30, 23)}), nil, false, 6, 100_666, 0},
		"from the first day on: the whole month": {with(5, nodes.Resource{ID: "new", Kind: "RDS", From: on(1, 0)}), nil, false, 6, 120_000, 0},
		"removed on the second: the whole month": {with(5, nodes.Resource{ID: "old", Kind: "RDS", Until: on(2, 0)}), nil, false, 6, 120_000, 0},
		"removed as the month began: nothing":    {with(5, nodes.Resource{ID: "old", Kind: "RDS", Until: on(1, 0)}), nil, false, 5, 100_000, 0},
		"of next month: nothing":                 {with(5, nodes.Resource{ID: "next", Kind: "RDS", From: on(30, 24)}), nil, false, 5, 100_000, 0},
		"what does not count":                    {with(5, nodes.Resource{ID: "lb", Kind: "ELB"}), nil, false, 5, 100_000, 0},
		"two later ones share a month":           {with(5, nodes.Resource{ID: "a", Kind: "EC2", From: on(11, 0)}, nodes.Resource{ID: "b", Kind: "EC2", From: on(21, 0)}), nil, false, 7, 120_000, 0},
		"a late one is not among the included": {
			with(4, nodes.Resource{ID: "a", Kind: "EC2", From: on(16, 0)}, nodes.Resource{ID: "b", Kind: "EC2"}), nil, false, 6, 110_000, 0,
		},
		"a group of two that scales out for twenty hours": {
			servers(3), []nodes.Level{{"web", "EC2", on(1, 0).AddDate(0, -1, 0), 2}, {"web", "EC2", on(10, 0), 4}, {"web", "EC2", on(10, 20), 2}}, false, 5, 100_000, 0,
		},
		"for twenty-one hours in two parts, from the 21st on": {
			servers(3), []nodes.Level{
				{"web", "EC2", on(1, 0), 2}, {"web", "EC2", on(21, 0), 3}, {"web", "EC2", on(21, 11), 2}, {"web", "EC2", on(29, 0), 3}, {"web", "EC2", on(29, 10), 2},
			}, false, 6, 106_666, 0,
		},
		"scaled in in the month: charged to its end": {servers(4), []nodes.Level{{"web", "EC2", on(1, 0).AddDate(0, -2, 0), 2}, {"web", "EC2", on(5, 0), 1}}, false, 6, 120_000, 0},
		"scaled in before the month":                 {servers(4), []nodes.Level{{"web", "EC2", on(1, 0).AddDate(0, -2, 0), 2}, {"web", "EC2", on(1, 0), 1}}, false, 5, 100_000, 0},
		"two groups have twenty hours each": {
			servers(3), []nodes.Level{
				{"web", "EC2", on(1, 0), 1}, {"app", "EC2", on(1, 0), 1}, {"web", "EC2", on(3, 0), 2}, {"web", "EC2", on(3, 15), 1}, {"app", "EC2", on(4, 0), 2}, {"app", "EC2", on(4, 15), 1},
			}, false, 5, 100_000, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := nodes.Count(rule(), november(), tt.resources, tt.levels, tt.first)
			if diff := cmp.Diff([]int{tt.count, tt.fee, tt.setup}, []int{b.Count, b.Fee, b.Setup}); diff != "" {
				t.Errorf("count, fee and set-up: %s%+v", diff, b.Nodes)
			}
			for _, n := range b.Nodes {
				if n.Why == "" || n.ID == "" {
					t.Errorf("no reason: %+v", n)
				}
			}
		})
	}
}

// A contract that charges removals by day.
func TestRemovedByDay(t *testing.T) {
	r := rule()
	r.RemovedByDay = true
	b := nodes.Count(r, november(), append(servers(5), nodes.Resource{ID: "old", Kind: "RDS", Until: on(16, 0)}), nil, false)
	if b.Fee != 110_000 {
		t.Errorf("fee %d: %+v", b.Fee, b.Nodes)
	}
}

func TestMonthHasItsDays(t *testing.T) {
	for at, want := range map[time.Time]int{
		time.Date(2028, 2, 29, 23, 0, 0, 0, jst): 29, time.Date(2026, 2, 1, 0, 0, 0, 0, jst): 28, time.Date(2026, 12, 31, 23, 59, 0, 0, jst): 31, on(30, 23): 30,
	} {
		if got := nodes.MonthOf(at).Days(); got != want {
			t.Errorf("%s: %d days, want %d", at, got, want)
		}
	}
}

// Whatever is given, in whatever order: the fee is never below the minimum, never falls when a node is added, and never above that of whole months.
func TestFeeGrowsWithNodes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var list []nodes.Resource
		last := 0
		for i := range random.IntN(12) {
			x := nodes.Resource{ID: fmt.Sprint(i), Kind: []string{"EC2", "RDS", "ELB"}[random.IntN(3)]}
			if random.IntN(2) == 0 {
				x.From = on(1+random.IntN(30), random.IntN(24))
			}
			if random.IntN(3) == 0 {
				x.Until = x.From.Add(time.Duration(random.IntN(900)) * time.Hour)
			}
			list = append(list, x)
			b := nodes.Count(rule(), november(), list, nil, false)
			if b.Fee < last || b.Fee < 100_000 || b.Fee > 100_000+20_000*max(0, b.Count-5) {
				t.Fatalf("fee %d after %d of %+v", b.Fee, last, list)
			}
			last = b.Fee
			shuffled := append([]nodes.Resource(nil), list...)
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if diff := cmp.Diff(b, nodes.Count(rule(), november(), shuffled, nil, false)); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}
