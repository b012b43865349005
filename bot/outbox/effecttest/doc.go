// Package effecttest holds what is promised of every kind of effect (Rows) and the one suite that proves it (Run): each adapter runs it with
// its own stand-in, and EFFECTS.md is the table, written from the same rows.
//
// The suite works the effect through the real outbox on a real database, in a testing/synctest bubble. A row that names a test that does not
// exist, a kind without a row, and a table that is not the rows' fail the tests of this room.
package effecttest
