// Package mail sends mails over SMTP for the bot (bot.Sender for mail.send).
//
// Features name a receiver by reference; the address is asked for only here, and nothing that leaves this room by another way than SMTP
// (errors, logs, results) holds it: it is replaced by the reference.
//
// SMTP can't be asked whether a mail was accepted. A try whose end is unknown (the connection broke after the text was sent) is therefore
// repeated: with the same Message-ID, so that most mail programs show one mail, and with 再送 in the subject, so that a reader of two knows.
// A try that certainly did not go through does not count (bot.Untried).
//
//	send.go     one try          message.go  what is written
//	dial.go     connection, TLS, authentication
//	fault.go    what an answer means: permanent, later, unknown
//	check.go    for toban doctor
//
// The room refuses to know texts, tickets and who is to be told.
package mail
