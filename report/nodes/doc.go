// Package nodes counts the managed nodes of a month and what they cost (spec/7-customers.md, Customers): which resources count, from which
// day on, how long a group may scale out for nothing, and the fee by the contract's price list.
//
// It is pure: what ran when comes in, a bill with its reasons goes out, without tax. It knows no customer, no cloud and no calendar of
// business days.
package nodes
