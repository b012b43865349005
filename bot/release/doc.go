// Package release says to staff what a project's mode keeps from going outward: in shadow what would have gone out, in assist the question
// whether it may go, and whom to ask again when nobody answers. It makes words and dates of an effect and decides nothing about it; it
// knows no database and no vendor.
package release
