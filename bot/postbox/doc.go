// Package postbox is the door for mails to the desk: an SMTP server of Toban's own, behind the provider's mail server or on the Internet.
//
// A mailbox is an address of a customer. In the dialogue a recipient that is none is refused (550), a mail that is too large, too (552); a mail
// is read, stored with all of its bytes, and only then answered with 250. While the store takes nothing the answer is 451, and the sender's server
// tries again. A mail that comes twice, by its Message-ID, is one event.
//
// It reads what is there and proves nothing of it: who a mail says it is from is a name to show and no permission. What is written by no person
// (answers of machines, bounces, lists) is marked as such. Broken forms are read as far as they go. It refuses to know tickets and contracts;
// bot/desk decides what becomes of a mail.
package postbox
