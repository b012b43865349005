//go:build ignore

// Command count reads the events of `go test -json` and prints one line: N passed, N failed, N skipped. Subtests count like tests; a
// package that failed without a failing test (it did not compile, or its process died) counts as one failure. It exits with 1 when
// something failed and when nothing ran at all.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

type event struct{ Action, Package, Test string }

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: count FILE")
		os.Exit(2)
	}
	f, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		fmt.Println("0 passed, 1 failed, 0 skipped")
		os.Exit(1)
	}
	defer f.Close()

	outcome := map[event]string{} // by package and test; a later result of the same test wins
	broken := map[string]bool{}   // packages that failed
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // build output between the events
		}
		switch e.Action {
		case "pass", "fail", "skip":
			if e.Test != "" {
				outcome[event{Package: e.Package, Test: e.Test}] = e.Action
			} else if e.Action == "fail" {
				broken[e.Package] = true
			}
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		os.Exit(1)
	}
	count := map[string]int{}
	for e, result := range outcome {
		count[result]++
		if result == "fail" {
			delete(broken, e.Package)
		}
	}
	count["fail"] += len(broken)
	fmt.Printf("%d passed, %d failed, %d skipped\n", count["pass"], count["fail"], count["skip"])
	if count["fail"] > 0 || count["pass"] == 0 {
		os.Exit(1)
	}
}
