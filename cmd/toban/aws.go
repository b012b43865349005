package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
)

func awsCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "aws", Short: "Look at changes of customers' AWS accounts", Args: cobra.NoArgs,
		Example: "  toban aws rehearse --config /etc/toban --customer aoba change.json",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(awsRehearseCommand())
	return root
}

func awsRehearseCommand() *cobra.Command {
	var dir, customer string
	var asJSON bool
	c := &cobra.Command{
		Use:   "rehearse --config DIR --customer ID [FILE]",
		Short: "Say what would become of a change now, and change nothing",
		Long: `Reads a change (FILE, or standard input) as JSON, enters the customer's account by
both roles, and says what is there, what Toban would do, and whether the rights are
there: EC2 is asked to rehearse the call, other services can't. The operations and
their words are listed in bot/aws/CATALOGUE.md.

Exit code 3: it would be refused, or a right is missing.`,
		Example: `  echo '{"account":"123456789012","region":"ap-northeast-1","do":"ec2.stop","with":{"instance":"i-0123456789abcdef0"}}' |
    toban aws rehearse --config /etc/toban --customer aoba`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			change, err := readChange(c.InOrStdin(), args)
			if err != nil {
				return &exit{exitUsage, err}
			}
			r, err := app.Rehearse(c.Context(), cfg, customer, change)
			if err != nil {
				return err
			}
			if asJSON {
				err = json.NewEncoder(c.OutOrStdout()).Encode(r)
			} else {
				_, err = fmt.Fprintf(c.OutOrStdout(), "what   %s\nnow    %s\nwould  %s\nright  %s\n", r.What, r.Now, r.Would, r.Right)
			}
			if err == nil && r.Fails() {
				return &exit{exitFinding, errors.New("it can't be done as it is")}
			}
			return err
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&customer, "customer", "", "`id` of the customer")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	mustRequire(c, "customer")
	return c
}

func readChange(in io.Reader, args []string) (bot.AWSChange, error) {
	if len(args) == 1 {
		f, err := os.Open(args[0])
		if err != nil {
			return bot.AWSChange{}, fmt.Errorf("reading the change: %w", err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	const most = 1 << 20
	d := json.NewDecoder(io.LimitReader(in, most))
	d.DisallowUnknownFields()
	var change bot.AWSChange
	if err := d.Decode(&change); err != nil {
		return change, fmt.Errorf("reading the change: %w", err)
	}
	return change, nil
}
