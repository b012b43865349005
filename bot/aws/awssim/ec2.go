package awssim

import (
	"maps"
	"slices"
	"strings"
	"time"
)

func ec2Actions() map[string]handler {
	out := map[string]handler{
		"DescribeInstances": (*call).describeInstances, "StartInstances": (*call).startInstances, "StopInstances": (*call).stopInstances,
		"RebootInstances": (*call).rebootInstances, "ModifyInstanceAttribute": (*call).modifyInstance,
	}
	for _, more := range []map[string]handler{ebsActions(), tagActions(), addressActions(), groupActions()} {
		maps.Copy(out, more)
	}
	return out
}

func codeOf(state string) int {
	return map[string]int{"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}[state]
}

func stateOf(name, state string) el { return x(name, n("code", codeOf(state)), v("name", state)) }

// instances are those that a call names, as they are.
func (c *call) instances(t things) ([]Instance, *problem) {
	var out []Instance
	for _, id := range c.each("InstanceId") {
		i, ok := t.Instances[id]
		if !ok {
			return nil, bad("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", id)
		}
		out = append(out, i)
	}
	if len(out) == 0 {
		return nil, bad("MissingParameter", "The request must contain the parameter InstanceId")
	}
	return out, nil
}

func (c *call) describeInstances() ([]el, *problem) {
	t, then := c.seen()
	var found []Instance
	next := ""
	if c.form.Has("InstanceId.1") || !c.form.Has("MaxResults") {
		var p *problem
		if found, p = c.instances(t); p != nil {
			return nil, p
		}
	} else {
		found, next = paged(c, "NextToken", sorted(t.Instances, func(i Instance) bool { return c.matches(t, i.ID) }))
	}
	return []el{v("nextToken", next), list("reservationSet", "item", found, func(i Instance) []el {
		return []el{v("reservationId", "r-"+strings.TrimPrefix(i.ID, "i-")), v("ownerId", c.account), x("instancesSet", x("item",
			v("instanceId", i.ID), v("imageId", "ami-00000000000000000"), stateOf("instanceState", i.at(then)), v("reason", i.Reason), v("instanceType", i.Type),
			at("launchTime", i.Launched), x("placement", v("availabilityZone", c.region+"a")), tagSet(t, i.ID)))}
	})}, nil
}

// turned answers the instances whose state is changed.
func (c *call) turned(found []Instance, to string) []el {
	return []el{list("instancesSet", "item", found, func(i Instance) []el {
		return []el{v("instanceId", i.ID), stateOf("currentState", to), stateOf("previousState", i.at(c.now))}
	})}
}

func (c *call) startInstances() ([]el, *problem) {
	found, p := c.instances(c.truth())
	if p != nil {
		return nil, p
	}
	for _, i := range found {
		if state := i.at(c.now); !slices.Contains([]string{"stopped", "pending", "running"}, state) {
			return nil, bad("IncorrectInstanceState", "The instance '%s' is not in a state from which it can be started.", i.ID)
		}
	}
	out := c.turned(found, "pending")
	c.apply(func(t *things) {
		for _, i := range found {
			if i.at(c.now) == "stopped" {
				i.Phase, i.Launched, i.Reason = c.turn("pending", "running"), c.now.Truncate(time.Second), ""
				t.Instances[i.ID] = i
			}
		}
	})
	return out, nil
}

func (c *call) stopInstances() ([]el, *problem) {
	found, p := c.instances(c.truth())
	if p != nil {
		return nil, p
	}
	for _, i := range found {
		if state := i.at(c.now); state == "terminated" || state == "shutting-down" {
			return nil, bad("IncorrectInstanceState", "This instance '%s' is not in a state from which it can be stopped.", i.ID)
		}
	}
	out := c.turned(found, "stopping")
	c.apply(func(t *things) {
		for _, i := range found {
			if state := i.at(c.now); state == "running" || state == "pending" {
				i.Phase, i.Reason = c.turn("stopping", "stopped"), "User initiated ("+c.now.UTC().Format("2006-01-02 15:04:05")+" GMT)"
				t.Instances[i.ID] = i
			}
		}
	})
	return out, nil
}

func (c *call) rebootInstances() ([]el, *problem) {
	found, p := c.instances(c.truth())
	if p != nil {
		return nil, p
	}
	for _, i := range found {
		if i.at(c.now) != "running" {
			return nil, bad("IncorrectState", "The instance '%s' is not in the 'running' state.", i.ID)
		}
	}
	c.apply(func(*things) {})
	return []el{b("return", true)}, nil
}

func (c *call) modifyInstance() ([]el, *problem) {
	id, kind := c.form.Get("InstanceId"), c.form.Get("InstanceType.Value")
	i, ok := c.truth().Instances[id]
	switch {
	case !ok:
		return nil, bad("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", id)
	case kind == "":
		return nil, bad("InvalidParameterCombination", "No attributes specified.")
	case i.at(c.now) != "stopped":
		return nil, bad("IncorrectInstanceState", "The instance '%s' is not in the 'stopped' state.", id)
	}
	c.apply(func(t *things) {
		i.Type = kind
		t.Instances[id] = i
	})
	return []el{b("return", true)}, nil
}
