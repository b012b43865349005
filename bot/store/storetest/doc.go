// Package storetest is the one conformance suite of the store: what holds on SQLite holds on PostgreSQL. Run tries it on a database of
// either engine, and Cluster gives PostgreSQL databases from a cluster of the test process's own.
//
// It is imported by tests only.
package storetest
