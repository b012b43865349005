// Package watch is who watches Toban: the clock that all replicas share, the conditions under which Toban calls itself well (one function
// for /readyz, the heartbeat and the status page), the heartbeat to an outside monitor, the gate that a stop closes in front of what goes
// outward, and the synthetic ticket that goes all the way every quarter of an hour.
//
// It refuses to know where the figures come from and who shows them: the database, Backlog and Slack are the caller's.
package watch
