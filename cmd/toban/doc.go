// Command toban is the duty bot of a support desk: it answers tickets in Backlog, asks staff in Slack, keeps the promises of the
// contract and writes the report. See `toban --help`.
//
// One file a subcommand; main.go holds the root command and exit codes. demo has three (demo, demo_ports, demo_stage), since it brings the
// stand-ins along; world.go puts Toban between stand-ins for the demo and for the tests.
//
// The tests of the whole program live here, too: world_test (a bench in one process), kill* and chaos* (the real program, killed), and
// month_* (simulated months; what must hold is listed in month_invariant_test.go, see make sim).
package main
