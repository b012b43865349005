package awssim

import (
	"strconv"
)

func groupSizeActions() map[string]handler {
	return map[string]handler{"DescribeAutoScalingGroups": (*call).describeScaling}
}

// describeScaling lists groups with their instances; what is wanted and not there yet is pending.
func (c *call) describeScaling() ([]el, *problem) {
	t, _ := c.seen()
	found, next := paged(c, "NextToken", sorted(t.Scaling, func(ScalingGroup) bool { return true }))
	return []el{v("NextToken", next), list("AutoScalingGroups", "member", found, func(g ScalingGroup) []el {
		instances := el{name: "Instances"}
		for i := range max(g.Desired, g.InService) {
			state := "InService"
			if i >= g.InService {
				state = "Pending"
			}
			instances.kids = append(instances.kids, x("member",
				v("InstanceId", "i-"+g.ID+"-"+strconv.Itoa(i)), v("LifecycleState", state), v("HealthStatus", "Healthy"), v("AvailabilityZone", c.region+"a")))
		}
		return []el{v("AutoScalingGroupName", g.ID), n("MinSize", 0), n("MaxSize", max(g.Desired, g.InService)), n("DesiredCapacity", g.Desired), v("HealthCheckType", "EC2"), instances}
	})}, nil
}

func cacheActions() map[string]handler {
	return map[string]handler{"DescribeCacheClusters": (*call).describeCaches}
}

func (c *call) describeCaches() ([]el, *problem) {
	t, then := c.seen()
	found, next := paged(c, "Marker", sorted(t.Caches, func(Cache) bool { return true }))
	return []el{v("Marker", next), list("CacheClusters", "CacheCluster", found, func(k Cache) []el {
		return []el{v("CacheClusterId", k.ID), v("CacheClusterStatus", k.at(then)), v("Engine", or(k.Engine, "redis")), n("NumCacheNodes", 1)}
	})}, nil
}

// paged cuts a list into pages of five, so that whoever does not turn them is found out. The token is where the next page begins; "" is the end.
func paged[T any](c *call, token string, all []T) (page []T, next string) {
	const size = 5
	from := min(max(0, c.number(token, 0)), len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next
}
