// Package wish reads desired dates (実施希望日時) out of free text, in Japanese, ISO 8601 and plain English forms: the window in which a
// requester wants work to be done (spec/1-requests.md, When).
//
// A reading is either certain or it is to be asked back: what two people could read as two windows is never guessed. A day means 00:00 to
// the next 00:00, 午前 ends at 12:00, までに and 中に give only an end, 以降 gives only a start; ends are exclusive.
//
// The way of a text: fold (one form of letters, digits and signs) ─► lex (dates, times, joints, words that change the meaning; the rest is
// passed over) ─► parse (sides of windows) ─► settle (years, weekdays, ends) ─► Reading.
//
// The room is pure and knows no ticket, no contract and no clock: the instant at which the text was written is passed in, and so is the
// rule for business days.
package wish
