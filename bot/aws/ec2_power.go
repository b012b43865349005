package aws

import (
	"context"
	"regexp"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"toban/bot"
)

func powerEntries() []entry {
	const minutes = 15 * time.Minute
	reads := []string{"ec2:DescribeInstances"}
	return []entry{
		{
			Op: bot.OpEC2Start, Does: "starts a stopped instance", Mark: compared, Look: "its state; stopped again since the first try: a person", Blind: nobody,
			Calls: []string{"ec2:StartInstances"}, Reads: reads, DryRun: true, patience: minutes, encrypted: true, parse: with[startInstance],
		},
		{
			Op: bot.OpEC2Stop, Does: "stops a running instance", Mark: compared, Look: "its state; started again since the first try: a person", Blind: nobody,
			Calls: []string{"ec2:StopInstances"}, Reads: reads, DryRun: true, patience: minutes, parse: with[stopInstance],
		},
		{
			Op: bot.OpEC2Reboot, Does: "reboots a running instance", Mark: nobody, Look: nobody, Blind: "unknown: not repeated, a person looks",
			Calls: []string{"ec2:RebootInstances"}, Reads: reads, DryRun: true, blind: true, patience: minutes, parse: with[rebootInstance],
		},
		{
			Op: bot.OpEC2Resize, Does: "changes the type of a stopped instance", Mark: compared, Look: "its type: from, to, or somebody else's", Blind: nobody,
			Calls: []string{"ec2:ModifyInstanceAttribute"}, Reads: reads, DryRun: true, patience: minutes, parse: with[resizeInstance],
		},
	}
}

// instance reads one.
func instance(ctx context.Context, d *door, id string) (ec2types.Instance, error) {
	out, err := d.ec2().DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		return ec2types.Instance{}, refusal(err)
	}
	for _, r := range out.Reservations {
		for _, i := range r.Instances {
			if sdk.ToString(i.InstanceId) == id && i.State != nil {
				return i, nil
			}
		}
	}
	return ec2types.Instance{}, &Refusal{Kind: Missing, Call: "EC2 DescribeInstances", Code: "InvalidInstanceID.NotFound", Message: "AWS does not tell of the instance " + id}
}

// scaled names the Auto Scaling group that would put another instance in the place of one that is stopped; "" without one.
func scaled(i ec2types.Instance) string {
	for _, t := range i.Tags {
		if sdk.ToString(t.Key) == "aws:autoscaling:groupName" {
			return sdk.ToString(t.Value)
		}
	}
	return ""
}

// transition is when an instance changed its state last, as StateTransitionReason tells: "User initiated (2026-11-28 09:12:03 GMT)". Zero
// where it does not.
func transition(i ec2types.Instance) time.Time {
	m := transitionTime.FindStringSubmatch(sdk.ToString(i.StateTransitionReason))
	if m == nil {
		return time.Time{}
	}
	at, err := time.Parse("2006-01-02 15:04:05", m[1])
	if err != nil {
		return time.Time{}
	}
	return at
}

var transitionTime = regexp.MustCompile(`\((\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) GMT\)`)

// is a sight of an instance.
func seen(s state, i ec2types.Instance, more string) (sight, error) {
	return sight{state: s, what: "the instance is " + string(i.State.Name) + more, id: sdk.ToString(i.InstanceId)}, nil
}

type startInstance struct{ bot.EC2Start }

func (o startInstance) check() error          { return id("instance", "i", o.Instance) }
func (o startInstance) String() string        { return o.Instance }
func (o startInstance) object(d *door) string { return d.arn("ec2", "instance/"+o.Instance) }

func (o startInstance) look(ctx context.Context, d *door, g glance) (sight, error) {
	i, err := instance(ctx, d, o.Instance)
	if err != nil {
		return sight{}, err
	}
	switch i.State.Name {
	case ec2types.InstanceStateNameRunning:
		return seen(done, i, "")
	case ec2types.InstanceStateNamePending:
		return seen(working, i, "")
	case ec2types.InstanceStateNameStopping:
		return seen(busy, i, "")
	case ec2types.InstanceStateNameStopped:
		if at := transition(i); g.tried() && at.After(g.since) {
			return seen(astray, i, " since "+at.Format(time.RFC3339)+", after the start was asked for: "+reason(i))
		}
		return seen(before, i, "")
	case ec2types.InstanceStateNameShuttingDown, ec2types.InstanceStateNameTerminated:
	}
	return seen(astray, i, "")
}

// reason is why an instance is in its state, in Amazon's words.
func reason(i ec2types.Instance) string {
	if i.StateReason != nil && sdk.ToString(i.StateReason.Message) != "" {
		return sdk.ToString(i.StateReason.Message)
	}
	return sdk.ToString(i.StateTransitionReason)
}

func (o startInstance) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	_, err := d.ec2().StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{o.Instance}, DryRun: sdk.Bool(dry)})
	return o.Instance, refusal(err)
}

type stopInstance struct{ bot.EC2Stop }

func (o stopInstance) check() error          { return id("instance", "i", o.Instance) }
func (o stopInstance) String() string        { return o.Instance }
func (o stopInstance) object(d *door) string { return d.arn("ec2", "instance/"+o.Instance) }

func (o stopInstance) look(ctx context.Context, d *door, g glance) (sight, error) {
	i, err := instance(ctx, d, o.Instance)
	if err != nil {
		return sight{}, err
	}
	switch i.State.Name {
	case ec2types.InstanceStateNameStopped:
		return seen(done, i, "")
	case ec2types.InstanceStateNameStopping:
		return seen(working, i, "")
	case ec2types.InstanceStateNamePending:
		return seen(busy, i, "")
	case ec2types.InstanceStateNameRunning:
		if i.LaunchTime != nil && g.tried() && i.LaunchTime.After(g.since) {
			return seen(astray, i, " since "+i.LaunchTime.UTC().Format(time.RFC3339)+": somebody started it after the stop was asked for")
		}
		if group := scaled(i); group != "" && !g.tried() {
			return seen(astray, i, " and belongs to the Auto Scaling group "+group+", which would replace it")
		}
		return seen(before, i, "")
	case ec2types.InstanceStateNameShuttingDown, ec2types.InstanceStateNameTerminated:
	}
	return seen(astray, i, "")
}

func (o stopInstance) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	_, err := d.ec2().StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{o.Instance}, DryRun: sdk.Bool(dry)})
	return o.Instance, refusal(err)
}

type rebootInstance struct{ bot.EC2Reboot }

func (o rebootInstance) check() error          { return id("instance", "i", o.Instance) }
func (o rebootInstance) String() string        { return o.Instance }
func (o rebootInstance) object(d *door) string { return d.arn("ec2", "instance/"+o.Instance) }

// look can't see a reboot: the instance is running before it, during it and after it. AWS's yes is its end.
func (o rebootInstance) look(ctx context.Context, d *door, g glance) (sight, error) {
	i, err := instance(ctx, d, o.Instance)
	switch {
	case err != nil:
		return sight{}, err
	case g.answered > 0:
		return sight{state: done, what: "AWS took the reboot on", id: o.Instance}, nil
	case i.State.Name == ec2types.InstanceStateNamePending:
		return seen(busy, i, "")
	case i.State.Name == ec2types.InstanceStateNameRunning:
		return seen(before, i, "")
	}
	return seen(astray, i, "")
}

func (o rebootInstance) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	_, err := d.ec2().RebootInstances(ctx, &ec2.RebootInstancesInput{InstanceIds: []string{o.Instance}, DryRun: sdk.Bool(dry)})
	return o.Instance, refusal(err)
}

type resizeInstance struct{ bot.EC2Resize }

func (o resizeInstance) check() error {
	return first(id("instance", "i", o.Instance), like("from", ec2Type, o.From, "t3.large"), like("to", ec2Type, o.To, "t3.large"), differ(o.From, o.To))
}

func (o resizeInstance) String() string        { return o.Instance + " from " + o.From + " to " + o.To }
func (o resizeInstance) object(d *door) string { return d.arn("ec2", "instance/"+o.Instance) }

func (o resizeInstance) look(ctx context.Context, d *door, _ glance) (sight, error) {
	i, err := instance(ctx, d, o.Instance)
	if err != nil {
		return sight{}, err
	}
	now := " and a " + string(i.InstanceType)
	switch {
	case string(i.InstanceType) == o.To:
		return seen(done, i, now)
	case string(i.InstanceType) != o.From:
		return seen(astray, i, now)
	case i.State.Name == ec2types.InstanceStateNameStopped:
		return seen(before, i, now)
	case i.State.Name == ec2types.InstanceStateNameStopping:
		return seen(busy, i, now)
	}
	return seen(astray, i, now+": it must be stopped for that")
}

func (o resizeInstance) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	_, err := d.ec2().ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{
		InstanceId: sdk.String(o.Instance), InstanceType: &ec2types.AttributeValue{Value: sdk.String(o.To)}, DryRun: sdk.Bool(dry),
	})
	return o.Instance, refusal(err)
}

// first is the first fault.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
