package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/store"
	"toban/config"
	"toban/sla"
)

// exported is a ticket as it is handed over: what the customer asked and was promised, without the provider's own notes.
type exported struct {
	Key       string            `json:"key"`
	Project   string            `json:"project"`
	Summary   string            `json:"summary"`
	Type      string            `json:"type"`
	Class     bot.Class         `json:"class"`
	Status    bot.Status        `json:"status"`
	Received  time.Time         `json:"received"`
	Ended     time.Time         `json:"ended,omitzero"`
	Requester []string          `json:"requester"`
	Details   string            `json:"details,omitempty"`
	History   []exportedEntry   `json:"history"`
	Promises  []exportedPromise `json:"promises"`
}

type exportedEntry struct {
	At      time.Time    `json:"at"`
	By      string       `json:"by"`
	Text    string       `json:"text,omitempty"`
	Changes []bot.Change `json:"changes,omitempty"`
}

type exportedPromise struct {
	Name  string    `json:"name"`
	Level sla.Level `json:"level"`
	State sla.State `json:"state"`
	Start time.Time `json:"start"`
	Due   time.Time `json:"due,omitzero"`
	Ended time.Time `json:"ended,omitzero"`
}

// manifest is the first file of an export.
type manifest struct {
	Customer string            `json:"customer"`
	Name     string            `json:"name"`
	At       time.Time         `json:"at"`
	Made     string            `json:"made_by"`
	Tickets  int               `json:"tickets"`
	SHA256   map[string]string `json:"sha256"`
}

func customerExportCommand() *cobra.Command {
	var dir, to string
	c := &cobra.Command{
		Use:   "export --config DIR --out FILE.zip ID",
		Short: "Write a customer's data to hand over at the end of a contract",
		Long: `Writes what Toban keeps of a customer into a zip file: tickets with their history and
promises as JSON, a line each, the list of managed resources, and a manifest with the
digests of these files. The provider's own notes and its audit trail are not in it, nor
are telephone numbers and mail addresses. What is in Backlog, such as wiki pages and
attachments, is the customer's there. A file that is there is not written over.`,
		Example: "  toban customer export --config /etc/toban --out aoba-2027-03-31.zip aoba",
		Args:    oneWord("export wants the id of a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				k, err := namedCustomer(cfg, args[0])
				if err != nil {
					return err
				}
				raw, m, err := export(c, st, k)
				if err != nil {
					return err
				}
				if err := writeNew(to, raw); err != nil {
					return err
				}
				sum := sha256.Sum256(raw)
				fmt.Fprintf(c.OutOrStdout(), "%s: %d tickets of %s; sha256 %s\n", to, m.Tickets, k.ID, hex.EncodeToString(sum[:]))
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&to, "out", "", "`FILE` to write, ending in .zip")
	if err := c.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag was defined above
	}
	return c
}

func export(c *cobra.Command, st *store.Store, k *config.Customer) ([]byte, manifest, error) {
	now, err := st.Now(c.Context())
	if err != nil {
		return nil, manifest{}, err
	}
	m := manifest{Customer: k.ID, Name: k.Name, At: now, Made: "Toban " + version(), SHA256: map[string]string{}}
	tickets, err := st.Tickets(c.Context(), k.ID)
	if err != nil {
		return nil, m, err
	}
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	enc.SetEscapeHTML(false)
	for _, t := range tickets {
		x, err := exportTicket(c, st, t)
		if err == nil {
			err = enc.Encode(x)
		}
		if err != nil {
			return nil, m, fmt.Errorf("exporting %s: %w", t.Key, err)
		}
	}
	m.Tickets = len(tickets)
	resources, err := json.MarshalIndent(k.Resources, "", " ")
	if err != nil {
		return nil, m, err
	}
	raw, err := pack(&m, map[string][]byte{"tickets.jsonl": lines.Bytes(), "resources.json": resources})
	return raw, m, err
}

func exportTicket(c *cobra.Command, st *store.Store, t *bot.Ticket) (exported, error) {
	x := exported{
		Key: t.Key, Project: t.Project, Summary: t.Summary, Type: t.Type, Class: t.Class, Status: t.Status, Received: t.Received, Ended: t.Ended, Details: t.Details,
		Requester: []string{}, History: []exportedEntry{}, Promises: []exportedPromise{},
	}
	for _, r := range t.Requester {
		if r.Name != "" {
			x.Requester = append(x.Requester, r.Name)
		}
	}
	facts, err := st.Facts(c.Context(), t.ID)
	if err != nil {
		return x, err
	}
	for _, f := range facts {
		x.History = append(x.History, exportedEntry{At: f.At, By: f.Author.Name, Text: f.Text, Changes: f.Changes})
	}
	rows, err := st.TicketClocks(c.Context(), t.ID)
	for _, r := range rows {
		x.Promises = append(x.Promises, exportedPromise{Name: r.Name, Level: r.Level, State: r.State, Start: r.Start, Due: r.Due, Ended: r.Stopped})
	}
	return x, err
}

// pack puts the files into a zip, the manifest with their digests first.
func pack(m *manifest, files map[string][]byte) ([]byte, error) {
	names := []string{"tickets.jsonl", "resources.json"}
	for _, name := range names {
		sum := sha256.Sum256(files[name])
		m.SHA256[name] = hex.EncodeToString(sum[:])
	}
	first, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	files["manifest.json"] = append(first, '\n')
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range append([]string{"manifest.json"}, names...) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.At})
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("packing the export: %w", err)
	}
	return out.Bytes(), nil
}
