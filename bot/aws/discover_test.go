package aws_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"

	"toban/bot/aws"
	"toban/bot/aws/awssim"
)

// TestDiscover: what counts is listed over all pages; what is gone, belongs to a group or runs elsewhere than on Fargate is not.
func TestDiscover(t *testing.T) {
	inBubble(t, awssim.Options{}, func(y *yard) {
		var want []aws.Thing
		add := func(typ, id, name string, running int) {
			want = append(want, aws.Thing{Type: typ, ID: id, Name: name, Region: region, Running: running})
		}
		for i := range 12 { // three pages
			id := fmt.Sprintf("i-%017x", i+1)
			y.set(awssim.Instance{ID: id, Type: "t3.micro"}, awssim.Tagged{ID: id, Tags: awssim.Tags{"Name": fmt.Sprintf("web-%d", i+1)}})
			add(aws.TypeEC2, id, fmt.Sprintf("web-%d", i+1), 0)
			y.set(awssim.Database{ID: fmt.Sprintf("db-%02d", i), Class: "db.t3.micro"}, awssim.Cache{ID: fmt.Sprintf("cache-%02d", i)},
				awssim.Service{ID: fmt.Sprintf("svc-%02d", i), Cluster: "shop", Launch: "FARGATE"}, awssim.ScalingGroup{ID: fmt.Sprintf("group-%02d", i), Desired: 3, InService: 2})
			add(aws.TypeRDS, fmt.Sprintf("db-%02d", i), "", 0)
			add(aws.TypeElastiCache, fmt.Sprintf("cache-%02d", i), "", 0)
			add(aws.TypeFargate, fmt.Sprintf("svc-%02d", i), "", 0)
			add(aws.TypeGroup, fmt.Sprintf("group-%02d", i), "", 2) // three are wanted, two are there
		}
		y.set(
			awssim.ScalingGroup{ID: "shrinks", Desired: 1, InService: 4}, awssim.Service{ID: "spot", Cluster: "batch", Provider: "FARGATE_SPOT"},
			awssim.Service{ID: "on-hosts", Cluster: "batch", Launch: "EC2"}, awssim.Service{ID: "drained", Cluster: "batch", Launch: "FARGATE", Phase: awssim.Phase{State: "INACTIVE"}},
			awssim.Instance{ID: "i-gone", Phase: awssim.Phase{State: "terminated"}}, awssim.Instance{ID: "i-stopped", Phase: awssim.Phase{State: "stopped"}},
			awssim.Instance{ID: "i-member"}, awssim.Tagged{ID: "i-member", Tags: awssim.Tags{"aws:autoscaling:groupName": "group-00"}},
			awssim.Database{ID: "db-gone", Phase: awssim.Phase{State: "deleting"}}, awssim.Cache{ID: "cache-gone", Phase: awssim.Phase{State: "deleting"}},
		)
		add(aws.TypeGroup, "shrinks", "", 1)
		add(aws.TypeFargate, "spot", "", 0)
		add(aws.TypeEC2, "i-stopped", "", 0) // it is a node while it stands still, too
		got, err := y.changer.Discover(y.Context(), y.account)
		if err != nil {
			t.Fatal(err)
		}
		by := func(a, b aws.Thing) int { return strings.Compare(a.Type+a.ID, b.Type+b.ID) }
		slices.SortFunc(got, by)
		slices.SortFunc(want, by)
		if !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		if n := len(y.sim.Applied()); n != 0 {
			t.Errorf("it changed %d things", n)
		}
	})
}

// TestDiscoverHalf: one call that fails is an error, and no half a list; the next look goes well.
func TestDiscoverHalf(t *testing.T) {
	calls := []string{"AssumeRole", "GetCallerIdentity", "DescribeInstances", "DescribeAutoScalingGroups", "DescribeDBInstances", "DescribeCacheClusters", "ListClusters", "ListServices", "DescribeServices"}
	inBubble(t, awssim.Options{}, func(y *yard) {
		y.set(awssim.Instance{ID: web}, awssim.Service{ID: "shop", Cluster: "shop", Launch: "FARGATE"})
		for _, call := range calls {
			for _, kind := range []awssim.FaultKind{awssim.Limited, awssim.FailBefore, awssim.DropBefore, awssim.Slow, awssim.Refused} {
				y.open()
				y.breaks(awssim.Fault{Kind: kind, Action: call, Times: 1})
				if got, err := y.changer.Discover(y.Context(), y.account); err == nil || got != nil || !strings.Contains(err.Error(), customer) {
					t.Errorf("%s %s: got %v, %v", kind, call, got, err)
				}
				time.Sleep(time.Minute)
				if got, err := y.changer.Discover(y.Context(), y.account); err != nil || len(got) != 2 {
					t.Errorf("after %s %s: got %v, %v", kind, call, got, err)
				}
			}
		}
	})
}

// discoverByMoto makes one thing of each type in moto and looks whether it is found.
func discoverByMoto(t *testing.T, y *yard, cfg sdk.Config) {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := elasticache.NewFromConfig(cfg).CreateCacheCluster(ctx, &elasticache.CreateCacheClusterInput{
		CacheClusterId: sdk.String("sessions"), Engine: sdk.String("redis"), CacheNodeType: sdk.String("cache.t3.micro"), NumCacheNodes: sdk.Int32(1),
	})
	ok(err)
	as := autoscaling.NewFromConfig(cfg)
	_, err = as.CreateLaunchConfiguration(ctx, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: sdk.String("web"), ImageId: sdk.String("ami-0123456789abcdef0"), InstanceType: sdk.String("t3.micro"),
	})
	ok(err)
	_, err = as.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: sdk.String("fleet"), LaunchConfigurationName: sdk.String("web"), MinSize: sdk.Int32(1), MaxSize: sdk.Int32(4), DesiredCapacity: sdk.Int32(3),
		AvailabilityZones: []string{region + "a"},
	})
	ok(err)
	c := ecs.NewFromConfig(cfg)
	_, err = c.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: sdk.String("shop")})
	ok(err)
	_, err = c.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: sdk.String("cart"), ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: sdk.String("cart"), Image: sdk.String("cart:1"), Memory: sdk.Int32(256)}},
	})
	ok(err)
	_, err = c.CreateService(ctx, &ecs.CreateServiceInput{
		Cluster: sdk.String("shop"), ServiceName: sdk.String("cart"), TaskDefinition: sdk.String("cart"), DesiredCount: sdk.Int32(1), LaunchType: ecstypes.LaunchTypeFargate,
	})
	ok(err)
	found, err := y.changer.Discover(ctx, y.account)
	ok(err)
	for _, want := range []aws.Thing{
		{Type: aws.TypeElastiCache, ID: "sessions", Region: region},
		{Type: aws.TypeGroup, ID: "fleet", Region: region, Running: 3},
		{Type: aws.TypeFargate, ID: "cart", Region: region},
		{Type: aws.TypeRDS, ID: "sleeping-db", Region: region},
	} {
		if !slices.Contains(found, want) {
			t.Errorf("moto has %v, found %v", want, found)
		}
	}
	instances := 0
	for _, f := range found {
		if f.Type == aws.TypeEC2 {
			instances++
		}
	}
	if instances != 2 { // those of the group are the group's
		t.Errorf("found %d instances beside the group, want 2: %v", instances, found)
	}
}
