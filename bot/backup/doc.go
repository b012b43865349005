// Package backup writes the whole database into one encrypted file and reads it back, into either engine. It knows tables as the store
// describes them and nothing of what stands in them.
//
// A backup is a tar archive, gzipped, encrypted with age (https://age-encryption.org/v1) for the recipients' keys or with a passphrase, so
// that `age -d FILE | tar xz` opens one without Toban. Its entries, in this order:
//
//	header.json              format, schema (number of the newest migration), engine, moment, maker, and every table: columns, key, counter
//	rows/TABLE/000001.jsonl  rows as JSON arrays, one a line, values in the order of the header's columns, rows in the order of the key;
//	                         a table has as many such entries as it needs, each about a megabyte
//	manifest.json            for every table the number of its rows and the SHA-256 of its lines; a file without it is not whole
//
// What is not in it: leases (who works at the moment), the configuration folder, secrets.
//
// A backup reads one snapshot (SQLite's own, REPEATABLE READ on PostgreSQL), holds a chunk in memory at most, is written under a temporary
// name, read back, and only then gets its name. A restore reads the whole file before it writes anything, fills a database beside the real
// one, compares what it wrote with the manifest, opens a new epoch in the same transaction, and puts it in place at once.
//
// Files: format.go (what stands in a file), write.go and read.go (between tables and bytes), seal.go (encryption), file.go (names,
// generations, the check after writing), restore.go (with the drill), keeper.go (the daily backup of a running Toban).
package backup
