package awssim

import "time"

func elbActions() map[string]handler {
	return map[string]handler{"DescribeTargetHealth": (*call).describeHealth, "RegisterTargets": (*call).register, "DeregisterTargets": (*call).deregister}
}

// targets reads the targets that a call names. The port of a group is 80.
func (c *call) targets() ([]Target, *problem) {
	group := c.form.Get("TargetGroupArn")
	if !c.truth().TargetsOf[group] {
		return nil, bad("TargetGroupNotFound", "One or more target groups not found")
	}
	const usual = 80
	var out []Target
	for _, p := range c.groups("Targets.member") {
		out = append(out, Target{Group: group, ID: c.form.Get(p + "Id"), Port: c.number(p+"Port", usual)})
	}
	return out, nil
}

// gone is the state of a target that was taken out.
const gone = "gone"

func (c *call) describeHealth() ([]el, *problem) {
	named, p := c.targets()
	if p != nil {
		return nil, p
	}
	t, then := c.seen()
	if len(named) == 0 {
		named = sorted(t.Targets, func(o Target) bool { return o.Group == c.form.Get("TargetGroupArn") && o.at(then) != gone })
	}
	return []el{list("TargetHealthDescriptions", "member", named, func(o Target) []el {
		have, ok := t.Targets[o.key()]
		health := x("TargetHealth", v("State", "unused"), v("Reason", "Target.NotRegistered"), v("Description", "Target is not registered to the target group"))
		if state := have.at(then); ok && state != gone {
			reason := map[string]string{"initial": "Elb.RegistrationInProgress", "draining": "Target.DeregistrationInProgress", "unhealthy": "Target.FailedHealthChecks"}[state]
			health = x("TargetHealth", v("State", state), v("Reason", reason))
		}
		return []el{x("Target", v("Id", o.ID), n("Port", o.Port)), v("HealthCheckPort", "80"), health}
	})}, nil
}

func (c *call) register() ([]el, *problem) {
	named, p := c.targets()
	if p != nil {
		return nil, p
	}
	c.apply(func(t *things) {
		for _, o := range named {
			if have, ok := t.Targets[o.key()]; !ok || have.at(c.now) == gone || have.at(c.now) == "draining" {
				o.Phase = c.turn("initial", "healthy")
				t.Targets[o.key()] = o
			}
		}
	})
	return nil, nil
}

func (c *call) deregister() ([]el, *problem) {
	named, p := c.targets()
	if p != nil {
		return nil, p
	}
	const delay = 5 * time.Minute
	c.apply(func(t *things) {
		for _, o := range named {
			if have, ok := t.Targets[o.key()]; ok && have.at(c.now) != gone && have.at(c.now) != "draining" {
				o.Phase = c.turn("draining", gone)
				o.Until = o.Until.Add(delay)
				t.Targets[o.key()] = o
			}
		}
	})
	return nil, nil
}
