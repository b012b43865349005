package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// redial is a connector whose user and password can be exchanged while it is in use.
type redial struct {
	now atomic.Pointer[driver.Connector]
	dsn atomic.Pointer[string]
}

func (r *redial) set(dsn string) error {
	c, err := pq.NewConnector(dsn)
	if err != nil {
		return errAddress
	}
	var d driver.Connector = c
	r.now.Store(&d)
	r.dsn.Store(&dsn)
	return nil
}

// Connect implements driver.Connector.
func (r *redial) Connect(ctx context.Context) (driver.Conn, error) {
	return (*r.now.Load()).Connect(ctx)
}

// Driver implements driver.Connector.
func (r *redial) Driver() driver.Driver { return (*r.now.Load()).Driver() }

// ErrElsewhere says that an address is of another database than the one that is open.
var ErrElsewhere = errors.New("the address differs in more than user and password")

// Redial has new connections to PostgreSQL sign in with the user and password of another address of the same database, and lets idle ones go.
// One that does not get in changes nothing.
func (s *Store) Redial(ctx context.Context, dsn string) error {
	r, ok := s.connector.Connector.(*redial)
	if s.d.name != postgresDialect.name || !ok {
		return fmt.Errorf("exchanging the database's address: %w", ErrElsewhere)
	}
	was, err := pq.NewConfig(*r.dsn.Load())
	if err != nil {
		return errAddress
	}
	is, err := pq.NewConfig(dsn)
	if err != nil {
		return errAddress
	}
	was.User, was.Password, was.Passfile = is.User, is.Password, is.Passfile
	if !reflect.DeepEqual(was, is) {
		return fmt.Errorf("exchanging the database's address: %w", ErrElsewhere)
	}
	try := &redial{}
	if err := try.set(dsn); err != nil {
		return err
	}
	conn, err := try.Connect(ctx)
	if err != nil {
		return fmt.Errorf("signing in to the database with the new address: %w", err)
	}
	if err := errors.Join(conn.Close(), r.set(dsn)); err != nil {
		return err
	}
	for _, db := range []*sqlx.DB{s.w, s.u} {
		most := db.Stats().MaxOpenConnections
		db.SetMaxIdleConns(0) // those that signed in with the old one go when they are idle
		db.SetMaxIdleConns(most)
	}
	return nil
}
