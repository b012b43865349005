// Package store keeps everything that must survive: inbox, timers, outbox, tickets with the features' states, facts, clocks,
// references, audit, schedules, cursors and leases. It is the only room that speaks SQL, and it speaks it to two engines: SQLite
// (embedded, the default) and PostgreSQL (shared by replicas). One file a table.
//
// Rules, from the measurements in ADR 0002:
//   - Instants are BIGINT microseconds UTC in both engines; 0 is "none". JSON is opaque text to SQL.
//   - Statements are written with "?", rebound for the engine and prepared once.
//     A limit is CAST(? AS BIGINT): SQLite compiles a statement with a bare "LIMIT ?" anew for each value.
//   - The store has no clock: callers pass world time for due moments and machine time for leases and back-off.
//   - inbox.run_us and outbox.run_us are both "not before" and "leased until"; an index of open rows only, in the order of claiming, finds what to do.
//   - A row that was claimed is written back only with its owner and attempt (the fence), and only from the claimed state: the answer of a commit may be lost.
//   - No transaction is held over HTTP.
//   - SQLite: one writer connection, a pool of readers, WAL, synchronous=FULL, an exclusive lock file for the process that works the queues.
//
// storetest holds the one conformance suite, tried on both engines. More than twelve files: one a table, and run.go (statements and
// transactions), intake.go (the journal of SQLite's doors), claim.go (what may be sent), suspect.go and quarantine.go (what the process may have died under, ADR 0037), foreign.go (what waits for another release), decision.go (what one event changes), lock.go and lease.go (who works), gather.go and
// ending.go (what shares a commit), intake.go (what the doors of SQLite wrote), mode.go and held.go (how far a project goes), judge.go (what a person found of what nobody knew), connect.go (how PostgreSQL walks the queues), step.go (the name of every durable write), overtake.go
// (older updates make way), downtime.go (why a notice is late), seal.go, verify.go and erase.go (the audit trail as
// chains, ADR 0014), dump*.go (the tables as a backup sees them: a snapshot, a scratch database that is filled and put in place, what must fit together).
package store
