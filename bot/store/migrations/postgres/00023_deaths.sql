-- +goose Up
-- deaths counts the claims of a row that ended with the process that had made them. What a process died under again and again may be what kills it.
ALTER TABLE inbox ADD COLUMN deaths BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN deaths BIGINT NOT NULL DEFAULT 0;
CREATE INDEX inbox_suspect ON inbox (id, run_us, deaths) WHERE deaths > 0 AND state IN ('open', 'working');
CREATE INDEX outbox_suspect ON outbox (id, run_us, deaths) WHERE deaths > 0 AND state IN ('open', 'sending');

-- +goose Down
DROP INDEX inbox_suspect;
DROP INDEX outbox_suspect;
ALTER TABLE inbox DROP COLUMN deaths;
ALTER TABLE outbox DROP COLUMN deaths;
