package incident

import (
	"strings"

	"toban/bot"
	"toban/sla"
)

// pressExplain shows one person how every deadline of the incident came about; `toban explain` has the long form.
func (d *decision) pressExplain(a bot.StaffAction) error {
	if err := d.clocks(); err != nil {
		return err
	}
	var text, rounds []string
	for _, row := range d.out.Clocks {
		lines := sla.InZone(row.Ledger, d.v.Customer.Zone)
		switch {
		case strings.HasPrefix(row.ID, "interim/"):
			rounds = append(rounds, sla.Write(lines, sla.Japanese)...)
		default:
			text = append(text, strings.Join(sla.Short(lines, sla.Japanese), "\n"))
		}
	}
	const newest = 3 // of the rounds
	if len(rounds) > newest {
		rounds = rounds[len(rounds)-newest:]
	}
	if len(rounds) > 0 {
		text = append(text, "途中経過\n"+strings.Join(rounds, "\n"))
	}
	if len(text) == 0 {
		text = append(text, "影響が判断されていないため、まだ期限の計測がありません。")
	}
	d.out.Clocks = nil // nothing is decided
	d.v.Whisper(a, strings.Join(text, "\n\n"))
	return nil
}
