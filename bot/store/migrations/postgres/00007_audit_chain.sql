-- +goose Up
-- The number of a line in its customer's chain, 0 until it is sealed, and the salt of its digest: the previous release writes neither.
ALTER TABLE audit ADD COLUMN link BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN salt TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_unsealed ON audit (id) WHERE link = 0;

-- The chain of each customer over the digests of the lines, apart from their words, which may be erased.
CREATE TABLE audit_link (
  customer TEXT NOT NULL,
  n BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  sealed_us BIGINT NOT NULL,
  digest TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (customer, n)
);

CREATE UNIQUE INDEX audit_link_line ON audit_link (audit_id);

-- The last link of each chain.
CREATE TABLE audit_head (
  customer TEXT PRIMARY KEY,
  n BIGINT NOT NULL,
  hash TEXT NOT NULL
);

-- +goose Down
DROP TABLE audit_head;
DROP TABLE audit_link;
DROP INDEX audit_unsealed;
ALTER TABLE audit DROP COLUMN salt;
ALTER TABLE audit DROP COLUMN link;
