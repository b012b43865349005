// Package timer is the door of time: it turns due moments of tickets and moments of schedules into events. It decides nothing and
// keeps nothing; the rows lie in the store.
package timer
