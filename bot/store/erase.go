package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FeatureAudit gives the lines of the trail that are about the trail itself. They are never removed: they say what was.
const FeatureAudit = "audit"

// Erasure says which words of a customer's audit trail go, and why.
type Erasure struct {
	Customer string
	Word     string    // what is replaced wherever it stands, such as a person's name; "" removes all lines of the customer
	Why      string    // for the trail
	Now      time.Time // world time
}

// erasedWord stands where a word was erased.
const erasedWord = "(消去)"

// Erase takes words out of a customer's audit trail, or all of its lines, and says in the trail which lines it was. The chain over their
// digests stays and can be checked. It returns how many lines it changed; with dry it only counts them. Lines that are not sealed yet are
// sealed first.
func (s *Store) Erase(ctx context.Context, e Erasure, dry bool) (changed int, err error) {
	if e.Why == "" {
		return 0, fmt.Errorf("erasing words of the audit trail of %q: want a reason", e.Customer)
	}
	if e.Word != "" && strings.Contains(erasedWord, e.Word) {
		return 0, fmt.Errorf("erasing %q: want a word that the mark of an erasure, %s, does not hold", e.Word, erasedWord)
	}
	if !dry {
		for n := sealBatch; !Sealed(n); {
			if n, err = s.Seal(ctx, e.Now); err != nil {
				return 0, err
			}
		}
	}
	for last := int64(0); ; {
		rows, next, err := s.eraseSome(ctx, e, dry, last)
		if changed += rows; err != nil || next == last {
			return changed, err
		}
		last = next
	}
}

// eraseSome goes through the lines after one in a transaction of its own, so that nobody waits long for the writer.
func (s *Store) eraseSome(ctx context.Context, e Erasure, dry bool, after int64) (changed int, next int64, err error) {
	err = s.transact(ctx, stepErase, func(tx *work) error {
		changed, next = 0, after
		var rows []auditRow
		err := s.query(ctx, tx, &rows, "SELECT "+auditColumns+" FROM audit WHERE customer = ? AND feature <> ? AND id > ? ORDER BY id LIMIT CAST(? AS BIGINT)",
			e.Customer, FeatureAudit, after, sealBatch)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			next = rows[len(rows)-1].ID
		}
		rows = slices.DeleteFunc(rows, func(r auditRow) bool { return !r.holds(e.Word) })
		if changed = len(rows); changed == 0 || dry {
			tx.idle = true
			return nil
		}
		for _, r := range rows {
			if err := s.eraseLine(ctx, tx, r, e.Word); err != nil {
				return err
			}
		}
		return s.tellErased(ctx, tx, rows, e.Now, e.Why)
	})
	return changed, next, err
}

func (r auditRow) holds(word string) bool {
	return word == "" || strings.Contains(r.What, word) || strings.Contains(r.Why, word) || strings.Contains(r.Ref, word)
}

// eraseLine removes a line, or a word of it; the salt goes in both cases, so that nobody can try words against the digest.
func (s *Store) eraseLine(ctx context.Context, tx *work, r auditRow, word string) error {
	if word == "" {
		_, err := s.exec(ctx, tx, "DELETE FROM audit WHERE id = ?", r.ID)
		return err
	}
	without := func(text string) string { return strings.ReplaceAll(text, word, erasedWord) }
	_, err := s.exec(ctx, tx, "UPDATE audit SET what = ?, why = ?, ref = ?, salt = '' WHERE id = ?", without(r.What), without(r.Why), without(r.Ref), r.ID)
	return err
}

// erasedPrefix begins the line that says which lines were erased: numbers and ranges of the same chain follow.
const erasedPrefix = "erased lines "

// tellErased appends to each customer's trail which of its sealed lines were erased.
func (s *Store) tellErased(ctx context.Context, tx *work, rows []auditRow, now time.Time, why string) error {
	by := map[string][]int64{}
	for _, r := range rows {
		if r.Link > 0 {
			by[r.Customer] = append(by[r.Customer], r.Link)
		}
	}
	for customer, numbers := range by {
		_, err := s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('', ?, ?, ?, ?, ?, '')`,
			customer, micros(now), FeatureAudit, erasedPrefix+ranges(numbers), why)
		if err != nil {
			return err
		}
	}
	return nil
}

// ranges writes numbers such as 3,5-9.
func ranges(numbers []int64) string {
	slices.Sort(numbers)
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		text := strconv.FormatInt(numbers[i], 10)
		if j > i {
			text += "-" + strconv.FormatInt(numbers[j], 10)
		}
		out = append(out, text)
		i = j + 1
	}
	return strings.Join(out, ",")
}

// span is a range of links, both ends included.
type span struct{ first, last int64 }

// readRanges reads what tellErased wrote.
func readRanges(text string) (out []span) {
	for part := range strings.SplitSeq(text, ",") {
		a, b, more := strings.Cut(part, "-")
		first, err := strconv.ParseInt(a, 10, 64)
		if err != nil {
			continue
		}
		last := first
		if more {
			if last, err = strconv.ParseInt(b, 10, 64); err != nil {
				continue
			}
		}
		out = append(out, span{first, last})
	}
	return out
}

// merged sorts spans and puts together those that touch.
func merged(spans []span) (out []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	for _, s := range spans {
		if n := len(out); n > 0 && s.first <= out[n-1].last+1 {
			out[n-1].last = max(out[n-1].last, s.last)
			continue
		}
		out = append(out, s)
	}
	return out
}

// within reports whether merged spans hold n.
func within(spans []span, n int64) bool {
	_, found := slices.BinarySearchFunc(spans, n, func(s span, n int64) int {
		switch {
		case s.last < n:
			return -1
		case s.first > n:
			return 1
		}
		return 0
	})
	return found
}
