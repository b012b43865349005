package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// rows is a statement that is run for many rows of one form: on PostgreSQL with one round trip, an array a column; on SQLite, which is in
// this process, once a row, or once for some rows where it inserts them.
type rows struct {
	one, some, all string // for one row, for someRows of them ("" when there is no such way), and for as many as there are
	kinds          []kind
}

// kind is what a column holds, and how many of it travel.
type kind byte

const (
	text     kind = iota
	number        // an array of whole numbers
	document      // JSON: as one text, since the quotes of an array's elements are escaped one by one, which was a sixteenth of all that a decision cost
)

// between stands between two documents; JSON holds no such character unescaped.
const between = "\x1e"

// someRows is how many rows SQLite inserts at a time: most of the work of a single one is around it.
const someRows = 8

// updates makes a statement for rows out of two texts; where all takes a bigint[], one takes a number, where it takes a text that is no array, JSON.
func updates(one, all string) rows {
	r := rows{one: one, all: all}
	for i := strings.Index(all, "?::"); i >= 0; i = strings.Index(all, "?::") {
		all = all[i+len("?::"):]
		k := text
		switch {
		case strings.HasPrefix(all, "bigint"):
			k = number
		case !strings.HasPrefix(all, "text[]"):
			k = document
		}
		r.kinds = append(r.kinds, k)
	}
	// Told how long an array is, PostgreSQL would plan the statement anew each time.
	r.all = hidden.ReplaceAllString(r.all, "(SELECT $0)")
	return r
}

// hidden are the arrays of a statement.
var hidden = regexp.MustCompile(`\?::\w+\[\]`)

// inserts makes a statement that inserts rows in their order, so that their ids ascend. A column that ends in "#" is a number, one in "~" JSON,
// one with a "=" has the same value in each row. The longest is best the last: the driver's message grows by a quarter for what comes behind it.
func inserts(table string, columns []string, conflict string) rows {
	r := rows{}
	var names, values, taken, marks []string
	for _, c := range columns {
		name, value, fixed := strings.Cut(c, "=")
		k, array := text, "?::text[]"
		switch name[len(name)-1] {
		case '#':
			k, array = number, "?::bigint[]"
		case '~':
			k, array = document, "string_to_array(?::text, chr(30))"
		}
		name = strings.TrimRight(name, "#~")
		names = append(names, name)
		if fixed {
			values, marks = append(values, value), append(marks, value)
			continue
		}
		r.kinds = append(r.kinds, k)
		values, marks = append(values, "r."+name), append(marks, "?")
		taken = append(taken, "unnest("+array+") AS "+name)
	}
	into := fmt.Sprintf("INSERT INTO %s (%s)", table, strings.Join(names, ", "))
	row := "(" + strings.Join(marks, ", ") + ")"
	r.one = fmt.Sprintf("%s VALUES %s %s", into, row, conflict)
	r.some = fmt.Sprintf("%s VALUES %s %s", into, row+strings.Repeat(", "+row, someRows-1), conflict)
	// All arrays go forward by one element a row, as they do in a list of what is selected only: as a table of arrays each would be written
	// down by itself first and put together again, which was an eighth of the work.
	r.all = fmt.Sprintf("%s SELECT %s FROM (SELECT %s) AS r %s", into, strings.Join(values, ", "), strings.Join(taken, ", "), conflict)
	return r
}

// execRows runs a statement for rows, of one value a column each, and returns how many it changed in all.
func (s *Store) execRows(ctx context.Context, tx *work, r rows, list [][]any) (changed int64, err error) {
	if len(list) > 1 && s.d.name == postgresDialect.name {
		args := r.columns(list, &s.spare)
		defer r.giveBack(args, &s.spare)
		return s.exec(ctx, tx, r.all, args...)
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
