package backlog_test

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// failing is a space as a row of errors.tsv wants it, who calls it, and the call.
type failing struct {
	change func(*backlogsim.Seed)
	who    string
	do     func(context.Context, *backlog.Client) error
}

func failures() map[string]failing {
	type cl = *backlog.Client
	read := func(ctx context.Context, c cl) error { return drop(c.GetSpace(ctx)) }
	create := func(ctx context.Context, c cl) error {
		return drop(c.CreateIssue(ctx, &backlog.CreateIssueInput{ProjectID: 11, Summary: "s", IssueTypeID: 21, PriorityID: 3}))
	}
	return map[string]failing{
		"a fault": {func(s *backlogsim.Seed) {
			s.Faults = &backlogsim.Faults{Rules: []backlogsim.FaultRule{{Code: 1}}}
		}, "padmin", create},
		"custom fields on a plan without": {func(s *backlogsim.Seed) { s.Plan.Without = []string{"attribute"} }, "padmin", func(ctx context.Context, c cl) error {
			return drop(c.CreateCustomField(ctx, "CONF", &backlog.CreateCustomFieldInput{TypeID: 1, Name: "x"}))
		}},
		"an expired plan":                {func(s *backlogsim.Seed) { s.Plan.Expired = true }, "padmin", read},
		"an address that is not allowed": {func(s *backlogsim.Seed) { s.Plan.Addresses = []string{"198.51.100.0/24"} }, "padmin", read},
		"a viewer who writes":            {nil, "viewer", create},
		"an issue that is not there":     {nil, "padmin", func(ctx context.Context, c cl) error { return drop(c.GetIssue(ctx, "CONF-9")) }},
		"an issue without a summary": {nil, "padmin", func(ctx context.Context, c cl) error {
			return drop(c.CreateIssue(ctx, &backlog.CreateIssueInput{ProjectID: 11, IssueTypeID: 21, PriorityID: 3}))
		}},
		"an update that changes nothing": {func(s *backlogsim.Seed) {
			s.Projects[0].Issues = []backlogsim.SeedIssue{{Summary: "s", IssueType: "作業", CreatedUser: 2}}
		}, "padmin", func(ctx context.Context, c cl) error {
			return drop(c.UpdateIssue(ctx, "CONF-1", &backlog.UpdateIssueInput{Summary: backlog.Set("s")}))
		}},
		"a full space": {func(s *backlogsim.Seed) { s.Plan.StorageLimit = 6 }, "padmin", func(ctx context.Context, c cl) error {
			return drop(c.UploadAttachment(ctx, "a.txt", bytes.NewReader(make([]byte, 3))))
		}},
		"one status too many": {nil, "padmin", func(ctx context.Context, c cl) error {
			var err error
			for n := range 8 { // five are there
				_, err = c.CreateStatus(ctx, "CONF", &backlog.CreateStatusInput{Name: "状態" + strconv.Itoa(n), Color: "#3b9dbd"})
			}
			return err
		}},
		"a file of more than 10 MB": {nil, "padmin", func(ctx context.Context, c cl) error {
			return drop(c.UploadAttachment(ctx, "a.bin", bytes.NewReader(make([]byte, 10<<20+1))))
		}},
		"a wrong key":                    {nil, "nobody", read},
		"a user without a second factor": {func(s *backlogsim.Seed) { s.Users[1].NeedsMFA = true }, "padmin", read},
		"one call too many": {func(s *backlogsim.Seed) { s.RateLimits.Update = 1 }, "padmin", func(ctx context.Context, c cl) error {
			_ = create(ctx, c)
			return create(ctx, c)
		}},
	}
}

func sentinels() map[string]error {
	return map[string]error{
		"ErrForbidden": backlog.ErrForbidden, "ErrNotFound": backlog.ErrNotFound, "ErrInvalid": backlog.ErrInvalid, "ErrNoChange": backlog.ErrNoChange,
		"ErrUnauthorized": backlog.ErrUnauthorized, "ErrRateLimited": backlog.ErrRateLimited, "ErrInvalidGrant": backlog.ErrInvalidGrant,
	}
}

// TestEveryError brings about each error of the table and holds stand-in and client to it.
func TestEveryError(t *testing.T) {
	all := failures()
	for _, row := range rows(t, "errors") {
		t.Run(row["code"]+" "+row["how"], func(t *testing.T) {
			f, ok := all[row["how"]]
			if !ok {
				t.Fatal("nothing brings it about")
			}
			seed := conformanceSeed()
			if f.change != nil {
				f.change(&seed)
			}
			s := backlogsim.New(backlogsim.Options{})
			defer s.Close()
			if err := s.Load(seed); err != nil {
				t.Fatal(err)
			}
			// A clock far ahead: the client forgets the budget and asks, instead of waiting for the minute.
			c, err := backlog.New("http://conf.example", f.who, backlog.WithTransport(forgetful{s.RoundTripper()}), backlog.WithRetries(0))
			if err != nil {
				t.Fatal(err)
			}
			err = f.do(t.Context(), c)
			var answer *backlog.Error
			if !errors.As(err, &answer) {
				t.Fatalf("%T %v", err, err)
			}
			code, _ := strconv.Atoi(row["code"])
			status, _ := strconv.Atoi(row["status"])
			if answer.Status != status || !answer.HasCode(code) {
				t.Errorf("%d %v, want %d and code %d", answer.Status, answer.Errors, status, code)
			}
			for name, sentinel := range sentinels() {
				// What changes nothing is an invalid request, too.
				if is := errors.Is(err, sentinel); is != (name == row["sentinel"]) && !(name == "ErrInvalid" && row["sentinel"] == "ErrNoChange") {
					t.Errorf("errors.Is(err, %s) is %v", name, is)
				}
			}
			if got := backlog.IsTemporary(err); got != (row["temporary"] == "yes") {
				t.Errorf("temporary %v", got)
			}
			if backlog.IsAmbiguous(err) != (code == 1) {
				t.Errorf("ambiguous %v", backlog.IsAmbiguous(err))
			}
		})
	}
	for how := range all {
		found := false
		for _, row := range rows(t, "errors") {
			found = found || row["how"] == how
		}
		if !found {
			t.Errorf("%q is in no row", how)
		}
	}
}
