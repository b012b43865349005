package aws_test

import (
	"fmt"
	"slices"
	"testing"

	"toban/bot"
	"toban/bot/aws/awssim"
	"toban/bot/outbox/effecttest"
)

// bench is the suite's: action n changes thing n, and is done by one call.
type bench struct {
	call   string
	action func(n int) bot.AWSAction
	which  func(r awssim.Request) string // the thing that a call changed
	things []any
	told   bool // staff hear of a fault
}

func (b bench) open(t *testing.T) effecttest.Bench {
	t.Helper()
	y := newYard(t, awssim.Options{})
	y.set(b.things...)
	broken := effecttest.Fault("")
	return effecttest.Bench{
		Open: func() bot.Sender {
			y.open()
			return y.changer
		},
		Effect: func(n int) bot.Effect { return effect("", b.action(n)) },
		Arrived: func() []effecttest.Arrival {
			var out []effecttest.Arrival
			for _, r := range y.sim.Applied() {
				var n int
				if _, err := fmt.Sscanf(b.which(r)[len(b.which(r))-1:], "%d", &n); err != nil || r.Action != b.call {
					t.Errorf("changed %+v", r)
				}
				out = append(out, effecttest.Arrival{N: n})
			}
			return out
		},
		Break: func(f effecttest.Fault) {
			kind := map[effecttest.Fault]awssim.FaultKind{
				effecttest.Lost: awssim.DropAfter, effecttest.Timeout: awssim.Slow, effecttest.Failing: awssim.FailBefore, effecttest.Limited: awssim.Limited,
			}[f]
			broken = f
			y.breaks(awssim.Fault{Kind: kind, Action: b.call, Times: 1})
		},
		Close: func() {
			y.close()
			if told := len(y.news) > 0; told && !b.told {
				t.Errorf("staff were told %+v", y.news)
			}
			for _, n := range y.news {
				if n.Outcome != bot.AWSUnknown {
					t.Errorf("staff were told %+v", n)
				}
			}
			if b.told && slices.Contains([]effecttest.Fault{effecttest.Lost, effecttest.Timeout, effecttest.Failing}, broken) && len(y.news) != 1 {
				t.Errorf("staff were told %+v of what nobody knows", y.news)
			}
		},
	}
}

func instances(state string) []any {
	var out []any
	for n := range 4 {
		out = append(out, awssim.Instance{ID: fmt.Sprintf("i-0000000000000000%d", n), Type: "t3.micro", Phase: awssim.Phase{State: state}})
	}
	return out
}

func with(name string) func(awssim.Request) string {
	return func(r awssim.Request) string { return r.With[name] }
}

func TestFaultsOfChanges(t *testing.T) {
	effecttest.Run(t, "AWS change", bench{
		call: "StopInstances", which: with("InstanceId.1"), things: instances("running"),
		action: func(n int) bot.AWSAction { return bot.EC2Stop{Instance: fmt.Sprintf("i-0000000000000000%d", n)} },
	}.open)
}

func TestFaultsOfThingsWithATag(t *testing.T) {
	var volumes []any
	for n := range 4 {
		volumes = append(volumes, awssim.Volume{ID: fmt.Sprintf("vol-0000000000000000%d", n), GiB: 8})
	}
	effecttest.Run(t, "AWS thing made, found by its tag", bench{
		call: "CreateSnapshot", which: with("VolumeId"), things: volumes,
		action: func(n int) bot.AWSAction { return bot.EBSSnapshot{Volume: fmt.Sprintf("vol-0000000000000000%d", n)} },
	}.open)
}

func TestFaultsOfThingsWithAToken(t *testing.T) {
	var snapshots []any
	for n := range 4 {
		snapshots = append(snapshots, awssim.Snapshot{ID: fmt.Sprintf("snap-0000000000000000%d", n)})
	}
	effecttest.Run(t, "AWS thing made with a token", bench{
		call: "CreateVolume", which: with("SnapshotId"), things: snapshots,
		action: func(n int) bot.AWSAction {
			return bot.EBSVolume{Snapshot: fmt.Sprintf("snap-0000000000000000%d", n), Zone: region + "a"}
		},
	}.open)
}

func TestFaultsOfReboots(t *testing.T) {
	effecttest.Run(t, "AWS reboot", bench{
		call: "RebootInstances", which: with("InstanceId.1"), things: instances("running"), told: true,
		action: func(n int) bot.AWSAction { return bot.EC2Reboot{Instance: fmt.Sprintf("i-0000000000000000%d", n)} },
	}.open)
}
