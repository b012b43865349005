package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/lib/pq"
)

// inOrder has PostgreSQL walk the queues' indexes, which are in the order of claiming, and stop at the limit. Without it, and without
// statistics that tell how many rows are open just now, it takes all open rows, sorts them and throws most away: 12,000 effects that waited
// for a vendor that is down made one claim cost 140 ms. What has no index in its order is sorted all the same.
const inOrder = "SET enable_sort = off"

// quickly has PostgreSQL shorten long texts with lz4, where it was built with it: its own way took half of the time of writing an effect.
const quickly = "SELECT set_config(name, 'lz4', false) FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"

// later has commits return before the disk has them: for [Step.unhurried].
const later = "SET synchronous_commit = off"

// connector opens connections that are set up for this room's statements.
type connector struct {
	driver.Connector
	settings []string
	log      *slog.Logger
	blind    *sync.Once // says once that the server does not tell its history
}

// unhurried is a connector for steps that may be so.
func (c connector) unhurried() connector {
	c.settings = append(slices.Clone(c.settings), later)
	return c
}

func newConnector(dsn string, log *slog.Logger) (connector, error) {
	c, err := pq.NewConnector(dsn)
	if err != nil {
		return connector{}, errAddress
	}
	return connector{c, []string{inOrder, quickly}, log, new(sync.Once)}, nil
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
	for _, setting := range c.settings {
		if _, err := e.ExecContext(ctx, setting, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	if err := c.follow(ctx, e); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
