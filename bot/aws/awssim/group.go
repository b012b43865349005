package awssim

import (
	"slices"
	"strings"
)

func groupActions() map[string]handler {
	return map[string]handler{
		"DescribeSecurityGroupRules":    (*call).describeRules,
		"AuthorizeSecurityGroupIngress": func(c *call) ([]el, *problem) { return c.authorize(false) },
		"AuthorizeSecurityGroupEgress":  func(c *call) ([]el, *problem) { return c.authorize(true) },
		"RevokeSecurityGroupIngress":    func(c *call) ([]el, *problem) { return c.revoke(false) },
		"RevokeSecurityGroupEgress":     func(c *call) ([]el, *problem) { return c.revoke(true) },
		"ModifySecurityGroupRules":      (*call).modifyRules,
	}
}

func (c *call) ruleOf(t things, r Rule) []el {
	out := []el{v("securityGroupRuleId", r.ID), v("groupId", r.Group), v("groupOwnerId", c.account), b("isEgress", r.Egress), v("ipProtocol", r.Protocol), n("fromPort", r.From), n("toPort", r.To)}
	switch {
	case strings.Contains(r.CIDR, ":"):
		out = append(out, v("cidrIpv6", r.CIDR))
	case r.CIDR != "":
		out = append(out, v("cidrIpv4", r.CIDR))
	case r.Peer != "":
		out = append(out, x("referencedGroupInfo", v("groupId", r.Peer), v("userId", c.account)))
	default:
		out = append(out, v("prefixListId", r.List))
	}
	return append(out, v("description", r.Description), tagSet(t, r.ID))
}

// describeRules gives a page of five rules, so that whoever does not turn pages is found out.
func (c *call) describeRules() ([]el, *problem) {
	t, _ := c.seen()
	groups := c.filters()["group-id"]
	found := sorted(t.Rules, func(r Rule) bool { return groups == nil || slices.Contains(groups, r.Group) })
	const page = 5
	from := min(c.number("NextToken", 0), len(found))
	until := min(from+page, len(found))
	out := []el{list("securityGroupRuleSet", "item", found[from:until], func(r Rule) []el { return c.ruleOf(t, r) })}
	if until < len(found) {
		out = append(out, n("nextToken", until))
	}
	return out, nil
}

// alike reports whether AWS takes two rules for one: the description does not count.
func alike(a, b Rule) bool {
	a.ID, a.Description, b.ID, b.Description = "", "", "", ""
	return a == b
}

// wanted reads IpPermissions.
func (c *call) wanted(group string, egress bool) []Rule {
	var out []Rule
	for _, p := range c.groups("IpPermissions") {
		one := Rule{Group: group, Egress: egress, Protocol: c.form.Get(p + "IpProtocol"), From: c.number(p+"FromPort", -1), To: c.number(p+"ToPort", -1)}
		add := func(list string, f func(r *Rule, q string)) {
			for _, q := range c.groups(p + list) {
				r := one
				r.Description = c.form.Get(q + "Description")
				f(&r, q)
				out = append(out, r)
			}
		}
		add("IpRanges", func(r *Rule, q string) { r.CIDR = c.form.Get(q + "CidrIp") })
		add("Ipv6Ranges", func(r *Rule, q string) { r.CIDR = c.form.Get(q + "CidrIpv6") })
		add("Groups", func(r *Rule, q string) { r.Peer = c.form.Get(q + "GroupId") })
		add("PrefixListIds", func(r *Rule, q string) { r.List = c.form.Get(q + "PrefixListId") })
	}
	return out
}

func (c *call) authorize(egress bool) ([]el, *problem) {
	group := c.form.Get("GroupId")
	if !c.truth().Groups[group] {
		return nil, bad("InvalidGroup.NotFound", "The security group '%s' does not exist", group)
	}
	rules := c.wanted(group, egress)
	if len(rules) == 0 {
		return nil, bad("MissingParameter", "The request must contain the parameter ipPermissions")
	}
	for i := range rules {
		for _, r := range c.truth().Rules {
			if alike(r, rules[i]) {
				return nil, bad("InvalidPermission.Duplicate", `the specified rule "peer: %s, %s, from port: %d, to port: %d, ALLOW" already exists`, r.CIDR, strings.ToUpper(r.Protocol), r.From, r.To)
			}
		}
		rules[i].ID = c.fresh("sgr")
	}
	c.apply(func(t *things) {
		for _, r := range rules {
			t.Rules[r.ID] = r
			t.tag(r.ID, c.given())
		}
	})
	t := c.truth()
	return []el{b("return", true), list("securityGroupRuleSet", "item", rules, func(r Rule) []el { return c.ruleOf(t, r) })}, nil
}

func (c *call) revoke(egress bool) ([]el, *problem) {
	var found []Rule
	for _, id := range c.each("SecurityGroupRuleId") {
		r, ok := c.truth().Rules[id]
		if !ok || r.Egress != egress || r.Group != c.form.Get("GroupId") {
			return nil, bad("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '%s' does not exist", id)
		}
		found = append(found, r)
	}
	t := c.truth()
	c.apply(func(t *things) {
		for _, r := range found {
			delete(t.Rules, r.ID)
		}
	})
	return []el{b("return", true), list("revokedSecurityGroupRuleSet", "item", found, func(r Rule) []el { return c.ruleOf(t, r) })}, nil
}

func (c *call) modifyRules() ([]el, *problem) {
	var next []Rule
	for _, p := range c.groups("SecurityGroupRule") {
		id := c.form.Get(p + "SecurityGroupRuleId")
		r, ok := c.truth().Rules[id]
		if !ok || r.Group != c.form.Get("GroupId") {
			return nil, bad("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '%s' does not exist", id)
		}
		q := p + "SecurityGroupRule."
		next = append(next, Rule{
			ID: id, Group: r.Group, Egress: r.Egress, Protocol: c.form.Get(q + "IpProtocol"), From: c.number(q+"FromPort", -1), To: c.number(q+"ToPort", -1),
			CIDR: c.form.Get(q+"CidrIpv4") + c.form.Get(q+"CidrIpv6"), Peer: c.form.Get(q + "ReferencedGroupId"), List: c.form.Get(q + "PrefixListId"), Description: c.form.Get(q + "Description"),
		})
	}
	c.apply(func(t *things) {
		for _, r := range next {
			t.Rules[r.ID] = r
		}
	})
	return []el{b("return", true)}, nil
}
