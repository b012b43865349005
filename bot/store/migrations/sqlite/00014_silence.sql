-- +goose Up
-- A period in which nobody is told of alerts of hosts; hosts is a JSON list, empty for all of the customer.
CREATE TABLE silence (
  id TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  hosts TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL,
  reason TEXT NOT NULL,
  person TEXT NOT NULL,
  ticket TEXT NOT NULL,
  made_us BIGINT NOT NULL
);
CREATE INDEX silence_until ON silence (until_us);

-- +goose Down
DROP TABLE silence;
