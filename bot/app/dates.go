package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/config"
)

// dateDays are the days before a date at which staff are reminded of it, the last on the day itself.
var dateDays = [...]int{60, 30, 14, 7, 1, 0}

// dateHour is when staff are reminded: nobody is woken for a date.
const dateHour = 9

// tellOfDates reminds the staff of each customer of the dates of its contract, each time once, by whichever replica looks first.
func (a *App) tellOfDates(ctx context.Context) error {
	now := a.p.Clock.Now()
	hour := now.UTC().Format("2006-01-02T15")
	if a.reminded == hour {
		return nil
	}
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		for _, e := range a.reminders(c, now) {
			if err := a.p.Store.Queue(ctx, now, e); err != nil {
				return err
			}
		}
	}
	a.reminded = hour
	return nil
}

// reminders are what the staff of a customer have to be told of its dates at a moment.
func (a *App) reminders(c *config.Customer, now time.Time) []bot.Effect {
	local := now.In(c.Zone)
	if local.Hour() < dateHour || c.Channel == "" {
		return nil
	}
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, c.Zone)
	var out []bot.Effect
	for _, d := range c.Dates() {
		left := daysBetween(today, d.On)
		step := -1
		for _, days := range dateDays {
			if left >= 0 && left <= days {
				step = days
			}
		}
		if step < 0 {
			continue
		}
		key := fmt.Sprintf("dates:%s:%s:%s:%s:%d", c.ID, d.Kind, d.What, d.On.Format(time.DateOnly), step)
		p := bot.Post{Channel: c.Channel, Text: reminder(c, d, left)}
		if m, ok := a.dir.Person(c.Manager); ok && m.SlackUser != "" {
			p.Mention = []string{m.SlackUser}
		}
		e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, p)
		e.Customer = c.ID
		out = append(out, e)
	}
	return out
}

// daysBetween counts calendar days, whatever their hours.
func daysBetween(from, to time.Time) int {
	a, b := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC), time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a) / day)
}

func reminder(c *config.Customer, d config.ContractDate, left int) string {
	on, when := d.On.Format("2006/1/2"), fmt.Sprintf("あと%d日", left)
	switch left {
	case 0:
		when = "本日"
	case 1:
		when = "明日"
	}
	switch d.Kind {
	case config.DateNotice:
		return fmt.Sprintf("📅 %s様の契約(%sまで)は、解約の申し出の期限が%sです(%s)。継続の意向を確認してください。", c.Name, contractEnd(c), on, when)
	case config.DateMinimum:
		return fmt.Sprintf("📅 %s様の最低利用期間は%sに終わります(%s)。", c.Name, on, when)
	case config.DateExpires:
		return fmt.Sprintf("📅 %s様の「%s」は%sに期限を迎えます(%s)。更新の手配を確認してください。", c.Name, d.What, on, when)
	case config.DateEnd:
	}
	data := map[string]string{"export": "お客様のデータは書き出してお渡しし、その後に削除します", "delete": "お客様のデータは削除し、証明書をお渡しします"}[c.Contract.AtEnd]
	if data == "" {
		data = "お客様のデータの扱い(contract.at_end)は決まっていません"
	}
	return fmt.Sprintf("📅 %s様の契約は%sに終わります(%s)。更新か終了の手続きを確認してください。終了する場合、%s(/toban offboard %s)。", c.Name, on, when, data, c.ID)
}

func contractEnd(c *config.Customer) string {
	e := c.Contract.End
	return fmt.Sprintf("%d/%d/%d", e.Year, e.Month, e.Day)
}

// contractFindings is what doctor says of contracts that have ended, or end soon with nothing decided of the data.
func contractFindings(cfg *config.Config, now time.Time) []Finding {
	const soon = 60 * day
	var out []Finding
	for i := range cfg.Customers {
		c := &cfg.Customers[i]
		if c.Contract.End.IsZero() {
			continue
		}
		e := c.Contract.End
		over := time.Date(e.Year, e.Month, e.Day+1, 0, 0, 0, 0, c.Zone)
		works := slices.ContainsFunc(c.Projects, func(p string) bool { return c.ModeOf(p) != config.ModeOff })
		switch left := over.Sub(now); {
		case left <= 0 && works:
			out = append(out, Finding{
				LevelWarn, fmt.Sprintf("the contract of customer %s ended on %s, and Toban goes on working for it", c.ID, e),
				"write the new contract.end, or end it: toban customer offboard, then as deploy/RUNBOOK.md says (A contract begins or ends)",
			})
		case left > 0 && left <= soon && c.Contract.AtEnd == "":
			out = append(out, Finding{
				LevelWarn, fmt.Sprintf("the contract of customer %s ends on %s, and contract.at_end does not say what becomes of its data", c.ID, e), "write at_end: export or delete, or the new contract.end",
			})
		}
	}
	return out
}
