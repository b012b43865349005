-- +goose Up
-- What decisions were made of, and what they said, where the configuration keeps that: for a comparison with another version.
CREATE TABLE recording (
  id BIGSERIAL PRIMARY KEY,
  at_us BIGINT NOT NULL,
  lane TEXT NOT NULL,
  customer TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX recording_at ON recording (at_us);
CREATE INDEX recording_lane ON recording (lane);

-- +goose Down
DROP TABLE recording;
