package mail

import (
	"sync"

	"toban/bot"
)

// sure remembers of which mails every try so far certainly did not go through: the connection was refused, or the server said no. Their
// next try is the first mail that can arrive, and no 再送. After a restart, or when another replica tried in between, nothing is certain.
type sure struct {
	mu    sync.Mutex
	tries map[string]int // by effect key: number of the last try, when none went through
}

func newSure() *sure { return &sure{tries: map[string]int{}} }

// most bounds the memory; mails beyond it say 再送 without need.
const most = 10_000

// note writes down that a try certainly did not go through.
func (s *sure) note(a bot.Attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := a.Number == 1 && !a.Look
	if (first || s.tries[a.Effect.Key] == a.Number-1 && a.Number > 1) && len(s.tries) < most {
		s.tries[a.Effect.Key] = a.Number
		return
	}
	delete(s.tries, a.Effect.Key)
}

// unsent reports whether no earlier try can have gone through.
func (s *sure) unsent(a bot.Attempt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return a.Number > 1 && s.tries[a.Effect.Key] == a.Number-1
}

func (s *sure) forget(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tries, key)
}
