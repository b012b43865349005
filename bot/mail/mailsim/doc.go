// Package mailsim is a stand-in of a mail server: it takes mails over SMTP like a relay, keeps them for tests and people to look at, and
// misbehaves on demand. Its README says how to run it alone and what it can't do.
//
// It knows SMTP and nothing of Toban. A Server is reached over a socket (Serve) or in the same process (Dial), so it works in a
// testing/synctest bubble.
package mailsim
