package aws_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/aws"
	"toban/bot/aws/awssim"
)

const (
	provider = "999999999999"
	customer = "123456789012"
	region   = "ap-northeast-1"
	external = "external-id-of-acme"
	secret   = "secret-key-of-toban"
	web      = "i-0000000000000000a"
	group    = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/0123456789abcdef"
)

// yard is the adapter before the stand-in, in a bubble; it works an effect like the outbox. World and machine time are the bubble's.
type yard struct {
	*testing.T
	sim     *awssim.Server
	changer *aws.Changer
	cfg     aws.ChangerConfig
	account aws.Account
	news    []aws.News
	deaf    bool // staff can't be told
	log     bytes.Buffer
}

// newYard is a customer with two roles that may do what the catalogue says and nothing else.
func newYard(t *testing.T, o awssim.Options) *yard {
	t.Helper()
	y := &yard{T: t}
	y.account = aws.Account{
		ID: customer, Regions: []string{region}, External: external,
		Read: "arn:aws:iam::" + customer + ":role/toban-read", Operate: "arn:aws:iam::" + customer + ":role/toban-operate",
	}
	reads, calls := aws.Rights()
	o.Users = []awssim.User{{Account: provider, Access: "AKIATOBAN"}}
	o.Roles = append(o.Roles, awssim.Role{ARN: y.account.Read, External: external, Actions: reads}, awssim.Role{ARN: y.account.Operate, External: external, Actions: calls})
	y.sim = awssim.New(o)
	y.cfg = aws.ChangerConfig{
		Keys: aws.Credentials{Access: "AKIATOBAN", Secret: secret}, Client: &http.Client{Transport: y.sim.RoundTripper(), Timeout: 8 * time.Second}, URL: "http://aws.test",
		Account: func(who, id string) (aws.Account, bool) { return y.account, who == "acme" && id == customer },
		Tell:    y.told, Clock: bot.ClockFunc(time.Now), Logger: slog.New(slog.NewTextHandler(&y.log, nil)),
	}
	y.open()
	return y
}

func inBubble(t *testing.T, o awssim.Options, f func(y *yard)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, o)
		f(y)
		y.close()
	})
}

func (y *yard) close() {
	y.Helper()
	y.sim.Close()
	for _, hidden := range []string{external, secret} {
		if strings.Contains(y.log.String(), hidden) {
			y.Errorf("the log shows a secret: %s", y.log.String())
		}
		for _, n := range y.news {
			if strings.Contains(n.Why, hidden) {
				y.Errorf("staff are shown a secret: %+v", n)
			}
		}
	}
}

// told is staff who hear of a change.
func (y *yard) told(_ context.Context, n aws.News) error {
	if y.deaf {
		return errors.New("the database is away")
	}
	y.news = append(y.news, n)
	return nil
}

// open makes an adapter that remembers nothing, as after a restart.
func (y *yard) open() {
	y.Helper()
	var err error
	if y.changer, err = aws.NewChanger(y.cfg); err != nil {
		y.Fatal(err)
	}
}

func (y *yard) set(list ...any) { y.sim.Set(customer, region, list...) }

func (y *yard) breaks(f ...awssim.Fault) {
	y.Helper()
	if err := y.sim.AddFaults(f...); err != nil {
		y.Fatal(err)
	}
}

// effect is a change that may be begun for a day.
func effect(key string, a bot.AWSAction) bot.Effect {
	return bot.MakeAWSChange(key, &bot.Ticket{ID: "main/12", Customer: "acme"}, customer, region, a, time.Now().Add(24*time.Hour))
}

func attempt(key string, a bot.AWSAction) bot.Attempt {
	return bot.Attempt{Effect: effect(key, a), Number: 1, First: time.Now()}
}

// work tries an effect until it ends, each try with the outbox's deadline; between is called before each further try.
func (y *yard) work(a bot.Attempt, between func(try int)) bot.Sent {
	y.Helper()
	for tries := 1; ; tries++ {
		ctx, cancel := context.WithTimeout(y.Context(), 10*time.Second)
		sent, err := y.changer.Send(ctx, a)
		cancel()
		if err == nil {
			return sent
		}
		if bot.IsPermanent(err) || strings.Contains(err.Error(), external) || tries > 3000 {
			y.Fatalf("after %d tries: %v", tries, err)
		}
		wait := time.Second
		var after *bot.RetryAfterError
		if errors.As(err, &after) {
			wait = after.After
		}
		time.Sleep(wait)
		if !bot.IsUntried(err) {
			a.Number, a.Look = a.Number+1, true
		}
		if between != nil {
			between(tries)
		}
	}
}

// applied are the calls that changed something, by name.
func (y *yard) applied() string {
	var names []string
	for _, r := range y.sim.Applied() {
		names = append(names, r.Action)
	}
	return strings.Join(names, " ")
}

// ends wants an outcome, and staff to have been told of all but done and unchanged.
func (y *yard) ends(sent bot.Sent, want bot.AWSOutcome, applied string) {
	y.Helper()
	if sent.Outcome != string(want) || y.applied() != applied {
		y.Errorf("ended as %s (%s) after %q, want %s after %q", sent.Outcome, sent.Why, y.applied(), want, applied)
	}
	told := 0
	for _, n := range y.news {
		if n.Outcome == want && n.Why == sent.Why {
			told++
		}
	}
	if wanted := want == bot.AWSRefused || want == bot.AWSUnknown; wanted && told != 1 || !wanted && len(y.news) > 0 {
		y.Errorf("staff were told %+v", y.news)
	}
}
