package shadow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/shadow"
)

var jst = time.FixedZone("JST", 9*60*60)

// at is a moment of 24 November 2026, by hour and minute.
func at(h, m int) time.Time { return time.Date(2026, 11, 24, h, m, 0, 0, jst) }

func week() shadow.Period {
	return shadow.Period{From: at(0, 0), To: at(0, 0).AddDate(0, 0, 7), Zone: jst}
}

func staff(t time.Time, text string, changes ...bot.Change) bot.Fact {
	return bot.Fact{At: t, Author: bot.Author{ID: 30, Name: "佐藤", Kind: bot.AuthorStaff}, Text: text, Changes: changes}
}

// ticket is a backup that came at ten with a deadline of the next evening.
func ticket(words []shadow.Word, facts ...bot.Fact) shadow.Ticket {
	return shadow.Ticket{
		Ticket: &bot.Ticket{Key: "ACME-1", Type: "backup", IssueType: "バックアップ作業", Class: bot.ClassMinor, Confidence: bot.Certain, Received: at(10, 0), Due: at(19, 0).AddDate(0, 0, 1)},
		Words:  words, Facts: facts, TypeName: "バックアップ作業",
	}
}

func said(t time.Time) shadow.Word {
	return shadow.Word{At: t, Kind: bot.EffectUpdate, Text: "山田 様\n\nご依頼をありがとうございます。"}
}

// brief is a compared ticket in verdicts.
type brief struct {
	Type, Deadline, Answer, Done shadow.Verdict
	Notices, With, PeopleOnly    int
}

func TestCompare(t *testing.T) {
	done := bot.Change{Field: "status", From: "処理中", To: "処理済み"}
	due := func(day string) bot.Change { return bot.Change{Field: "limitDate", To: day} }
	customer := bot.Fact{At: at(10, 5), Author: bot.Author{Kind: bot.AuthorCustomer}, Text: "お願いします"}
	wrong := ticket([]shadow.Word{said(at(10, 1))}, staff(at(11, 0), "種別を直しました", bot.Change{Field: "issueType", To: "リストア作業"}))
	unsure := ticket(nil)
	unsure.Class, unsure.Confidence = bot.ClassUnclear, bot.Unsure
	endless := ticket([]shadow.Word{said(at(10, 1))}, staff(at(12, 0), "", due("2026-12-01"), done))
	endless.Due = time.Time{}
	other := ticket(nil)
	other.TypeName = ""
	for name, tt := range map[string]struct {
		in   shadow.Ticket
		want brief
	}{
		"people answer later": {
			ticket([]shadow.Word{said(at(10, 1))}, customer, staff(at(10, 40), "承知しました", due("2026-11-25"), done)),
			brief{shadow.Same, shadow.Same, shadow.Later, shadow.InTime, 1, 1, 0},
		},
		"people answer first":     {ticket([]shadow.Word{said(at(10, 10))}, staff(at(10, 2), "承知しました")), brief{shadow.Same, shadow.Nobody, shadow.Earlier, shadow.Open, 1, 1, 0}},
		"people are silent":       {ticket([]shadow.Word{said(at(10, 1))}, customer), brief{shadow.Same, shadow.Nobody, shadow.Nobody, shadow.Open, 1, 0, 0}},
		"Toban is silent":         {ticket(nil, staff(at(11, 0), "承知しました")), brief{shadow.Same, shadow.Nobody, shadow.NotToban, shadow.Open, 0, 0, 1}},
		"nobody says anything":    {ticket(nil), brief{shadow.Same, shadow.Nobody, shadow.Neither, shadow.Open, 0, 0, 0}},
		"another type":            {wrong, brief{shadow.Other, shadow.Nobody, shadow.Later, shadow.Open, 1, 1, 0}},
		"Toban would ask":         {unsure, brief{shadow.Unsure, shadow.Nobody, shadow.Neither, shadow.Open, 0, 0, 0}},
		"no type of the contract": {other, brief{shadow.Neither, shadow.Nobody, shadow.Neither, shadow.Open, 0, 0, 0}},
		"earlier date, late done": {
			ticket([]shadow.Word{said(at(10, 1))}, staff(at(10, 30), "", due("2026/11/24")), staff(at(19, 1).AddDate(0, 0, 1), "終わりました", done)),
			brief{shadow.Same, shadow.Earlier, shadow.Later, shadow.Late, 1, 0, 1},
		},
		"a later date of people, none of Toban": {endless, brief{shadow.Same, shadow.NotToban, shadow.Nobody, shadow.Neither, 1, 0, 0}},
		"done and reopened": {
			ticket(nil, staff(at(11, 0), "", done), staff(at(12, 0), "", bot.Change{Field: "status", From: "処理済み", To: "処理中"})),
			brief{shadow.Same, shadow.Nobody, shadow.Neither, shadow.Open, 0, 0, 0},
		},
		"two notices, one word of people": {
			ticket([]shadow.Word{said(at(10, 1)), said(at(11, 0))}, staff(at(11, 5), "承知しました")),
			brief{shadow.Same, shadow.Nobody, shadow.Later, shadow.Open, 2, 1, 0},
		},
		"a word two days later is no counterpart": {
			ticket([]shadow.Word{said(at(10, 1))}, staff(at(11, 0).AddDate(0, 0, 2), "遅くなりました")),
			brief{shadow.Same, shadow.Nobody, shadow.Later, shadow.Open, 1, 0, 1},
		},
		"somebody with the bot's key": {
			ticket([]shadow.Word{said(at(10, 1))}, bot.Fact{At: at(10, 3), Author: bot.Author{Kind: bot.AuthorBot}, Text: "手で書きました"}),
			brief{shadow.Same, shadow.Nobody, shadow.Later, shadow.Open, 1, 1, 0},
		},
		"our own echo is nobody's word": {
			ticket(nil, bot.Fact{At: at(10, 3), Author: bot.Author{Kind: bot.AuthorBot}, Text: "x", Origin: "desk:answer"}),
			brief{shadow.Same, shadow.Nobody, shadow.Neither, shadow.Open, 0, 0, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := shadow.Compare(bot.ModeKey{}, week(), []shadow.Ticket{tt.in})
			if len(r.Tickets) != 1 {
				t.Fatalf("compared %d tickets, left %v", len(r.Tickets), r.Left)
			}
			c := r.Tickets[0]
			got := brief{c.Type.Verdict, c.Deadline.Verdict, c.Answer.Verdict, c.Done.Verdict, len(c.Notices), r.Sums.Answered, len(c.PeopleOnly)}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What can't be compared is left out of the figures, and said.
func TestCompareSaysWhatItCannot(t *testing.T) {
	spoken, drill, old, before := ticket(nil), ticket(nil), ticket([]shadow.Word{said(at(12, 0))}), ticket(nil)
	spoken.Said = at(9, 0)
	drill.Ticket = &bot.Ticket{Key: "ACME-2", Drill: true, Received: at(10, 0)}
	old.Received, before.Received = at(10, 0).AddDate(0, 0, -9), at(10, 0).AddDate(0, 0, -9)
	stranger := ticket([]shadow.Word{{At: at(10, 1), Kind: bot.EffectMail, Text: "x"}, {At: at(10, 1), Kind: bot.EffectCall, Text: "x"}, {At: at(10, 1), Kind: bot.EffectUpdate}},
		bot.Fact{At: at(11, 0), Author: bot.Author{Kind: bot.AuthorUnknown}, Text: "誰でしょう"})
	r := shadow.Compare(bot.ModeKey{Customer: "acme", Project: "ACME"}, week(), []shadow.Ticket{spoken, drill, old, before, stranger})
	if len(r.Tickets) != 2 || len(r.Left) != 2 || r.Sums.Elsewhere != 2 || r.Sums.Strangers != 1 || r.Sums.Notices != 1 {
		t.Errorf("%d compared, left %v, %+v", len(r.Tickets), r.Left, r.Sums)
	}
	if v := r.Tickets[0].Answer.Verdict; v != shadow.Neither {
		t.Errorf("the first answer of an old ticket is %s", v)
	}
	if len(r.Limits) != 9 {
		t.Errorf("limits: %q", r.Limits)
	}
}

// What happened after the period counts for nothing, and does not keep a ticket from being compared: the project is on by then.
func TestWhatCameAfterThePeriod(t *testing.T) {
	later := at(9, 0).AddDate(0, 0, 9)
	x := ticket([]shadow.Word{said(at(10, 1)), said(later)}, staff(later, "完了しました", bot.Change{Field: "status", To: "処理済み"}, bot.Change{Field: "limitDate", To: "2026-12-09"}))
	x.Said = later
	r := shadow.Compare(bot.ModeKey{}, week(), []shadow.Ticket{x})
	if len(r.Tickets) != 1 {
		t.Fatalf("left %v", r.Left)
	}
	c := r.Tickets[0]
	if c.Answer.Verdict != shadow.Nobody || c.Done.Verdict != shadow.Open || c.Deadline.Verdict != shadow.Nobody || len(c.Notices) != 1 || len(c.PeopleOnly) != 0 {
		t.Errorf("%+v", c)
	}
}

func TestMedianOfAnswers(t *testing.T) {
	var list []shadow.Ticket
	for _, m := range []int{10, 20, 60} {
		list = append(list, ticket([]shadow.Word{said(at(10, 1))}, staff(at(10, 0).Add(time.Duration(m)*time.Minute), "承知しました")))
	}
	r := shadow.Compare(bot.ModeKey{}, week(), list)
	if r.Sums.TobanMinutes != 1 || r.Sums.PeopleMinutes != 20 || r.Tickets[0].Notices[0].Line != "ご依頼をありがとうございます。" {
		t.Errorf("%+v, %q", r.Sums, r.Tickets[0].Notices[0].Line)
	}
}
