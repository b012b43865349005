-- +goose Up
-- Which history this database goes on: one row. Another one than its place tells means that the database was restored, moved or
-- failed over since, and may have lost its last commits. before is the history until since_us, '' while there was but one; last_us the
-- last sign of life that was remembered then. Not part of a backup.
CREATE TABLE lineage (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  history TEXT NOT NULL,
  before TEXT NOT NULL,
  since_us BIGINT NOT NULL,
  last_us BIGINT NOT NULL
);

-- +goose Down
DROP TABLE lineage;
