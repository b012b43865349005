package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/aws/awssim"
	"toban/config"
)

// doctor enters every account by every role; without keys it enters none and says so.
func TestDoctorEntersAccounts(t *testing.T) {
	const read, operate = "arn:aws:iam::123456789012:role/read", "arn:aws:iam::123456789012:role/operate"
	account := config.Account{ID: "123456789012", Regions: []string{"ap-northeast-1"}, ExternalID: config.NewSecret("of-acme"), Roles: config.Roles{Read: read, Operate: operate}}
	keys := &config.AWS{AccessKey: config.NewSecret("AKIATOBAN"), SecretKey: config.NewSecret("secret"), APIURL: "http://aws.test"}
	for name, tt := range map[string]struct {
		keys  *config.AWS
		roles []awssim.Role
		prep  func(a *config.Account)
		want  string
	}{
		"both roles":            {keys, []awssim.Role{{ARN: read, External: "of-acme"}, {ARN: operate, External: "of-acme"}}, nil, "ok the AWS account 123456789012 of customer acme can be entered by its roles"},
		"one that looks":        {keys, []awssim.Role{{ARN: read, External: "of-acme"}}, func(a *config.Account) { a.Roles.Operate = "" }, "ok the AWS account 123456789012 of customer acme can be looked at"},
		"another external id":   {keys, []awssim.Role{{ARN: read, External: "of-acme"}, {ARN: operate, External: "of-midori"}}, nil, "error customer acme: entering the account 123456789012 by the role operate: asking STS AssumeRole: AccessDenied"},
		"leads to another one":  {keys, []awssim.Role{{ARN: read, External: "of-acme", Leads: "210987654321"}, {ARN: operate, External: "of-acme"}}, nil, "error customer acme: entering the account 123456789012 by the role read: asking STS GetCallerIdentity: WrongAccount"},
		"keys of nobody":        {&config.AWS{AccessKey: config.NewSecret("AKIA"), SecretKey: config.NewSecret("secret"), APIURL: "http://aws.test"}, nil, func(a *config.Account) { a.Roles.Operate = "" }, "error customer acme: entering the account 123456789012 by the role read: asking STS AssumeRole: InvalidClientTokenId"},
		"no keys, no intention": {nil, nil, nil, "ok customers have 1 AWS accounts; without the section aws"},
	} {
		t.Run(name, func(t *testing.T) {
			sim := awssim.New(awssim.Options{Users: []awssim.User{{Account: "999999999999", Access: "AKIATOBAN"}}, Roles: tt.roles})
			defer sim.Close()
			x := account
			if tt.prep != nil {
				tt.prep(&x)
			}
			a := &App{p: Parts{
				Config: &config.Config{Server: config.Server{AWS: tt.keys}, Customers: []config.Customer{{ID: "acme", AWS: []config.Account{x}}}},
				Clock:  bot.ClockFunc(time.Now), Transport: sim.RoundTripper(), Logger: slog.New(slog.DiscardHandler),
			}, machine: time.Now}
			var err error
			if a.changer, err = a.newChanger(); err != nil {
				t.Fatal(err)
			}
			found := a.examineAWS(t.Context())
			if len(found) != 1 || !strings.HasPrefix(string(found[0].Level)+" "+found[0].What, tt.want) || strings.Contains(found[0].What, "of-acme") {
				t.Errorf("doctor says %+v", found)
			}
			if n := len(sim.Applied()); n > 0 {
				t.Errorf("%d calls changed something", n)
			}
		})
	}
}
