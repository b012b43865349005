package deploy_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// document reads YAML with several documents as maps.
func documents(t *testing.T, path string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for d := yaml.NewDecoder(bytes.NewReader(read(t, path))); ; {
		var m map[string]any
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, m)
	}
}

// at walks into maps and lists.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			k, ok := p.(string)
			if !ok || x[k] == nil {
				t.Fatalf("no %v in %v", p, slices.Sorted(maps.Keys(x)))
			}
			v = x[k]
		case []any:
			v = x[p.(int)]
		default:
			t.Fatalf("no %v in %v", p, v)
		}
	}
	return v
}

func TestKubernetesIsWhole(t *testing.T) {
	kinds := map[string]map[string]any{}
	for _, d := range documents(t, "kubernetes/toban.yaml") {
		kinds[d["kind"].(string)] = d
	}
	pod := at(t, kinds["Deployment"], "spec", "template", "spec")
	c := at(t, pod, "containers", 0)
	if got := strings.Join(texts(at(t, c, "args")), " "); got != "serve --config /etc/toban" {
		t.Errorf("args: %s", got)
	}
	for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
		if got := at(t, c, probe, "httpGet", "path"); got != "/healthz" {
			t.Errorf("%s asks %v: while Backlog is away the doors would close", probe, got)
		}
	}
	mounts, volumes := names(at(t, c, "volumeMounts")), names(at(t, pod, "volumes"))
	if !slices.Equal(mounts, volumes) {
		t.Errorf("mounts %v, volumes %v", mounts, volumes)
	}
	selector := at(t, kinds["Service"], "spec", "selector", "app.kubernetes.io/name")
	for where, label := range map[string]any{
		"the pods":               at(t, kinds["Deployment"], "spec", "template", "metadata", "labels", "app.kubernetes.io/name"),
		"the Deployment":         at(t, kinds["Deployment"], "spec", "selector", "matchLabels", "app.kubernetes.io/name"),
		"the disruption budget":  at(t, kinds["PodDisruptionBudget"], "spec", "selector", "matchLabels", "app.kubernetes.io/name"),
		"the namespace's own":    at(t, kinds["Namespace"], "metadata", "name"),
		"what kustomization has": at(t, documents(t, "kubernetes/kustomization.yaml")[0], "namespace"),
	} {
		if label != selector {
			t.Errorf("%s: %v, the Service looks for %v", where, label, selector)
		}
	}
	if at(t, pod, "securityContext", "runAsUser") != uint64(65532) || at(t, c, "securityContext", "readOnlyRootFilesystem") != true {
		t.Error("it does not run as the image's user, on a file system that it can't write to")
	}
}

func texts(v any) (out []string) {
	for _, x := range v.([]any) {
		out = append(out, x.(string))
	}
	return out
}

func names(v any) (out []string) {
	for _, x := range v.([]any) {
		out = append(out, x.(map[string]any)["name"].(string))
	}
	slices.Sort(out)
	return out
}

func TestCloudFormationIsWhole(t *testing.T) {
	stack := documents(t, "cloudformation/toban.yaml")[0]
	text := string(read(t, "cloudformation/toban.yaml"))
	known := slices.Concat(slices.Collect(maps.Keys(at(t, stack, "Parameters").(map[string]any))), slices.Collect(maps.Keys(at(t, stack, "Resources").(map[string]any))))
	for _, m := range regexp.MustCompile(`\{"?Ref"?: "?([A-Za-z:]+)|GetAtt": \[([A-Za-z]+)|\$\{([A-Za-z:]+)[.}]|DependsOn: (\w+)`).FindAllStringSubmatch(text, -1) {
		name := m[1] + m[2] + m[3] + m[4]
		if !strings.HasPrefix(name, "AWS::") && !slices.Contains(known, name) {
			t.Errorf("nothing is called %s", name)
		}
	}
	container := at(t, stack, "Resources", "Task", "Properties", "ContainerDefinitions", 0)
	if got := strings.Join(texts(at(t, container, "Command")), " "); got != "serve --config /etc/toban" {
		t.Errorf("command: %s", got)
	}
	// The example's secrets, which must all arrive.
	example := string(read(t, "../config/example/server.yaml")) + string(read(t, "../config/example/spaces.yaml"))
	given := at(t, container, "Secrets")
	for _, s := range given.([]any) {
		if name := s.(map[string]any)["Name"].(string); name != "PGPASSWORD" && !strings.Contains(example, "env:"+name) {
			t.Errorf("config/example names no %s", name)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^[^#\n]*env:([A-Z_]+)`).FindAllStringSubmatch(example, -1) {
		if !strings.Contains(text, "Name: "+m[1]) {
			t.Errorf("the task is not given %s, which config/example names", m[1])
		}
	}
	if got := at(t, stack, "Resources", "Targets", "Properties", "HealthCheckPath"); got != "/healthz" {
		t.Errorf("the load balancer asks %v", got)
	}
}
