// Package aws speaks to Amazon Web Services for the bot. So far that is Amazon Connect, by which telephone calls go out.
//
// Three calls of one JSON API do not pay for the SDK, whose package of Connect alone is among the slowest of the whole program to compile; so
// they are made by hand, signed by sign.go (Signature Version 4). Changes of customers' accounts will come with the SDK, here and nowhere else.
//
// The room refuses to know tickets, people and what a key press means.
package aws
