package digest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/digest"
	"toban/bot/outbox/effecttest"
	"toban/bot/tracker"
	"toban/report"
)

// nobody's month: the report of a customer without tickets has its pages, too.
type nothing struct{}

// Cases implements digest.Records.
func (nothing) Cases(context.Context, string, time.Time) ([]digest.Case, error) { return nil, nil }

// Service implements digest.Records.
func (nothing) Service(context.Context, *bot.Customer, time.Time, time.Time) (digest.Service, error) {
	return digest.Service{}, nil
}

// Changes implements digest.Records.
func (nothing) Changes(context.Context, string) ([]bot.ResourceChange, error) { return nil, nil }

// Stock implements digest.Records.
func (nothing) Stock(context.Context, *bot.Customer, report.Period) (digest.Stock, error) {
	return digest.Stock{}, nil
}

// Works implements digest.Records.
func (nothing) Works(context.Context, string, time.Time) ([]bot.ScheduledWork, error) {
	return nil, nil
}

func TestFaultsOfReports(t *testing.T) {
	effecttest.Run(t, "report", func(t *testing.T) effecttest.Bench {
		sim := backlogsim.New(backlogsim.Options{})
		if err := sim.Load(backlogsim.SampleSeed()); err != nil {
			t.Fatal(err)
		}
		as := func(key string) *backlog.Client {
			c, err := backlog.New("https://example.backlog.test", key, backlog.WithTransport(sim.RoundTripper()))
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		c := customer(t)
		directory := func() *bot.Directory { return &bot.Directory{Customers: []*bot.Customer{c}} }
		return effecttest.Bench{
			Open: func() bot.Sender {
				return &digest.Publisher{
					Records: nothing{}, Directory: directory, Clock: bot.ClockFunc(time.Now),
					Rule: func(context.Context, string, string) (string, error) { return "backlog", nil },
					Pages: tracker.New(tracker.Config{
						Spaces:    map[string]*tracker.Space{"demo": {ID: "demo", Client: as(backlogsim.SampleBotKey), BotUser: backlogsim.SampleBotID}},
						Directory: directory, Clock: bot.ClockFunc(time.Now),
					}),
				}
			},
			Effect: func(n int) bot.Effect {
				return bot.MakeEffect(bot.EffectReport, bot.Notice, "", nil, bot.ReportRequest{Customer: c.ID, Month: fmt.Sprintf("1999-0%d", n)})
			},
			Arrived: func() []effecttest.Arrival {
				list, err := as(backlogsim.SampleAdminKey).GetWikis(context.Background(), &backlog.GetWikisOptions{ProjectIDOrKey: backlogsim.SampleProjectKey})
				if err != nil {
					t.Fatal(err)
				}
				var names []string
				for _, p := range list {
					names = append(names, p.Name)
				}
				slices.Sort(names)
				if once := slices.Compact(slices.Clone(names)); len(once) != len(names) {
					t.Errorf("twins among the pages: %q", names)
				}
				var out []effecttest.Arrival
				for n := 1; n <= 3; n++ { // a report has several pages; that each is there once was checked above
					if slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, fmt.Sprintf("1999-0%d", n)) }) {
						out = append(out, effecttest.Arrival{N: n})
					}
				}
				return out
			},
			Break: func(f effecttest.Fault) {
				r := backlogsim.FaultRule{Method: "POST", Path: "/api/v2/wikis", Times: 1}
				switch f {
				case effecttest.Lost:
					r.Lost = "drop"
				case effecttest.Timeout:
					r.LagAfter = backlogsim.Duration(time.Minute)
				case effecttest.Failing:
					r.Status = 503
				default:
					r.Status = 429
				}
				if err := sim.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{r}}); err != nil {
					t.Fatal(err)
				}
			},
			Close: func() { _ = sim.Close() },
		}
	})
}
