package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// KeeperConfig is what a Keeper needs; all fields but Every, Again and Logger.
type KeeperConfig struct {
	Store   *store.Store
	Dir     string
	Keep    int // generations
	Keys    Keys
	Hour    int // of the day in Zone
	Minute  int
	Zone    *time.Location
	Clock   bot.Clock        // world time: when a backup is due, and its name
	Machine func() time.Time // machine time: the lease
	Owner   string           // this replica
	MadeBy  string           // version of the program
	// Tell tells the operators of a failure; the same key is told once.
	Tell   func(ctx context.Context, key, text string) error
	Every  time.Duration // machine time between looks; 30 s when 0
	Again  time.Duration // machine time after a failure until the next try; 15 min when 0
	Logger *slog.Logger
}

// Keeper makes the daily backup of a running Toban. Which day's backup is made stands in the database, so that one replica makes it,
// whichever looks first, and a day that passed while nobody ran is caught up with one backup.
type Keeper struct{ c KeeperConfig }

// Cursors of the store.
const (
	cursorDone = "backup.done" // the newest day's moment whose backup is made, in microseconds
	cursorGood = "backup.good" // when the newest good backup was made, in microseconds
	leaseName  = "backup"
)

// NewKeeper checks the keys and the folder.
func NewKeeper(c KeeperConfig) (*Keeper, error) {
	if err := c.Keys.Check(); err != nil {
		return nil, err
	}
	if c.Dir == "" || c.Keep < 1 {
		return nil, errors.New("setting up backups: want a folder and at least one generation to keep")
	}
	if c.Every == 0 {
		c.Every = 30 * time.Second
	}
	if c.Again == 0 {
		c.Again = 15 * time.Minute
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Keeper{c}, nil
}

// Run makes backups when they are due until ctx ends. A failure is told and tried again; it ends nothing else.
func (k *Keeper) Run(ctx context.Context) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
		}
		next := k.c.Every
		if _, err := k.Once(ctx); err != nil && ctx.Err() == nil {
			k.c.Logger.Error("making the daily backup", "error", err, "again_in", k.c.Again)
			next = k.c.Again
		}
		wait.Reset(next)
	}
}

// LastGood is when the newest good backup was made; ok is false when there is none yet.
func LastGood(ctx context.Context, st *store.Store) (at time.Time, ok bool, err error) {
	us, ok, err := st.Cursor(ctx, cursorGood)
	if err != nil || !ok {
		return time.Time{}, false, err
	}
	return time.UnixMicro(us).UTC(), true, nil
}

// Good writes down that a good backup was made.
func Good(ctx context.Context, st *store.Store, made time.Time) error {
	return st.Advance(ctx, cursorGood, made.UnixMicro(), nil)
}

// LastGood is when the newest good backup was made, by whichever replica; ok is false when there is none yet.
func (k *Keeper) LastGood(ctx context.Context) (at time.Time, ok bool, err error) {
	return LastGood(ctx, k.c.Store)
}

// Once makes a backup if one is due and nobody else makes it, and reports whether it did.
func (k *Keeper) Once(ctx context.Context) (made bool, err error) {
	due := k.due(k.c.Clock.Now())
	done, ok, err := k.c.Store.Cursor(ctx, cursorDone)
	if err != nil || ok && done >= due.UnixMicro() {
		return false, err
	}
	if held, err := k.lease(ctx); err != nil || !held {
		return false, err
	}
	defer func() { err = errors.Join(err, k.c.Store.Release(context.WithoutCancel(ctx), leaseName, k.c.Owner)) }()
	// Somebody may have made it between the look and the lease.
	if done, ok, err = k.c.Store.Cursor(ctx, cursorDone); err != nil || ok && done >= due.UnixMicro() {
		return false, err
	}
	if err := k.make(ctx); err != nil {
		if ctx.Err() != nil {
			return false, err
		}
		return false, errors.Join(err, k.c.Tell(ctx, fmt.Sprintf("backup:%d", due.Unix()), "The daily backup failed: "+err.Error()+
			"\nToban tries again every "+k.c.Again.String()+`. "toban backup --config DIR" tries at once.`))
	}
	return true, k.c.Store.Advance(ctx, cursorDone, due.UnixMicro(), nil)
}

func (k *Keeper) make(ctx context.Context) error {
	ctx, lost := context.WithCancel(ctx)
	defer lost()
	ended := make(chan struct{})
	defer func() { <-ended }()
	work, done := context.WithCancel(ctx)
	defer done()
	go func() { // the lease is kept as long as the work takes
		defer close(ended)
		tick := time.NewTicker(leaseLength / 4)
		defer tick.Stop()
		for {
			select {
			case <-work.Done():
				return
			case <-tick.C:
				if held, err := k.lease(work); err != nil || !held {
					lost()
				}
			}
		}
	}()
	out, err := Save(work, Make{Store: k.c.Store, Dir: k.c.Dir, Keys: k.c.Keys, Now: k.c.Clock.Now(), MadeBy: k.c.MadeBy})
	if err != nil {
		return err
	}
	k.c.Logger.InfoContext(ctx, "made the daily backup", "file", out.File, "bytes", out.Size, "rows", out.Manifest.Rows(), "opened", out.Opened)
	if err := Good(ctx, k.c.Store, out.Header.Made); err != nil {
		return err
	}
	if _, err := Prune(k.c.Dir, k.c.Keep, out.File); err != nil { // the backup itself is good
		k.c.Logger.WarnContext(ctx, "removing old backups", "error", err)
	}
	return nil
}

const leaseLength = 2 * time.Minute

func (k *Keeper) lease(ctx context.Context) (bool, error) {
	return k.c.Store.Lease(ctx, leaseName, k.c.Owner, k.c.Machine(), leaseLength)
}

// due is the newest moment at which a backup should have been made.
func (k *Keeper) due(now time.Time) time.Time {
	l := now.In(k.c.Zone)
	at := time.Date(l.Year(), l.Month(), l.Day(), k.c.Hour, k.c.Minute, 0, 0, k.c.Zone)
	if at.After(now) {
		at = time.Date(l.Year(), l.Month(), l.Day()-1, k.c.Hour, k.c.Minute, 0, 0, k.c.Zone)
	}
	return at
}
