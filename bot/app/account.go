package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/aws"
	"toban/bot/release"
	"toban/config"
)

// newChanger builds the adapter that changes customers' AWS accounts; nil without keys.
func (a *App) newChanger() (*aws.Changer, error) {
	cfg := a.p.Config.Server.AWS
	if cfg == nil {
		return nil, nil //nolint:nilnil // no adapter is an answer
	}
	const limit = 8 * time.Second
	return aws.NewChanger(aws.ChangerConfig{
		Keys: aws.Credentials{Access: cfg.AccessKey.Reveal(), Secret: cfg.SecretKey.Reveal()}, URL: cfg.APIURL, Account: a.awsAccount, Tell: a.tellOfChange,
		Client: &http.Client{Transport: a.p.Tracer.Transport(a.p.Transport), Timeout: limit}, Clock: a.p.Clock, Machine: a.machine, Logger: a.p.Logger.With("part", "aws"),
	})
}

// awsAccount finds how a customer's account is entered.
func (a *App) awsAccount(customer, id string) (aws.Account, bool) {
	c, ok := a.p.Config.Customer(customer)
	if !ok {
		return aws.Account{}, false
	}
	i := slices.IndexFunc(c.AWS, func(x config.Account) bool { return x.ID == id })
	if i < 0 {
		return aws.Account{}, false
	}
	return accountOf(c.AWS[i]), true
}

func accountOf(x config.Account) aws.Account {
	return aws.Account{ID: x.ID, Regions: x.Regions, Read: x.Roles.Read, Operate: x.Roles.Operate, Build: x.Roles.Build, External: x.ExternalID.Reveal()}
}

// tellOfChange tells staff that a change of an account did not come to its end: in the ticket's thread, to the person on duty.
func (a *App) tellOfChange(ctx context.Context, n aws.News) error {
	p := bot.Post{Channel: a.p.Config.Server.Operators.Channel}
	what := fmt.Sprintf("AWS の変更(%s、アカウント %s、%s)", n.What, n.Account, n.Region)
	switch n.Outcome {
	case bot.AWSUnknown:
		p.Text = fmt.Sprintf("❓ %sが終わったか確認できません。Toban は繰り返しません。状態を確認して、続けるか戻すかを決めてください。確認した結果はボタンで記録してください。\n理由: %s", what, n.Why)
		p.Buttons = release.Judgement(bot.NoticeNumber(n.Key))
	default:
		p.Text = fmt.Sprintf("⛔ %sは行いませんでした。何も変わっていません。\n理由: %s", what, n.Why)
	}
	if c, ok := a.dir.Customer(n.Customer); ok {
		p.Channel, p.Top = c.Channel, true
		if on, ok := a.dir.Duty(c.Team, a.p.Clock.Now()); ok && on.SlackUser != "" {
			p.Mention = []string{on.SlackUser}
		}
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, "aws:"+n.Key, nil, p)
	e.Ticket, e.Customer, e.Urgent = n.Ticket, n.Customer, true
	return a.p.Store.Queue(ctx, a.p.Clock.Now(), e)
}

// examineAWS enters every account by each of its roles and asks which one it is; it changes nothing.
func (a *App) examineAWS(ctx context.Context) []Finding {
	var out []Finding
	accounts := 0
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		for _, x := range c.AWS {
			accounts++
			if a.changer == nil {
				continue
			}
			const limit = 20 * time.Second
			limited, cancel := context.WithTimeout(ctx, limit)
			err := a.changer.Check(limited, accountOf(x))
			if err == nil {
				if _, e := a.changer.Discover(limited, accountOf(x)); e != nil {
					out = append(out, Finding{
						LevelWarn, fmt.Sprintf("customer %s: %v", c.ID, e),
						"give the role read the rights that bot/aws/CATALOGUE.md lists; until then managed resources are not compared with AWS, and instances of Auto Scaling groups not counted",
					})
				}
			}
			cancel()
			switch {
			case err != nil:
				out = append(out, Finding{LevelError, fmt.Sprintf("customer %s: %v", c.ID, err), "check the keys in aws of server.yaml, and in the customer's file the roles, their trust and the external id (see deploy/RUNBOOK.md)"})
			case x.Roles.Operate == "":
				out = append(out, Finding{Level: LevelOK, What: fmt.Sprintf("the AWS account %s of customer %s can be looked at; without the role operate nothing is changed there", x.ID, c.ID)})
			default:
				out = append(out, Finding{Level: LevelOK, What: fmt.Sprintf("the AWS account %s of customer %s can be entered by its roles", x.ID, c.ID)})
			}
		}
	}
	if accounts > 0 && a.changer == nil {
		out = append(out, Finding{Level: LevelOK, What: fmt.Sprintf("customers have %d AWS accounts; without the section aws of server.yaml nothing is changed there", accounts)})
	}
	return out
}

// Rehearse tells what would become of a change of a customer's account now. It needs the configuration alone, and changes nothing.
func Rehearse(ctx context.Context, cfg *config.Config, customer string, change bot.AWSChange) (aws.Rehearsal, error) {
	a := &App{p: Parts{Config: cfg, Clock: bot.ClockFunc(time.Now), Logger: slog.New(slog.DiscardHandler)}, machine: time.Now}
	changer, err := a.newChanger()
	if err != nil {
		return aws.Rehearsal{}, err
	}
	if changer == nil {
		return aws.Rehearsal{}, errors.New("rehearsing a change: server.yaml has no section aws")
	}
	return changer.Rehearse(ctx, customer, change)
}
