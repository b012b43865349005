package incident

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// Tree is the telephone tree to a customer's contacts (spec/4-incidents.md, Phone tree): one after the other is called, round after round,
// until somebody confirms. Without a telephony provider staff call whom they are told to, and say how it went. It runs by what the contract
// said when it began.
type Tree struct {
	N       int            `json:"n"`       // trees of this incident so far; part of the keys
	Message string         `json:"message"` // what is said
	Data    map[string]any `json:"data,omitempty"`
	To      []string       `json:"to"` // contacts by name, in the customer's order
	Rings   int            `json:"rings"`
	Rounds  int            `json:"rounds"`
	After   string         `json:"after"`             // what follows when nobody confirmed
	Turn    int            `json:"turn"`              // calls so far; the last one may be under way
	ByHand  bool           `json:"by_hand,omitempty"` // people make the call that is due
	Asked   int            `json:"asked,omitempty"`   // times that they were asked how it went
	End     string         `json:"end,omitempty"`     // "" while it runs
}

// Ends of a tree.
const (
	treeReached = "reached"
	treeNobody  = "nobody"
	treeStopped = "stopped"    // by what was judged: it begins anew when it is judged otherwise
	treeStaff   = "called_off" // by staff
	treeShadow  = "shadow"     // nobody called: what comes after a first call is anybody's guess
)

// Messages that are told by telephone.
const (
	callNotice   = "call_first_notice"
	callRecovery = "call_recovery"
)

// afterRestart is the contract's word for going on with a restart when nobody confirmed.
const afterRestart = "restart"

func (t *Tree) running() bool { return t != nil && t.End == "" }

// contact is who is called in the present turn.
func (t *Tree) contact() string { return t.To[(t.Turn-1)%len(t.To)] }

func (t *Tree) round() int { return (t.Turn-1)/len(t.To) + 1 }

func (d *decision) callKey(t *Tree) string { return d.key(fmt.Sprintf("tree:%d:%d", t.N, t.Turn)) }

// telephones reports whether the contract has the customer telephoned about this incident as it is judged now, and why. While staff have not
// judged, and on a guess that a ticket is an incident at all, no customer is telephoned.
func (d *decision) telephones() (string, bool) {
	c, n := d.v.Customer, len(d.r.Judged)
	if n == 0 || d.impact() == Undecided || d.impact() == Checking {
		return "", false
	}
	if d.t.Alert == nil && d.t.Confidence == bot.Likely && !d.r.Judged[n-1].Staff {
		return "", false
	}
	switch {
	case d.t.Alert != nil && slices.Contains(c.ByUrgency[d.t.Alert.Urgency], byPhone):
		return "the contract has the customer telephoned at urgency " + d.t.Alert.Urgency, true
	case d.impact() == Affected && slices.Contains(c.ByImpact, byPhone):
		return "the contract has the customer telephoned when the service is affected", true
	}
	return "", false
}

// telephone begins the tree of the first notice once the contract asks for it, and ends one that is not wanted any more. It is called behind
// every event.
func (d *decision) telephone() {
	why, wanted := d.telephones()
	switch {
	case d.r.Tree.running() && d.r.Tree.Message == callNotice && (!d.r.Open || !wanted):
		d.hangUp(treeStopped, "it is not wanted any more")
	case d.r.Tree == nil && d.toldBefore(): // by a release or a contract that telephoned nobody: a call would be news of what is known
	case !d.r.Open || !wanted || d.r.NoticeKey == "" || d.r.Tree != nil && (d.r.Tree.running() || d.r.Tree.End != treeStopped):
	default:
		data := map[string]any{"detected": d.v.When(d.r.Detected), "alarm": d.alarm(), "impact": d.impactWords()}
		if d.r.Host != "" {
			data["host"] = d.r.Host
		}
		d.plant(callNotice, data, why)
	}
}

// toldBefore reports whether the customer was told of the incident as it is judged now. A tree begins with the judgement, not later.
func (d *decision) toldBefore() bool {
	n, first := len(d.r.Judged), d.first()
	return n > 0 && !first.IsZero() && !d.r.Judged[n-1].At.After(first)
}

// plant begins a tree.
func (d *decision) plant(message string, data map[string]any, why string) {
	c := d.v.Customer
	n := 1
	if d.r.Tree != nil {
		n = d.r.Tree.N + 1
	}
	t := &Tree{N: n, Message: message, Data: data, To: slices.Clone(c.PhoneTo), Rings: c.Calls.Rings, Rounds: max(c.Calls.Rounds, 1), After: c.Calls.After}
	d.r.Tree, d.dirty = t, true
	switch {
	case d.t.Drill:
		t.End = treeReached
		d.v.Tell("【訓練】実際の障害では、ここでお客様へ電話します。訓練では電話しません。")
		d.v.Reason("telephoned nobody", "it is a drill")
	case len(t.To) == 0:
		t.End = treeNobody
		d.v.Tell("お客様へ電話でもお知らせする契約ですが、電話の連絡先が登録されていません。連絡先を確認し、電話で知らせてください。", d.v.Mention()...)
		d.v.Reason("telephoned nobody", "the customer's file has no telephone contact")
	default:
		d.v.Reason("began to telephone the customer", why)
		d.dial()
	}
}

// dial calls the next contact; when all rounds are over, the contract says what follows.
func (d *decision) dial() {
	t := d.r.Tree
	d.v.Cancel("call")
	d.dirty = true
	t.ByHand, t.Asked = false, 0
	if t.Turn >= len(t.To)*t.Rounds {
		t.End = treeNobody
		text := fmt.Sprintf("お客様の電話の連絡先すべてに%d回ずつ電話しましたが、応答がありませんでした。", t.Rounds)
		if t.After == afterRestart {
			text += "契約では、応答がなくても再起動に進みます。"
		}
		d.v.Post(bot.Post{Text: "☎ " + text, Mention: d.tier(), Top: true})
		d.note(d.in.Now, "Toban", "お電話の連絡先すべてにお電話しましたが、応答をいただけませんでした。")
		d.v.Reason("reached nobody by telephone", fmt.Sprintf("%d contacts, %d rounds", len(t.To), t.Rounds))
		return
	}
	t.Turn++
	data := maps.Clone(t.Data)
	name := t.contact()
	data["customer"], data["key"], data["requester"] = d.v.Customer.Name, d.t.Key, strings.TrimSuffix(name, "様")
	text, err := d.v.Customer.Messages.Render(t.Message, data)
	if err != nil { // a template was checked when it was loaded; one that fails all the same must not lose the call
		d.v.Reason("told the plain facts", err.Error())
		text = d.alarm()
	}
	press := map[string]string{"en": "Press " + voice.Acknowledge + " to confirm."}[d.v.Customer.Lang]
	e := bot.MakeEffect(bot.EffectCall, bot.Notice, d.callKey(t), d.t, bot.Call{
		To: bot.ContactRef(name), Text: strings.TrimSpace(text), Press: cmp.Or(press, "内容をご確認いただけましたら、"+voice.Acknowledge+"を押してください。"),
		Keys: map[string]string{voice.Acknowledge: "確認しました"}, Rings: t.Rings,
	})
	e.Urgent, e.Report = true, true
	d.out.Effects = append(d.out.Effects, e)
}

// callEnded takes the end of a call to a contact in. Only a pressed key is an answer, least of all voicemail.
func (d *decision) callEnded(r bot.EffectResult) {
	t := d.r.Tree
	if !t.running() {
		return
	}
	outcome, key, _ := strings.Cut(r.Outcome, ":")
	o, current := bot.CallOutcome(outcome), r.Key == d.callKey(t)
	switch {
	case o == bot.CallAcknowledged && key == voice.Acknowledge: // of an earlier turn, too: somebody knows
		name := t.contact()
		if !current {
			name = "お客様"
		}
		d.reached(name, r.At, "応答", "a key was pressed")
	case !current:
	case d.in.Event.Kind != bot.EventEffectDead && o == bot.CallByHand:
		t.ByHand, d.dirty = true, true
		if d.v.Customer.ModeOf(d.t.Project) == bot.ModeShadow { // nobody was told to call
			t.End = treeShadow
			return
		}
		d.v.Set("call", sla.After(nil, d.in.Now, d.v.Customer.Calls.Ask))
	default:
		words, _ := voice.Called(r)
		d.missed(t.contact(), r.At, cmp.Or(words, "電話がつながったか確認できません。"), cmp.Or(r.Outcome, r.Why))
	}
}

func (d *decision) reached(name string, at time.Time, how, why string) {
	t := d.r.Tree
	t.End, t.ByHand, d.dirty = treeReached, false, true
	d.v.Cancel("call")
	d.out.Withdraw = append(d.out.Withdraw, d.callKey(t))
	d.note(at, "Toban", polite(name)+"にお電話でお知らせしました。")
	d.v.Tell("☎ " + name + "に電話で伝わりました(" + how + ")。ほかの連絡先への電話は不要です。")
	d.v.Reason("reached "+name+" by telephone", why)
}

func (d *decision) missed(name string, at time.Time, words, why string) {
	d.note(at, "Toban", polite(name)+"にお電話しましたが、応答をいただけませんでした。")
	d.v.Tell("☎ " + name + ": " + words)
	d.v.Reason("did not reach "+name+" by telephone", why)
	d.dial()
}

// polite is a contact as the customer reads it.
func polite(name string) string { return strings.TrimSuffix(name, "様") + "様" }

// hangUp ends a tree before somebody was reached; a call that rings already comes to its own end.
func (d *decision) hangUp(end, why string) {
	t := d.r.Tree
	if !t.running() {
		return
	}
	if t.Turn > 0 {
		d.out.Withdraw = append(d.out.Withdraw, d.callKey(t))
	}
	t.End, t.ByHand, d.dirty = end, false, true
	d.v.Cancel("call")
	d.v.Reason("stopped telephoning the customer", why)
}

// callDue asks staff how the call went that they were told to make; who does not answer is followed by the next tier, once.
func (d *decision) callDue() {
	t := d.r.Tree
	if !t.running() || !t.ByHand {
		return
	}
	t.Asked++
	d.dirty = true
	const most = 2
	mention := d.v.Mention()
	if t.Asked >= most {
		mention = d.tier()
	} else {
		d.v.Set("call", sla.After(nil, d.in.Now, d.v.Customer.Calls.Ask))
	}
	d.v.Post(bot.Post{Text: "☎ " + t.contact() + "への電話の結果が記録されていません。カードの「電話の結果」で知らせてください。次の連絡先はそのあとにお知らせします。", Mention: mention, Top: true})
}

// again lets the customer be telephoned anew about an incident that goes on after its recovery.
func (d *decision) again() {
	if d.r.Tree != nil {
		d.hangUp(treeStopped, "the incident goes on")
		d.r.Tree.End = treeStopped
	}
}

// tellRecovery tells the recovery by telephone to a customer who was telephoned about the incident.
func (d *decision) tellRecovery(data map[string]any) {
	t := d.r.Tree
	if t == nil || t.Message != callNotice { // it is being told, or was
		return
	}
	d.hangUp(treeStopped, "the recovery was declared")
	if t.Turn == 0 || d.t.Drill || d.v.Customer.ModeOf(d.t.Project) == bot.ModeShadow {
		return
	}
	d.plant(callRecovery, map[string]any{"happened": data["happened"], "from": data["from"], "to": data["to"], "done": data["done"]}, "the customer was telephoned about the incident")
}
