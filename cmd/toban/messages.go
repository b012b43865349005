package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"toban/config"
)

func messagesCommand() *cobra.Command {
	var profile, dir, customer, lang string
	var bare, asJSON bool
	c := &cobra.Command{
		Use:   "messages [ID…]",
		Short: "Preview the messages to customers",
		Long: `Shows every message to customers, or those named, filled with sample values: as a
profile words it, or with --config and --customer as a customer of yours reads it.
--bare leaves out all that a message need not hold.`,
		Example: `  toban messages
  toban messages start_notice --lang en --bare
  toban messages --config /etc/toban --customer aoba intake_answer`,
		RunE: func(c *cobra.Command, ids []string) error {
			for _, id := range ids {
				if _, ok := config.MessageByID(id); !ok {
					return &exit{exitUsage, fmt.Errorf("no message is named %q; \"toban messages\" shows them all", id)}
				}
			}
			render, err := wording(profile, dir, customer, lang)
			if err != nil {
				return &exit{exitUsage, err}
			}
			return preview(c.OutOrStdout(), ids, lang, bare, asJSON, render)
		},
	}
	f := c.Flags()
	f.StringVar(&profile, "profile", "support-desk", "service `profile` whose wording is shown")
	f.StringVar(&dir, "config", "", "configuration `folder`")
	f.StringVar(&customer, "customer", "", "`customer` of the folder whose wording is shown")
	f.StringVar(&lang, "lang", config.LangJapanese, "language, ja or en")
	f.BoolVar(&bare, "bare", false, "only what a message must hold")
	f.BoolVar(&asJSON, "json", false, "one JSON object a line")
	return c
}

// wording finds the templates to show.
func wording(profile, dir, customer, lang string) (func(id string, data map[string]any) (string, error), error) {
	if lang != config.LangJapanese && lang != config.LangEnglish {
		return nil, fmt.Errorf("no messages in language %q; allowed are ja and en", lang)
	}
	if customer == "" {
		profiles, err := config.LoadProfiles(dir, config.Options{})
		if err != nil {
			return nil, err
		}
		p, ok := profiles[profile]
		if !ok {
			return nil, unknownProfile(profile, profiles)
		}
		return func(id string, data map[string]any) (string, error) { return p.Templates.Render(id, lang, data) }, nil
	}
	if dir == "" {
		return nil, fmt.Errorf("--customer %s needs --config: customers are files of the configuration folder", customer)
	}
	cfg, err := load(dir)
	if err != nil {
		return nil, err
	}
	var known []string
	for i := range cfg.Customers {
		if cfg.Customers[i].ID == customer {
			return cfg.Customers[i].Templates(lang).Render, nil
		}
		known = append(known, cfg.Customers[i].ID)
	}
	return nil, fmt.Errorf("the folder has no customer %q; it has %v", customer, known)
}

func preview(out io.Writer, ids []string, lang string, bare, asJSON bool, render func(string, map[string]any) (string, error)) error {
	for _, m := range config.Messages() {
		if len(ids) > 0 && !slices.Contains(ids, m.ID) {
			continue
		}
		text, err := render(m.ID, m.Sample(lang, bare))
		if err != nil {
			return err
		}
		if asJSON {
			if err := json.NewEncoder(out).Encode(map[string]string{"id": m.ID, "about": m.About, "lang": lang, "text": text}); err != nil {
				return fmt.Errorf("writing: %w", err)
			}
			continue
		}
		fmt.Fprintf(out, "── %s: %s\n\n%s\n\n", m.ID, m.About, text)
	}
	return nil
}
