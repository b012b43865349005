package desk

import (
	"strings"

	"toban/bot"
	"toban/sla"
)

// pressExplain shows one person how every deadline of the ticket came about; `toban explain` has the long form.
func (d *decision) pressExplain(a bot.StaffAction) error {
	all, err := d.evaluate()
	if err != nil {
		return err
	}
	var text []string
	for _, e := range all {
		text = append(text, strings.Join(sla.Short(sla.InZone(e.ledger(), d.cust.Zone), sla.Japanese), "\n"))
	}
	agreed, err := d.agreements()
	if err != nil {
		return err
	}
	for _, a := range agreed {
		text = append(text, strings.Join(sla.Short(sla.InZone(a.result.Ledger(), d.cust.Zone), sla.Japanese), "\n"))
	}
	if len(text) == 0 {
		text = append(text, "いま計測している期限はありません。")
	}
	d.v.Whisper(a, strings.Join(text, "\n\n"))
	return nil
}
