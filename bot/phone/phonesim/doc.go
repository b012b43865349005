// Package phonesim is a stand-in of a telephony provider: the part of Amazon Connect's API that places outbound calls and tells how they
// went, people who answer, do not, are busy or have voicemail, and faults on demand. Its README says how to run it alone and what it can't do.
//
// It knows that API and nothing of Toban. Where a call stands follows from its start, the person's behaviour and the clock, so nothing runs
// by itself and it works in a testing/synctest bubble by its RoundTripper.
package phonesim
