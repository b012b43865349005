-- +goose Up
-- Until when (machine time) the vendor may still be at work on a call that was given up without an answer; 0 when the last try was answered.
ALTER TABLE outbox ADD COLUMN settle_us BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE outbox DROP COLUMN settle_us;
