-- +goose Up
-- What a door has acknowledged and nobody has looked at yet: the least that can be written for it. It becomes events of the inbox when
-- somebody next claims there. PostgreSQL has the table for backups of SQLite.
CREATE TABLE intake (
  id INTEGER PRIMARY KEY,
  event_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  customer TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  body TEXT NOT NULL,
  trace TEXT NOT NULL
);
-- The release before this one does not know the table. After a roll-back its first sign of life brings what is left to where it looks.
-- +goose StatementBegin
CREATE TRIGGER intake_left AFTER UPDATE ON pulse WHEN EXISTS (SELECT 1 FROM intake) BEGIN
  INSERT INTO inbox (event_key, kind, lane, customer, at_us, body, state, attempt, run_us, owner, problem, trace)
    SELECT event_key, kind, lane, customer, at_us, body, 'open', 0, 0, '', '', trace FROM intake WHERE true ORDER BY id
    ON CONFLICT (event_key) DO NOTHING;
  DELETE FROM intake;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER intake_left;
INSERT INTO inbox (event_key, kind, lane, customer, at_us, body, state, attempt, run_us, owner, problem, trace)
  SELECT event_key, kind, lane, customer, at_us, body, 'open', 0, 0, '', '', trace FROM intake WHERE true ORDER BY id
  ON CONFLICT (event_key) DO NOTHING;
DROP TABLE intake;
