package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/store"
	"toban/config"
)

// certificate is what a customer is given when its data were erased: what, when, by whom, and by what the trail can be checked. It names no
// person of the customer.
type certificate struct {
	Customer, Name, Reason, By string
	At                         time.Time
	Kinds                      []store.Expired
	Chain                      store.AuditChain
}

// text is the certificate in the customer's language.
func (d certificate) text(c *config.Customer) string {
	zone, english := time.UTC, false
	if c != nil {
		zone, english = c.Zone, c.Language == config.LangEnglish
	}
	words := [...]string{
		"データ削除証明書", "お客様", "削除の日時", "実施者", "理由", "削除したデータ", "件", "記録の鎖の先頭(検証用)", "行(うち削除 ", ")",
		"上記のデータを、当社の運用システム(Toban)から削除したことを証明します。Backlog 上の課題・wiki、および保管期間中のバックアップは含みません。",
	}
	if english {
		words = [...]string{
			"Certificate of deletion", "Customer", "Deleted at", "Carried out by", "Reason", "Deleted data", "", "Head of the record's chain (for verification)", "lines (erased: ", ")",
			"We certify that these data were deleted from our operating system (Toban). Issues and wiki pages in Backlog, and backups until they expire, are not part of it.",
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n- %s: %s (%s)\n- %s: %s\n- %s: %s\n- %s: %s\n\n## %s\n\n", words[0], words[1], d.Name, d.Customer, words[2], d.At.In(zone).Format("2006-01-02 15:04:05 MST"), words[3], d.By, words[4], d.Reason, words[5])
	for _, k := range d.Kinds {
		kind := k.Kind
		if name := kindNames[kind]; name != "" && !english {
			kind = name
		}
		fmt.Fprintf(&b, "- %s\n", strings.TrimSpace(fmt.Sprintf("%s: %d %s", kind, k.Rows, words[6])))
	}
	if d.Chain.Hash != "" {
		fmt.Fprintf(&b, "\n%s: %s (%d %s%d%s)\n", words[7], d.Chain.Hash, d.Chain.N, words[8], d.Chain.Erased, words[9])
	}
	fmt.Fprintf(&b, "\n%s\n\nToban %s\n", words[10], version())
	return b.String()
}

// kindNames are kinds of what is erased, for people.
var kindNames = map[string]string{
	"tickets": "チケット", "states of tickets": "チケットの状態", "facts": "課題の履歴", "clocks": "期限の記録", "holdings": "予定・枠の記録", "effects": "送信の記録", "events": "受信の記録",
	"silences": "監視の静観", "alerts": "警報の記録", "proposals": "引き継ぎの記録", "closed months": "確定した月次報告の記録", "audit lines": "操作・判断の記録",
}

// draftOf is where the counts stand from before the erasing until the certificate is written: after a crash in between the command, given again,
// certifies what the first run erased, too.
func draftOf(file string) string { return file + ".draft" }

// counted adds what an earlier run that did not come to its end was about to erase, and writes the draft.
func counted(file string, now []store.Expired) ([]store.Expired, error) {
	var before []store.Expired
	raw, err := os.ReadFile(draftOf(file))
	switch {
	case err == nil:
		if err := json.Unmarshal(raw, &before); err != nil {
			return nil, fmt.Errorf("reading %s of an earlier run: %w; move it away to begin anew", draftOf(file), err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("reading %s: %w", draftOf(file), err)
	}
	for _, k := range now {
		i := slices.IndexFunc(before, func(o store.Expired) bool { return o.Kind == k.Kind })
		if i < 0 {
			before = append(before, k)
		} else {
			before[i].Rows = max(before[i].Rows, k.Rows)
		}
	}
	raw, err = json.Marshal(before)
	if err != nil {
		return nil, err
	}
	const mode = 0o600
	if err := os.WriteFile(draftOf(file), raw, mode); err != nil {
		return nil, fmt.Errorf("writing %s before anything is erased: %w", draftOf(file), err)
	}
	return before, nil
}

// certifiable refuses, before anything is erased, what could not be certified afterwards.
func certifiable(file, word string, run bool) error {
	switch {
	case file == "":
		return nil
	case !run:
		return fmt.Errorf("writing the certificate %s: it certifies what was done; give --run, too", file)
	case word != "":
		return fmt.Errorf("writing the certificate %s: it is of a whole customer; leave --word out", file)
	}
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("writing the certificate %s: the file is there already", file)
	}
	return nil
}

// certify writes the certificate of what was erased.
func certify(c *cobra.Command, cfg *config.Config, st *store.Store, e store.Erasure, kinds []store.Expired, file string) error {
	d := certificate{Customer: e.Customer, Name: e.Customer, Reason: e.Why, By: operator(), At: e.Now, Kinds: kinds}
	k, known := cfg.Customer(e.Customer)
	if known {
		d.Name = k.Name
	}
	trail, err := st.VerifyAudit(c.Context(), nil)
	if err != nil {
		return err
	}
	for _, chain := range trail.Chains {
		if chain.Customer == e.Customer {
			d.Chain = chain
		}
	}
	if err := writeNew(file, []byte(d.text(k))); err != nil {
		return err
	}
	if err := os.Remove(draftOf(file)); err != nil {
		return fmt.Errorf("taking the draft of the certificate away: %w", err)
	}
	fmt.Fprintf(c.ErrOrStderr(), "the certificate is %s\n", file)
	return nil
}
