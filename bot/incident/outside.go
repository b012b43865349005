package incident

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"toban/bot"
)

// Means by which a contract has its customer told of an alert beside the ticket.
const (
	byMail  = "mail"
	byPhone = "phone"
)

// outside tells the customer the words of a message on the ticket by mail, too, where the contract names it for the alert's urgency or for what
// affects the service (spec/4-incidents.md, First notice): to all contacts at once, each a delivery of its own with its own end. Whoever is told
// of an incident by other means than the ticket is mailed the recovery. The telephone has a tree of its own. which names the message in the keys.
func (d *decision) outside(which, message string, data map[string]any) error {
	c := d.v.Customer
	var means []string
	if d.t.Alert != nil {
		means = append(means, c.ByUrgency[d.t.Alert.Urgency]...)
	}
	if d.impact().asAffected() {
		means = append(means, c.ByImpact...)
		if message == "recovery_notice" && len(c.ByImpact) > 0 {
			means = append(means, byMail)
		}
	}
	if d.t.Drill {
		return nil
	}
	if slices.Contains(means, byMail) {
		switch {
		case len(c.MailTo) == 0:
			d.v.Reason("mailed nobody", "the customer's file has no mail contact")
		case !d.in.Dir.Mails:
			d.v.Tell("この内容は、お客様へメールでもお知らせする契約ですが、メールサーバーが設定されていません。メールで知らせてください: "+strings.Join(c.MailTo, "、"), d.v.Mention()...)
			d.v.Reason("mailed nobody", "no mail server is configured")
		default:
			if err := d.mails(which, message, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// mails queues a mail to each contact. Its end is reported, so that staff hear of one that could not be delivered.
func (d *decision) mails(which, message string, data map[string]any) error {
	c := d.v.Customer
	values := maps.Clone(data)
	values["customer"], values["key"] = c.Name, d.t.Key
	if p, ok := d.in.Dir.Person(d.t.Owner); ok {
		values["person"] = p.Name
	}
	for _, name := range c.MailTo {
		values["requester"] = strings.TrimSuffix(name, "様")
		text, err := c.Messages.Render(message, values)
		if err != nil {
			return fmt.Errorf("writing %s of %s for a mail: %w", message, d.t.Key, err)
		}
		if d.t.URL != "" {
			text = strings.TrimRight(text, "\n") + "\n\n" + d.t.URL
		}
		e := bot.MakeEffect(bot.EffectMail, bot.Notice, d.key("mail:"+which+":"+name), d.t, bot.Mail{
			To: bot.ContactRef(name), Subject: d.t.Summary + " [" + d.t.Key + "]", Text: text,
		})
		e.Urgent, e.Report = true, true
		d.out.Effects = append(d.out.Effects, e)
	}
	d.v.Reason(fmt.Sprintf("mails %d contacts", len(c.MailTo)), "the contract has the customer mailed")
	return nil
}
