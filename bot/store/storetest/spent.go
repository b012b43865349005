package storetest

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Spent is the processor time that this process and the cluster's servers have used so far: what a benchmark costs is told by the
// difference, which a busy machine changes little. The servers' part is known on Linux only.
func (c *Cluster) Spent() (own, server time.Duration) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) == nil {
		own = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	found, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || c.keeper == 0 {
		return own, 0
	}
	parents, times := map[int]int{}, map[int]time.Duration{}
	for _, name := range found {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// After the name in parentheses: state, parent, …; 12 to 15 are user, system, and those of children that have ended, in ticks of 10 ms.
		f := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
		pid, errPID := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		const parent, first, last = 1, 11, 14
		if errPID != nil || len(f) <= last {
			continue
		}
		parents[pid], _ = strconv.Atoi(string(f[parent]))
		for _, ticks := range f[first : last+1] {
			n, _ := strconv.Atoi(string(ticks))
			times[pid] += time.Duration(n) * 10 * time.Millisecond
		}
	}
	for pid := range parents {
		for p := parents[pid]; p > 1; p = parents[p] {
			if p == c.keeper {
				server += times[pid]
				break
			}
		}
	}
	return own, server
}
