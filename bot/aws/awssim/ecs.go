package awssim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func ecsActions() map[string]handler {
	return map[string]handler{"ListClusters": (*call).listClusters, "ListServices": (*call).listServices, "DescribeServices": (*call).describeServices}
}

// readJSON reads a call of a service that speaks JSON: the action stands in a header, and a list's elements are numbered like those of a form.
func (c *call) readJSON(r *http.Request) error {
	target := r.Header.Get("X-Amz-Target")
	if target == "" {
		return nil
	}
	_, c.action, _ = strings.Cut(target, ".")
	in := map[string]any{}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	c.form = map[string][]string{}
	for name, value := range in {
		many, ok := value.([]any)
		if !ok {
			c.form.Set(name, fmt.Sprint(value))
		}
		for i, one := range many {
			c.form.Set(name+"."+strconv.Itoa(i+1), fmt.Sprint(one))
		}
	}
	return nil
}

// answerJSON writes an answer, or a problem, as JSON 1.1 has it.
func answerJSON(w http.ResponseWriter, request string, body map[string]any, p *problem) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", request)
	status := http.StatusOK
	if p != nil {
		status, body = p.status, map[string]any{"__type": p.code, "message": p.message}
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // plain values; an error is a caller who has gone away
}

// listed answers a page of ARNs.
func (c *call) listed(name string, all []string) {
	page, next := paged(c, "nextToken", all)
	c.body = map[string]any{name: append([]string{}, page...)}
	if next != "" {
		c.body["nextToken"] = next
	}
}

func (c *call) ecsARN(parts ...string) string {
	return "arn:aws:ecs:" + c.region + ":" + c.account + ":" + strings.Join(parts, "/")
}

// clusterNamed is a cluster's name by its name or ARN.
func (c *call) clusterNamed() string {
	_, name, ok := strings.Cut(c.form.Get("cluster"), ":cluster/")
	if !ok {
		return or(c.form.Get("cluster"), "default")
	}
	return name
}

func (c *call) listClusters() ([]el, *problem) {
	t, _ := c.seen()
	var all []string
	for _, s := range t.Services {
		all = append(all, c.ecsARN("cluster", s.Cluster))
	}
	slices.Sort(all)
	c.listed("clusterArns", slices.Compact(all))
	return nil, nil
}

// servicesIn are those of the named cluster.
func (c *call) servicesIn(t things) ([]Service, *problem) {
	name := c.clusterNamed()
	found := sorted(t.Services, func(s Service) bool { return s.Cluster == name })
	if len(found) == 0 {
		return nil, bad("ClusterNotFoundException", "Cluster not found.")
	}
	return found, nil
}

func (c *call) listServices() ([]el, *problem) {
	t, _ := c.seen()
	found, p := c.servicesIn(t)
	if p != nil {
		return nil, p
	}
	var all []string
	for _, s := range found {
		all = append(all, c.ecsARN("service", s.Cluster, s.ID))
	}
	c.listed("serviceArns", all)
	return nil, nil
}

func (c *call) describeServices() ([]el, *problem) {
	t, then := c.seen()
	found, p := c.servicesIn(t)
	if p != nil {
		return nil, p
	}
	asked := c.each("services")
	const most = 10
	if len(asked) == 0 || len(asked) > most {
		return nil, bad("InvalidParameterException", "Services must have between 1 and %d elements.", most)
	}
	services, failures := []any{}, []any{}
	for _, arn := range asked {
		i := slices.IndexFunc(found, func(s Service) bool { return arn == s.ID || arn == c.ecsARN("service", s.Cluster, s.ID) })
		if i < 0 {
			failures = append(failures, map[string]any{"arn": arn, "reason": "MISSING"})
			continue
		}
		s := found[i]
		one := map[string]any{"serviceArn": c.ecsARN("service", s.Cluster, s.ID), "serviceName": s.ID, "clusterArn": c.ecsARN("cluster", s.Cluster), "status": s.at(then), "desiredCount": 1, "runningCount": 1}
		if s.Launch != "" {
			one["launchType"] = s.Launch
		}
		if s.Provider != "" {
			one["capacityProviderStrategy"] = []any{map[string]any{"capacityProvider": s.Provider, "weight": 1}}
		}
		services = append(services, one)
	}
	c.body = map[string]any{"services": services, "failures": failures}
	return nil, nil
}
