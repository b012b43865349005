package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/config"
)

// newCustomer is what a customer's file needs at least.
type newCustomer struct {
	id, name, mode, language, zone, start, plan, space, channel, team, manager, satisfaction string
	profiles, projects                                                                       []string
	notify                                                                                   []int64
}

func customerAddCommand() *cobra.Command {
	var dir string
	var n newCustomer
	c := &cobra.Command{
		Use:   "add --config DIR ID",
		Short: "Write the file of a new customer",
		Long: `Writes customers/ID.yaml with what a customer needs at least. The whole folder is
checked with it first: nothing is written while anything in it is wrong, and a file
that is there is never written over. A new customer begins in mode shadow. A
running Toban takes it over at SIGHUP.

Space, team and contract profile need not be named where the folder has one only.
config/example/customers explains what else a file may hold.`,
		Example: `  toban customer add --config /etc/toban --name 青葉商事株式会社 --profile support-desk --project AOBA \
    --channel C0AOBA0001 --manager tanaka --notify 2001 aoba`,
		Args: oneWord("add wants an id for the customer, such as aoba"),
		RunE: func(c *cobra.Command, args []string) error {
			n.id = args[0]
			path, err := n.write(dir)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s is written; next: toban customer plan --config %s %s\n", path, dir, n.id)
			return nil
		},
	}
	configFlag(c, &dir)
	f := c.Flags()
	f.StringVar(&n.name, "name", "", "`name` as the customer reads it")
	f.StringSliceVar(&n.profiles, "profile", nil, "service `profile` of the contract; again for several")
	f.StringVar(&n.plan, "plan", "", "`plan`, for profiles that have plans")
	f.StringVar(&n.start, "start", "", "first `day` of the contract (default today)")
	f.StringVar(&n.space, "space", "", "Backlog `space` as spaces.yaml names it")
	f.StringSliceVar(&n.projects, "project", nil, "`key` of a Backlog project; again for several")
	f.StringVar(&n.channel, "channel", "", "`id` of the internal Slack channel")
	f.StringVar(&n.team, "team", "", "`team` that works for the customer")
	f.StringVar(&n.manager, "manager", "", "`person` who manages the contract")
	f.StringVar(&n.satisfaction, "satisfaction-owner", "", "`person` who gets complaints (default the manager)")
	f.Int64SliceVar(&n.notify, "notify", nil, "Backlog user `id` that is notified where a ticket has no requester; again for several")
	f.StringVar(&n.language, "language", config.LangJapanese, "ja or en")
	f.StringVar(&n.zone, "zone", "Asia/Tokyo", "time `zone`")
	f.StringVar(&n.mode, "mode", string(config.ModeShadow), "off, shadow, assist or on")
	for _, name := range []string{"name", "profile", "project", "channel", "manager", "notify"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was defined above
		}
	}
	return c
}

// write checks the folder with the new file and writes the file; it answers its path.
func (n *newCustomer) write(dir string) (string, error) {
	cfg, err := load(dir)
	if err != nil {
		return "", err
	}
	if _, taken := cfg.Customer(n.id); taken {
		return "", &exit{exitUsage, fmt.Errorf("customer %s is there already: customers/%s.yaml", n.id, n.id)}
	}
	n.complete(cfg)
	path := filepath.Join(dir, config.CustomersDir, n.id+".yaml")
	text := n.text()
	next, err := config.Load(dir, with(path, text))
	if err != nil {
		return "", &exit{exitUsage, fmt.Errorf("nothing is written: %w", err)}
	}
	if _, ok := next.Customer(n.id); !ok { // the id is no name of a file there
		return "", &exit{exitUsage, fmt.Errorf("nothing is written: %q is no id for a customer; allowed are lower-case letters, digits, - and _", n.id)}
	}
	if err := writeNew(path, []byte(text)); err != nil {
		return "", err
	}
	// The rest of the folder tells who may read it: the user under whom Toban runs, above all.
	if info, err := os.Stat(filepath.Join(dir, config.ServerFile)); err == nil {
		if err := os.Chmod(path, info.Mode().Perm()); err != nil {
			return "", fmt.Errorf("letting others read %s as they do %s: %w", path, config.ServerFile, err)
		}
	}
	return path, nil
}

// complete fills in what the folder leaves no choice of.
func (n *newCustomer) complete(cfg *config.Config) {
	if n.space == "" && len(cfg.Spaces) == 1 {
		n.space = cfg.Spaces[0].Name
	}
	if n.team == "" && len(cfg.Teams) == 1 {
		n.team = cfg.Teams[0].ID
	}
	if n.satisfaction == "" {
		n.satisfaction = n.manager
	}
	if n.start == "" {
		zone, err := time.LoadLocation(n.zone)
		if err != nil {
			zone = time.UTC // the check of the folder says what is wrong
		}
		n.start = time.Now().In(zone).Format(time.DateOnly)
	}
}

func (n *newCustomer) text() string {
	var b strings.Builder
	line := func(key string, values ...string) {
		if len(values) == 1 && values[0] == "" {
			return
		}
		fmt.Fprintf(&b, "%s: %s\n", key, strings.Join(values, ", "))
	}
	several := func(values []string) string {
		var out []string
		for _, v := range values {
			out = append(out, quote(v))
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	b.WriteString("# What else may stand here is explained in config/example/customers.\n\n")
	line("name", quote(n.name))
	line("mode", quote(n.mode)+"   # off, shadow, assist or on; toban mode changes it while Toban runs")
	line("language", n.language)
	line("zone", n.zone)
	b.WriteString("\ncontract:\n")
	line("  profiles", several(n.profiles))
	line("  plan", n.plan)
	line("  start", n.start)
	b.WriteString("\n")
	line("space", quote(n.space))
	line("projects", several(n.projects))
	line("channel", quote(n.channel)+"   # internal, shared with nobody else")
	line("team", quote(n.team))
	line("manager", quote(n.manager))
	line("satisfaction_owner", quote(n.satisfaction))
	var ids []string
	for _, id := range n.notify {
		ids = append(ids, fmt.Sprint(id))
	}
	line("notify_default", "["+strings.Join(ids, ", ")+"]")
	return b.String()
}

// with reads a folder as it would be with one more file.
func with(path, text string) config.Options {
	return config.Options{
		ReadFile: func(name string) ([]byte, error) {
			if name == path {
				return []byte(text), nil
			}
			return os.ReadFile(name) //nolint:gosec // the operator's own folder
		},
		ReadDir: func(name string) ([]fs.DirEntry, error) {
			list, err := os.ReadDir(name)
			if err == nil && filepath.Clean(name) == filepath.Dir(path) {
				list = append(list, newFile(filepath.Base(path)))
			}
			return list, err
		},
	}
}

// newFile is a file that is not written yet, in the list of its folder.
type newFile string

func (f newFile) Name() string             { return string(f) }
func (newFile) IsDir() bool                { return false }
func (newFile) Type() fs.FileMode          { return 0 }
func (newFile) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }
