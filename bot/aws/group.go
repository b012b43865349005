package aws

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"toban/bot"
)

func groupEntries() []entry {
	const minutes = 15 * time.Minute
	reads := []string{"ec2:DescribeSecurityGroupRules"}
	return []entry{
		{
			Op: bot.OpSGAdd, Does: "adds a rule to a security group", Mark: compared + ", and " + tagged, Look: "the group's rules", Blind: nobody,
			Calls: []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress", "ec2:CreateTags"}, Reads: reads, DryRun: true, patience: minutes, parse: with[addRule],
		},
		{
			Op: bot.OpSGDelete, Does: "deletes a rule of a security group", Mark: compared, Look: "the rule by its id: as told, or gone", Blind: nobody,
			Calls: []string{"ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"}, Reads: reads, DryRun: true, patience: minutes, parse: with[deleteRule],
		},
		{
			Op: bot.OpSGChange, Does: "changes a rule of a security group in one step", Mark: compared, Look: "the rule by its id: from, to, or somebody else's", Blind: nobody,
			Calls: []string{"ec2:ModifySecurityGroupRules"}, Reads: reads, DryRun: true, patience: minutes, parse: with[changeRule],
		},
	}
}

// checkRule tells what is wrong with a rule.
func checkRule(r bot.SGRule) error {
	peers := 0
	for _, p := range []string{r.CIDR, r.Group, r.PrefixList} {
		if p != "" {
			peers++
		}
	}
	if peers != 1 {
		return errors.New("a rule must have one of cidr, group and prefix_list")
	}
	if r.CIDR != "" {
		p, err := netip.ParsePrefix(r.CIDR)
		if err != nil || p.Masked() != p {
			return fmt.Errorf("cidr must be a network such as 203.0.113.0/24, without bits of a host, got %q", r.CIDR)
		}
	}
	if r.Group != "" {
		if err := id("group of the rule", "sg", r.Group); err != nil {
			return err
		}
	}
	if r.PrefixList != "" {
		if err := id("prefix_list", "pl", r.PrefixList); err != nil {
			return err
		}
	}
	const most, last = 255, 65535
	number, err := strconv.Atoi(r.Protocol)
	named := slices.Contains([]string{"tcp", "udp", "icmp", "icmpv6"}, r.Protocol)
	switch {
	case !named && (err != nil || number < -1 || number > most):
		return fmt.Errorf("protocol must be tcp, udp, icmp, icmpv6, a number, or -1 for all, got %q", r.Protocol)
	case (protocol(r.Protocol) == "tcp" || protocol(r.Protocol) == "udp") && (r.From < 0 || r.To < r.From || r.To > last):
		return fmt.Errorf("ports must rise and lie within 0 and 65535, got %d to %d", r.From, r.To)
	case len([]rune(r.Description)) > most:
		return fmt.Errorf("description must have at most %d characters", most)
	}
	return nil
}

// protocol is a protocol as AWS gives it back.
func protocol(p string) string {
	switch p {
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "1":
		return "icmp"
	case "58":
		return "icmpv6"
	}
	return p
}

// normal is a rule by which two can be compared: what AWS fills in or leaves out is alike.
func normal(r bot.SGRule) bot.SGRule {
	r.Protocol = protocol(r.Protocol)
	if !slices.Contains([]string{"tcp", "udp", "icmp", "icmpv6"}, r.Protocol) {
		r.From, r.To = -1, -1 // other protocols have no ports
	}
	if p, err := netip.ParsePrefix(r.CIDR); err == nil {
		r.CIDR = p.Masked().String()
	}
	return r
}

// ofAWS reads a rule.
func ofAWS(r ec2types.SecurityGroupRule) bot.SGRule {
	out := bot.SGRule{
		Egress: sdk.ToBool(r.IsEgress), Protocol: sdk.ToString(r.IpProtocol), From: -1, To: -1, CIDR: sdk.ToString(r.CidrIpv4) + sdk.ToString(r.CidrIpv6),
		PrefixList: sdk.ToString(r.PrefixListId), Description: sdk.ToString(r.Description),
	}
	if r.FromPort != nil {
		out.From = *r.FromPort
	}
	if r.ToPort != nil {
		out.To = *r.ToPort
	}
	if r.ReferencedGroupInfo != nil {
		out.Group = sdk.ToString(r.ReferencedGroupInfo.GroupId)
	}
	return normal(out)
}

func ruleWords(r bot.SGRule) string {
	way := "from "
	if r.Egress {
		way = "to "
	}
	ports := fmt.Sprintf(" %d-%d", r.From, r.To)
	if r.From == -1 && r.To == -1 {
		ports = ""
	}
	return strings.Replace(r.Protocol, "-1", "all", 1) + ports + " " + way + r.CIDR + r.Group + r.PrefixList
}

// rules reads those of a group. The SDK's paginator would take the client as an interface, and the linker would keep all its 700 calls.
func rules(ctx context.Context, d *door, group string) ([]ec2types.SecurityGroupRule, error) {
	in := &ec2.DescribeSecurityGroupRulesInput{Filters: []ec2types.Filter{{Name: sdk.String("group-id"), Values: []string{group}}}}
	var out []ec2types.SecurityGroupRule
	for {
		page, err := d.ec2().DescribeSecurityGroupRules(ctx, in)
		if err != nil {
			return nil, refusal(err)
		}
		out = append(out, page.SecurityGroupRules...)
		if in.NextToken = page.NextToken; sdk.ToString(in.NextToken) == "" {
			return out, nil
		}
	}
}

// rule reads one of a group; found is false when the group has none of the id.
func rule(ctx context.Context, d *door, group, id string) (r bot.SGRule, found bool, err error) {
	list, err := rules(ctx, d, group)
	for _, one := range list {
		if sdk.ToString(one.SecurityGroupRuleId) == id {
			return ofAWS(one), true, nil
		}
	}
	return bot.SGRule{}, false, err
}

type addRule struct{ bot.SGAdd }

func (o addRule) check() error   { return first(id("group", "sg", o.Group), checkRule(o.Rule)) }
func (o addRule) String() string { return "the rule " + ruleWords(o.Rule) + " in " + o.Group }

func (o addRule) look(ctx context.Context, d *door, g glance) (sight, error) {
	list, err := rules(ctx, d, o.Group)
	if err != nil {
		return sight{}, err
	}
	want := normal(o.Rule)
	for _, r := range list {
		is := ofAWS(r)
		is.Description = want.Description // AWS takes two rules that differ in it alone for one
		if is == want {
			ours := bears(r.Tags, g.mark)
			return sight{state: done, what: "the rule is there", id: sdk.ToString(r.SecurityGroupRuleId), foreign: !ours}, nil
		}
	}
	return nothing("the rule"), nil
}

func (o addRule) act(ctx context.Context, d *door, mark string, dry bool) (string, error) {
	p := ec2types.IpPermission{IpProtocol: sdk.String(protocol(o.Rule.Protocol))}
	if n := normal(o.Rule); n.From != -1 || n.To != -1 || n.Protocol == "icmp" || n.Protocol == "icmpv6" {
		p.FromPort, p.ToPort = sdk.Int32(n.From), sdk.Int32(n.To)
	}
	switch about := text(o.Rule.Description); {
	case strings.Contains(o.Rule.CIDR, ":"):
		p.Ipv6Ranges = []ec2types.Ipv6Range{{CidrIpv6: sdk.String(o.Rule.CIDR), Description: about}}
	case o.Rule.CIDR != "":
		p.IpRanges = []ec2types.IpRange{{CidrIp: sdk.String(o.Rule.CIDR), Description: about}}
	case o.Rule.Group != "":
		p.UserIdGroupPairs = []ec2types.UserIdGroupPair{{GroupId: sdk.String(o.Rule.Group), Description: about}}
	default:
		p.PrefixListIds = []ec2types.PrefixListId{{PrefixListId: sdk.String(o.Rule.PrefixList), Description: about}}
	}
	var made []ec2types.SecurityGroupRule
	if o.Rule.Egress {
		out, err := d.ec2().AuthorizeSecurityGroupEgress(ctx, &ec2.AuthorizeSecurityGroupEgressInput{
			GroupId: sdk.String(o.Group), IpPermissions: []ec2types.IpPermission{p}, TagSpecifications: tags(ec2types.ResourceTypeSecurityGroupRule, mark, ""), DryRun: sdk.Bool(dry),
		})
		if err != nil {
			return "", refusal(err)
		}
		made = out.SecurityGroupRules
	} else {
		out, err := d.ec2().AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
			GroupId: sdk.String(o.Group), IpPermissions: []ec2types.IpPermission{p}, TagSpecifications: tags(ec2types.ResourceTypeSecurityGroupRule, mark, ""), DryRun: sdk.Bool(dry),
		})
		if err != nil {
			return "", refusal(err)
		}
		made = out.SecurityGroupRules
	}
	if len(made) == 0 {
		return "", nil
	}
	return sdk.ToString(made[0].SecurityGroupRuleId), nil
}

type deleteRule struct{ bot.SGDelete }

func (o deleteRule) check() error {
	return first(id("group", "sg", o.Group), id("id", "sgr", o.ID), checkRule(o.Rule))
}
func (o deleteRule) String() string { return "the rule " + o.ID + " of " + o.Group }

func (o deleteRule) look(ctx context.Context, d *door, _ glance) (sight, error) {
	r, found, err := rule(ctx, d, o.Group, o.ID)
	switch {
	case err != nil:
		return sight{}, err
	case !found:
		return sight{state: done, what: "the rule is gone", id: o.ID}, nil
	case r == normal(o.Rule):
		return sight{state: before, what: "the rule is there", id: o.ID}, nil
	}
	return sight{state: astray, what: "the rule is another one now: " + ruleWords(r), id: o.ID}, nil
}

func (o deleteRule) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	ids := []string{o.ID}
	if o.Rule.Egress {
		_, err := d.ec2().RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: sdk.String(o.Group), SecurityGroupRuleIds: ids, DryRun: sdk.Bool(dry)})
		return o.ID, refusal(err)
	}
	_, err := d.ec2().RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: sdk.String(o.Group), SecurityGroupRuleIds: ids, DryRun: sdk.Bool(dry)})
	return o.ID, refusal(err)
}

type changeRule struct{ bot.SGChange }

func (o changeRule) check() error {
	if o.From.Egress != o.To.Egress {
		return errors.New("the direction of a rule can't be changed: delete it and add another one")
	}
	if normal(o.From) == normal(o.To) {
		return errors.New("from and to are the same rule")
	}
	return first(id("group", "sg", o.Group), id("id", "sgr", o.ID), checkRule(o.From), checkRule(o.To))
}

func (o changeRule) String() string {
	return "the rule " + o.ID + " of " + o.Group + " from " + ruleWords(o.From) + " to " + ruleWords(o.To)
}

func (o changeRule) look(ctx context.Context, d *door, _ glance) (sight, error) {
	r, found, err := rule(ctx, d, o.Group, o.ID)
	s := sight{state: astray, what: "the rule is " + ruleWords(r), id: o.ID}
	switch {
	case err != nil:
		return sight{}, err
	case !found:
		s.what = "the rule is gone"
	case r == normal(o.To):
		s.state = done
	case r == normal(o.From):
		s.state = before
	}
	return s, nil
}

func (o changeRule) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	n := normal(o.To)
	r := &ec2types.SecurityGroupRuleRequest{IpProtocol: sdk.String(n.Protocol), FromPort: sdk.Int32(n.From), ToPort: sdk.Int32(n.To), Description: text(n.Description)}
	switch {
	case strings.Contains(n.CIDR, ":"):
		r.CidrIpv6 = sdk.String(n.CIDR)
	case n.CIDR != "":
		r.CidrIpv4 = sdk.String(n.CIDR)
	case n.Group != "":
		r.ReferencedGroupId = sdk.String(n.Group)
	default:
		r.PrefixListId = sdk.String(n.PrefixList)
	}
	_, err := d.ec2().ModifySecurityGroupRules(ctx, &ec2.ModifySecurityGroupRulesInput{
		GroupId: sdk.String(o.Group), SecurityGroupRules: []ec2types.SecurityGroupRuleUpdate{{SecurityGroupRuleId: sdk.String(o.ID), SecurityGroupRule: r}}, DryRun: sdk.Bool(dry),
	})
	return o.ID, refusal(err)
}
