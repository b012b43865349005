package desk

// IsThanks is isThanks for tests.
var IsThanks = isThanks
