package desk

import (
	"fmt"
	"strings"

	"toban/bot"
)

// catalogued holds a new request against the contract's work catalogue: a condition is told in the answer, work that is not taken on waits
// for staff, who confirm a polite decline or take it on all the same.
func (d *decision) catalogued(u Understanding) {
	d.s.Condition, d.s.Unsupported, d.s.RowChange = "", "", ""
	if u.Work.ID != "" {
		d.s.RowChange = rowChange(u.Work, fold(d.t.Details))
	}
	switch u.Support {
	case Conditional:
		d.s.Condition = u.Work.Note
	case Unsupported:
		d.s.Unsupported = u.Work.Area + " " + u.Work.Work
	case Supported:
	}
	d.dirty = true
}

// offCatalogue leaves a request unanswered until staff have decided whether it is declined.
func (d *decision) offCatalogue() {
	why, what := "it goes over the month's units of work", d.s.OverQuota
	switch {
	case d.s.Unsupported != "":
		why, what = "the work catalogue does not take on "+d.s.Unsupported, "作業一覧で対象外の作業のようです("+d.s.Unsupported+")"
	case d.s.OutOfPlan != "":
		why, what = "plan "+d.cust.Plan+" does not include "+d.t.Type, "ご契約のプラン「"+d.cust.Plan+"」に含まれない種別です("+d.s.OutOfPlan+")"
	}
	d.s.Note = what + "。「お断りする」か「引き受ける」を選んでください。"
	d.v.Post(bot.Post{Text: d.s.Note, Mention: d.v.Mention()})
	d.v.Reason("left the answer to staff", why)
}

// pressTakeOn takes on what the catalogue does not.
func (d *decision) pressTakeOn(who bot.Author) error {
	what := "taken on although the catalogue does not"
	switch {
	case d.s.OverQuota != "":
		what = "taken on over the month's units of work"
	case d.s.OutOfPlan != "":
		what = "taken on although plan " + d.cust.Plan + " does not include it"
	}
	d.v.Reason(what, who.Name+" pressed the button")
	d.s.Unsupported, d.s.OutOfPlan, d.s.OverQuota, d.s.Note = "", "", "", ""
	return d.proceed()
}

// pressDecline declines a request politely, with the reason and what is possible instead.
func (d *decision) pressDecline(a bot.StaffAction, who bot.Author) error {
	reason := strings.TrimSpace(a.Values["reason"])
	if reason == "" {
		d.v.Refuse(a, "お断りの理由を書いてください。お客様にそのまま伝わります。")
		return nil
	}
	d.end(bot.StatusDeclined, d.at(), who, d.in.Event.Key, "declined: "+reason)
	d.s.Note = ""
	d.t.StatusID = bot.StatusClosed
	data := map[string]any{"reason": reason}
	if alt := strings.TrimSpace(a.Values["alternative"]); alt != "" {
		data["alternative"] = alt
	}
	key := fmt.Sprintf("desk:%s:declined:%d", d.t.ID, d.t.Reopened)
	return d.say(key, "declined", data, bot.Update{StatusID: bot.StatusClosed}, false)
}

func (d *decision) declineButton() bot.Button {
	reason := ""
	if d.s.Unsupported != "" {
		reason = d.s.Unsupported + " は、ご契約の作業の対象外です。"
	}
	if d.s.OutOfPlan != "" {
		reason = d.s.OutOfPlan + " は、ご契約のプランの対象外です。"
	}
	if d.s.OverQuota != "" {
		reason = "今月の作業数が、ご契約の上限に達しているため"
	}
	const longest = 500
	return bot.Button{Action: actionDecline, Label: "お断りする", Style: "danger", Form: &bot.Form{
		Title: "お断り", Submit: "お客様に伝える", Says: true, Inputs: []bot.Input{
			{ID: "reason", Label: "理由(お客様にそのまま伝わります)", Type: bot.InputText, Max: longest, Initial: reason},
			{ID: "alternative", Label: "代わりにできること", Type: bot.InputText, Max: longest, Optional: true},
		},
	}}
}
