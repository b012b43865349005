-- +goose Up
-- SQLite's doors write here first (bot/store/intake.go). PostgreSQL has the table for backups of SQLite and keeps nothing in it.
CREATE TABLE intake (
  id BIGINT PRIMARY KEY,
  event_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  customer TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  body TEXT NOT NULL,
  trace TEXT NOT NULL
);

-- +goose Down
DROP TABLE intake;
