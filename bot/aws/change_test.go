package aws_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/aws"
	"toban/bot/aws/awssim"
)

func instance(state string) awssim.Instance {
	return awssim.Instance{ID: web, Type: "t3.micro", Phase: awssim.Phase{State: state}}
}

// A person who starts an instance again after the stop was asked for is not worked against.
func TestAPersonsHandIsNotWorkedAgainst(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		y.set(instance("running"))
		y.breaks(awssim.Fault{Kind: awssim.DropAfter, Action: "StopInstances", Times: 1})
		// The answer is lost and AWS can't be reached for a while; meanwhile somebody starts the instance.
		y.breaks(awssim.Fault{Kind: awssim.DropBefore, Action: "DescribeInstances", Skip: 1, Until: time.Now().Add(3 * time.Minute)})
		a := attempt("k1", bot.EC2Stop{Instance: web})
		started := false
		sent := y.work(a, func(int) {
			if !started && time.Since(a.First) > time.Minute {
				started = true
				i := instance("running")
				i.Launched = time.Now()
				y.set(i)
			}
		})
		y.ends(sent, bot.AWSUnknown, "StopInstances")
		if !strings.Contains(sent.Why, "somebody started it") {
			y.Errorf("why: %s", sent.Why)
		}
	})
	inBubble(t, awssim.Options{}, func(y *yard) { // and an instance that does not come up is not started for ever
		y.set(instance("stopped"))
		y.breaks(awssim.Fault{Kind: awssim.DropAfter, Action: "StartInstances", Times: 1})
		sent := y.work(attempt("k1", bot.EC2Start{Instance: web}), func(try int) {
			if try == 1 {
				i := instance("stopped")
				i.Reason = "Server.InternalError (" + time.Now().UTC().Format("2006-01-02 15:04:05") + " GMT)"
				y.set(i)
			}
		})
		y.ends(sent, bot.AWSUnknown, "StartInstances")
		if !strings.Contains(sent.Why, "Server.InternalError") {
			y.Errorf("why: %s", sent.Why)
		}
	})
}

// Long after the first try "not begun" is no proof that it never happened.
func TestNotBegunIsNoProofForEver(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		y.set(awssim.Database{ID: database, Class: "db.t3.micro"})
		a := attempt("k1", bot.RDSStop{Instance: database})
		a.Number, a.Look, a.First = 2, true, time.Now().Add(-time.Hour)
		sent := y.work(a, nil)
		y.ends(sent, bot.AWSUnknown, "")
		if !strings.Contains(sent.Why, "undone since") {
			y.Errorf("why: %s", sent.Why)
		}
	})
}

// A change that is held up past its time is not begun; one that was begun is followed.
func TestAChangeBelongsToItsTime(t *testing.T) {
	for name, kind := range map[string]awssim.FaultKind{"throttled": awssim.Limited, "denied the role": awssim.DropBefore} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, awssim.Options{}, func(y *yard) {
				y.set(instance("running"))
				y.breaks(awssim.Fault{Kind: kind, Action: map[awssim.FaultKind]string{awssim.Limited: "StopInstances", awssim.DropBefore: "AssumeRole"}[kind]})
				a := attempt("k1", bot.EC2Stop{Instance: web})
				a.Effect = bot.MakeAWSChange("k1", &bot.Ticket{ID: "main/12", Customer: "acme"}, customer, region, bot.EC2Stop{Instance: web}, time.Now().Add(10*time.Minute))
				sent := y.work(a, nil)
				y.ends(sent, bot.AWSRefused, "")
				if !strings.Contains(sent.Why, "the time for it was over") || time.Since(a.First) > 11*time.Minute {
					y.Errorf("after %s: %s", time.Since(a.First), sent.Why)
				}
			})
		})
	}
	inBubble(t, awssim.Options{Takes: 10 * time.Minute}, func(y *yard) {
		y.set(instance("running"))
		a := attempt("k1", bot.EC2Stop{Instance: web})
		a.Effect = bot.MakeAWSChange("k1", &bot.Ticket{ID: "main/12", Customer: "acme"}, customer, region, bot.EC2Stop{Instance: web}, time.Now().Add(time.Minute))
		y.ends(y.work(a, nil), bot.AWSDone, "StopInstances")
	})
}

// What had to wait for its turn for long has its whole time from when it was asked for, and what it may have done is waited for as long.
func TestTimeCountsFromTheDeed(t *testing.T) {
	inBubble(t, awssim.Options{Takes: 5 * time.Minute, Lag: 20 * time.Second}, func(y *yard) {
		i := instance("running")
		i.Was, i.Until = "pending", time.Now().Add(2*time.Hour)
		y.set(i)
		y.breaks(awssim.Fault{Kind: awssim.DropAfter, Action: "StopInstances", Times: 1}, awssim.Fault{Kind: awssim.FailBefore, Action: "StopInstances", Times: 1})
		y.ends(y.work(attempt("k1", bot.EC2Stop{Instance: web}), nil), bot.AWSDone, "StopInstances")
		j := instance("stopped")
		j.ID, j.Was, j.Until = other, "stopping", time.Now().Add(2*time.Hour)
		y.set(j)
		y.breaks(awssim.Fault{Kind: awssim.FailBefore, Action: "StartInstances", Times: 2})
		y.ends(y.work(attempt("k2", bot.EC2Start{Instance: other}), nil), bot.AWSDone, "StopInstances StartInstances")
	})
}

func TestWithdrawnChange(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		y.set(instance("running"))
		a := attempt("k1", bot.EC2Stop{Instance: web})
		a.Halt = true
		if _, err := y.changer.Send(y.Context(), a); !errors.Is(err, bot.ErrWithdrawn) || len(y.sim.Requests()) != 0 {
			y.Errorf("got %v, asked %v", err, y.sim.Requests())
		}
		// Tried, and not done: it is waited until that is sure, and then not done.
		a.Number, a.Look, a.First = 2, true, time.Now()
		for {
			_, err := y.changer.Send(y.Context(), a)
			if errors.Is(err, bot.ErrWithdrawn) {
				break
			}
			if err == nil || time.Since(a.First) > time.Hour {
				y.Fatalf("got %v", err)
			}
			time.Sleep(5 * time.Second)
		}
		if y.applied() != "" || len(y.news) > 0 {
			y.Errorf("changed by %q, told %v", y.applied(), y.news)
		}
		// Done already: that is what is told.
		y.set(instance("stopped"))
		y.ends(y.work(a, nil), bot.AWSDone, "")
	})
	inBubble(t, awssim.Options{}, func(y *yard) { // a reboot that may have happened
		y.set(instance("running"))
		a := attempt("k1", bot.EC2Reboot{Instance: web})
		a.Number, a.Look, a.Halt = 2, true, true
		y.ends(y.work(a, nil), bot.AWSUnknown, "")
	})
}

// What is on its way elsewhere is waited for; what is not as the change expects it is left alone.
func TestThingsAreNotAsExpected(t *testing.T) {
	stopping := instance("stopped")
	for name, tt := range map[string]struct {
		things []any
		do     bot.AWSAction
		ends   bot.AWSOutcome
		call   string
		why    string
	}{
		"stopping, to be started":         {[]any{stopping}, bot.EC2Start{Instance: web}, bot.AWSDone, "StartInstances", "running"},
		"starting, to be stopped":         {[]any{instance("running")}, bot.EC2Stop{Instance: web}, bot.AWSDone, "StopInstances", "stopped"},
		"terminated":                      {[]any{instance("terminated")}, bot.EC2Start{Instance: web}, bot.AWSRefused, "", "terminated"},
		"not there":                       {nil, bot.EC2Start{Instance: web}, bot.AWSRefused, "", "InvalidInstanceID.NotFound"},
		"running, to be resized":          {[]any{instance("running")}, bot.EC2Resize{Instance: web, From: "t3.micro", To: "t3.large"}, bot.AWSRefused, "", "must be stopped"},
		"of another type":                 {[]any{instance("stopped")}, bot.EC2Resize{Instance: web, From: "t3.small", To: "t3.large"}, bot.AWSRefused, "", "t3.micro"},
		"stopped, to be rebooted":         {[]any{instance("stopped")}, bot.EC2Reboot{Instance: web}, bot.AWSRefused, "", "stopped"},
		"of an Auto Scaling group":        {[]any{instance("running"), awssim.Tagged{ID: web, Tags: awssim.Tags{"aws:autoscaling:groupName": "web"}}}, bot.EC2Stop{Instance: web}, bot.AWSRefused, "", "Auto Scaling group web"},
		"a name that is taken":            {[]any{instance("running"), awssim.Image{ID: "ami-0000000000000000a", Name: "web"}}, bot.EC2Image{Instance: web, Name: "web"}, bot.AWSRefused, "", "somebody else"},
		"a tag of another value":          {[]any{instance("running"), awssim.Tagged{ID: web, Tags: awssim.Tags{"a": "3"}}}, bot.EC2Tag{Resource: web, Key: "a", Value: "2"}, bot.AWSRefused, "", `"3"`},
		"a tag to be deleted has changed": {[]any{instance("running"), awssim.Tagged{ID: web, Tags: awssim.Tags{"a": "3"}}}, bot.EC2Untag{Resource: web, Key: "a", Was: "2"}, bot.AWSRefused, "", `"3"`},
		"a volume of another size":        {[]any{awssim.Volume{ID: volume, GiB: 10}}, bot.EBSExtend{Volume: volume, From: 8, To: 20}, bot.AWSRefused, "", "10 GiB"},
		"a volume being extended": {
			[]any{awssim.Volume{ID: volume, GiB: 12, Modification: &awssim.Modification{From: 8, To: 12, Phase: awssim.Phase{State: "optimizing", Was: "modifying", Until: time.Date(2000, 1, 1, 0, 2, 0, 0, time.UTC)}}}},
			bot.EBSExtend{Volume: volume, From: 12, To: 20},
			bot.AWSRefused, "", "modifying",
		},
		"no such group":                  {nil, bot.SGAdd{Group: sg, Rule: https}, bot.AWSRefused, "", "InvalidGroup.NotFound"},
		"a rule that has changed":        {[]any{awssim.Rule{ID: sgRule, Group: sg, Protocol: "tcp", From: 80, To: 80, CIDR: "203.0.113.0/24"}}, bot.SGDelete{Group: sg, ID: sgRule, Rule: https}, bot.AWSRefused, "", "80-80"},
		"a rule that is gone":            {[]any{awssim.Group(sg)}, bot.SGChange{Group: sg, ID: sgRule, From: https, To: bot.SGRule{Protocol: "tcp", From: 444, To: 444, CIDR: "203.0.113.0/24"}}, bot.AWSRefused, "", "gone"},
		"a rule by another hand":         {[]any{awssim.Rule{ID: sgRule, Group: sg, Protocol: "tcp", From: 443, To: 443, CIDR: "203.0.113.0/24", Description: "mine"}}, bot.SGAdd{Group: sg, Rule: https}, bot.AWSUnchanged, "", "the rule is there"},
		"an address elsewhere":           {[]any{instance("running"), awssim.Address{ID: eip, Instance: other, Association: "eipassoc-1"}}, bot.EIPAssociate{Allocation: eip, To: web}, bot.AWSRefused, "", other},
		"an address to be moved":         {[]any{instance("running"), awssim.Address{ID: eip, Instance: other, Association: "eipassoc-1"}}, bot.EIPAssociate{Allocation: eip, From: other, To: web}, bot.AWSDone, "AssociateAddress", web},
		"the last healthy target":        {[]any{awssim.Target{Group: group, ID: web, Port: 80}}, bot.ELBDeregister{TargetGroup: group, Target: web, Port: 80}, bot.AWSRefused, "", "last healthy"},
		"the last healthy one, as told":  {[]any{awssim.Target{Group: group, ID: web, Port: 80}}, bot.ELBDeregister{TargetGroup: group, Target: web, Port: 80, Last: true}, bot.AWSDone, "DeregisterTargets", "not registered"},
		"no such target group":           {nil, bot.ELBRegister{TargetGroup: group, Target: web}, bot.AWSRefused, "", "TargetGroupNotFound"},
		"a broken database":              {[]any{awssim.Database{ID: database, Class: "db.t3.micro", Phase: awssim.Phase{State: "incompatible-network"}}}, bot.RDSStop{Instance: database}, bot.AWSRefused, "", "incompatible-network"},
		"a change of others is pending":  {[]any{awssim.Database{ID: database, Class: "db.t3.micro", Pending: "200"}}, bot.RDSResize{Instance: database, From: "db.t3.micro", To: "db.t3.large"}, bot.AWSRefused, "", "pending"},
		"a database of another class":    {[]any{awssim.Database{ID: database, Class: "db.t3.small"}}, bot.RDSResize{Instance: database, From: "db.t3.micro", To: "db.t3.large"}, bot.AWSRefused, "", "db.t3.small"},
		"no second zone for a failover":  {[]any{awssim.Database{ID: database, Class: "db.t3.small"}}, bot.RDSReboot{Instance: database, Failover: true}, bot.AWSRefused, "", "MultiAZ"},
		"no such database":               {nil, bot.RDSSnapshot{Instance: database, Name: "a"}, bot.AWSRefused, "", "DBInstanceNotFound"},
		"a database that is backed up":   {[]any{awssim.Database{ID: database, Class: "db.t3.micro", Phase: awssim.Phase{State: "available", Was: "backing-up", Until: time.Date(2000, 1, 1, 0, 2, 0, 0, time.UTC)}}}, bot.RDSStop{Instance: database}, bot.AWSDone, "StopDBInstance", "stopped"},
		"a name of a snapshot with case": {[]any{awssim.Database{ID: database}}, bot.RDSSnapshot{Instance: "orders-DB", Name: "Before"}, bot.AWSDone, "CreateDBSnapshot", "available"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, awssim.Options{}, func(y *yard) {
				for i, one := range tt.things {
					if o, ok := one.(awssim.Instance); ok && name == "stopping, to be started" {
						o.Was, o.Until = "stopping", time.Now().Add(time.Minute)
						tt.things[i] = o
					} else if ok && name == "starting, to be stopped" {
						o.Was, o.Until = "pending", time.Now().Add(time.Minute)
						tt.things[i] = o
					}
				}
				y.set(tt.things...)
				sent := y.work(attempt("k1", tt.do), nil)
				y.ends(sent, tt.ends, tt.call)
				if !strings.Contains(sent.Why, tt.why) {
					y.Errorf("why: %s", sent.Why)
				}
			})
		})
	}
}

// What is new is not seen everywhere at once.
func TestAnInstanceThatIsNew(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		a := attempt("k1", bot.EC2Stop{Instance: web})
		sent := y.work(a, func(try int) {
			if try == 4 {
				y.set(instance("running"))
			}
		})
		y.ends(sent, bot.AWSDone, "StopInstances")
	})
}

// Accounts, regions and roles that the configuration does not name are not entered at all.
func TestOnlyWhatIsConfigured(t *testing.T) {
	for name, tt := range map[string]struct {
		prep func(y *yard, a *bot.Attempt)
		why  string
	}{
		"another customer's account": {func(_ *yard, a *bot.Attempt) { a.Effect.Customer = "midori" }, "no account"},
		"another region":             {func(y *yard, _ *bot.Attempt) { y.account.Regions = []string{"us-east-1"} }, "no region"},
		"nobody may change anything": {func(y *yard, _ *bot.Attempt) { y.account.Operate = "" }, "no role to operate"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, awssim.Options{}, func(y *yard) {
				y.set(instance("running"))
				a := attempt("k1", bot.EC2Stop{Instance: web})
				tt.prep(y, &a)
				sent := y.work(a, nil)
				y.ends(sent, bot.AWSRefused, "")
				if !strings.Contains(sent.Why, tt.why) || len(y.sim.Requests()) > 0 {
					y.Errorf("why: %s, asked %v", sent.Why, y.sim.Requests())
				}
			})
		})
	}
	// A role that leads to another account does nothing there, be it the one that looks or the one that changes.
	for _, purpose := range []string{"read", "operate"} {
		t.Run("a role to "+purpose+" that leads elsewhere", func(t *testing.T) {
			inBubble(t, awssim.Options{Roles: []awssim.Role{{ARN: "arn:aws:iam::123456789012:role/elsewhere", External: external, Leads: "210987654321"}}}, func(y *yard) {
				y.set(instance("running"))
				y.sim.Set("210987654321", region, instance("running"))
				role := map[string]*string{"read": &y.account.Read, "operate": &y.account.Operate}[purpose]
				*role = "arn:aws:iam::123456789012:role/elsewhere"
				sent := y.work(attempt("k1", bot.EC2Stop{Instance: web}), nil)
				y.ends(sent, bot.AWSRefused, "")
				if !strings.Contains(sent.Why, "210987654321") {
					y.Errorf("why: %s", sent.Why)
				}
				if err := y.changer.Check(y.Context(), y.account); err == nil || !strings.Contains(err.Error(), purpose) {
					y.Errorf("doctor says %v", err)
				}
			})
		})
	}
}

// The session of a change bears the ticket's name and may do that change and nothing else.
func TestTheSessionOfAChange(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		y.set(instance("running"))
		y.ends(y.work(attempt("k1", bot.EC2Stop{Instance: web}), nil), bot.AWSDone, "StopInstances")
		for _, r := range y.sim.Requests() {
			if r.Action == "StopInstances" && r.By != "arn:aws:sts::123456789012:assumed-role/toban-operate/toban-main.12" {
				y.Errorf("stopped by %s", r.By)
			}
			if r.Action != "AssumeRole" || r.With["RoleArn"] != y.account.Operate {
				continue
			}
			var policy struct {
				Statement []struct {
					Action, Resource []string
					Condition        map[string]map[string]string
				}
			}
			if err := json.Unmarshal([]byte(r.With["Policy"]), &policy); err != nil || len(policy.Statement) != 1 {
				y.Fatalf("policy %s, %v", r.With["Policy"], err)
			}
			s := policy.Statement[0]
			if !slices.Equal(s.Action, []string{"ec2:StopInstances"}) || !slices.Equal(s.Resource, []string{"arn:aws:ec2:ap-northeast-1:123456789012:instance/" + web}) ||
				s.Condition["StringEquals"]["aws:RequestedRegion"] != region {
				y.Errorf("policy %s", r.With["Policy"])
			}
		}
		if err := y.changer.Check(y.Context(), y.account); err != nil {
			y.Error(err)
		}
	})
}

// Until staff have been told the effect stays open, and nothing is done again meanwhile.
func TestStaffAreToldBeforeItEnds(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		y.set(instance("running"))
		y.breaks(awssim.Fault{Kind: awssim.DropAfter, Action: "RebootInstances", Times: 1})
		y.deaf = true
		sent := y.work(attempt("k1", bot.EC2Reboot{Instance: web}), func(try int) { y.deaf = try < 5 })
		y.ends(sent, bot.AWSUnknown, "RebootInstances")
	})
	inBubble(t, awssim.Options{}, func(y *yard) { // what was refused stays refused, and does not become doubtful
		y.set(instance("stopped"))
		y.deaf = true
		sent := y.work(attempt("k1", bot.EC2Reboot{Instance: web}), func(try int) { y.deaf = try < 5 })
		y.ends(sent, bot.AWSRefused, "")
	})
}

// A change whose words can't be read is a dead letter that says what is allowed.
func TestHopelessChanges(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		change := func(do bot.AWSOp, with string) bot.Effect {
			return bot.MakeEffect(bot.EffectAWS, bot.Notice, "k", &bot.Ticket{ID: "main/12", Customer: "acme"},
				bot.AWSChange{Account: customer, Region: region, Do: do, With: json.RawMessage(with), NotAfter: time.Now().Add(time.Hour)})
		}
		early := bot.MakeAWSChange("k", nil, customer, region, bot.EC2Stop{Instance: web}, time.Time{})
		for want, e := range map[string]bot.Effect{
			"knows no mail.send":       bot.MakeEffect(bot.EffectMail, bot.Notice, "k", nil, bot.Mail{}),
			"reading body":             {Key: "k", Kind: bot.EffectAWS, Body: []byte("{")},
			`no operation "ec2.erase"`: change("ec2.erase", `{}`),
			"12 digits":                bot.MakeAWSChange("k", nil, "12345", region, bot.EC2Stop{Instance: web}, time.Now()),
			"such as ap-northeast-1":   bot.MakeAWSChange("k", nil, customer, "tokyo", bot.EC2Stop{Instance: web}, time.Now()),
			"not_after is missing":     early,
			`unknown field "force"`:    change(bot.OpEC2Stop, `{"instance": "`+web+`", "force": true}`),
			"such as i-":               change(bot.OpEC2Start, `{"instance": "web-1"}`),
			"from and to are the same": change(bot.OpEC2Resize, `{"instance": "`+web+`", "from": "t3.micro", "to": "t3.micro"}`),
			"such as t3.large":         change(bot.OpEC2Resize, `{"instance": "`+web+`", "from": "small", "to": "t3.micro"}`),
			"only become larger":       change(bot.OpEBSExtend, `{"volume": "`+volume+`", "from": 8, "to": 8}`),
			"bits of a host":           change(bot.OpSGAdd, `{"group": "`+sg+`", "rule": {"protocol": "tcp", "from": 1, "to": 2, "cidr": "203.0.113.9/24"}}`),
			"one of cidr":              change(bot.OpSGAdd, `{"group": "`+sg+`", "rule": {"protocol": "tcp", "from": 1, "to": 2}}`),
			"ports must rise":          change(bot.OpSGAdd, `{"group": "`+sg+`", "rule": {"protocol": "tcp", "from": 3, "to": 2, "cidr": "203.0.113.0/24"}}`),
			"protocol must be":         change(bot.OpSGAdd, `{"group": "`+sg+`", "rule": {"protocol": "http", "from": 1, "to": 2, "cidr": "203.0.113.0/24"}}`),
			"direction of a rule": change(bot.OpSGChange, `{"group": "`+sg+`", "id": "`+sgRule+`", "from": {"protocol": "tcp", "cidr": "203.0.113.0/24"},
				"to": {"egress": true, "protocol": "tcp", "cidr": "203.0.113.0/24"}}`),
			"Amazon's own or":        change(bot.OpEC2Tag, `{"resource": "`+web+`", "key": "aws:name", "value": "x"}`),
			"such as db.t3.medium":   change(bot.OpRDSResize, `{"instance": "a", "from": "t3.micro", "to": "db.t3.micro"}`),
			"such as orders-db":      change(bot.OpRDSStop, `{"instance": "1; drop"}`),
			"such as arn:aws:elasti": change(bot.OpELBRegister, `{"target_group": "web", "target": "10.0.0.1"}`),
			"target must be an id":   change(bot.OpELBRegister, `{"target_group": "`+group+`", "target": "web-1"}`),
		} {
			ctx, cancel := context.WithTimeout(y.Context(), time.Second)
			_, err := y.changer.Send(ctx, bot.Attempt{Effect: e, Number: 1})
			cancel()
			if !bot.IsPermanent(err) || !strings.Contains(err.Error(), want) {
				y.Errorf("want %q, got %v", want, err)
			}
		}
		if len(y.sim.Requests()) > 0 {
			y.Errorf("asked %v", y.sim.Requests())
		}
	})
	if _, err := aws.NewChanger(aws.ChangerConfig{}); err == nil {
		t.Error("an empty configuration was taken")
	}
}
