package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"toban/bot"
)

// fact takes one entry of the history in. Echoes of our own effects confirm and decide nothing else.
func (d *decision) fact(f bot.Fact) error {
	if f.Origin != "" {
		d.confirmed(f.Origin, f.At, f.ID)
		return nil
	}
	d.when = f.At
	defer func() { d.when = time.Time{} }()
	f.Author = d.cust.Sort(f.Author)
	d.by = f.Author.Name
	f.Text = d.hush(f.ID, f.Text)
	if f.Author.Kind == bot.AuthorBot {
		d.v.Tell("ボットのアカウントで、Toban が行っていない更新がありました(" + f.ID + ")。APIキーの使われ方を確認してください。")
		d.v.Reason("took an update by the bot's account as staff's", "no effect of ours is its origin")
		f.Author.Kind = bot.AuthorStaff
	}
	if f.Author.Kind == bot.AuthorUnknown {
		if c, ok := f.Changed("status"); ok && d.in.Snapshot != nil { // what Backlog shows is known, and decides nothing
			d.t.StatusID, d.dirty = d.cust.StatusOf(d.in.Snapshot), true
			d.v.Tell("登録のない利用者 "+f.Author.Name+" が Backlog の状態を「"+c.To+"」に変更しました。このチケットの扱いと期限は変えていません。必要なら Backlog の状態を戻すか、カードで操作してください。", d.v.Mention()...)
		} else {
			d.v.Tell("登録のない利用者 " + f.Author.Name + " の書き込みがありました。期限と状態は変えていません。")
		}
		d.v.Reason("left "+f.ID+" without effect on promises", f.Author.Name+" is in no list of the project")
		return nil
	}
	before := d.t.Status
	if err := d.fieldChanges(f); err != nil {
		return err
	}
	if strings.TrimSpace(f.Text) == "" {
		if f.Author.Kind == bot.AuthorCustomer && attaches(f) && !d.fresh {
			return d.filed(f)
		}
		return nil
	}
	f.Assent = f.Author.Kind == bot.AuthorCustomer && plainYes(f.Text)
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketComment, d.t.ID, f.At, f))
	if f.Author.Kind != bot.AuthorCustomer {
		d.staffWrote(f)
		return nil
	}
	if d.t.Status.Ended() != before.Ended() {
		var mention []string
		if d.t.Status.Ended() && !d.thanks(f) && !plainWithdrawal(f.Text) { // it may ask for something yet
			mention = d.v.Mention()
		}
		d.heard(f, "のコメントがありました。", mention...)
		d.v.Reason("told staff of "+f.ID, "it came with a change of status, which decided")
		return nil
	}
	return d.customerWrote(f)
}

// thanks reports whether a comment only thanks or takes note.
func (d *decision) thanks(f bot.Fact) bool {
	names := []string{f.Author.Name, d.cust.Name}
	for _, p := range d.in.Dir.People {
		names = append(names, p.Name)
	}
	for _, r := range d.t.Requester {
		names = append(names, r.Name)
	}
	return isThanks(f.Text, names...)
}

func (d *decision) customerWrote(f bot.Fact) error {
	text := fold(own(f.Text))
	if hear(text).complaint && d.t.Class != bot.ClassComplaint {
		d.complained("お客様("+f.Author.Name+")のコメントは苦情のようです。", f.ID+" reads like a complaint", f.At, f.Author, f.ID)
	}
	switch {
	case withdrawal.MatchString(text) && !d.t.Status.Ended():
		return d.maybeWithdrawn(f)
	case plainWithdrawal(f.Text) && d.t.Status.Ended():
		d.heard(f, "から取り下げのコメントがありましたが、チケットはもう終了しています。", d.v.Mention()...)
		d.v.Reason("told staff of "+f.ID, "it withdraws what has ended")
		return nil
	case d.t.Status == bot.StatusWaiting && !d.fresh:
		return d.answered(f)
	case d.thanks(f):
		d.v.Reason("left "+f.ID+" unanswered", "it only thanks or takes note")
		if d.t.Status == bot.StatusDone && !d.fresh { // whoever has answered is not told later that no answer came
			d.s.Thanked, d.dirty = true, true
			d.heard(f, "から完了へのお返事がありました。")
		}
		return nil
	case d.t.Status.Ended():
		return d.wroteAfterEnd(f)
	}
	d.heard(f, "のコメントがありました。", d.v.Mention()...)
	d.v.Reason("told staff of "+f.ID, "a customer user wrote")
	return nil
}

// heard tells staff what a customer user wrote, so that nobody has to open Backlog to see whether it is urgent: the beginning of their own
// words, without what they quote and sign, and without secrets.
func (d *decision) heard(f bot.Fact, what string, mention ...string) {
	const most = 300
	line := "お客様(" + f.Author.Name + ")" + what
	text := mask(own(f.Text))
	if short := strings.TrimSpace(shorten(text, most)); short != "" {
		if short != text {
			short += "…"
		}
		line += "\n「" + short + "」"
	}
	d.v.Tell(line, mention...)
}

// maybeWithdrawn ends a ticket whose withdrawal leaves no doubt and nothing half done. Everything else is left to staff: a withdrawal that is
// none would lose a request. The customer did write, so the clock goes on.
func (d *decision) maybeWithdrawn(f bot.Fact) error {
	running := d.t.Status == bot.StatusWorking || d.t.Status == bot.StatusVerifying || d.t.Class == bot.ClassIncident
	if plainWithdrawal(f.Text) && !running && !d.fresh && !slices.Contains(d.cust.Guests, f.Author.ID) {
		planned := d.s.Work != ""
		d.withdraw(f.At, f.Author, f.ID, "the customer's comment withdraws it")
		d.t.StatusID = bot.StatusClosed
		return d.say(fmt.Sprintf("desk:%s:cancelled:%d", d.t.ID, d.t.Reopened), "cancelled", map[string]any{"notices": planned}, bot.Update{StatusID: bot.StatusClosed}, false)
	}
	if d.t.Status == bot.StatusWaiting {
		d.resume(f.At, f.Author, f.ID, "a customer user wrote")
		d.status(d.home(), "a customer user wrote")
	}
	d.heard(f, "が取り下げを希望しているようです。取り下げならカードの「ほかの操作」にある「取り下げ」を押してください。", d.v.Mention()...)
	d.v.Reason("asked staff about a withdrawal", "the comment reads like one")
	return nil
}

// answered takes the answer to our question in: the clock goes on from the comment's instant, and what is still missing is asked again.
func (d *decision) answered(f bot.Fact) error {
	text := own(f.Text)
	if d.thanks(f) && !(d.s.Spoken && assent.MatchString(fold(text))) {
		d.v.Reason("still waiting after "+f.ID, "it only thanks or takes note")
		return nil
	}
	asked, onItsWay := d.t.Missing, d.s.AskKey != ""
	d.s.Answers, d.dirty = append(d.s.Answers, text), true
	d.t.Details = shorten(d.t.Details+"\n"+answerMark+"\n"+text, maxDetails)
	d.answeredWish(text, f.At)
	rt, _ := d.cust.Type(d.t.Type)
	missing := d.stillMissing(rt, text, onItsWay)
	switch {
	case len(missing) == 0:
		return d.completed(f, rt)
	case attaches(f):
		return d.filed(f)
	case onItsWay && slices.Equal(missing, asked):
		d.heard(f, "のコメントがありました。確認のご連絡と行き違いです。")
		d.v.Reason("kept the question that is on its way", f.ID+" crossed it and answers nothing of it")
		return nil
	}
	d.resume(f.At, f.Author, f.ID, "a customer user wrote")
	if hear(fold(text)).complaint && slices.Equal(missing, asked) {
		d.heard(f, "のコメントがありました。苦情のため、足りない項目("+strings.Join(missing, "、")+")を自動では確認していません。回答とあわせて確認してください。", d.v.Mention()...)
		d.v.Reason("asked for no details again", f.ID+" complains: people answer it")
		d.status(d.home(), "a complaint is answered by people")
		return nil
	}
	d.heard(f, "から回答がありましたが、まだ足りない項目があります: "+strings.Join(missing, "、"))
	return d.ask(missing, true, true)
}

// completed goes on with a ticket that has all its details now.
func (d *decision) completed(f bot.Fact, rt bot.RequestType) error {
	spoken, required := d.s.Spoken, d.s.Required
	d.resume(f.At, f.Author, f.ID, "a customer user wrote")
	told := "から回答がありました。"
	if !spoken || required {
		d.enter(bot.EntryComplete, f.At, f.Author, f.ID, "every required detail is there")
		told = "から回答があり、必要な情報がそろいました。"
	}
	d.heard(f, told, d.v.Mention()...)
	d.t.Host = d.pages.host(rt, d.t.Details)
	return d.agreeable(rt)
}

// stillMissing reads the whole text again. An answer need not repeat the names of what was asked: one item is answered by anything that
// says something, several by as many lines. A word that crossed the question answers it by its content only.
func (d *decision) stillMissing(rt bot.RequestType, answer string, crossed bool) []string {
	if !d.s.Required {
		return nil
	}
	missing := d.missing(rt)
	if crossed || !slices.Equal(missing, d.t.Missing) || hear(fold(answer)).question || deferring.MatchString(fold(answer)) {
		return missing
	}
	var said []string
	for _, l := range lines(answer) {
		l = strings.TrimSpace(bullet.ReplaceAllString(l, ""))
		if l != "" && !greeting.MatchString(l) && !nothing(fold(l)) && !isThanks(l) {
			said = append(said, l)
		}
	}
	if len(missing) == 1 {
		said = []string{strings.Join(said, "\n")}
	}
	if len(said) != len(missing) {
		return missing
	}
	var left []string
	for i, item := range missing {
		if !fits(rt, item, said[i]) {
			left = append(left, item)
		}
	}
	return left
}

// fits reports whether a bare answer can be an item: names are written in letters, kinds of work are those of the table.
func fits(rt bot.RequestType, item, answer string) bool {
	switch head(item) {
	case "作業の種類":
		return len(rt.Operations) == 0 || len(found(rt.Operations, answer)) > 0
	case "ホスト名", "ユーザー名":
		return bareName.MatchString(fold(answer))
	}
	return answer != ""
}

// staffWrote: a comment written by hand is our first answer, and one that lists what it asks for stops the clock like the button.
func (d *decision) staffWrote(f bot.Fact) {
	d.complaintAnswered(f)
	d.replied(f.At, f.Author, f.ID, "staff wrote by hand")
	wanted := d.questions(f.Text)
	if len(wanted) == 0 || d.t.Class == bot.ClassIncident || !slices.Contains(legal[actionAsk], d.t.Status) {
		return
	}
	d.enter(bot.EntryAsked, f.At, f.Author, f.ID, "staff asked by hand")
	if d.t.Status != bot.StatusWaiting {
		d.t.Missing = nil
	}
	d.t.Missing = append(d.t.Missing, wanted...)
	d.s.Spoken, d.s.Reminders = true, 0 // another question: it is reminded of anew
	d.waitFrom(f.At)
	d.status(bot.StatusWaiting, f.Author.Name+" asked on the ticket")
	d.v.Reason("took "+f.ID+" as a question", "it lists what is needed")
	d.v.Tell(f.Author.Name + " のコメントをお客様への確認として記録しました。回答があるまで時計は止まります。")
}

// questions are the listed points of a comment that asks for something; none when it asks for nothing or lists nothing.
func (d *decision) questions(text string) []string {
	text = own(text)
	if m := hear(fold(text)); !m.question && !strings.Contains(text, "お知らせ") && !m.pleads {
		return nil
	}
	const most, length = 10, 200
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		item := plain(bullet.ReplaceAllString(line, ""))
		if bullet.MatchString(line) && item != "" && len(out) < most && utf8.RuneCountInString(item) <= length {
			out = append(out, item)
		}
	}
	return out
}

func (d *decision) wroteAfterEnd(f bot.Fact) error {
	within := d.cust.Timing.ReopenWithin
	if within > 0 && f.At.Sub(d.t.Ended) > within {
		d.heard(f, "のコメントが、終了から日がたったチケットにありました。新しいご依頼かどうか確認し、カードの「再開」か「新しい依頼として登録」を押してください。", d.v.Mention()...)
		d.s.Renew, d.dirty = f.Text, true
		d.v.Reason("asked staff about a comment on an ended ticket", "it came later than "+bot.Lasting(within)+" after the end")
		return nil
	}
	if d.fresh {
		d.heard(f, "のコメントがありました。", d.v.Mention()...)
		d.v.Reason("told staff of "+f.ID, "the ticket had ended before Toban saw it")
		return nil
	}
	d.heard(f, "のコメントが、終了したチケットにありました。")
	return d.reopen(f.At, f.Author, f.ID, "a customer user wrote on an ended ticket", true)
}
