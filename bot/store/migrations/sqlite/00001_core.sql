-- +goose Up
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event_key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  customer TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  run_us BIGINT NOT NULL,
  owner TEXT NOT NULL,
  problem TEXT NOT NULL
);
CREATE INDEX inbox_next ON inbox (id, run_us) WHERE state IN ('open', 'working');
CREATE INDEX inbox_lane ON inbox (lane, id) WHERE state IN ('open', 'working');
CREATE INDEX inbox_dead ON inbox (id) WHERE state = 'dead';

CREATE TABLE timer (
  ticket TEXT NOT NULL,
  rule TEXT NOT NULL,
  run_us BIGINT NOT NULL,
  gen BIGINT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (ticket, rule)
);
CREATE INDEX timer_run ON timer (run_us);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  effect_key TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL,
  kind TEXT NOT NULL,
  class TEXT NOT NULL,
  channel TEXT NOT NULL,
  ticket TEXT NOT NULL,
  customer TEXT NOT NULL,
  coalesce_key TEXT NOT NULL,
  urgent BIGINT NOT NULL,
  report BIGINT NOT NULL,
  due_us BIGINT NOT NULL,
  made_us BIGINT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  halt BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  run_us BIGINT NOT NULL,
  owner TEXT NOT NULL,
  first_us BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  remote_id TEXT NOT NULL,
  result TEXT NOT NULL,
  done_us BIGINT NOT NULL,
  problem TEXT NOT NULL
);
CREATE INDEX outbox_next ON outbox (urgent DESC, class DESC, id, run_us) WHERE state IN ('open', 'sending');
CREATE INDEX outbox_lane ON outbox (ticket, channel, id) WHERE state IN ('open', 'sending');
CREATE INDEX outbox_ticket ON outbox (ticket, id);
CREATE INDEX outbox_coalesce ON outbox (coalesce_key) WHERE state IN ('open', 'sending');
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';

CREATE TABLE ticket (
  id TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  space TEXT NOT NULL,
  project TEXT NOT NULL,
  issue_key TEXT NOT NULL,
  class TEXT NOT NULL,
  status TEXT NOT NULL,
  received_us BIGINT NOT NULL,
  ended_us BIGINT NOT NULL,
  cursor BIGINT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX ticket_customer ON ticket (customer, received_us);
CREATE INDEX ticket_key ON ticket (issue_key);

CREATE TABLE aggregate (
  ticket TEXT NOT NULL,
  feature TEXT NOT NULL,
  state TEXT NOT NULL,
  panel TEXT NOT NULL,
  PRIMARY KEY (ticket, feature)
);

CREATE TABLE fact (
  ticket TEXT NOT NULL,
  fact_id TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (ticket, fact_id)
);

CREATE TABLE clock (
  ticket TEXT NOT NULL,
  clock_id TEXT NOT NULL,
  customer TEXT NOT NULL,
  state TEXT NOT NULL,
  start_us BIGINT NOT NULL,
  due_us BIGINT NOT NULL,
  stopped_us BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (ticket, clock_id)
);
CREATE INDEX clock_due ON clock (state, due_us);
CREATE INDEX clock_customer ON clock (customer, start_us);

CREATE TABLE reference (
  ticket TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (ticket, name)
);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket TEXT NOT NULL,
  customer TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  feature TEXT NOT NULL,
  what TEXT NOT NULL,
  why TEXT NOT NULL,
  ref TEXT NOT NULL
);
CREATE INDEX audit_ticket ON audit (ticket, id);

CREATE TABLE schedule (
  name TEXT PRIMARY KEY,
  spec TEXT NOT NULL,
  zone TEXT NOT NULL,
  next_us BIGINT NOT NULL,
  catchup TEXT NOT NULL
);
CREATE INDEX schedule_next ON schedule (next_us);

CREATE TABLE cursor (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until_us BIGINT NOT NULL
);

CREATE TABLE epoch (
  n BIGINT PRIMARY KEY,
  opened_us BIGINT NOT NULL
);

CREATE TABLE buried (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  door TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL,
  at_us BIGINT NOT NULL
);

-- +goose Down
DROP TABLE buried;
DROP TABLE epoch;
DROP TABLE lease;
DROP TABLE cursor;
DROP TABLE schedule;
DROP TABLE audit;
DROP TABLE reference;
DROP TABLE clock;
DROP TABLE fact;
DROP TABLE aggregate;
DROP TABLE ticket;
DROP TABLE outbox;
DROP TABLE timer;
DROP TABLE inbox;
