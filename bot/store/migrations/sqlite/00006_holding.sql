-- +goose Up
-- What a feature's part of a ticket holds of what the customer's tickets share: time on hosts, units of a month's work.
CREATE TABLE holding (
  ticket TEXT NOT NULL,
  feature TEXT NOT NULL,
  n BIGINT NOT NULL,
  customer TEXT NOT NULL,
  until_us BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (ticket, feature, n)
);
CREATE INDEX holding_customer ON holding (customer, until_us);
CREATE INDEX ticket_open ON ticket (received_us) WHERE ended_us = 0;
CREATE INDEX outbox_opened ON outbox (number) WHERE kind = 'backlog.issue';

-- +goose Down
DROP INDEX outbox_opened;
DROP INDEX ticket_open;
DROP TABLE holding;
