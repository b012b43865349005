// Command toban is the duty bot of a support desk: it answers tickets in Backlog, asks staff in Slack, keeps the promises of the
// contract and writes the report. See `toban --help`.
//
// One file a subcommand; main.go holds the root command and exit codes. demo has three (demo, demo_ports, demo_stage), since it brings the
// stand-ins along; world.go puts Toban between stand-ins for the demo and for the tests.
package main
