package main

import (
	"net/http"

	"github.com/spf13/cobra"

	"toban/bot/phone/phonesim"
)

func simPhoneCommand() *cobra.Command {
	var listen string
	c := &cobra.Command{
		Use: "phone", Short: "Run the stand-in of a telephony provider (Amazon Connect's API for outbound calls)", Args: cobra.NoArgs,
		Example: "  toban sim phone --listen 127.0.0.1:8084",
		RunE: func(c *cobra.Command, _ []string) error {
			return serveSim(c, listen, "/", func(string) (http.Handler, func() error, error) {
				s := phonesim.New(phonesim.Options{})
				return s, func() error { s.Close(); return nil }, nil
			})
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8084", "`address` of the API, the page and the orders (/_sim/…)")
	return c
}
