package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"mime"
	"strconv"
	"strings"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/app"
	"toban/bot/console"
	"toban/bot/digest"
	"toban/report"
)

// A demonstration is what the page's ports do.
type demonstration struct {
	w                    *world
	clock                *app.WorldClock
	backlogURL, slackURL string
}

func (d *demonstration) ports(log *slog.Logger) console.Ports {
	return console.Ports{
		Info: d.info, Hours: d.hours, NextDue: d.w.app.NextDue, Advance: d.advance, SetSpeed: d.clock.SetSpeed, Promises: d.promises, Report: d.report, Mail: d.mail,
		Backlog: d.w.backlog, Slack: d.w.slack, Doors: d.w.app.Handler(), Logger: log,
	}
}

func (d *demonstration) info() console.Info {
	return console.Info{
		BacklogURL: d.backlogURL, SlackURL: d.slackURL, CustomerAPIKey: backlogsim.SampleCustomerKey, StaffAPIKey: backlogsim.SampleStaffKey,
		BotUserID: backlogsim.SampleBotID, ProjectKey: backlogsim.SampleProjectKey, Now: d.now(), Speed: d.clock.Speed(),
		ScheduleFeed: "/schedule/" + demoFeed + ".ics", AlertDoor: "/hooks/alerts/json/" + demoAlerts, Mailbox: demoMailbox, Mode: d.mode(),
	}
}

// demoMailbox is where the sample customer sends requests by mail.
const demoMailbox = "desk-aozora@toban.example.jp"

// mailbox adds the mailbox to the sample's configuration.
func mailbox(o worldOptions) map[string]string {
	files := demoFiles(o)
	return map[string]string{
		"server.yaml": files["server.yaml"] + "postbox: {listen: \"127.0.0.1:0\", domain: toban.example.jp}\n",
		"customers/" + demoCustomer + ".yaml": files["customers/"+demoCustomer+".yaml"] +
			"mailboxes: [{address: " + demoMailbox + "}]\noverrides: {support-desk: {desk: {mail: true}}}\n",
	}
}

// mail is a mail of the customer's contact, as the postbox takes it after its dialogue.
func (d *demonstration) mail(ctx context.Context, m console.Mail) error {
	raw := fmt.Sprintf("From: <%s>\r\nTo: <%s>\r\nMessage-ID: <%s@aozora.example>\r\nSubject: %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s",
		demoCustomerMail, demoMailbox, strings.ToLower(rand.Text()), mime.BEncoding.Encode("utf-8", m.Subject), m.Text)
	return d.w.app.Letter(ctx, demoMailbox, []byte(raw))
}

// mode is that of the sample project; "" when the database can't tell.
func (d *demonstration) mode() string {
	const limit = 2 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	list, err := d.w.store.Modes(ctx)
	for _, m := range list {
		if err == nil && m.Project == backlogsim.SampleProjectKey {
			return string(m.Mode)
		}
	}
	return ""
}

// now is the world time to the millisecond in the customer's zone.
func (d *demonstration) now() time.Time {
	now := d.clock.Now().Truncate(time.Millisecond)
	if c, ok := d.w.app.Directory().Customer(demoCustomer); ok {
		return now.In(c.Zone)
	}
	return now
}

func (d *demonstration) hours(t time.Time) (open bool, next time.Time) {
	c, ok := d.w.app.Directory().Customer(demoCustomer)
	if !ok {
		return false, time.Time{}
	}
	cal := c.SupportAt(t)
	if cal == nil {
		return false, time.Time{}
	}
	next, err := cal.NextStart(t)
	if err != nil {
		next = time.Time{} // after the calendar's last day
	}
	return cal.IsOpen(t), next
}

// advance moves the clock; it stands still meanwhile, so that every due moment meets its own time.
func (d *demonstration) advance(ctx context.Context, by time.Duration) error {
	d.clock.Hold(true)
	defer d.clock.Hold(false)
	return app.Advance(ctx, d.clock, d.clock.Now().Add(by), d.w.app.NextDue, d.settle())
}

// settle waits like the world's own, and also for effects that wait for their turn: Slack takes one message a second and channel, in
// machine time. What waits longer than our patience waits for a fault to end, and the clock goes on without it.
func (d *demonstration) settle() func(context.Context) error {
	const step = 50 * time.Millisecond
	patience := 30 * time.Second // for a whole advance
	return func(ctx context.Context) error {
		for {
			if err := d.w.settle(ctx); err != nil {
				return err
			}
			st, err := d.w.store.Status(ctx, time.Now())
			if err != nil || st.WaitingEffects == 0 || patience <= 0 {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(step):
				patience -= step
			}
		}
	}
}

func (d *demonstration) promises(ctx context.Context) ([]console.Promise, error) {
	const most = 50
	list, err := d.w.store.RunningClocks(ctx, most)
	if err != nil {
		return nil, err
	}
	out := make([]console.Promise, len(list))
	for i, c := range list {
		out[i] = console.Promise{
			Ticket: c.Key, ID: c.ID, Promise: c.Name, Level: string(c.Level), State: string(c.State), Start: c.Start, Due: c.Due,
		}
	}
	return out, nil
}

// report asks for the running month's report, as its schedule does, and waits until it is written.
func (d *demonstration) report(ctx context.Context) (string, error) {
	c, ok := d.w.app.Directory().Customer(demoCustomer)
	if !ok {
		return "", fmt.Errorf("writing report: customer %s is gone", demoCustomer)
	}
	now := d.now()
	month := now.Format("2006-01")
	key := "report:" + c.ID + ":demo:" + strconv.FormatInt(time.Now().UnixNano(), 36)
	if err := d.w.store.Queue(ctx, now, digest.Request(c, month, key)); err != nil {
		return "", err
	}
	if err := d.settle()(ctx); err != nil {
		return "", err
	}
	period, err := report.Parse(month, c.Zone)
	if err != nil {
		return "", err
	}
	return report.PageName(period), nil
}
