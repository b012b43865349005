// Package tree reads YAML into a small tree in which every value knows its file, line and column, lays one tree over another, and
// decodes the result into Go values. Faults are collected, never returned one at a time, so that a person who wrote a file learns
// about all of them at once.
//
// It refuses to know what the values mean: references, roles and contracts are the business of package config. It reads no files.
//
// Bounds: a file of [MaxBytes], nesting of [MaxDepth], [MaxNodes] values after anchors were expanded. Tags (!!binary and the like)
// and several documents in a file are refused.
package tree
