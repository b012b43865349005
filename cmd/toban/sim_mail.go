package main

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"toban/bot/mail/mailsim"
)

func simMailCommand() *cobra.Command {
	var outlet, listen, page, user, password, cert, seedFile string
	c := &cobra.Command{
		Use: "mail", Short: "Run the stand-in of a mail server (SMTP, with a page of what arrived)", Args: cobra.NoArgs,
		Long: `Run the stand-in of a mail server: SMTP that keeps what it takes, a page of what arrived, and orders (/_sim/…) that make it misbehave:
bot/mail/mailsim/README.md tells how. Without --seed a morning's mails of a small support desk have arrived.`,
		Example: `  toban sim mail --listen 127.0.0.1:1025 --page 127.0.0.1:8083
  toban sim mail --outlet 127.0.0.1:2525
  curl -H 'Content-Type: application/json' http://127.0.0.1:8083/_sim/send \
    -d '{"from":"yamamoto@aozora.example","to":"desk-aozora@toban.example.jp","subject":"web01","text":"..."}'
  toban sim mail --user toban --password secret --certificate /tmp/mailsim.pem`,
		RunE: func(c *cobra.Command, _ []string) error {
			if (user == "") != (password == "") {
				return &exit{exitUsage, fmt.Errorf("--user and --password belong together")}
			}
			seed := mailsim.SampleSeed()
			if err := readSeed(seedFile, &seed); err != nil {
				return err
			}
			s, err := mailsim.New(mailsim.Options{Outlet: outlet, User: user, Password: password, TLS: cert != ""})
			if err != nil {
				return err
			}
			if err := s.Load(seed); err != nil {
				return &exit{exitUsage, err}
			}
			if cert != "" {
				const mode = 0o600
				if err := os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate()}), mode); err != nil {
					return fmt.Errorf("writing the certificate: %w", err)
				}
			}
			smtp, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", listen)
			if err != nil {
				return fmt.Errorf("listening on %s: %w", listen, err)
			}
			web, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", page)
			if err != nil {
				_ = smtp.Close()
				return fmt.Errorf("listening on %s: %w", page, err)
			}
			fmt.Fprintf(c.OutOrStdout(), "SMTP %s\npage http://%s\n", smtp.Addr(), web.Addr())
			return serveHTTP(c.Context(), web, s, func(ctx context.Context) error {
				served := make(chan error, 1)
				go func() { served <- s.Serve(smtp) }()
				<-ctx.Done()
				return errors.Join(s.Close(), <-served)
			})
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:1025", "`address` of SMTP")
	c.Flags().StringVar(&page, "page", "127.0.0.1:8083", "`address` of the page and of the orders (/_sim/…)")
	c.Flags().StringVar(&outlet, "outlet", "", "`address` of a mail server, such as Toban's postbox, to which the page and POST /_sim/send write mails")
	c.Flags().StringVar(&user, "user", "", "take mails only from this `user`")
	c.Flags().StringVar(&password, "password", "", "the user's `password`")
	c.Flags().StringVar(&seedFile, "seed", "", "JSON `file` with mails that have arrived, and faults")
	c.Flags().StringVar(&cert, "certificate", "", "offer STARTTLS, and write the certificate to this `file` so that a client can trust it")
	return c
}
