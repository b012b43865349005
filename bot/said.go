package bot

import "time"

// Said is something that the bot's account said, as the vendor keeps it. After a restore it is held against what the database remembers.
type Said struct {
	Channel string    `json:"channel"` // backlog | slack
	Place   string    `json:"place"`   // the key, or the Slack channel's id
	Ref     string    `json:"ref"`     // the vendor's id: a comment's, "" for an issue's description, a message's ts
	Mark    string    `json:"mark"`    // what it is recognised by: the 通知番号 on Backlog, the effect's key on Slack
	At      time.Time `json:"at"`
	Text    string    `json:"text"` // its first line
}
