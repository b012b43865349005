// Package deploy_test checks that the papers of this folder say what the program needs.
package deploy_test

import (
	"bytes"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"

	"toban/bot/slack"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decode reads YAML into a type and refuses keys that the type does not have.
func decode(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.NewDecoder(bytes.NewReader(read(t, path)), yaml.Strict()).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func TestSlackManifestAsksForWhatTheProgramUses(t *testing.T) {
	var m slackgo.Manifest
	decode(t, "slack-manifest.yaml", &m)

	var scopes []string
	for _, s := range slack.Scopes() {
		scopes = append(scopes, s.Name)
	}
	slices.Sort(scopes)
	slices.Sort(m.OAuthConfig.Scopes.Bot)
	if diff := cmp.Diff(scopes, m.OAuthConfig.Scopes.Bot); diff != "" {
		t.Errorf("bot scopes (program -, manifest +):\n%s", diff)
	}
	if len(m.OAuthConfig.Scopes.User) > 0 {
		t.Errorf("the manifest asks for scopes of people: %v", m.OAuthConfig.Scopes.User)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(slack.Events())), m.Settings.EventSubscriptions.BotEvents); diff != "" {
		t.Errorf("events (program -, manifest +):\n%s", diff)
	}
	shortcuts := map[string]string{}
	for _, s := range m.Features.Shortcuts {
		shortcuts[s.CallbackID] = string(s.Type)
	}
	if diff := cmp.Diff(slack.Shortcuts(), shortcuts); diff != "" {
		t.Errorf("shortcuts (program -, manifest +):\n%s", diff)
	}
	if !m.Features.AppHome.HomeTabEnabled {
		t.Error("the manifest switches App Home off")
	}
	if len(m.Features.SlashCommands) != 1 || m.Features.SlashCommands[0].Command != "/toban" {
		t.Errorf("slash commands: %+v", m.Features.SlashCommands)
	}
	if !m.Settings.SocketModeEnabled || m.Settings.Interactivity == nil || !m.Settings.Interactivity.IsEnabled {
		t.Error("Socket Mode and interactivity must be on")
	}
	for _, s := range slack.AppScopes() {
		if !strings.Contains(string(read(t, "slack-manifest.yaml")), s.Name) {
			t.Errorf("the manifest's comment does not name %s, the scope of the app-level token", s.Name)
		}
	}
}

func TestImageIsBuiltWithTheGoOfTheModule(t *testing.T) {
	want := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindSubmatch(read(t, "../go.mod"))
	got := regexp.MustCompile(`(?m)^FROM golang:(1\.\d+)-`).FindSubmatch(read(t, "Dockerfile"))
	if want == nil || got == nil || string(want[1]) != string(got[1]) {
		t.Errorf("go.mod says %s, the Dockerfile %s", want, got)
	}
	if !regexp.MustCompile(`(?m)^USER 65532:65532$`).Match(read(t, "Dockerfile")) {
		t.Error("the image does not run as nonroot")
	}
}

// compose is as much of a compose file as ours has.
type compose struct {
	Name     string
	Services map[string]struct {
		Build            struct{ Context, Dockerfile string }
		Image, Restart   string
		Command, Volumes []string
		EnvFile          []string `yaml:"env_file"`
		Environment      map[string]string
		Ports, Networks  []string
		DependsOn        map[string]struct{ Condition string } `yaml:"depends_on"`
		StopGracePeriod  string                                `yaml:"stop_grace_period"`
		ReadOnly         bool                                  `yaml:"read_only"`
		CapDrop          []string                              `yaml:"cap_drop"`
		SecurityOpt      []string                              `yaml:"security_opt"`
		Healthcheck      struct {
			Test              []string
			Interval, Timeout string
			Retries           int
		}
	}
	Networks map[string]struct{ Internal bool }
	Volumes  map[string]struct{}
}

func TestComposeIsWhole(t *testing.T) {
	var c compose
	decode(t, "compose.yaml", &c)
	toban, db := c.Services["toban"], c.Services["db"]
	if !slices.Equal(toban.Command, []string{"serve", "--config", "/etc/toban"}) {
		t.Errorf("command: %v", toban.Command)
	}
	if _, err := os.Stat("../" + toban.Build.Dockerfile); err != nil {
		t.Error(err)
	}
	if dsn := toban.Environment["TOBAN_POSTGRES"]; !strings.Contains(dsn, "@db:5432/"+db.Environment["POSTGRES_DB"]+"?sslmode=") {
		t.Errorf("the address of the database (%s) does not fit its service", dsn)
	}
	if !strings.Contains(string(read(t, "../config/example/server.yaml")), "env:TOBAN_POSTGRES") {
		t.Error("config/example does not name TOBAN_POSTGRES")
	}
	for name, s := range c.Services {
		for _, n := range s.Networks {
			if _, ok := c.Networks[n]; !ok {
				t.Errorf("%s is on the network %s, which is not defined", name, n)
			}
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, ok := c.Volumes[from]; !ok && !strings.HasPrefix(from, "./") {
				t.Errorf("%s mounts %s, which is not defined", name, from)
			}
		}
		for d := range s.DependsOn {
			if c.Services[d].Healthcheck.Test == nil {
				t.Errorf("%s waits for the health of %s, which has no check", name, d)
			}
		}
	}
	if !c.Networks["private"].Internal || slices.Contains(db.Networks, "outside") {
		t.Error("the database can be reached from outside")
	}
}
