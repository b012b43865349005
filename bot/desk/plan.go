package desk

import "toban/bot"

// inPlan holds a request against the contract's plan: what it does not include waits for staff, as work that the catalogue does not take on
// does; what costs extra is told as a condition. A request that was answered already is only pointed out.
func (d *decision) inPlan() {
	rt, _ := d.cust.Type(d.t.Type)
	was := d.s.OutOfPlan
	d.s.OutOfPlan, d.s.Paid = "", false
	switch rt.Plans[d.cust.Plan] {
	case bot.PlanExcludes:
		d.s.OutOfPlan = rt.ReportName
	case bot.PlanCharges:
		d.s.Paid = true
	}
	d.dirty = d.dirty || d.s.OutOfPlan != was || d.s.Paid
	if !d.s.Answered || d.s.OutOfPlan == "" && !d.s.Paid || d.t.Status.Ended() || d.ours(rt) {
		return
	}
	d.s.OutOfPlan = "" // it is too late to ask whether it is taken on
	d.v.Tell("種別「"+rt.IssueType+"」は、ご契約のプラン「"+d.cust.Plan+"」では"+planWords[rt.Plans[d.cust.Plan]]+"。お客様への回答は済んでいます。必要であれば相談してください。", d.v.Mention()...)
}

var planWords = map[string]string{bot.PlanExcludes: "対象外です", bot.PlanCharges: "有償です"}

// conditions are what a requester is told of how the work is taken on.
func (d *decision) conditions() []string {
	var out []string
	if d.s.Condition != "" {
		out = append(out, d.s.Condition)
	}
	if d.s.Paid {
		out = append(out, d.spoken([2]string{"ご契約のプランでは有償の作業です。", "Your plan charges for this work."}))
	}
	return out
}

// undecided reports whether staff have to say first whether a request is taken on at all.
func (d *decision) undecided() bool {
	return d.s.Unsupported != "" || d.s.OutOfPlan != "" || d.s.OverQuota != ""
}
