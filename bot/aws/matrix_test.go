package aws_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/aws"
	"toban/bot/aws/awssim"
)

const (
	volume   = "vol-0000000000000000a"
	snap     = "snap-0000000000000000a"
	sg       = "sg-0000000000000000a"
	sgRule   = "sgr-0000000000000000a"
	eip      = "eipalloc-0000000000000000a"
	other    = "i-0000000000000000b"
	database = "Orders-db"
)

var https = bot.SGRule{Protocol: "tcp", From: 443, To: 443, CIDR: "203.0.113.0/24", Description: "AOBA-12"}

// ground is a place in which every operation of the catalogue can be done once.
func ground() []any {
	stopped, running := awssim.Phase{State: "stopped"}, awssim.Phase{State: "running"}
	out := []any{
		awssim.Instance{ID: web, Type: "t3.micro", Phase: running, Launched: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)},
		awssim.Instance{ID: other, Type: "t3.micro", Phase: stopped},
		awssim.Volume{ID: volume, GiB: 8, Zone: region + "a"},
		awssim.Snapshot{ID: snap},
		awssim.Address{ID: eip, IP: "203.0.113.9"},
		awssim.Tagged{ID: web, Tags: awssim.Tags{"Environment": "test", "Old": "1"}},
		awssim.Target{Group: group, ID: other, Port: 80},
		awssim.Target{Group: group, ID: "10.0.0.9", Port: 80},
		awssim.Database{ID: database, Class: "db.t3.micro", MultiAZ: true},
		awssim.Database{ID: "sleeping-db", Class: "db.t3.micro", Phase: stopped},
	}
	for n := range 7 { // more than a page
		out = append(out, awssim.Rule{ID: fmt.Sprintf("sgr-0000000000000000%d", n), Group: sg, Protocol: "tcp", From: n, To: n, CIDR: "198.51.100.0/24"})
	}
	return append(out, awssim.Rule{ID: sgRule, Group: sg, Protocol: "tcp", From: 22, To: 22, CIDR: "198.51.100.0/24"})
}

// deed is an operation on that ground.
type deed struct {
	do   bot.AWSAction
	call string // by which it is done
	once bool   // what is done by it does not change what a second one would do: it makes something, or leaves no trace
}

func deeds() []deed {
	ssh := bot.SGRule{Protocol: "6", From: 22, To: 22, CIDR: "198.51.100.0/24"} // 6 is tcp
	narrow := ssh
	narrow.CIDR = "198.51.100.7/32"
	test := "test"
	return []deed{
		{do: bot.EC2Start{Instance: other}, call: "StartInstances"},
		{do: bot.EC2Stop{Instance: web}, call: "StopInstances"},
		{do: bot.EC2Reboot{Instance: web}, call: "RebootInstances", once: true},
		{do: bot.EC2Resize{Instance: other, From: "t3.micro", To: "t3.large"}, call: "ModifyInstanceAttribute"},
		{do: bot.EC2Image{Instance: web, Name: "web-1 (before)"}, call: "CreateImage", once: true},
		{do: bot.EC2Tag{Resource: web, Key: "Environment", Value: "本番", Was: &test}, call: "CreateTags"},
		{do: bot.EC2Untag{Resource: web, Key: "Old", Was: "1"}, call: "DeleteTags"},
		{do: bot.EBSSnapshot{Volume: volume, Description: "before"}, call: "CreateSnapshot", once: true},
		{do: bot.EBSVolume{Snapshot: snap, Zone: region + "a", GiB: 10}, call: "CreateVolume", once: true},
		{do: bot.EBSExtend{Volume: volume, From: 8, To: 20}, call: "ModifyVolume"},
		{do: bot.SGAdd{Group: sg, Rule: https}, call: "AuthorizeSecurityGroupIngress"},
		{do: bot.SGAdd{Group: sg, Rule: bot.SGRule{Egress: true, Protocol: "-1", From: -1, To: -1, CIDR: "2001:db8::/32"}}, call: "AuthorizeSecurityGroupEgress"},
		{do: bot.SGDelete{Group: sg, ID: sgRule, Rule: ssh}, call: "RevokeSecurityGroupIngress"},
		{do: bot.SGChange{Group: sg, ID: sgRule, From: ssh, To: narrow}, call: "ModifySecurityGroupRules"},
		{do: bot.EIPAllocate{Name: "web"}, call: "AllocateAddress", once: true},
		{do: bot.EIPAssociate{Allocation: eip, To: web}, call: "AssociateAddress"},
		{do: bot.ELBRegister{TargetGroup: group, Target: web, Port: 80}, call: "RegisterTargets"},
		{do: bot.ELBDeregister{TargetGroup: group, Target: other, Port: 80}, call: "DeregisterTargets"},
		{do: bot.RDSStart{Instance: "sleeping-db"}, call: "StartDBInstance"},
		{do: bot.RDSStop{Instance: database}, call: "StopDBInstance"},
		{do: bot.RDSReboot{Instance: database, Failover: true}, call: "RebootDBInstance", once: true},
		{do: bot.RDSResize{Instance: database, From: "db.t3.micro", To: "db.t3.large"}, call: "ModifyDBInstance"},
		{do: bot.RDSSnapshot{Instance: database, Name: "orders-before"}, call: "CreateDBSnapshot", once: true},
	}
}

func (d deed) name() string { return string(d.do.AWSOp()) + " " + d.call }

// each does f for every operation, each on a ground of its own.
func each(t *testing.T, o awssim.Options, f func(y *yard, d deed)) {
	t.Helper()
	for _, d := range deeds() {
		t.Run(d.name(), func(t *testing.T) {
			inBubble(t, o, func(y *yard) {
				y.set(ground()...)
				f(y, d)
			})
		})
	}
}

// Every operation of the catalogue is among the deeds.
func TestEveryOperationIsTried(t *testing.T) {
	tried := map[bot.AWSOp]bool{}
	for _, d := range deeds() {
		tried[d.do.AWSOp()] = true
	}
	for _, op := range aws.Operations() {
		if !tried[op] {
			t.Errorf("nothing tries %s", op)
		}
	}
}

// Each is done by one call, followed to its end, and not done again by a second effect that wants the same.
func TestEachIsDoneOnce(t *testing.T) {
	for _, lag := range []time.Duration{0, 12 * time.Second} { // the second: looks are behind
		each(t, awssim.Options{Lag: lag}, func(y *yard, d deed) {
			began := time.Now()
			first := y.work(attempt("k1", d.do), nil)
			y.ends(first, bot.AWSDone, d.call)
			if first.RemoteID == "" || !first.Verified || first.Why == "" {
				y.Errorf("sent %+v", first)
			}
			if took := time.Since(began); took > 8*time.Minute {
				y.Errorf("it took %s", took)
			}
			time.Sleep(time.Minute)
			if !d.once {
				y.ends(y.work(attempt("k2", d.do), nil), bot.AWSUnchanged, d.call)
			}
			// The same effect, forgotten by a restore: it stands there, or nobody can say.
			a := attempt("k1", d.do)
			a.Look, a.Back = true, time.Now().Add(-14*24*time.Hour)
			y.open()
			again := y.work(a, nil)
			blind := d.call == "RebootInstances" || d.call == "RebootDBInstance"
			if want := map[bool]bot.AWSOutcome{true: bot.AWSUnknown, false: bot.AWSDone}[blind]; !strings.HasPrefix(again.Outcome, string(want)) && again.Outcome != string(bot.AWSUnchanged) {
				y.Errorf("after a restore it ended as %s (%s)", again.Outcome, again.Why)
			}
			if y.applied() != d.call {
				y.Errorf("changed by %q", y.applied())
			}
		})
	}
}

// Whatever happens to the answer, and whoever goes on, a change is made at most once; where it can't be seen a person is told.
func TestEachSurvivesALostAnswer(t *testing.T) {
	for _, kind := range []awssim.FaultKind{awssim.DropAfter, awssim.FailAfter, awssim.Slow} {
		each(t, awssim.Options{Lag: 5 * time.Second}, func(y *yard, d deed) {
			y.breaks(awssim.Fault{Kind: kind, Action: d.call, Times: 1})
			sent := y.work(attempt("k1", d.do), func(int) { y.open() }) // another process each time
			want := bot.AWSDone
			if d.call == "RebootInstances" {
				want = bot.AWSUnknown
			}
			y.ends(sent, want, d.call)
		})
	}
}

// What was surely not done is done later: throttling and sessions that are over cost time only.
func TestEachComesLater(t *testing.T) {
	for _, kind := range []awssim.FaultKind{awssim.Limited, awssim.Expired} {
		each(t, awssim.Options{}, func(y *yard, d deed) {
			y.breaks(awssim.Fault{Kind: kind, Action: d.call, Times: 3}, awssim.Fault{Kind: kind, Action: "AssumeRole", Times: 2, Skip: 1})
			y.ends(y.work(attempt("k1", d.do), nil), bot.AWSDone, d.call)
		})
	}
}

// A failure before the deed is not told from one after it: it is looked at, and done again where the look shows that it was not.
func TestEachFailsBeforeItIsDone(t *testing.T) {
	for _, kind := range []awssim.FaultKind{awssim.FailBefore, awssim.DropBefore} {
		each(t, awssim.Options{}, func(y *yard, d deed) {
			y.breaks(awssim.Fault{Kind: kind, Action: d.call, Times: 2})
			sent := y.work(attempt("k1", d.do), nil)
			if d.call == "RebootInstances" || d.call == "RebootDBInstance" {
				y.ends(sent, bot.AWSUnknown, "")
				return
			}
			y.ends(sent, bot.AWSDone, d.call)
		})
	}
}

// A refusal ends the effect at once, with Amazon's own words and nothing changed.
func TestEachIsRefused(t *testing.T) {
	for kind, words := range map[awssim.FaultKind]string{awssim.Refused: "not authorized", awssim.Exhausted: "Insufficient"} {
		each(t, awssim.Options{}, func(y *yard, d deed) {
			y.breaks(awssim.Fault{Kind: kind, Action: d.call})
			sent := y.work(attempt("k1", d.do), nil)
			y.ends(sent, bot.AWSRefused, "")
			if !strings.Contains(sent.Why, words) || strings.Contains(sent.Why, "Encoded") {
				y.Errorf("why: %s", sent.Why)
			}
		})
	}
}

// What does not come to its end is told after its time, and not done again.
func TestEachThatIsStuckIsTold(t *testing.T) {
	each(t, awssim.Options{}, func(y *yard, d deed) {
		y.breaks(awssim.Fault{Kind: awssim.Stuck, Action: d.call})
		sent := y.work(attempt("k1", d.do), nil)
		if sent.Outcome == string(bot.AWSDone) { // what has no way to be stuck
			switch d.call {
			case "RebootInstances", "ModifyInstanceAttribute", "CreateTags", "DeleteTags", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress",
				"ModifySecurityGroupRules", "AllocateAddress", "AssociateAddress":
				return
			}
		}
		y.ends(sent, bot.AWSUnknown, d.call)
	})
}

// A process that dies between AWS's yes and writing it down is followed by one that looks.
func TestEachIsFollowedByAnother(t *testing.T) {
	each(t, awssim.Options{}, func(y *yard, d deed) {
		y.ends(y.work(attempt("k1", d.do), func(int) { y.open() }), bot.AWSDone, d.call)
	})
}

// Nobody's account is touched that is not the one that was meant: the role leads elsewhere.
func TestEachWantsItsAccount(t *testing.T) {
	each(t, awssim.Options{}, func(y *yard, d deed) {
		y.account.External = "another"
		sent := y.work(attempt("k1", d.do), nil)
		y.ends(sent, bot.AWSRefused, "")
	})
}

// A rehearsal says what is there, what would be done and whether the rights are there, and changes nothing.
func TestEachIsRehearsed(t *testing.T) {
	each(t, awssim.Options{}, func(y *yard, d deed) {
		change := func() aws.Rehearsal {
			y.Helper()
			var c bot.AWSChange
			e := effect("k1", d.do)
			if err := e.Decode(&c); err != nil {
				y.Fatal(err)
			}
			c.NotAfter = time.Time{}
			r, err := y.changer.Rehearse(y.Context(), "acme", c)
			if err != nil {
				y.Fatal(err)
			}
			return r
		}
		op := d.do.AWSOp()
		granted := "granted"
		if strings.HasPrefix(string(op), "rds.") || strings.HasPrefix(string(op), "elb.") {
			granted = "can't be asked"
		}
		if r := change(); r.Would != "do it" || r.Right != granted || r.Now == "" || !strings.HasPrefix(r.What, string(op)) {
			y.Errorf("rehearsed %+v", r)
		}
		y.breaks(awssim.Fault{Kind: awssim.Refused, Action: "AssumeRole"})
		if r := change(); !strings.HasPrefix(r.Right, "not granted: asking STS AssumeRole") {
			y.Errorf("rehearsed %+v", r)
		}
		y.sim.ClearFaults()
		if y.applied() != "" {
			y.Errorf("changed by %q", y.applied())
		}
		y.ends(y.work(attempt("k1", d.do), nil), bot.AWSDone, d.call)
		if r := change(); !d.once && r.Would != "find it done" {
			y.Errorf("rehearsed after it was done: %+v", r)
		}
	})
}
