// Package digest is about reports: when one is due (Digest, a pure handler of schedules), from what facts (Collect), and its way to the
// customer's wiki (Publisher). The figures and the page are package report's; what a page may overwrite is the tracker's.
package digest
