package aws

import (
	"context"
	"fmt"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"toban/bot"
)

// Thing is a resource that an account has.
type Thing struct {
	Type    string // as the managed resources of a customer's file are called
	ID      string // instance id, or the name of what has a name
	Name    string // by its tag; "" without one
	Region  string
	Running int // instances in service, of a group
}

// Types of things. An instance of an Auto Scaling group is none of its own: the group is.
const (
	TypeEC2         = "EC2"
	TypeRDS         = "RDS"
	TypeElastiCache = "ElastiCache"
	TypeFargate     = "Fargate services"
	TypeGroup       = bot.AutoScaling
)

// Types lists what Discover looks for.
func Types() []string { return []string{TypeEC2, TypeRDS, TypeElastiCache, TypeFargate, TypeGroup} }

// discoverReads are the IAM actions that Discover needs of the role that looks.
func discoverReads() []string {
	return []string{
		"autoscaling:DescribeAutoScalingGroups", "ec2:DescribeInstances", "ecs:DescribeServices", "ecs:ListClusters", "ecs:ListServices",
		"elasticache:DescribeCacheClusters", "rds:DescribeDBInstances",
	}
}

// Discover lists what an account has in its regions, as far as contracts count it. It changes nothing. One region or service that does not
// answer is an error: half a list would look as if the rest were gone.
func (c *Changer) Discover(ctx context.Context, a Account) ([]Thing, error) {
	var out []Thing
	for _, region := range a.Regions {
		d, err := c.look(ctx, a, region)
		if err == nil {
			err = d.list(ctx, &out)
		}
		if err != nil {
			c.leave(a, region)
			return nil, fmt.Errorf("listing what the account %s has in %s: %w", a.ID, region, err)
		}
	}
	return out, nil
}

func (d *door) list(ctx context.Context, out *[]Thing) error {
	for _, list := range []func(context.Context, func(Thing)) error{d.instances, d.groups, d.databases, d.caches, d.services} {
		err := list(ctx, func(t Thing) {
			t.Region = d.region
			*out = append(*out, t)
		})
		if err != nil {
			return refusal(err)
		}
	}
	return nil
}

// pages asks for one page after the other, with the token of the last, until there is none.
func pages(ask func(token *string) (next *string, err error)) error {
	for token := (*string)(nil); ; {
		next, err := ask(token)
		if err != nil || sdk.ToString(next) == "" {
			return err
		}
		token = next
	}
}

// memberTag is the tag by which EC2 says which group an instance belongs to.
const memberTag = "aws:autoscaling:groupName"

func (d *door) instances(ctx context.Context, found func(Thing)) error {
	const most = 1000 // without a number EC2 answers with all at once, which it asks nobody to do
	return pages(func(token *string) (*string, error) {
		page, err := d.ec2().DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: sdk.Int32(most), NextToken: token})
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller reads it
		}
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				gone := i.State != nil && (i.State.Name == ec2types.InstanceStateNameTerminated || i.State.Name == ec2types.InstanceStateNameShuttingDown)
				if gone || tagNamed(i.Tags, memberTag) != "" {
					continue
				}
				found(Thing{Type: TypeEC2, ID: sdk.ToString(i.InstanceId), Name: tagNamed(i.Tags, "Name")})
			}
		}
		return page.NextToken, nil
	})
}

func tagNamed(tags []ec2types.Tag, key string) string {
	i := slices.IndexFunc(tags, func(t ec2types.Tag) bool { return sdk.ToString(t.Key) == key })
	if i < 0 {
		return ""
	}
	return sdk.ToString(tags[i].Value)
}

func (d *door) groups(ctx context.Context, found func(Thing)) error {
	client := autoscaling.NewFromConfig(d.cfg)
	return pages(func(token *string) (*string, error) {
		page, err := client.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{NextToken: token})
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller reads it
		}
		for _, g := range page.AutoScalingGroups {
			running := 0
			for _, i := range g.Instances {
				if i.LifecycleState == types.LifecycleStateInService {
					running++
				}
			}
			found(Thing{Type: TypeGroup, ID: sdk.ToString(g.AutoScalingGroupName), Running: min(running, int(sdk.ToInt32(g.DesiredCapacity)))})
		}
		return page.NextToken, nil
	})
}

func (d *door) databases(ctx context.Context, found func(Thing)) error {
	return pages(func(token *string) (*string, error) {
		page, err := d.rds().DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{Marker: token})
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller reads it
		}
		for _, db := range page.DBInstances {
			if sdk.ToString(db.DBInstanceStatus) != "deleting" {
				found(Thing{Type: TypeRDS, ID: sdk.ToString(db.DBInstanceIdentifier)})
			}
		}
		return page.Marker, nil
	})
}

func (d *door) caches(ctx context.Context, found func(Thing)) error {
	client := elasticache.NewFromConfig(d.cfg)
	return pages(func(token *string) (*string, error) {
		page, err := client.DescribeCacheClusters(ctx, &elasticache.DescribeCacheClustersInput{Marker: token})
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller reads it
		}
		for _, k := range page.CacheClusters {
			if sdk.ToString(k.CacheClusterStatus) != "deleting" && sdk.ToString(k.CacheClusterStatus) != "deleted" {
				found(Thing{Type: TypeElastiCache, ID: sdk.ToString(k.CacheClusterId)})
			}
		}
		return page.Marker, nil
	})
}

// services are those that run on Fargate, by launch type or by a capacity provider of Fargate.
func (d *door) services(ctx context.Context, found func(Thing)) error {
	client := ecs.NewFromConfig(d.cfg)
	return pages(func(token *string) (*string, error) {
		page, err := client.ListClusters(ctx, &ecs.ListClustersInput{NextToken: token})
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller reads it
		}
		for _, cluster := range page.ClusterArns {
			if err := servicesOf(ctx, client, cluster, found); err != nil {
				return nil, err
			}
		}
		return page.NextToken, nil
	})
}

func servicesOf(ctx context.Context, client *ecs.Client, cluster string, found func(Thing)) error {
	const most = 10 // services that DescribeServices takes at once
	return pages(func(token *string) (*string, error) {
		page, err := client.ListServices(ctx, &ecs.ListServicesInput{Cluster: sdk.String(cluster), NextToken: token})
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller reads it
		}
		for some := range slices.Chunk(page.ServiceArns, most) {
			out, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: sdk.String(cluster), Services: some})
			if err != nil {
				return nil, err //nolint:wrapcheck // the caller reads it
			}
			for _, s := range out.Services {
				if onFargate(s) && sdk.ToString(s.Status) == "ACTIVE" {
					found(Thing{Type: TypeFargate, ID: sdk.ToString(s.ServiceName)})
				}
			}
		}
		return page.NextToken, nil
	})
}

func onFargate(s ecstypes.Service) bool {
	return s.LaunchType == ecstypes.LaunchTypeFargate || slices.ContainsFunc(s.CapacityProviderStrategy, func(p ecstypes.CapacityProviderStrategyItem) bool {
		name := sdk.ToString(p.CapacityProvider)
		return name == "FARGATE" || name == "FARGATE_SPOT"
	})
}
