package awssim

import (
	"fmt"
	"slices"
)

func addressActions() map[string]handler {
	return map[string]handler{"DescribeAddresses": (*call).describeAddresses, "AllocateAddress": (*call).allocate, "AssociateAddress": (*call).associate}
}

func (c *call) describeAddresses() ([]el, *problem) {
	t, _ := c.seen()
	ids := c.each("AllocationId")
	for _, id := range ids {
		if _, ok := t.Addresses[id]; !ok {
			return nil, bad("InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", id)
		}
	}
	found := sorted(t.Addresses, func(a Address) bool { return c.matches(t, a.ID) && (len(ids) == 0 || slices.Contains(ids, a.ID)) })
	return []el{list("addressesSet", "item", found, func(a Address) []el {
		return []el{v("publicIp", a.IP), v("allocationId", a.ID), v("domain", "vpc"), v("instanceId", a.Instance), v("associationId", a.Association), tagSet(t, a.ID)}
	})}, nil
}

func (c *call) allocate() ([]el, *problem) {
	a := Address{ID: c.fresh("eipalloc"), IP: fmt.Sprintf("203.0.113.%d", len(c.truth().Addresses)+1)}
	c.apply(func(t *things) {
		t.Addresses[a.ID] = a
		t.tag(a.ID, c.given())
	})
	return []el{v("publicIp", a.IP), v("domain", "vpc"), v("allocationId", a.ID)}, nil
}

func (c *call) associate() ([]el, *problem) {
	a, ok := c.truth().Addresses[c.form.Get("AllocationId")]
	to := c.form.Get("InstanceId")
	_, there := c.truth().Instances[to]
	switch {
	case !ok:
		return nil, bad("InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", c.form.Get("AllocationId"))
	case !there:
		return nil, bad("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", to)
	case a.Instance == to:
		return []el{b("return", true), v("associationId", a.Association)}, nil
	case a.Instance != "" && c.form.Get("AllowReassociation") != "true":
		return nil, bad("Resource.AlreadyAssociated", "resource %s is already associated with associate-id %s", a.ID, a.Association)
	}
	a.Instance, a.Association = to, c.fresh("eipassoc")
	c.apply(func(t *things) { t.Addresses[a.ID] = a })
	return []el{b("return", true), v("associationId", a.Association)}, nil
}
