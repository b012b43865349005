-- +goose Up
-- How far Toban goes in a customer's project; with the project '' in what belongs to the customer as a whole. written is what the
-- configuration last said, born_us when Toban first knew of the project (0: before modes were written down).
CREATE TABLE mode (
  customer TEXT NOT NULL,
  project TEXT NOT NULL,
  mode TEXT NOT NULL,
  written TEXT NOT NULL,
  since_us BIGINT NOT NULL,
  born_us BIGINT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (customer, project)
);

-- Of which project an effect is, the mode in which it was decided, and whether a person let it go out.
ALTER TABLE outbox ADD COLUMN project TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN mode TEXT NOT NULL DEFAULT 'on';
ALTER TABLE outbox ADD COLUMN released BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN asked_us BIGINT NOT NULL DEFAULT 0;
-- What is held may be superseded too.
DROP INDEX outbox_coalesce;
CREATE INDEX outbox_coalesce ON outbox (coalesce_key) WHERE state IN ('open', 'sending', 'held');
CREATE INDEX outbox_held ON outbox (id) WHERE state = 'held';
CREATE INDEX outbox_shadow ON outbox (customer, done_us) WHERE state = 'shadow';

-- +goose Down
DROP INDEX outbox_coalesce;
CREATE INDEX outbox_coalesce ON outbox (coalesce_key) WHERE state IN ('open', 'sending');
DROP INDEX outbox_shadow;
DROP INDEX outbox_held;
ALTER TABLE outbox DROP COLUMN asked_us;
ALTER TABLE outbox DROP COLUMN released;
ALTER TABLE outbox DROP COLUMN mode;
ALTER TABLE outbox DROP COLUMN project;
DROP TABLE mode;
