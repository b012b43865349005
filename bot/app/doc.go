// Package app wires Toban together and gives it its life: New builds every part from a configuration, Run works until its context ends.
//
// The list of handlers, in wire.go, is the order in which the features are asked. Nothing here decides anything.
package app
