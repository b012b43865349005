package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lib/pq"
)

// rows is a statement that is run for many rows of one form: on PostgreSQL with one round trip, an array a column; on SQLite, which is in
// this process, once a row, or once for some rows where it inserts them.
type rows struct {
	one, some, all string // for one row, for someRows of them ("" when there is no such way), and for as many as there are
	numbers        []bool // which columns are numbers; the others are texts
}

// someRows is how many rows SQLite inserts at a time: most of the work of a single one is around it.
const someRows = 8

// updates makes a statement for rows out of two texts; where all takes a bigint[], one takes a number.
func updates(one, all string) rows {
	r := rows{one: one, all: all}
	for i := strings.Index(all, "?::"); i >= 0; i = strings.Index(all, "?::") {
		all = all[i+len("?::"):]
		r.numbers = append(r.numbers, strings.HasPrefix(all, "bigint"))
	}
	// Told how long an array is, PostgreSQL would plan the statement anew each time.
	r.all = hidden.ReplaceAllString(r.all, "(SELECT $0)")
	return r
}

// hidden are the arrays of a statement.
var hidden = regexp.MustCompile(`\?::\w+\[\]`)

// inserts makes a statement that inserts rows in their order, so that their ids ascend. A column that ends in "#" is a number, one with a
// "=" has the same value in each row.
func inserts(table string, columns []string, conflict string) rows {
	r := rows{}
	var names, values, taken, marks, arrays []string
	for _, c := range columns {
		name, value, fixed := strings.Cut(c, "=")
		name, number := strings.CutSuffix(name, "#")
		names = append(names, name)
		if fixed {
			values, marks = append(values, value), append(marks, value)
			continue
		}
		kind := "text"
		if number {
			kind = "bigint"
		}
		r.numbers = append(r.numbers, number)
		values, marks = append(values, "r."+name), append(marks, "?")
		taken, arrays = append(taken, name), append(arrays, "?::"+kind+"[]")
	}
	into := fmt.Sprintf("INSERT INTO %s (%s)", table, strings.Join(names, ", "))
	row := "(" + strings.Join(marks, ", ") + ")"
	r.one = fmt.Sprintf("%s VALUES %s %s", into, row, conflict)
	r.some = fmt.Sprintf("%s VALUES %s %s", into, row+strings.Repeat(", "+row, someRows-1), conflict)
	r.all = fmt.Sprintf("%s SELECT %s FROM unnest(%s) WITH ORDINALITY AS r (%s, nth) ORDER BY r.nth %s",
		into, strings.Join(values, ", "), strings.Join(arrays, ", "), strings.Join(taken, ", "), conflict)
	return r
}

// execRows runs a statement for rows, of one value a column each, and returns how many it changed in all.
func (s *Store) execRows(ctx context.Context, tx *work, r rows, list [][]any) (changed int64, err error) {
	if len(list) > 1 && s.d.name == postgresDialect.name {
		return s.exec(ctx, tx, r.all, r.columns(list)...)
	}
	for len(list) > 0 {
		text, n := r.one, 1
		if r.some != "" && len(list) >= someRows {
			text, n = r.some, someRows
		}
		done, err := s.exec(ctx, tx, text, slices.Concat(list[:n]...)...)
		if err != nil {
			return changed, err
		}
		changed, list = changed+done, list[n:]
	}
	return changed, nil
}

// columns turns rows into an array a column.
func (r rows) columns(list [][]any) []any {
	args := make([]any, len(r.numbers))
	for c, number := range r.numbers {
		if number {
			column := make([]int64, len(list))
			for i, row := range list {
				column[i] = row[c].(int64) //nolint:forcetypeassert // the statement says what it takes
			}
			args[c] = pq.Int64Array(column)
			continue
		}
		column := make([]string, len(list))
		for i, row := range list {
			column[i] = cleanText(row[c].(string)) //nolint:forcetypeassert // the statement says what it takes
		}
		args[c] = pq.StringArray(column)
	}
	return args
}
