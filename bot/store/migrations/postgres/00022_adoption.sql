-- +goose Up
-- An open issue that Toban does not know, as it would be taken over, until staff decided on it. unread is 1 while its history is to be read (again);
-- request_type and owner are what staff chose, empty for what the proposal says.
CREATE TABLE adoption (
  ticket TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  project TEXT NOT NULL,
  state TEXT NOT NULL,
  unread BIGINT NOT NULL,
  version BIGINT NOT NULL,
  made_us BIGINT NOT NULL,
  request_type TEXT NOT NULL,
  owner TEXT NOT NULL,
  person TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX adoption_project ON adoption (customer, project);

-- +goose Down
DROP TABLE adoption;
