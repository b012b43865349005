package app

import (
	"context"

	"toban/bot"
	"toban/bot/backup"
	"toban/config"
)

// BackupKeys are the keys of a configuration that close and open backups.
func BackupKeys(cfg *config.Config) backup.Keys {
	k := backup.Keys{Recipients: cfg.Server.Backup.Recipients}
	for _, s := range cfg.Server.Backup.Identity {
		k.Identities = append(k.Identities, s.Reveal())
	}
	for _, s := range cfg.Server.Backup.Passphrase {
		k.Passphrases = append(k.Passphrases, s.Reveal())
	}
	return k
}

// keepBackups sets up the daily backup, if the configuration names a folder for it.
func (a *App) keepBackups() error {
	b := a.p.Config.Server.Backup
	if b.Dir == "" || !b.Configured() {
		return nil
	}
	var err error
	a.keeper, err = backup.NewKeeper(backup.KeeperConfig{
		Store: a.p.Store, Dir: b.Dir, Keep: b.Keep, Keys: BackupKeys(a.p.Config), Hour: b.At.Hour, Minute: b.At.Minute, Zone: b.Zone,
		Clock: a.p.Clock, Machine: a.machine, Owner: a.owner, MadeBy: a.p.Version, Tell: a.tellBackup, Logger: a.p.Logger.With("part", "backup"),
	})
	return err
}

// tellBackup tells the operators' channel that a backup failed.
func (a *App) tellBackup(ctx context.Context, key, text string) error {
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, operatorsPrefix+key, nil, bot.Post{Channel: a.p.Config.Server.Operators.Channel, Text: text})
	return a.p.Store.Queue(ctx, a.p.Clock.Now(), e)
}
