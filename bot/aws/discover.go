package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
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
		if r := (*Refusal)(nil); errors.As(err, &r) {
			return r
		}
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
	return pages(func(token *string) (*string, error) {
		var page struct {
			Groups []struct {
				Name      string   `xml:"AutoScalingGroupName"`
				Desired   int      `xml:"DesiredCapacity"`
				Lifecycle []string `xml:"Instances>member>LifecycleState"`
			} `xml:"DescribeAutoScalingGroupsResult>AutoScalingGroups>member"`
			Next string `xml:"DescribeAutoScalingGroupsResult>NextToken"`
		}
		if err := d.query(ctx, "autoscaling", "2011-01-01", "DescribeAutoScalingGroups", "NextToken", token, &page); err != nil {
			return nil, err
		}
		for _, g := range page.Groups {
			running := 0
			for _, state := range g.Lifecycle {
				if state == "InService" {
					running++
				}
			}
			found(Thing{Type: TypeGroup, ID: g.Name, Running: min(running, g.Desired)})
		}
		return &page.Next, nil
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
	return pages(func(token *string) (*string, error) {
		var page struct {
			Clusters []struct {
				ID     string `xml:"CacheClusterId"`
				Status string `xml:"CacheClusterStatus"`
			} `xml:"DescribeCacheClustersResult>CacheClusters>CacheCluster"`
			Next string `xml:"DescribeCacheClustersResult>Marker"`
		}
		if err := d.query(ctx, "elasticache", "2015-02-02", "DescribeCacheClusters", "Marker", token, &page); err != nil {
			return nil, err
		}
		for _, k := range page.Clusters {
			if k.Status != "deleting" && k.Status != "deleted" {
				found(Thing{Type: TypeElastiCache, ID: k.ID})
			}
		}
		return &page.Next, nil
	})
}

// services are those that run on Fargate, by launch type or by a capacity provider of Fargate.
func (d *door) services(ctx context.Context, found func(Thing)) error {
	return pages(func(token *string) (*string, error) {
		var page struct {
			Clusters []string `json:"clusterArns"`
			Next     string   `json:"nextToken"`
		}
		if err := d.json(ctx, "ecs", ecsTarget+"ListClusters", words{"nextToken": token}, &page); err != nil {
			return nil, err
		}
		for _, cluster := range page.Clusters {
			if err := d.servicesOf(ctx, cluster, found); err != nil {
				return nil, err
			}
		}
		return &page.Next, nil
	})
}

func (d *door) servicesOf(ctx context.Context, cluster string, found func(Thing)) error {
	const most = 10 // services that DescribeServices takes at once
	return pages(func(token *string) (*string, error) {
		var page struct {
			Services []string `json:"serviceArns"`
			Next     string   `json:"nextToken"`
		}
		if err := d.json(ctx, "ecs", ecsTarget+"ListServices", words{"cluster": cluster, "nextToken": token}, &page); err != nil {
			return nil, err
		}
		for some := range slices.Chunk(page.Services, most) {
			var out struct {
				Services []ecsService `json:"services"`
			}
			if err := d.json(ctx, "ecs", ecsTarget+"DescribeServices", words{"cluster": cluster, "services": some}, &out); err != nil {
				return nil, err
			}
			for _, s := range out.Services {
				if s.onFargate() && s.Status == "ACTIVE" {
					found(Thing{Type: TypeFargate, ID: s.Name})
				}
			}
		}
		return &page.Next, nil
	})
}

const ecsTarget = "AmazonEC2ContainerServiceV20141113."

// ecsService is what counts of a service of ECS.
type ecsService struct {
	Name      string `json:"serviceName"`
	Status    string `json:"status"`
	Launch    string `json:"launchType"`
	Providers []struct {
		Name string `json:"capacityProvider"`
	} `json:"capacityProviderStrategy"`
}

func (s ecsService) onFargate() bool {
	for _, p := range s.Providers {
		if p.Name == "FARGATE" || p.Name == "FARGATE_SPOT" {
			return true
		}
	}
	return s.Launch == "FARGATE"
}
