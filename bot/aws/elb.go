package aws

import (
	"context"
	"fmt"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"toban/bot"
)

func elbEntries() []entry {
	const minutes, draining = 20 * time.Minute, 75 * time.Minute // the delay of deregistration is an hour at most
	reads := []string{"elasticloadbalancing:DescribeTargetHealth"}
	return []entry{
		{
			Op: bot.OpELBRegister, Does: "registers a target with a target group", Mark: compared, Look: "the target's health: healthy is done", Blind: nobody,
			Calls: []string{"elasticloadbalancing:RegisterTargets"}, Reads: reads, patience: minutes, parse: with[register],
		},
		{
			Op: bot.OpELBDeregister, Does: "takes a target out of a target group, never the last healthy one unless told", Mark: compared, Look: "the target's health: draining is under way", Blind: nobody,
			Calls: []string{"elasticloadbalancing:DeregisterTargets"}, Reads: reads, patience: draining, parse: with[deregister],
		},
	}
}

func checkTarget(group, what string, port int32) error {
	const last = 65535
	if port < 0 || port > last {
		return fmt.Errorf("port must be 1 to %d, or 0 for the group's, got %d", last, port)
	}
	return first(like("target_group", groupARN, group, "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/0123456789abcdef"), target(what))
}

func description(what string, port int32) []elbtypes.TargetDescription {
	t := elbtypes.TargetDescription{Id: sdk.String(what)}
	if port > 0 {
		t.Port = sdk.Int32(port)
	}
	return []elbtypes.TargetDescription{t}
}

// health reads a target's. registered is false where the group does not have it.
func health(ctx context.Context, d *door, group, what string, port int32) (h elbtypes.TargetHealth, registered bool, err error) {
	out, err := d.elb().DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: sdk.String(group), Targets: description(what, port)})
	if err != nil {
		return h, false, refusal(err)
	}
	for _, t := range out.TargetHealthDescriptions {
		if t.Target != nil && sdk.ToString(t.Target.Id) == what && t.TargetHealth != nil {
			h = *t.TargetHealth
			return h, h.Reason != elbtypes.TargetHealthReasonEnumNotRegistered, nil
		}
	}
	return h, false, nil
}

func healthWords(h elbtypes.TargetHealth, registered bool) string {
	if !registered {
		return "the target is not registered"
	}
	return strings.TrimSpace("the target is " + string(h.State) + " " + string(h.Reason))
}

type register struct{ bot.ELBRegister }

func (o register) check() error        { return checkTarget(o.TargetGroup, o.Target, o.Port) }
func (o register) String() string      { return o.Target + " with " + groupName(o.TargetGroup) }
func (o register) object(*door) string { return o.TargetGroup }

// groupName is the readable part of a target group's ARN.
func groupName(arn string) string {
	parts := strings.Split(arn, "/")
	if len(parts) < 2 {
		return arn
	}
	return parts[len(parts)-2]
}

func (o register) look(ctx context.Context, d *door, _ glance) (sight, error) {
	h, registered, err := health(ctx, d, o.TargetGroup, o.Target, o.Port)
	s := sight{state: astray, what: healthWords(h, registered), id: o.Target}
	if !registered {
		s.state = before
		return s, err
	}
	switch h.State {
	case elbtypes.TargetHealthStateEnumHealthy, elbtypes.TargetHealthStateEnumUnavailable:
		s.state = done
	case elbtypes.TargetHealthStateEnumUnused: // no load balancer uses the group, or the target's zone or state keeps it out
		s.state = done
	case elbtypes.TargetHealthStateEnumInitial, elbtypes.TargetHealthStateEnumUnhealthy:
		s.state = working
	case elbtypes.TargetHealthStateEnumDraining, elbtypes.TargetHealthStateEnumUnhealthyDraining:
		s.state = busy
	}
	return s, err
}

func (o register) act(ctx context.Context, d *door, _ string, _ bool) (string, error) {
	_, err := d.elb().RegisterTargets(ctx, &elb.RegisterTargetsInput{TargetGroupArn: sdk.String(o.TargetGroup), Targets: description(o.Target, o.Port)})
	return o.Target, refusal(err)
}

type deregister struct{ bot.ELBDeregister }

func (o deregister) check() error        { return checkTarget(o.TargetGroup, o.Target, o.Port) }
func (o deregister) String() string      { return o.Target + " from " + groupName(o.TargetGroup) }
func (o deregister) object(*door) string { return o.TargetGroup }

func (o deregister) look(ctx context.Context, d *door, g glance) (sight, error) {
	h, registered, err := health(ctx, d, o.TargetGroup, o.Target, o.Port)
	s := sight{state: before, what: healthWords(h, registered), id: o.Target}
	switch {
	case err != nil:
		return sight{}, err
	case !registered:
		s.state = done
	case h.State == elbtypes.TargetHealthStateEnumDraining || h.State == elbtypes.TargetHealthStateEnumUnhealthyDraining:
		s.state = working
	case !o.Last && h.State == elbtypes.TargetHealthStateEnumHealthy && g.answered == 0:
		others, err := d.elb().DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: sdk.String(o.TargetGroup)})
		if err != nil {
			return sight{}, refusal(err)
		}
		healthy := 0
		for _, t := range others.TargetHealthDescriptions {
			if t.TargetHealth != nil && t.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy {
				healthy++
			}
		}
		if healthy < 2 {
			s.state, s.what = astray, "the target is the last healthy one of its group"
		}
	}
	return s, nil
}

func (o deregister) act(ctx context.Context, d *door, _ string, _ bool) (string, error) {
	_, err := d.elb().DeregisterTargets(ctx, &elb.DeregisterTargetsInput{TargetGroupArn: sdk.String(o.TargetGroup), Targets: description(o.Target, o.Port)})
	return o.Target, refusal(err)
}
