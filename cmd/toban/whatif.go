package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/sla"
)

// whatIf is the question.
type whatIf struct {
	dir, customer, profile, lang, at string
	sub                              sla.Subject
	pauses                           []string
	asJSON, short                    bool
}

func whatIfCommand() *cobra.Command {
	var q whatIf
	c := &cobra.Command{
		Use:   "whatif --at TIME [--class C | --type T] [--priority P] …",
		Short: "Say when a ticket would be due if it were so",
		Long: `Answers "if this had come on Friday 18:30 with priority 高, when would it be due?":
every promise that the policy would make, with its deadline and the arithmetic.
Nothing is stored or sent, and no database is read.

The policy is that of a customer (--config and --customer) or of a profile. --at is
RFC 3339, or local as 2026-11-20T18:30, or the next such day as "fri 18:30" or
"金 18:30". --type is a request type of the profile and gives its class. --pause is a
question and its answer, FROM/TO, each written like --at; it may be given several times.`,
		Example: `  toban whatif --at "fri 18:30" --class minor --priority 高
  toban whatif --at 2026-11-20T18:30 --type backup --pause 2026-11-24T10:00/2026-11-25T15:00 --lang ja
  toban whatif --at 2026-11-21T03:00 --class incident --impact affected --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return q.answer(c.OutOrStdout(), time.Now()) },
	}
	f := c.Flags()
	f.StringVar(&q.at, "at", "", "`time` at which the ticket comes")
	f.StringVar(&q.dir, "config", "", "configuration `folder`")
	f.StringVar(&q.customer, "customer", "", "customer `id` of that folder")
	f.StringVar(&q.profile, "profile", "support-desk", "service `profile`")
	f.StringVar(&q.sub.Class, "class", "", "promise `class`, such as minor, impactful or incident")
	f.StringVar(&q.sub.RequestType, "type", "", "request `type`")
	f.StringVar(&q.sub.Priority, "priority", "中", "`priority`: 高, 中 or 低")
	f.StringVar(&q.sub.Impact, "impact", "affected", "`impact` of an incident: affected, not_affected or ask")
	f.StringVar(&q.sub.Plan, "plan", "", "`plan` of the contract")
	f.StringArrayVar(&q.pauses, "pause", nil, "a question and its answer, `FROM/TO`")
	f.StringVar(&q.lang, "lang", "en", "`language` of the arithmetic: en or ja")
	f.BoolVar(&q.short, "short", false, "a few lines a promise")
	f.BoolVar(&q.asJSON, "json", false, "print as JSON")
	if err := c.MarkFlagRequired("at"); err != nil {
		panic(err) // the flag was defined above
	}
	return c
}

// contract is the customer whose policy answers.
func (q *whatIf) contract() (*bot.Customer, error) {
	if q.customer == "" {
		return customerOf(q.profile, q.dir)
	}
	if q.dir == "" {
		return nil, fmt.Errorf("customer %q: want --config, too", q.customer)
	}
	cfg, err := load(q.dir)
	if err != nil {
		return nil, err
	}
	dir, err := app.Directory(cfg, nil)
	if err != nil {
		return nil, err
	}
	if cust, ok := dir.Customer(q.customer); ok {
		return cust, nil
	}
	return nil, fmt.Errorf("no customer %q in %s", q.customer, q.dir)
}

func (q *whatIf) answer(out io.Writer, now time.Time) error {
	in, err := language(q.lang)
	if err != nil {
		return err
	}
	cust, err := q.contract()
	if err != nil {
		return &exit{exitUsage, err}
	}
	facts, last, err := q.facts(cust, now)
	if err != nil {
		return &exit{exitUsage, err}
	}
	policy := cust.PolicyAt(facts[0].At)
	if policy.Name == "" {
		return &exit{exitUsage, fmt.Errorf("no policy is in force on %s", facts[0].At.Format(time.DateOnly))}
	}
	results, err := policy.Answer(q.sub, facts, last)
	if err != nil {
		return fmt.Errorf("asking policy %s: %w", policy.Name, err)
	}
	if q.asJSON {
		return q.printJSON(out, policy, results, in)
	}
	fmt.Fprintf(out, "policy %s, version %s\n", policy.Name, policy.Version)
	if len(results) == 0 {
		fmt.Fprintln(out, "no time is promised for such a ticket")
	}
	write := sla.Write
	if q.short {
		write = sla.Short
	}
	for _, r := range results {
		fmt.Fprintf(out, "\n%s [%s] due %s\n", r.Target.Name, r.Target.Level, r.Due.In(cust.Zone).Format(time.RFC3339))
		for _, l := range write(sla.InZone(r.Ledger(), cust.Zone), in) {
			fmt.Fprintln(out, "  "+l)
		}
	}
	return nil
}

// facts are what would have happened, and the last of it.
func (q *whatIf) facts(cust *bot.Customer, now time.Time) ([]sla.Fact, time.Time, error) {
	if err := q.checkSubject(cust); err != nil {
		return nil, time.Time{}, err
	}
	at, err := askedTime("at", q.at, cust.Zone, now)
	if err != nil {
		return nil, time.Time{}, err
	}
	facts, last := []sla.Fact{{Kind: sla.FactStart, At: at, Ref: "what if"}}, at
	for _, p := range q.pauses {
		from, to, ok := strings.Cut(p, "/")
		if !ok {
			return nil, time.Time{}, fmt.Errorf("pause %q: want FROM/TO", p)
		}
		asked, err := askedTime("pause", from, cust.Zone, now)
		if err != nil {
			return nil, time.Time{}, err
		}
		answered, err := askedTime("pause", to, cust.Zone, now)
		if err != nil {
			return nil, time.Time{}, err
		}
		if asked.Before(last) || answered.Before(asked) {
			return nil, time.Time{}, fmt.Errorf("pause %q: want a question after what came before it, and an answer after the question", p)
		}
		facts = append(facts, sla.Fact{Kind: sla.FactPause, At: asked, Ref: "question"}, sla.Fact{Kind: sla.FactComplete, At: answered, Ref: "answer"})
		last = answered
	}
	return facts, last, nil
}

func (q *whatIf) checkSubject(cust *bot.Customer) error {
	if q.sub.RequestType != "" {
		rt, ok := cust.Type(q.sub.RequestType)
		if !ok {
			ids := make([]string, len(cust.Types))
			for i, t := range cust.Types {
				ids[i] = t.ID
			}
			return fmt.Errorf("type %q: want one of %s", q.sub.RequestType, strings.Join(ids, ", "))
		}
		if q.sub.Class == "" {
			q.sub.Class = string(rt.Class)
		}
	}
	if q.sub.Class == "" {
		return fmt.Errorf("class is missing: want --class or --type")
	}
	classes := []string{
		string(bot.ClassMinor), string(bot.ClassImpactful), string(bot.ClassBasic), string(bot.ClassAdvanced), string(bot.ClassIncident),
		string(bot.ClassAnnouncement), string(bot.ClassComplaint), string(bot.ClassOther), string(bot.ClassUnclear),
	}
	for _, field := range []struct {
		name, value string
		allowed     []string
	}{
		{"class", q.sub.Class, classes},
		{"priority", q.sub.Priority, []string{"高", "中", "低"}},
		{"impact", q.sub.Impact, []string{"affected", "not_affected", "ask"}},
	} {
		if !slices.Contains(field.allowed, field.value) {
			return fmt.Errorf("%s %q: want one of %s", field.name, field.value, strings.Join(field.allowed, ", "))
		}
	}
	return nil
}

// askedTime reads a time as people write it at a command line; without an offset it is in the customer's zone.
func askedTime(field, s string, zone *time.Location, now time.Time) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	if day, clock, ok := strings.Cut(s, " "); ok {
		hour, err := time.Parse("15:04", clock)
		names := map[string]time.Weekday{"日": 0, "月": 1, "火": 2, "水": 3, "木": 4, "金": 5, "土": 6}
		for d := time.Sunday; d <= time.Saturday; d++ {
			names[strings.ToLower(d.String())], names[strings.ToLower(d.String()[:3])] = d, d
		}
		if weekday, known := names[strings.TrimSuffix(strings.ToLower(day), "曜")]; known && err == nil {
			today := now.In(zone)
			ahead := (int(weekday) - int(today.Weekday()) + 7) % 7
			return time.Date(today.Year(), today.Month(), today.Day()+ahead, hour.Hour(), hour.Minute(), 0, 0, zone), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s %q: want RFC 3339, 2026-11-20T18:30 or a weekday and a time such as \"fri 18:30\"", field, s)
}

func (q *whatIf) printJSON(out io.Writer, p sla.Policy, results []sla.Result, in sla.Language) error {
	type promise struct {
		Target      sla.Target   `json:"target"`
		Due         time.Time    `json:"due,omitzero"`
		Provisional bool         `json:"provisional"`
		Ledger      []sla.Line   `json:"ledger"`
		Text        []string     `json:"text"`
		Short       []string     `json:"short"`
		Lines       []sla.Remark `json:"lines"` // in both languages
	}
	list := make([]promise, len(results))
	for i, r := range results {
		ledger := r.Ledger()
		list[i] = promise{r.Target, r.Due, r.Provisional, ledger, sla.Write(ledger, in), sla.Short(ledger, in), sla.Both(ledger, nil)}
	}
	return json.NewEncoder(out).Encode(map[string]any{"policy": p.Name, "version": p.Version, "promises": list})
}
