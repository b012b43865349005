package desk

import (
	"fmt"
	"slices"
	"strings"

	"toban/bot"
)

// mostReceipts is how many receipts a contact has by mail within a day. Who writes so much, or in whose name so much is written, finds the tickets in
// Backlog; two machines that answer each other come to an end.
const mostReceipts = 10

// receipt tells the sender of a mail, in its thread, what became of it: the ticket's key and what was understood. Only a contact that the customer's
// file lists hears, by the name and at the address that the file has: what the mail says of its sender proves nothing. Answers stand on the ticket.
func (d *decision) receipt() error {
	v := d.in.Letter
	if v == nil || v.Opened == nil || d.t == nil {
		return nil
	}
	l := v.Opened
	without := func(why string) error {
		d.v.Reason("sent no receipt of the mail", why)
		return nil
	}
	switch {
	case l.Customer != d.cust.ID || l.Automatic != "":
		return nil
	case !d.in.Dir.Mails:
		return without("no mail server is configured")
	case l.Contact == "":
		return without("its sender is no contact of the customer's file")
	case v.Receipts >= mostReceipts:
		d.v.Tell(fmt.Sprintf("%s様のアドレスからのメールが1日に %d 件を超えたため、受付のメールは送っていません。自動送信でないか確認してください。", l.Contact, mostReceipts))
		return without(fmt.Sprintf("its contact had %d within a day", v.Receipts))
	}
	data := map[string]any{
		"key": d.t.Key, "subject": d.t.Summary, "received": d.v.When(d.t.Received), "requester": strings.TrimSuffix(l.Contact, "様"), "customer": d.cust.Name,
		"url": d.t.URL, "waiting": d.t.Status == bot.StatusWaiting,
	}
	if d.t.Class != bot.ClassUnclear && d.t.Confidence != bot.Unsure {
		data["type"] = d.typeName()
	}
	if d.s.Answered && !d.t.Due.IsZero() && !d.s.Held && d.t.Class != bot.ClassIncident {
		data["due"] = d.v.When(d.t.Due)
	}
	text, err := d.cust.Messages.Render("mail_receipt", data)
	if err != nil {
		return fmt.Errorf("writing the receipt of %s: %w", d.t.Key, err)
	}
	if d.t.Drill {
		return nil
	}
	m := bot.Mail{To: bot.ContactRef(l.Contact), Subject: answering(d.t), Text: text}
	if l.Box != "" {
		m.ReplyTo = bot.MailboxRef(l.Box)
	}
	if !strings.HasPrefix(l.MessageID, "sha256:") {
		m.InReplyTo = l.MessageID
		m.References = append(m.References, l.Answers...)
		slices.Reverse(m.References)
		m.References = append(m.References, l.MessageID)
	}
	d.out.Effects = append(d.out.Effects, bot.MakeEffect(bot.EffectMail, bot.Notice, bot.ReceiptKey(d.t.ID), d.t, m))
	d.v.Reason("sends a receipt by mail to the contact "+l.Contact, "the mail names it as its sender; the address is that of the customer's file")
	return nil
}

// answering is the subject of a mail about a ticket: an answer to it names the key, by which it finds its ticket.
func answering(t *bot.Ticket) string {
	return fmt.Sprintf("Re: %s [%s]", clipped(t.Summary, 150), t.Key)
}
