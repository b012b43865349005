package verdict

import (
	"strings"

	"toban/bot"
	"toban/sla"
)

// Verbs of the actions; the room's name goes before them.
const (
	Exclude = "exclude"        // proposes an exclusion or its end
	Decide  = "exclude_decide" // the second person's answer
	Cause   = "cause"          // why a promise was missed
)

// Who may propose an exclusion and give a cause, and who may confirm: never the same person for one exclusion.
func sayRoles() []bot.Role    { return []bot.Role{bot.RoleOperator, bot.RoleApprover, bot.RoleManager} }
func decideRoles() []bot.Role { return []bot.Role{bot.RoleApprover, bot.RoleManager} }

// kinds of special circumstances that a contract knows (spec/2-sla.md, Judgement).
func kinds() []bot.Option {
	return []bot.Option{
		{Value: "special", Label: "特別な事情(災害など)"},
		{Value: "customer", Label: "お客様の都合による遅れ"},
		{Value: "maintenance", Label: "計画メンテナンス"},
		{Value: "undo", Label: "除外を取り消す"},
	}
}

const longest = 500 // characters of a reason

// Buttons are the forms that can be filled in now.
func (b *Book) Buttons(room string, clocks []Clock) []bot.Button {
	var may, missed []bot.Option
	for _, c := range clocks {
		switch c.State {
		case sla.StateMissed:
			missed = append(missed, bot.Option{Value: c.Key, Label: c.Name})
			may = append(may, bot.Option{Value: c.Key, Label: c.Name + "(未達)"})
		case sla.StateRunning, sla.StatePaused:
			may = append(may, bot.Option{Value: c.Key, Label: c.Name + "(計測中)"})
		case sla.StateExcluded:
			may = append(may, bot.Option{Value: c.Key, Label: c.Name + "(除外済み)"})
		case sla.StateMet, sla.StateCancelled: // nothing to say
		}
	}
	var out []bot.Button
	if len(missed) > 0 {
		out = append(out, bot.Button{Action: room + "." + Cause, Label: "未達の原因", Roles: sayRoles(), Help: "約束を守れなかった原因と対策を記録します。月次報告に載ります。", Form: &bot.Form{
			Title: "未達の原因", Submit: "記録する", Intro: "月次報告に載ります。原因のない未達がある月は確定できません。",
			Inputs: []bot.Input{
				{ID: "clock", Label: "約束", Type: bot.InputSelect, Options: missed, Initial: missed[0].Value},
				{ID: "cause", Label: "原因", Type: bot.InputArea, Max: longest},
				{ID: "measure", Label: "対策", Type: bot.InputArea, Max: longest, Optional: true},
			},
		}})
	}
	if len(may) > 0 {
		out = append(out, bot.Button{Action: room + "." + Exclude, Label: "判定から除外", Roles: sayRoles(), Rank: bot.RankMenu, Help: "特別な事情のある約束を判定から除くよう、承認者に確認を依頼します。", Form: &bot.Form{
			Title: "判定から除外", Submit: "確認を依頼", Intro: "理由と、申請した人とは別の承認者の確認が必要です。確認されるまで判定は変わりません。",
			Inputs: []bot.Input{
				{ID: "clock", Label: "約束", Type: bot.InputSelect, Options: may, Initial: may[0].Value},
				{ID: "kind", Label: "事由", Type: bot.InputSelect, Options: kinds()},
				{ID: "why", Label: "理由", Type: bot.InputArea, Max: longest},
			},
		}})
	}
	if len(b.Proposed) > 0 {
		var open []bot.Option
		var intro strings.Builder
		for _, p := range b.Proposed {
			open = append(open, bot.Option{Value: p.id(), Label: p.words()})
			intro.WriteString(p.words() + ": " + p.Why + "(" + p.ByName + ")\n")
		}
		out = append(out, bot.Button{Action: room + "." + Decide, Label: "除外を確認", Style: "primary", Roles: decideRoles(), Help: "判定から除外する申請を、申請した人とは別の人が確認します。", Form: &bot.Form{
			Title: "除外の確認", Submit: "決める", Intro: intro.String() + "申請した人は確認できません。",
			Inputs: []bot.Input{
				{ID: "proposal", Label: "申請", Type: bot.InputSelect, Options: open, Initial: open[0].Value},
				{ID: "answer", Label: "判断", Type: bot.InputSelect, Options: []bot.Option{{Value: "yes", Label: "認める"}, {Value: "no", Label: "認めない"}}},
				{ID: "note", Label: "補足", Type: bot.InputText, Max: longest, Optional: true},
			},
		}})
	}
	return out
}
