-- +goose Up
-- The last sign of life of what promises depend on, in both times: Toban itself, and each Backlog space.
CREATE TABLE pulse (
  name TEXT PRIMARY KEY,
  world_us BIGINT NOT NULL,
  machine_us BIGINT NOT NULL,
  limit_us BIGINT NOT NULL
);

-- The times in which there was none, in world time, and those in which a person had stopped what goes outward.
CREATE TABLE downtime (
  name TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  PRIMARY KEY (name, from_us)
);

-- +goose Down
DROP TABLE downtime;
DROP TABLE pulse;
