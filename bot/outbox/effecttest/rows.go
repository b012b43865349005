package effecttest

import "toban/bot"

// Fault is what goes wrong while an effect is carried out.
type Fault string

// Faults. Those up to Limited are the vendor's: the adapter's bench makes them happen to the next act.
const (
	Lost     Fault = "answer lost after success"
	Timeout  Fault = "no answer in time, after success"
	Failing  Fault = "5xx, nothing done"
	Limited  Fault = "429, nothing done"
	Killed   Fault = "killed after success"
	Doubled  Fault = "events doubled and reordered"
	Replicas Fault = "two replicas, one stalls"
	Restored Fault = "forgotten by a restore"
)

// Faults lists them all in the order of the table.
func Faults() []Fault {
	return []Fault{Killed, Timeout, Lost, Limited, Failing, Doubled, Replicas, Restored}
}

// End is how often an effect stands at the vendor in the end.
type End string

// Ends.
const (
	Once   End = "once"
	Marked End = "repeated, 再送" // the first and one more, which says that it may be a second
	AtMost End = "at most once"
	Looked End = "looked at again" // nothing stands anywhere: the newest answer counts
)

// Row is what is promised of one kind of effect.
type Row struct {
	Name  string // of the row: the effect's words
	Kind  bot.EffectKind
	Mark  string
	Look  string
	Blind string // what happens where it can't be looked up
	Room  string // whose tests run the suite
	Test  string // by this test
	// Ends are the faults after which an effect does not stand there exactly once.
	Ends map[Fault]End
}

// End is how often the effect stands there after a fault.
func (r Row) End(f Fault) End {
	if e, ok := r.Ends[f]; ok {
		return e
	}
	return Once
}

// unseen are the ends of an effect that can't be looked up and is repeated.
func unseen() map[Fault]End {
	return map[Fault]End{Lost: Marked, Timeout: Marked, Killed: Marked, Replicas: Marked, Restored: Marked}
}

// looked are the ends of an effect that changes nothing and is repeated.
func looked() map[Fault]End {
	return map[Fault]End{Lost: Looked, Timeout: Looked, Killed: Looked, Replicas: Looked, Restored: Looked}
}

// never are the ends of an effect that is never repeated.
func never() map[Fault]End {
	return map[Fault]End{Failing: AtMost, Limited: AtMost, Restored: AtMost}
}

// Rows are all kinds of effects.
func Rows() []Row {
	const notice = "通知番号 (short hash of the key) at the foot"
	return []Row{
		{
			Name: "comment", Kind: bot.EffectComment, Mark: notice, Look: "comments since a day before the first try and the newest of ours", Blind: "–",
			Room: "bot/tracker", Test: "TestFaultsOfComments",
		},
		{
			Name: "change with a comment", Kind: bot.EffectUpdate, Mark: notice, Look: "comments since a day before the first try and the newest of ours", Blind: "–",
			Room: "bot/tracker", Test: "TestFaultsOfChangesWithWords",
		},
		{
			Name: "change of fields", Kind: bot.EffectUpdate, Mark: "absolute values", Look: "the issue: equal is done, a refused change of nothing is done", Blind: "–",
			Room: "bot/tracker", Test: "TestFaultsOfChanges",
		},
		{
			Name: "new issue", Kind: bot.EffectIssue, Mark: "通知番号 at the end of the description", Look: "the bot's own issues since the day before, then its activities",
			Blind: "held a minute, looked for again, then opened", Room: "bot/tracker", Test: "TestFaultsOfIssues",
		},
		{
			Name: "file", Kind: bot.EffectFile, Mark: "name and content", Look: "the issue's files by name and hash", Blind: "the lowest id is kept, twins are reported",
			Room: "bot/tracker", Test: "TestFaultsOfFiles",
		},
		{
			Name: "wiki page", Kind: bot.EffectWiki, Mark: "name and content hash", Look: "pages by name", Blind: "the lowest id is kept, twins are reported",
			Room: "bot/tracker", Test: "TestFaultsOfPages",
		},
		{
			Name: "Slack card", Kind: bot.EffectCard, Mark: "metadata key, stored ts", Look: "the channel's history", Blind: "without the scope: operators judge",
			Room: "bot/slack", Test: "TestFaultsOfCards",
		},
		{
			Name: "Slack message", Kind: bot.EffectPost, Mark: "metadata key", Look: "history or replies", Blind: "without the scope: urgent ones again with 再送, others for operators",
			Room: "bot/slack", Test: "TestFaultsOfPosts",
		},
		{
			Name: "Slack message edited", Kind: bot.EffectPost, Mark: "absolute words, the message's ts", Look: "none is needed", Blind: "–",
			Room: "bot/slack", Test: "TestFaultsOfEdits",
		},
		{
			Name: "ephemeral message", Kind: bot.EffectEphemeral, Mark: "–", Look: "–", Blind: "never repeated: it may be lost, the thread has the fact",
			Room: "bot/slack", Test: "TestFaultsOfWhispers", Ends: never(),
		},
		{
			Name: "report", Kind: bot.EffectReport, Mark: "names and content of its pages", Look: "as wiki page", Blind: "as wiki page",
			Room: "bot/digest", Test: "TestFaultsOfReports",
		},
		{
			Name: "mail", Kind: bot.EffectMail, Mark: "the same Message-ID", Look: "–", Blind: "repeated with 再送 in the subject, unless every try certainly failed",
			Room: "bot/mail", Test: "TestFaultsOfMails", Ends: unseen(),
		},
		{
			Name: "look", Kind: bot.EffectLook, Mark: "–", Look: "none is needed: it changes nothing", Blind: "looked at again: the newest answer counts",
			Room: "bot/app", Test: "TestFaultsOfLooks", Ends: looked(),
		},
		{
			Name: "call", Kind: bot.EffectCall, Mark: "client token, call id", Look: "by token, then by id", Blind: "unknown: the next contact is due and staff are told",
			Room: "bot/phone", Test: "TestFaultsOfCalls",
		},
		{
			Name: "AWS change", Kind: bot.EffectAWS, Mark: "read and compare: what is there before, what is wanted", Look: "the thing's state and since when it has it",
			Blind: "unknown: it stops, a person is told", Room: "bot/aws", Test: "TestFaultsOfChanges",
		},
		{
			Name: "AWS thing made, found by its tag", Kind: bot.EffectAWS, Mark: "the tag toban:effect, given as it is made", Look: "things with the tag",
			Blind: "held two minutes, looked for again, then made", Room: "bot/aws", Test: "TestFaultsOfThingsWithATag",
		},
		{
			Name: "AWS thing made with a token", Kind: bot.EffectAWS, Mark: "client token, and the tag", Look: "things with the tag", Blind: "asked for with the same token: it is the same thing",
			Room: "bot/aws", Test: "TestFaultsOfThingsWithAToken",
		},
		{
			Name: "AWS reboot", Kind: bot.EffectAWS, Mark: "–", Look: "–; of RDS its events", Blind: "unknown: it stops, a person is told", Room: "bot/aws", Test: "TestFaultsOfReboots",
			Ends: map[Fault]End{Failing: AtMost},
		},
	}
}
