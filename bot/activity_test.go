package bot_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
)

func TestActivityEvents(t *testing.T) {
	at := time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)
	one := []bot.ActivityIssue{{ID: 7, KeyID: 3}}
	cases := []struct {
		name string
		in   bot.Activity
		want []bot.IssueChanged
		bad  bool
	}{
		{
			"created",
			bot.Activity{Space: "s", Project: "ACME", ID: 5, Type: 1, Issues: one, Via: "webhook"},
			[]bot.IssueChanged{{Space: "s", Project: "ACME", IssueID: 7, KeyID: 3, ActivityID: 5, Type: 1, Via: "webhook"}},
			false,
		},
		{
			"deleted",
			bot.Activity{Space: "s", Project: "ACME", ID: 5, Type: 4, Issues: one, Via: "poll"},
			[]bot.IssueChanged{{Space: "s", Project: "ACME", IssueID: 7, KeyID: 3, ActivityID: 5, Type: 4, Deleted: true, Via: "poll"}},
			false,
		},
		{
			"bulk, one twice, one without id",
			bot.Activity{Space: "s", ID: 5, Type: 14, Issues: []bot.ActivityIssue{{ID: 9}, {ID: 7, KeyID: 3}, {ID: 9}, {}}},
			[]bot.IssueChanged{{Space: "s", IssueID: 9, ActivityID: 5, Type: 14}, {Space: "s", IssueID: 7, KeyID: 3, ActivityID: 5, Type: 14}},
			false,
		},
		{"wiki", bot.Activity{Space: "s", ID: 5, Type: 5, Issues: one}, nil, false},
		{"unknown type", bot.Activity{Space: "s", ID: 5, Type: 99}, nil, false},
		{"status deleted that no issue had", bot.Activity{Space: "s", ID: 5, Type: 34}, nil, false},
		{"no activity id", bot.Activity{Space: "s", Type: 1, Issues: one}, nil, true},
		{"no issue id", bot.Activity{Space: "s", ID: 5, Type: 3, Issues: []bot.ActivityIssue{{KeyID: 3}}}, nil, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			events, err := c.in.Events(at)
			if (err != nil) != c.bad {
				t.Fatalf("error %v, want one: %v", err, c.bad)
			}
			var got []bot.IssueChanged
			for _, e := range events {
				var b bot.IssueChanged
				if err := e.Decode(&b); err != nil {
					t.Fatal(err)
				}
				if e.Key != bot.IssueChangedKey("s", c.in.ID, b.IssueID) || e.Lane != string(bot.NewTicketID("s", b.IssueID)) || !e.At.Equal(at) || e.Kind != bot.EventIssueChanged {
					t.Errorf("event %+v does not fit its body %+v", e, b)
				}
				got = append(got, b)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestActivityWithoutIssueIsRecognisable(t *testing.T) {
	_, err := bot.Activity{Space: "s", ID: 5, Type: 3}.Events(time.Time{})
	if !errors.Is(err, bot.ErrNoIssue) {
		t.Errorf("got %v, want ErrNoIssue", err)
	}
}

func TestKnownActivity(t *testing.T) {
	for typ, want := range map[int]bool{0: false, 1: true, 26: true, 27: false, 33: false, 34: true, 39: false, 48: true, 49: false} {
		if got := bot.KnownActivity(typ); got != want {
			t.Errorf("type %d: known %v, want %v", typ, got, want)
		}
	}
	for typ := range 60 {
		if bot.AboutIssues(typ) && !bot.KnownActivity(typ) {
			t.Errorf("type %d is about issues but not known", typ)
		}
	}
}
