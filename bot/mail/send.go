package mail

import (
	"context"
	"fmt"
	"strings"

	"toban/bot"
)

// Send carries out mail.send. Errors: bot.Permanent with advice for operators when the server refuses for good, bot.RetryAfter when it
// asks to come later, anything else is tried again soon. A withdrawn mail is not sent; whether an earlier try went through can't be asked.
func (m *Mail) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	if a.Effect.Kind != bot.EffectMail {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("sending effect %q: mail knows no %s", a.Effect.Key, a.Effect.Kind))
	}
	var body bot.Mail
	if err := a.Effect.Decode(&body); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	if a.Halt {
		return bot.Sent{}, bot.ErrWithdrawn
	}
	to, ok := m.c.Resolve(a.Effect.Customer, body.To)
	if !ok {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("sending mail to %s: no address is configured for it; add it to the configuration and replay", masked(body.To)))
	}
	l := letter{
		to: to, ref: body.To, subject: body.Subject, text: body.Text, key: a.Effect.Key, due: a.Effect.Due, again: a.Look,
		inReplyTo: body.InReplyTo, references: body.References,
	}
	if back, ok := m.c.Resolve(a.Effect.Customer, body.ReplyTo); ok && body.ReplyTo != "" { // one that is no more is left out: the words matter
		l.replyTo = back.Mail
	}
	sent, err := m.send(ctx, l)
	if bot.IsUntried(err) {
		m.c.Logger.WarnContext(ctx, "the mail server does not take a mail now", "effect", a.Effect.Key, "reason", err)
	}
	return sent, err
}

// Tell sends a mail that no effect stands for and nobody repeats, such as a heartbeat: once, to an address. The key makes its Message-ID.
func (m *Mail) Tell(ctx context.Context, key, address, subject, text string) error {
	_, err := m.send(ctx, letter{to: Address{Mail: address}, ref: "the address", subject: subject, text: text, key: key})
	return err
}

func (m *Mail) send(ctx context.Context, l letter) (bot.Sent, error) {
	msg, err := m.message(l)
	if err != nil {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("writing mail to %s: %w", masked(l.ref), m.hide(err, l)))
	}
	ctx, cancel := context.WithTimeout(ctx, m.c.Limit)
	defer cancel()
	reply, err := m.transfer(ctx, l.to.Mail, msg)
	if err != nil {
		return bot.Sent{}, m.judge(err, l)
	}
	var notes []string
	if l.again {
		notes = append(notes, "sent again as 再送: an earlier try may have arrived")
	}
	if reply != "" {
		notes = append(notes, "accepted: "+m.redact(reply, l))
	}
	return bot.Sent{RemoteID: m.messageID(l.key), At: m.c.Clock.Now(), Why: strings.Join(notes, "; ")}, nil
}

// masked shows a reference, and nothing of what is none.
func masked(ref string) string {
	if strings.ContainsAny(ref, "@<> ") || ref == "" {
		return "[no reference]"
	}
	return ref
}
