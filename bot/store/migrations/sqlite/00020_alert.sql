-- +goose Up
-- What is kept of the alerts of one customer, host and name. held says what holds a firing one back: a silence's id, or work:KEY.
CREATE TABLE alert (
  lane TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  issue_key TEXT NOT NULL,
  firing BIGINT NOT NULL,
  held TEXT NOT NULL,
  last_us BIGINT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX alert_customer ON alert (customer, last_us);

-- +goose Down
DROP TABLE alert;
