package main

import (
	"net/http"

	"github.com/spf13/cobra"

	"toban/bot/phone/phonesim"
)

func simPhoneCommand() *cobra.Command {
	var listen, seedFile string
	c := &cobra.Command{
		Use: "phone", Short: "Run the stand-in of a telephony provider (Amazon Connect's API for outbound calls)", Args: cobra.NoArgs,
		Long: `Run the stand-in of a telephony provider: the part of Amazon Connect's API that places outbound calls and tells how they went, a page on which
ringing calls can be taken, and orders (/_sim/…) that put people at numbers and make it misbehave: bot/phone/phonesim/README.md tells how.
Without --seed seven people of a small support desk and its customer stand at the numbers +8150000001xx and +8150000002xx.`,
		Example: `  toban sim phone --listen 127.0.0.1:8084
  toban sim phone --seed people.json`,
		RunE: func(c *cobra.Command, _ []string) error {
			return serveSim(c, listen, "/", func(string) (http.Handler, func() error, error) {
				seed := phonesim.SampleSeed()
				if err := readSeed(seedFile, &seed); err != nil {
					return nil, nil, err
				}
				s := phonesim.New(phonesim.Options{})
				return s, func() error { s.Close(); return nil }, s.Load(seed)
			})
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8084", "`address` of the API, the page and the orders (/_sim/…)")
	c.Flags().StringVar(&seedFile, "seed", "", "JSON `file` with the people and faults")
	return c
}
