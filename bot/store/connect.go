package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// inOrder has PostgreSQL walk the queues' indexes, which are in the order of claiming, and stop at the limit. Without it, and without
// statistics that tell how many rows are open just now, it takes all open rows, sorts them and throws most away: 12,000 effects that waited
// for a vendor that is down made one claim cost 140 ms. What has no index in its order is sorted all the same.
const inOrder = "SET enable_sort = off"

// quickly has PostgreSQL shorten long texts with lz4, where it was built with it: its own way took half of the time of writing an effect. What
// the first connection found out, which takes 7 ms, the others go by.
const (
	quickly   = "SELECT set_config(name, 'lz4', false) FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"
	asQuickly = "SET default_toast_compression = 'lz4'"
)

// later has commits return before the disk has them: for [Step.unhurried].
const later = "SET synchronous_commit = off"

// connector opens connections that are set up for this room's statements.
type connector struct {
	driver.Connector
	settings []string
	log      *slog.Logger
	blind    *sync.Once // says once that the server does not tell its history
	lz4      *atomic.Bool
}

// unhurried is a connector for steps that may be so.
func (c connector) unhurried() connector {
	c.settings = append(slices.Clone(c.settings), later)
	return c
}

func newConnector(dsn string, log *slog.Logger) (connector, error) {
	r := &redial{}
	if err := r.set(dsn); err != nil {
		return connector{}, err
	}
	return connector{r, []string{inOrder}, log, new(sync.Once), new(atomic.Bool)}, nil
}

// errAddress takes the place of the driver's words, which repeat parts of the address: its password may be among them.
var errAddress = errors.New("reading the address of PostgreSQL: want postgres://USER:PASSWORD@HOST/DATABASE?sslmode=MODE (with %, /, @, : and ? of the password as %25, %2F, %40, %3A, %3F) or pairs such as host=HOST user=USER")

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err // unwrapped: the pool looks at it
	}
	e, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(errors.New("setting up a connection: the driver runs no statement alone"), conn.Close())
	}
	if err := c.setUp(ctx, e); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := c.follow(ctx, e); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// setUp makes the settings of a connection with as few round trips as it can.
func (c connector) setUp(ctx context.Context, e driver.ExecerContext) error {
	if c.lz4.Load() {
		_, err := e.ExecContext(ctx, strings.Join(append(slices.Clip(c.settings), asQuickly), "; "), nil)
		if !refused(err, "22023", "42704") { // no such value, no such setting: this is another server than the first one
			return err
		}
	}
	if _, err := e.ExecContext(ctx, strings.Join(c.settings, "; "), nil); err != nil {
		return err
	}
	res, err := e.ExecContext(ctx, quickly, nil)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	c.lz4.Store(err == nil && n == 1)
	return err
}
