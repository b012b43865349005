-- +goose Up
-- A row stops what goes outward for a customer, '' for all.
CREATE TABLE stop (
  customer TEXT PRIMARY KEY,
  since_us BIGINT NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL
);

-- The W3C trace context of the decision that asked for an effect; '' when nobody traces.
ALTER TABLE outbox ADD COLUMN trace TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE outbox DROP COLUMN trace;
DROP TABLE stop;
