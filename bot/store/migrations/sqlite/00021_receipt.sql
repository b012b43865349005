-- +goose Up
-- The mails of a customer by time: how many receipts somebody had of late.
CREATE INDEX outbox_mail ON outbox (customer, made_us) WHERE kind = 'mail.send';

-- +goose Down
DROP INDEX outbox_mail;
