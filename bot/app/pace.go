package app

import (
	"os"
	"runtime/debug"
	"sync"
)

// Pace lets the program use more memory while events wait in numbers (ADR 0038). The zero value is ready to use.
type Pace struct {
	mu    sync.Mutex
	hasty bool
}

const (
	// calm is Go's own way: the heap may double before what nobody needs is looked for.
	calm = 100
	// hasty lets it grow fourfold: looking is a seventh of a decision's cost otherwise. In numbers 256 decisions are under way, which is a
	// heap of about 30 MB, so that it takes 120 MB for as long as that lasts.
	hasty = 300
)

// Busy says whether events wait in numbers. Who set GOGC knows better, and GOMEMLIMIT holds in any case.
func (p *Pace) Busy(busy bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, set := os.LookupEnv("GOGC"); set || busy == p.hasty {
		return
	}
	p.hasty = busy
	if busy {
		debug.SetGCPercent(hasty)
		return
	}
	debug.SetGCPercent(calm)
}
