package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

// mail hands desk a mail to the customer's mailbox.
func (b *bench) mail(edit func(l *bot.Letter)) {
	b.t.Helper()
	l := bot.Letter{
		Customer: b.cust.ID, Box: "desk@aoba.test", Project: "AOBA", Name: "山本", Contact: "情シス 山本様", Subject: "バックアップ", Text: backup, MessageID: "<1@aoba.test>", Raw: []byte("raw"),
	}
	if edit != nil {
		edit(&l)
	}
	b.n++
	b.handle(bot.EventLetter, "mail:1", l)
}

func (b *bench) effects(kind bot.EffectKind) []bot.Effect {
	return slices.DeleteFunc(slices.Clone(b.out.Effects), func(e bot.Effect) bool { return e.Kind != kind })
}

// A mail to the desk becomes an issue of the project that its mailbox names, marked as unproved; its end is reported, so that nobody is forgotten.
func TestRequestByMail(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.mail(nil)
	e, n := b.newIssue()
	if e.Key != bot.LetterKey(b.cust.ID, "<1@aoba.test>") || e.Customer != b.cust.ID || e.Project != "AOBA" || !e.Report || e.Class != bot.Notice {
		t.Fatalf("effect %+v", e)
	}
	if n.Project != "AOBA" || n.Space != "main" || n.Summary != "バックアップ" || !n.Plain || !slices.Equal(n.Notify, b.cust.NotifyDefault) || len(n.Files) != 1 || n.IssueType != "バックアップ作業" ||
		!strings.Contains(n.Description, "・ご連絡者: 山本 様\n・承った日時: 2026-11-24 10:00\n") || strings.Contains(n.Description, "連絡先に登録のない") {
		t.Errorf("opens %+v", n)
	}
	if len(b.effects(bot.EffectPost)) != 0 {
		t.Errorf("staff hear of a contact's mail: %s", dump(b.out.Effects))
	}
	b.handle(bot.EventEffectDead, "dead:1", bot.EffectResult{Key: e.Key, Kind: bot.EffectIssue, Why: "403"})
	if !strings.Contains(b.staff(), "メールで届いたご依頼を登録できませんでした") || !strings.Contains(dump(b.out.Effects), `"U2"`) && len(b.effects(bot.EffectPost)) != 1 {
		t.Errorf("staff heard %s", b.staff())
	}
	b.handle(bot.EventEffectDone, "done:1", bot.EffectResult{Key: e.Key, Kind: bot.EffectIssue, RemoteID: "AOBA-1"})
	if len(b.out.Effects) != 0 {
		t.Errorf("an issue that was opened is told of by %s", dump(b.out.Effects))
	}
}

func TestMailsOfAllKinds(t *testing.T) {
	for name, x := range map[string]struct {
		edit  func(b *bench, l *bot.Letter)
		issue string // what the issue says; "": none is opened
		hear  string
	}{
		"nobody's name":         {func(_ *bench, l *bot.Letter) { l.Name, l.Contact = "", "" }, "・ご連絡者: お名前不明 様", "連絡先に登録のない送信者からメールが届きました: バックアップ"},
		"a stranger":            {func(_ *bench, l *bot.Letter) { l.Contact = "" }, "※連絡先に登録のない送信者からのメールです。", "送信者を確認してください"},
		"a contact's name":      {func(_ *bench, l *bot.Letter) { l.Name = "" }, "・ご連絡者: 情シス 山本 様", ""},
		"no words":              {func(_ *bench, l *bot.Letter) { l.Text = " \n" }, "(本文はありません)", ""},
		"no subject":            {func(_ *bench, l *bot.Letter) { l.Subject = "" }, backup, ""},
		"something quoted":      {func(_ *bench, l *bot.Letter) { l.Quoted = true }, "※引用部分は省きました", ""},
		"a broken form":         {func(_ *bench, l *bot.Letter) { l.Broken = "x" }, "※メールの形式の一部を読み取れませんでした", ""},
		"too much attached":     {func(_ *bench, l *bot.Letter) { l.Left = []string{"big.zip"} }, "※添付していないファイル(10MBを超えるか、空か、数が多すぎます): big.zip", ""},
		"a secret":              {func(_ *bench, l *bot.Letter) { l.Text += "\npassword: hunter2secret" }, "作業の種類", ""},
		"no person":             {func(_ *bench, l *bot.Letter) { l.Automatic = "Auto-Submitted" }, "", ""},
		"another project":       {func(_ *bench, l *bot.Letter) { l.Project = "OTHER" }, "", ""},
		"another customer":      {func(_ *bench, l *bot.Letter) { l.Customer = "gone" }, "", ""},
		"a project in mode off": {func(b *bench, _ *bot.Letter) { b.cust.Modes = map[string]bot.Mode{"AOBA": bot.ModeOff} }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "2026-11-24 10:00")
			b.mail(func(l *bot.Letter) { x.edit(b, l) })
			e, n := b.newIssue()
			if (e.Key != "") != (x.issue != "") || !strings.Contains(n.Description, x.issue) || strings.Contains(n.Description, "hunter2secret") {
				t.Errorf("opens %q: %s", e.Key, n.Description)
			}
			if got := b.staff(); x.hear == "" && got != "" || !strings.Contains(got, x.hear) {
				t.Errorf("staff heard %q, want %q", got, x.hear)
			}
			if e.Key == "" && len(b.out.Reasons) == 0 {
				t.Error("nothing is on record")
			}
		})
	}
}

// A mail about a ticket is written on it, and staff judge it: who sent it is not proved, so that it changes neither promise nor status.
func TestMailAboutATicket(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	about := *b.tk
	for name, x := range map[string]struct {
		edit func(tk *bot.Ticket)
		on   bool
	}{"open": {func(*bot.Ticket) {}, true}, "ended": {func(tk *bot.Ticket) { tk.Status = bot.StatusFinished }, true}, "deleted": {func(tk *bot.Ticket) { tk.Status = bot.StatusDeletedOff }, false}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "2026-11-24 11:00")
			tk := about
			x.edit(&tk)
			b.letter = &bot.LetterView{Ticket: &tk}
			b.mail(func(l *bot.Letter) {
				l.Text, l.Files = "急ぎでお願いします。", []bot.File{{Name: "a.txt", Content: []byte("x")}}
			})
			comments, posts, files := b.effects(bot.EffectComment), b.effects(bot.EffectPost), b.effects(bot.EffectFile)
			if !x.on {
				if e, _ := b.newIssue(); e.Key == "" || len(comments) > 0 {
					t.Errorf("effects %s", dump(b.out.Effects))
				}
				return
			}
			if len(comments) != 1 || comments[0].Ticket != tk.ID || !strings.Contains(string(comments[0].Body), "急ぎでお願いします。") || !strings.Contains(string(comments[0].Body), "送信者は確認できていません") {
				t.Fatalf("comments %s", dump(comments))
			}
			if len(files) != 2 || files[0].Ticket != tk.ID || files[0].Key == files[1].Key {
				t.Errorf("files %s", dump(files))
			}
			if len(posts) != 1 || posts[0].Ticket != tk.ID || !strings.Contains(string(posts[0].Body), "期限や状態は変えていません") || !strings.Contains(string(posts[0].Body), `"U2"`) || b.out.Ticket != nil {
				t.Errorf("posts %s", dump(posts))
			}
		})
	}
}

// The sender of a mail that opened a ticket gets a receipt in its thread: a contact of the customer's file alone, and not without end.
func TestReceiptByMail(t *testing.T) {
	open := func(t *testing.T, edit func(b *bench, v *bot.LetterView)) *bench {
		b := newBench(t, "2026-11-24 10:00")
		b.dir.Mails = true
		v := &bot.LetterView{Opened: &bot.Letter{Customer: b.cust.ID, Contact: "情シス 山本様", Box: "desk@aoba.test", MessageID: "<2@aoba.test>", Answers: []string{"<1@aoba.test>", "<0@aoba.test>"}}}
		if edit != nil {
			edit(b, v)
		}
		b.letter = v
		b.opened(bot.LetterKey(b.cust.ID, "<2@aoba.test>"), "バックアップ作業", "バックアップ", backup)
		return b
	}
	receipt := func(b *bench) (m bot.Mail, ok bool) {
		for _, e := range b.said {
			if e.Kind == bot.EffectMail && e.Key == bot.ReceiptKey(b.tk.ID) {
				return m, e.Decode(&m) == nil
			}
		}
		return m, false
	}
	b := open(t, nil)
	m, ok := receipt(b)
	if !ok || m.To != bot.ContactRef("情シス 山本様") || m.Subject != "Re: バックアップ [AOBA-1]" || m.ReplyTo != bot.MailboxRef("desk@aoba.test") || m.InReplyTo != "<2@aoba.test>" ||
		!slices.Equal(m.References, []string{"<0@aoba.test>", "<1@aoba.test>", "<2@aoba.test>"}) {
		t.Fatalf("receipt %+v", m)
	}
	for _, want := range []string{"情シス 山本 様", "AOBA-1", "バックアップ作業", "2026年11月25日(水) 19:00 JST"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the receipt lacks %q: %s", want, m.Text)
		}
	}
	for name, x := range map[string]struct {
		edit func(b *bench, v *bot.LetterView)
		sent bool
		hear string
	}{
		"no mail server":      {func(b *bench, _ *bot.LetterView) { b.dir.Mails = false }, false, ""},
		"no contact":          {func(_ *bench, v *bot.LetterView) { v.Opened.Contact = "" }, false, ""},
		"a machine":           {func(_ *bench, v *bot.LetterView) { v.Opened.Automatic = "bulk" }, false, ""},
		"another customer":    {func(_ *bench, v *bot.LetterView) { v.Opened.Customer = "other" }, false, ""},
		"no mail":             {func(_ *bench, v *bot.LetterView) { v.Opened = nil }, false, ""},
		"nine of the day":     {func(_ *bench, v *bot.LetterView) { v.Receipts = 9 }, true, ""},
		"ten of the day":      {func(_ *bench, v *bot.LetterView) { v.Receipts = 10 }, false, "受付のメールは送っていません"},
		"without an id":       {func(_ *bench, v *bot.LetterView) { v.Opened.MessageID = "sha256:aa" }, true, ""},
		"no mailbox":          {func(_ *bench, v *bot.LetterView) { v.Opened.Box = "" }, true, ""},
		"under consideration": {func(b *bench, _ *bot.LetterView) { b.snap.PriorityID = bot.PriorityLow }, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, x.edit)
			m, ok := receipt(b)
			if ok != x.sent || !strings.Contains(b.staff(), x.hear) || x.hear == "" && strings.Contains(b.staff(), "受付のメール") {
				t.Errorf("sent %v: %+v; staff heard %s", ok, m, b.staff())
			}
			switch name {
			case "without an id":
				if m.InReplyTo != "" || len(m.References) > 0 {
					t.Errorf("answers %q", m.InReplyTo)
				}
			case "no mailbox":
				if m.ReplyTo != "" {
					t.Errorf("answers go to %q", m.ReplyTo)
				}
			case "under consideration":
				if strings.Contains(m.Text, "19:00") {
					t.Errorf("it promises what is not promised: %s", m.Text)
				}
			}
		})
	}
}
