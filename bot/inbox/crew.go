package inbox

import (
	"sync"
	"time"
)

// stay is how long a goroutine without work waits for some, in machine time: longer than a commit takes, after which the next events come.
const stay = 100 * time.Millisecond

// crew does work beside other work, on goroutines that take the next piece when they are through with one: the features need a deep stack, and
// letting a new one grow for each event was a sixteenth of what a decision costs. Work is given, and its end waited for, by one goroutine.
type crew struct {
	next       chan func()
	home       chan struct{} // closed when those who wait for work may go
	work, here sync.WaitGroup
}

func newCrew() *crew { return &crew{next: make(chan func()), home: make(chan struct{})} }

// do begins work at once.
func (c *crew) do(work func()) {
	c.work.Add(1)
	select {
	case c.next <- work: // somebody is waiting for it
	default:
		home := c.home
		c.here.Go(func() { c.serve(work, home) })
	}
}

func (c *crew) serve(work func(), home <-chan struct{}) {
	for {
		work()
		c.work.Done()
		select {
		case work = <-c.next:
		case <-home:
			return
		case <-time.After(stay):
			return
		}
	}
}

// wait returns when all that was begun has ended and everybody has gone.
func (c *crew) wait() {
	c.work.Wait()
	close(c.home)
	c.here.Wait()
	c.home = make(chan struct{})
}
