package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1 // the command could not do what was asked
	exitUsage   = 2 // the command line or the input is wrong
	exitFinding = 3 // a check found something to mend
)

// exit is an error with an exit code of its own; a nil Err prints nothing.
type exit struct {
	Code int
	Err  error
}

func (e *exit) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit %d", e.Code)
	}
	return e.Err.Error()
}

func (e *exit) Unwrap() error { return e.Err }

// run is main without the process: arguments in, exit code out.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(append([]string{}, args...)) // nil would be the program's own
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	began := false
	root.PersistentPreRun = func(*cobra.Command, []string) { began = true }
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var e *exit
	if errors.As(err, &e) {
		if e.Err != nil {
			fmt.Fprintln(stderr, "toban:", e.Err)
		}
		return e.Code
	}
	fmt.Fprintln(stderr, "toban:", err)
	if !began || strings.HasPrefix(err.Error(), "required flag(s)") {
		return exitUsage // cobra refused the command line before the command began
	}
	return exitFailed
}

// knownCommand refuses a word that is no command, with the one that was most likely meant.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := fmt.Errorf("unknown command %q for %q", args[0], c.CommandPath())
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		err = fmt.Errorf("%w; did you mean %q?", err, near[0])
	}
	return &exit{exitUsage, err}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "toban",
		Short: "The duty bot of a support desk",
		Long: `Toban (当番, the person on duty) watches Backlog, sorts requests, keeps the
promises of the service contract, asks staff in Slack and writes the report.

Try it without any account:   toban demo
Run it for real:              toban serve --config DIR`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          knownCommand,

		SuggestionsMinimumDistance: 2, //nolint:mnd // two letters, as cobra takes where it refuses a word itself
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exit{exitUsage, err} })
	root.AddCommand(serveCommand(), demoCommand(), simCommand(), reportCommand(), explainCommand(), timelineCommand(), reapplyCommand(), auditCommand(), eraseCommand(), doctorCommand(), awsCommand(), deadLetterCommand(), backupCommand(), restoreCommand(), restoredCommand(), stopCommand(), startCommand(), modeCommand(), customerCommand(), adoptCommand(), shadowCommand(), replayCommand(), silenceCommand(), retentionCommand(),
		checkCommand(), classifyCommand(), messagesCommand(), slaCommand(), whatIfCommand(), nodesCommand(), playbookCommand(), versionCommand())
	return root
}
