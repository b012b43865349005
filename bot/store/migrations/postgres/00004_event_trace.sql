-- +goose Up
-- The W3C trace context of the door that took an event; '' when nobody traces.
ALTER TABLE inbox ADD COLUMN trace TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE inbox DROP COLUMN trace;
