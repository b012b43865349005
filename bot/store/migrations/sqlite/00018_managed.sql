-- +goose Up
-- When a resource was a managed one; from_us 0 is before Toban knew the customer, until_us 0 now and further.
CREATE TABLE managed (
  customer TEXT NOT NULL,
  id TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (customer, id, from_us)
);
-- How many instances of an Auto Scaling group run from a moment on.
CREATE TABLE group_size (
  customer TEXT NOT NULL,
  name TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  running BIGINT NOT NULL,
  PRIMARY KEY (customer, name, at_us)
);

-- +goose Down
DROP TABLE group_size;
DROP TABLE managed;
