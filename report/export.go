package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"toban/report/text"
)

// export is the JSON form of a month.
type export struct {
	Customer string    `json:"customer"`
	Project  string    `json:"project"`
	Month    string    `json:"month"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`     // exclusive
	Cutoff   time.Time `json:"cutoff"` // the end of what counts
	Policy   string    `json:"policy_version"`
	Revision int       `json:"revision"`          // 0 is a draft
	Final    time.Time `json:"final_at,omitzero"` // when a person made this revision
	Rate     string    `json:"rate"`              // percent, rounded down
	Mark     Mark      `json:"mark"`
	Figures
}

// JSON writes the figures for machines, the same bytes for the same figures. Instants are RFC 3339.
func JSON(f Facts, fig Figures) ([]byte, error) {
	p := pageWriter{f: f}
	zone := zoneOf(f)
	b, err := json.MarshalIndent(export{
		Customer: f.Customer, Project: f.ProjectKey, Month: f.Period.String(), From: f.Period.Start, To: f.Period.End,
		Cutoff: p.till().In(zone), Policy: f.Version, Revision: f.Edition.Revision, Final: f.Edition.At, Rate: fig.Total.Rate().String(), Mark: fig.Total.Mark(), Figures: fig,
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing figures of %s: %w", f.Period, err)
	}
	return append(b, '\n'), nil
}

// CSV writes tickets as rows, one at a time, so that a month of any size passes through. The first bytes are a UTF-8
// mark, without which spreadsheets in Japan read the text as Shift_JIS.
type CSV struct {
	w       *csv.Writer
	out     io.Writer
	zone    *time.Location
	started bool
}

// NewCSV starts a file; instants are written in the zone.
func NewCSV(w io.Writer, zone *time.Location) *CSV {
	if zone == nil {
		zone = time.UTC
	}
	return &CSV{w: csv.NewWriter(w), out: w, zone: zone}
}

// Ticket writes a row for each clock of the ticket, or one without a clock.
func (c *CSV) Ticket(t Ticket) error {
	if err := c.start(); err != nil {
		return err
	}
	clocks := t.Clocks
	if len(clocks) == 0 {
		clocks = []ClockResult{{}}
	}
	for _, k := range clocks {
		row := []string{
			t.Key, orElse(t.TypeName, t.Type), t.Class, t.Summary, t.Requester, t.Assignee, t.Priority, t.Status,
			c.at(t.Received), c.at(t.Due), c.at(t.Done), strconv.FormatBool(t.Automatic),
			k.Name, string(k.Level), string(k.State), c.at(k.Start), c.at(k.Due), c.at(k.Stopped), k.Cause, k.Measure,
		}
		for i := range row {
			row[i] = plainCell(row[i])
		}
		if err := c.w.Write(row); err != nil {
			return fmt.Errorf("writing CSV row of %s: %w", t.Key, err)
		}
	}
	return nil
}

// Close writes what is still held, and the head row of a file without tickets. It does not close the writer below.
func (c *CSV) Close() error {
	if err := c.start(); err != nil {
		return err
	}
	c.w.Flush()
	if err := c.w.Error(); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	return nil
}

func (c *CSV) start() error {
	if c.started {
		return nil
	}
	c.started = true
	if _, err := io.WriteString(c.out, "\ufeff"); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	if err := c.w.Write([]string{
		"チケット", "種別", "区分", "件名", "依頼者", "担当者", "優先度", "状態", "受付", "期限", "完了", "自動",
		"約束", "種類", "結果", "約束の開始", "約束の期限", "約束の停止", "原因", "対策",
	}); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	return nil
}

func (c *CSV) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(c.zone).Format(time.RFC3339)
}

// plainCell keeps spreadsheets from reading ticket text as a formula.
func plainCell(s string) string {
	s = text.Clean(s)
	if s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
