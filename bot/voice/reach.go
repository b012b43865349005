package voice

import (
	"slices"
	"strings"

	"toban/bot"
)

// Ways to reach one of the provider's people, as configuration names them.
const (
	BySlack = "slack"
	ByMail  = "mail"
	ByPhone = "phone"
)

// Acknowledge is the key that somebody presses on the telephone to say that they take it.
const Acknowledge = "1"

// Who is the person whom a step of the escalation names now: duty, manager, tier:NAME, team:ID or person:ID.
func (v *Voice) Who(to string) (bot.Person, bool) {
	kind, id, _ := strings.Cut(to, ":")
	switch kind {
	case "duty":
		return v.Duty("")
	case "manager":
		return v.In.Dir.Person(v.Customer.Timing.ManagerPerson)
	case "tier", "team":
		return v.Duty(id)
	case "person":
		return v.In.Dir.Person(id)
	}
	return bot.Person{}, false
}

// Reach tells one of the provider's people something in all the ways that a step names and that the person can be reached by. It is told in
// Slack in any case, so that everybody sees who was asked. Each mail and call is a delivery of its own, under a key of Ways. It returns who was
// reached.
func (v *Voice) Reach(key string, s bot.EscalationStep, words string) (p bot.Person, ok bool) {
	if p, ok = v.Who(s.To); !ok {
		v.Post(bot.Post{Text: words + "\n(連絡先の設定 " + s.To + " にあたる人がいません。)", Mention: v.Mention(), Top: true})
		v.Reason("reached nobody", "the escalation names "+s.To+", and there is no such person now")
		return p, false
	}
	post := bot.Post{Text: words, Top: true}
	if p.SlackUser != "" {
		post.Mention = []string{p.SlackUser}
	} else {
		post.Text = p.Name + "さん: " + words
	}
	v.Post(post)
	title := "[" + v.Ticket.Key + "] " + v.Customer.Name
	if v.Ticket.Drill {
		title, words = "【訓練】"+title, "【訓練】"+words
	}
	if slices.Contains(s.By, ByMail) && p.Mail {
		e := bot.MakeEffect(bot.EffectMail, bot.Notice, key+":mail", v.Ticket, bot.Mail{
			To: bot.PersonRef(p.ID), Subject: title, Text: words + "\n\n" + v.Ticket.Key + " " + v.Ticket.Summary,
		})
		e.Urgent = true
		v.Out.Effects = append(v.Out.Effects, e)
	}
	if slices.Contains(s.By, ByPhone) {
		v.Call(key, p, words)
	}
	v.Reason("reached "+p.Name, "the escalation names "+s.To+" by "+strings.Join(s.By, ", "))
	return p, true
}

// Ways are the keys of the mails and calls that Reach may have queued under a key: what is not out yet is withdrawn by them.
func Ways(key string) []string { return []string{key + ":mail", key + ":call"} }

// Call rings one of the provider's people, who takes it by pressing a key; whoever has no number is not rung.
func (v *Voice) Call(key string, p bot.Person, words string) {
	if !p.Phone {
		return
	}
	e := bot.MakeEffect(bot.EffectCall, bot.Notice, key+":call", v.Ticket, bot.Call{
		To: bot.PersonRef(p.ID), Text: v.Ticket.Key + "。" + words, Press: "対応できる場合は" + Acknowledge + "を押してください。", Keys: map[string]string{Acknowledge: "対応します"},
	})
	e.Urgent, e.Report = true, true
	v.Out.Effects = append(v.Out.Effects, e)
}

// Called is what staff are told of how a call to one of them ended; taken says that somebody pressed the key. Words are empty where the
// telephone has told staff itself.
func Called(r bot.EffectResult) (words string, taken bool) {
	outcome, key, _ := strings.Cut(r.Outcome, ":")
	switch o := bot.CallOutcome(outcome); {
	case o == bot.CallAcknowledged && key == Acknowledge:
		return "電話に応答があり、対応するとの回答を受けました。カードの「担当する」を押してください。", true
	case o == bot.CallByHand, o == bot.CallUnknown:
		return "", false
	case outcomes[o] != "":
		return "電話では応答が得られませんでした(" + outcomes[o] + ")。", false
	}
	return "電話をかけられませんでした: " + r.Why, false
}

var outcomes = map[bot.CallOutcome]string{
	bot.CallAcknowledged: "ほかの番号が押されました", bot.CallAnswered: "番号が押されていません", bot.CallNoAnswer: "応答なし", bot.CallBusy: "話し中",
	bot.CallVoicemail: "留守番電話", bot.CallFailed: "発信できません",
}
