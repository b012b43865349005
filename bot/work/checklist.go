package work

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/playbook"
	"toban/sla"
)

// book finds a playbook that may be chosen.
func (d *decision) book(id string) (playbook.Playbook, bool) {
	i := slices.IndexFunc(d.books, func(p playbook.Playbook) bool { return p.ID == id })
	if i < 0 {
		return playbook.Playbook{}, false
	}
	return d.books[i], true
}

// withBook fills in what a plan leaves empty from its playbook.
func (w *Wanted) withBook(p playbook.Playbook) {
	bullets := func(list []string) string { return "・" + strings.Join(list, "\n・") }
	if w.Paper.Effect == "" {
		w.Paper.Effect = p.Effect
	}
	if w.Paper.Checks == "" {
		w.Paper.Checks = bullets(p.CheckTexts())
	}
	if undos := p.Undos(); w.Paper.Rollback == "" && len(undos) > 0 {
		w.Paper.Rollback = bullets(undos)
	}
	w.Book = p.ID
}

// beginRun freezes the playbook into a run as the work begins.
func (d *decision) beginRun(p bot.Person) error {
	if d.o.Book == nil {
		return nil
	}
	run, err := playbook.New(*d.o.Book)
	if err != nil {
		return err
	}
	return d.step(run, playbook.Event{Kind: playbook.Start, By: p.Name, At: d.at()})
}

// step applies an event to the run and writes it down.
func (d *decision) step(run playbook.Run, e playbook.Event) error {
	next, err := run.Apply(e)
	if err != nil {
		return err
	}
	d.o.Run, d.dirty = &next, true
	d.v.Reason(e.Words(run.Playbook.ID))
	return d.watchStep()
}

// watchStep asks staff when the step at hand takes longer than it should.
func (d *decision) watchStep() error {
	d.v.Cancel("step")
	if s, _, ok := d.o.Run.At(); ok && s.Within > 0 {
		d.v.Set("step", sla.After(nil, d.o.Run.Since, s.Within))
	}
	return nil
}

// stepDue: the step at hand takes longer than it should.
func (d *decision) stepDue() {
	if d.o.Run == nil || d.o.Stage != Working {
		return
	}
	if s, _, late := d.o.Run.Late(d.in.Now.Add(1)); late {
		d.v.Post(bot.Post{Text: "手順「" + s.Title + "」が予定の時間を過ぎています。続けるか、中断してください。", Mention: d.v.Mention()})
		d.v.Reason("asked about a step", s.ID+" takes longer than it should")
		d.dirty = true
	}
}

// running is the run that staff tick off; nil when there is none at hand.
func (d *decision) running() *playbook.Run {
	if d.o.Stage != Working || d.o.Run == nil || d.o.Run.State.Ended() {
		return nil
	}
	return d.o.Run
}

// pressTick takes the result of the check, or of the step back, that the button stood for.
func (d *decision) pressTick(a bot.StaffAction, p bot.Person, result playbook.Result, note string) error {
	run := d.running()
	if run == nil {
		d.notNow(a, "確認を待っている手順はありません。")
		return nil
	}
	if a.Value != "" && a.Value != runValue(run) { // somebody else was faster
		d.v.Refuse(a, "この確認はもう済んでいます。カードの最新の手順を確認してください。")
		return nil
	}
	e := playbook.Event{Kind: playbook.Tick, Result: result, By: p.Name, At: d.at(), Note: note}
	if s, c, ok := run.At(); ok {
		e.Step, e.Check = s.ID, c.ID
	}
	if s, ok := run.Undoing(); ok {
		e.Kind, e.Step = playbook.Back, s.ID
	}
	if err := d.step(*run, e); err != nil {
		return err
	}
	return d.ranTo(p)
}

func (d *decision) pressAbort(a bot.StaffAction, p bot.Person) error {
	run, note := d.running(), strings.TrimSpace(a.Values["reason"])
	switch {
	case run == nil || run.State == playbook.Undoing:
		d.notNow(a, "中断できる手順はありません。")
		return nil
	case note == "":
		d.v.Refuse(a, "中断の理由を入力してください。")
		return nil
	}
	if err := d.step(*run, playbook.Event{Kind: playbook.Abort, By: p.Name, At: d.at(), Note: note}); err != nil {
		return err
	}
	return d.ranTo(p)
}

// aborted reports whether the work was broken off: the request it was for is not done.
func (o *Order) aborted() bool {
	if o.Run == nil {
		return false
	}
	switch o.Run.State {
	case playbook.Stopped, playbook.Undone, playbook.Stuck:
		return true
	case playbook.Ready, playbook.Running, playbook.Asking, playbook.Undoing, playbook.Done:
	}
	return false
}

// pressEnd ends work that was broken off: the customer hears what was done and that the request goes on; staff plan anew.
func (d *decision) pressEnd(a bot.StaffAction, p bot.Person) error {
	done := strings.TrimSpace(a.Values["done"])
	switch {
	case d.o.Stage != Working || !d.o.aborted():
		d.notNow(a, "中断した作業がありません。")
		return nil
	case done == "":
		d.v.Refuse(a, "実施したことを入力してください。")
		return nil
	}
	d.forgetEnd()
	d.v.Cancel("step", "consent")
	d.o.Stage, d.o.Finished, d.o.Problem, d.dirty = Stopped, d.at(), "作業を中断しました("+d.o.Run.Why+")", true
	d.o.Approval, d.o.Agreement, d.o.Told = nil, nil, time.Time{}
	d.v.Reason("ended work that was broken off", p.Name+" pressed the button: "+d.o.Run.Why)
	d.v.Tell(p.Name+" が中断した作業を終えました。ご依頼は続きます。「日程を変更」で決め直すか、取りやめてください。", d.v.Mention()...)
	if !d.underIncident() {
		d.news(bot.StatusTaken, p.Name, d.in.Event.Key, "the work was broken off, the request goes on")
	}
	return d.v.Say(d.key("ended"), "work_ended", map[string]any{"work": d.o.What, "done": voice.Below(done), "reason": d.o.Run.Why}, d.options())
}

// ranTo tells what follows from where the run stands now.
func (d *decision) ranTo(p bot.Person) error {
	run := d.o.Run
	switch run.State {
	case playbook.Done:
		d.v.Tell("手順がすべて終わりました。「作業完了」を押してください。", d.v.Mention()...)
	case playbook.Asking:
		d.v.Tell("確認できませんでした("+run.Why+")。もう一度確認するか、中断してください。", d.v.Mention()...)
	case playbook.Undoing:
		d.v.Post(bot.Post{Text: "作業を中断しました(" + run.Why + ")。カードの手順で、行った作業を逆の順に元に戻してください。", Mention: d.v.Mention(), Top: true})
		return d.tellAborted(run)
	case playbook.Stopped:
		d.v.Post(bot.Post{Text: "作業を中断しました(" + run.Why + ")。以降の手順は行わず、「作業を終える」から結果をお知らせください。", Mention: d.v.Mention(), Top: true})
		return d.tellAborted(run)
	case playbook.Undone:
		d.v.Tell(p.Name+" が作業を元に戻しました。「作業を終える」から結果をお知らせください。", d.v.Mention()...)
		return d.tellAborted(run)
	case playbook.Stuck:
		d.v.Post(bot.Post{Text: "切り戻しができませんでした(" + run.Why + ")。障害として対応してください。お客様には「作業を終える」からお知らせできます。", Mention: d.v.Mention(), Top: true})
	case playbook.Ready, playbook.Running:
	}
	return nil
}

// tellAborted tells the customer once that the work was stopped, and once more when it was gone back over.
func (d *decision) tellAborted(run *playbook.Run) error {
	undone := run.State == playbook.Undone
	key := d.key("aborted")
	if undone && d.o.Aborted {
		key = d.key("undone")
	}
	d.o.Aborted = true
	return d.v.Say(key, "work_aborted", map[string]any{"work": d.o.What, "reason": run.Why, "undone": undone}, d.options())
}

// runValue names the check or the step back at hand, so that two people who press at once tick it off once.
func runValue(run *playbook.Run) string { return fmt.Sprintf("%s/%d", run.State, len(run.Log)) }

// runFields show the step at hand.
func (d *decision) runFields() []bot.Field {
	run := d.o.Run
	n := fmt.Sprintf("%d/%d", run.Step+1, len(run.Playbook.Steps))
	if s, c, ok := run.At(); ok {
		out := []bot.Field{{Label: "手順 " + n, Value: s.Title + "\n" + s.Do}, {Label: "次の確認", Value: c.Text}}
		if len(s.Abort) > 0 {
			out = append(out, bot.Field{Label: "中断の基準", Value: strings.Join(s.Abort, "、")})
		}
		return out
	}
	if s, ok := run.Undoing(); ok {
		return []bot.Field{{Label: "切り戻し(手順 " + n + ")", Value: s.Undo}}
	}
	return []bot.Field{{Label: "手順", Value: run.Playbook.Title + ": " + runNames[run.State]}}
}

var runNames = map[playbook.State]string{
	playbook.Done: "すべて完了", playbook.Stopped: "中断", playbook.Undone: "元に戻しました", playbook.Stuck: "切り戻しに失敗",
}

// runButtons tick the check at hand off.
func (d *decision) runButtons(run *playbook.Run) []bot.Button {
	value := runValue(run)
	trouble := func(label string) bot.Button {
		return bot.Button{Action: actionTrouble, Label: label, Value: value, Form: &bot.Form{Title: "確認の結果", Submit: "記録する", Inputs: []bot.Input{
			{ID: "result", Label: "結果", Type: bot.InputSelect, Options: []bot.Option{{Value: string(playbook.Fail), Label: "問題がある(中断する)"}, {Value: string(playbook.Unknown), Label: "確認できない(人が判断する)"}}},
			{ID: "note", Label: "状況", Type: bot.InputText, Max: 300},
		}}}
	}
	if s, ok := run.Undoing(); ok {
		return []bot.Button{{Action: actionTick, Label: clip("元に戻した: "+s.Title, 70), Style: "primary", Value: value}, trouble("元に戻せない")}
	}
	_, c, _ := run.At()
	return []bot.Button{
		{Action: actionTick, Label: clip("確認した: "+c.Text, 70), Style: "primary", Value: value},
		trouble("問題あり"),
		{Action: actionAbort, Label: "中断する", Style: "danger", Form: &bot.Form{Title: "作業の中断", Submit: "中断する", Says: true, Inputs: []bot.Input{
			{ID: "reason", Label: "理由(お客様に伝わります)", Type: bot.InputText, Max: 200},
		}}},
	}
}

// evidence is what the run recorded, as a proposal for the completion notice.
func (d *decision) evidence() (done, result string) {
	run := d.o.Run
	if run == nil {
		return "", ""
	}
	var steps, checks []string
	for _, s := range run.Finished() {
		steps = append(steps, "・"+s.Title)
		for _, c := range s.Checks {
			checks = append(checks, "・"+c.Text+": 確認済み")
		}
	}
	if run.State == playbook.Undone {
		steps = append(steps, "・作業を中断し、元の状態に戻しました("+run.Why+")")
	}
	if run.State == playbook.Stopped || run.State == playbook.Stuck {
		steps = append(steps, "・作業を中断しました("+run.Why+")")
	}
	return strings.Join(steps, "\n"), strings.Join(checks, "\n")
}
