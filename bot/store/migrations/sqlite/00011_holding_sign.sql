-- +goose Up
-- What an open request is found by among those of its customer: a digest of its words; '' for what is a share of something scarce. Rows of
-- the previous release have none and are read whole, until they end after two weeks at most.
ALTER TABLE holding ADD COLUMN sign TEXT NOT NULL DEFAULT '';
DROP INDEX holding_customer;
CREATE INDEX holding_customer ON holding (customer, until_us) WHERE sign = '';
CREATE INDEX holding_request ON holding (customer, until_us) WHERE sign <> '';
CREATE INDEX holding_sign ON holding (customer, sign) WHERE sign <> '';

-- +goose Down
DROP INDEX holding_sign;
DROP INDEX holding_request;
DROP INDEX holding_customer;
CREATE INDEX holding_customer ON holding (customer, until_us);
ALTER TABLE holding DROP COLUMN sign;
