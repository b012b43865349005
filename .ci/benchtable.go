//go:build ignore

// Command benchtable reads what `go test -bench` printed and writes the table of bot/store/BENCHMARKS.md between its two marks.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// row is a line of the table: where its figures come from, and what they are held to. An aim is a limit of value, or of ratio.
type row struct {
	what, bench           string
	value, unit           string
	base, baseUnit, ratio string
	aim                   string
	most, least           float64 // of value; 0: no limit
	leastRatio            float64
	baseName              string
}

func rows() []row {
	var list []row
	webhook := func(engine string, clients int, door, aim string, least float64) row {
		base, baseName := "raw/s", "bare insert"
		if door == "http" {
			base, baseName = "bare-http/s", "bare insert over HTTP"
		}
		return row{
			what: fmt.Sprintf("webhook → durable, %s, %d clients, %s", engine, clients, door), bench: fmt.Sprintf("BenchmarkWebhook/%s/clients=%d", engine, clients),
			value: door + "/s", unit: "/s", base: base, baseUnit: "/s", ratio: door + "-ratio", aim: aim, leastRatio: least, baseName: baseName,
		}
	}
	for _, n := range []int{1, 16, 64} {
		aim, least := "", 0.0
		if n == 16 {
			aim, least = "≥ 0.85", 0.85
		}
		list = append(list, webhook("postgres", n, "store", aim, least), webhook("postgres", n, "http", aim, least))
	}
	for _, n := range []int{1, 16, 64} {
		list = append(list, webhook("sqlite", n, "store", "≥ 0.8", 0.8), webhook("sqlite", n, "http", "", 0))
	}
	list = append(list,
		row{what: "webhook → decision of next to nothing, sqlite, 16 clients", bench: "BenchmarkThrough/sqlite", value: "events/s", unit: "/s", base: "direct/s", baseUnit: "/s", ratio: "ratio", baseName: "without the journal"},
		row{what: "processor time of Toban for each of them", bench: "BenchmarkThrough/sqlite", value: "own-cpu-us/event", unit: " µs", base: "direct-cpu-us/event", baseUnit: " µs", baseName: "without the journal"},
	)
	for _, e := range []string{"postgres", "sqlite"} {
		list = append(list,
			row{what: "timer lateness p50, 100/s, 100,000 pending, " + e, bench: "BenchmarkTimers/" + e, value: "late-p50-ms", unit: " ms"},
			row{what: "timer lateness p99, the same", bench: "BenchmarkTimers/" + e, value: "late-p99-ms", unit: " ms", base: "floor-p99-ms", baseUnit: " ms", ratio: "p99-ratio", aim: "≤ 25 ms", most: 25, baseName: "four bare commits"},
			row{what: "timer lateness p99 with two kills, " + e, bench: "BenchmarkKilled/" + e, value: "late-p99-ms", unit: " ms", aim: "≤ 1 s", most: 1000},
			row{what: "acknowledgement p99, 50/s beside 1,000 timers, " + e, bench: "BenchmarkAcknowledge/" + e, value: "p99-ms", unit: " ms", base: "floor-p99-ms", baseUnit: " ms", ratio: "p99-ratio", baseName: "one bare commit"},
			row{what: "effects, no-op vendor, 8 places, " + e, bench: "BenchmarkEffects/" + e + "/places=8", value: "effects/s", unit: "/s", base: "raw/s", baseUnit: "/s", ratio: "ratio", baseName: "bare insert"},
			row{what: "effects, no-op vendor, 32 places, " + e, bench: "BenchmarkEffects/" + e + "/places=32", value: "effects/s", unit: "/s", base: "raw/s", baseUnit: "/s", ratio: "ratio", aim: "≥ 5,000/s on PostgreSQL", least: 5000, baseName: "bare insert"},
		)
	}
	for _, e := range []string{"postgres", "sqlite"} {
		for _, mix := range []struct{ name, what string }{{"new", "new tickets"}, {"day", "the mix of a day"}} {
			bench := "BenchmarkDecisions/" + e + "/" + mix.name
			list = append(list, row{what: mix.what + " decided by all features and committed, " + e, bench: bench, value: "events/s", unit: "/s", base: "bare/s", baseUnit: "/s", ratio: "ratio", aim: "≥ 2,000/s on PostgreSQL", least: 2000, baseName: "decisions of new tickets without a database"})
			list = append(list, row{what: "processor time of Toban for each of them", bench: bench, value: "own-cpu-us/event", unit: " µs"})
			if e == "postgres" {
				list = append(list, row{what: "processor time of PostgreSQL for each of them", bench: bench, value: "server-cpu-us/event", unit: " µs"})
			}
		}
	}
	return append(list,
		row{what: "start to ready, 10,000 open tickets, SQLite", bench: "BenchmarkServe", value: "ready-ms", unit: " ms", base: "ready-one-ms", baseUnit: " ms", ratio: "ready-ratio", aim: "≤ 500 ms", most: 500, baseName: "one ticket"},
		row{what: "resident memory ten seconds later", bench: "BenchmarkServe", value: "rss-MB", unit: " MB", base: "rss-one-MB", baseUnit: " MB", ratio: "rss-ratio", aim: "≤ 60 MB", most: 60, baseName: "one ticket"},
	)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: benchtable OUTPUT PAPER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

func run(output, paper string) error {
	seen, cpu, err := read(output)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(paper)
	if err != nil {
		return err
	}
	const begin, end = "<!-- table -->\n", "<!-- end of table -->\n"
	head, rest, ok := strings.Cut(string(text), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no marks %q and %q", paper, begin, end)
	}
	return os.WriteFile(paper, []byte(head+begin+table(seen, cpu)+end+tail), 0o644)
}

func table(seen map[string]map[string]float64, cpu string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %d cores, %s/%s, %s.\n\n", cpu, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	out.WriteString("| what | measured | baseline | ratio | aim | |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows() {
		m, ok := seen[r.bench]
		if !ok {
			fmt.Fprintf(&out, "| %s | not measured | | | %s | |\n", r.what, r.aim)
			continue
		}
		base, ratio := "", ""
		if r.base != "" {
			base, ratio = figure(m[r.base])+r.baseUnit+" ("+r.baseName+")", strconv.FormatFloat(m[r.ratio], 'f', 2, 64)
		}
		verdict := ""
		switch v := m[r.value]; {
		case r.aim == "" || r.least > 0 && strings.Contains(r.bench, "sqlite"):
		case r.most > 0 && v > r.most, r.least > 0 && v < r.least, r.leastRatio > 0 && m[r.ratio] < r.leastRatio:
			verdict = "missed"
		default:
			verdict = "met"
		}
		fmt.Fprintf(&out, "| %s | %s%s | %s | %s | %s | %s |\n", r.what, figure(m[r.value]), r.unit, base, ratio, r.aim, verdict)
	}
	return out.String()
}

func figure(v float64) string {
	if v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// read gives the figures by benchmark and unit.
func read(path string) (seen map[string]map[string]float64, cpu string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	seen = map[string]map[string]float64{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if c, ok := strings.CutPrefix(lines.Text(), "cpu: "); ok {
			cpu = c
		}
		words := strings.Fields(lines.Text())
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := words[0]
		if i := strings.LastIndex(name, "-"); i > 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		figures := map[string]float64{}
		for i := 2; i+1 < len(words); i += 2 {
			if v, err := strconv.ParseFloat(words[i], 64); err == nil {
				figures[words[i+1]] = v
			}
		}
		seen[name] = figures
	}
	return seen, cpu, lines.Err()
}
