package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/incident"
	"toban/bot/store"
	"toban/config"
)

func timelineCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "timeline --config DIR KEY",
		Short: "Print what happened in an incident, and the draft of its review",
		Long: `Prints in order of time what is on record of an incident: what was detected, judged,
done and told to the customer, who was called out, and the recovery; below it the figures
that a review begins with, and what people have to fill in. Times are in the customer's
zone. It is for staff: nothing is sent and nothing is changed.`,
		Example: "  toban timeline --config /etc/toban AOBA-12\n  toban timeline --config /etc/toban --json AOBA-12 > AOBA-12.json",
		Args:    oneWord("timeline wants the key of a ticket"),
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				t, err := findTicket(c, st, args[0])
				if err != nil {
					return err
				}
				loaded, err := st.Load(c.Context(), t.ID)
				if err != nil {
					return err
				}
				return printTimeline(c.OutOrStdout(), t, loaded, zoneOf(cfg, t), asJSON)
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func printTimeline(w io.Writer, t *bot.Ticket, loaded store.Loaded, zone *time.Location, asJSON bool) error {
	v, ok, err := incident.ReviewOf(t, &bot.Customer{Zone: zone}, loaded.States[incident.Name].State)
	switch {
	case err != nil:
		return err
	case !ok:
		return &exit{exitFinding, errors.New("printing what happened in " + t.Key + ": it is no incident, or its impact was not judged yet")}
	case asJSON:
		return json.NewEncoder(w).Encode(v)
	}
	_, err = fmt.Fprintln(w, v.Text(zone, math.MaxInt))
	return err
}
