package outbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
)

// A call that rings longer than one try is no trouble: no warning is logged of it, and what goes wrong is warned of as ever.
func TestWhatIsUnderWayIsNoWarning(t *testing.T) {
	for _, tt := range []struct {
		err      error
		warnings int
	}{
		{bot.RetryAfter(fmt.Errorf("calling ****1234: %w", bot.ErrUnderWay), time.Second), 0},
		{errors.New("connection reset"), 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			defer r.close()
			r.send = func(n int, _ bot.Attempt) (bot.Sent, error) {
				if n == 1 {
					return bot.Sent{}, tt.err
				}
				return bot.Sent{}, nil
			}
			var log bytes.Buffer
			c := r.config()
			c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo}))
			r.queue(effect("n", bot.EffectComment, "demo/1"))
			r.run(c, time.Minute)
			r.check("tries", r.tries, []string{"n 1 look=false halt=false", "n 2 look=true halt=false"})
			if got := strings.Count(log.String(), "level=WARN"); got != tt.warnings {
				t.Errorf("%v: %d warnings, want %d: %s", tt.err, got, tt.warnings, log.String())
			}
		})
	}
}
