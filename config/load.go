package config

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"toban/config/tree"
	"toban/playbook"
	"toban/sla"
)

// Config is a whole folder, checked: every reference leads somewhere and every figure is possible. It never changes after [Load].
type Config struct {
	Server    Server
	Spaces    []Space
	People    []Person
	Teams     []Team
	Customers []Customer
	// Profiles are the shipped profiles and the folder's own, without customers' overrides.
	Profiles map[string]Profile
	// Playbooks are the shipped playbooks and the folder's own, by id.
	Playbooks []playbook.Playbook
	// Fixed names the environment variables that hold a secret themselves: a running process can't be given them anew.
	Fixed []string
}

// Options are what Load asks the world for. The zero value asks the operating system.
type Options struct {
	// Getenv returns the value of an environment variable, "" when it is not set.
	Getenv func(name string) string
	// ReadFile reads the files of secrets; those of the folder are read through it too.
	ReadFile func(path string) ([]byte, error)
	// ReadDir lists a folder.
	ReadDir func(path string) ([]fs.DirEntry, error)
	// LoadLocation finds a time zone by its IANA name.
	LoadLocation func(name string) (*time.Location, error)
}

func (o Options) withDefaults() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	if o.ReadDir == nil {
		o.ReadDir = os.ReadDir
	}
	if o.LoadLocation == nil {
		o.LoadLocation = time.LoadLocation
	}
	return o
}

// Files of the folder.
const (
	ServerFile   = "server.yaml"
	SpacesFile   = "spaces.yaml"
	PeopleFile   = "people.yaml"
	CustomersDir = "customers"
	ProfilesDir  = "profiles"
)

// Load reads and checks the folder dir. Its error is an [*Errors] that holds every fault of every file; the configuration is nil then.
func Load(dir string, opt Options) (*Config, error) {
	l := newLoader(dir, opt)
	l.server()
	l.spaces()
	l.people()
	l.profiles()
	l.playbooks()
	l.customers()
	l.checkWatch()
	l.checkContacts()
	if l.faults.Len() > 0 {
		return nil, &Errors{Faults: l.faults.Sorted()}
	}
	l.cfg.Fixed = slices.Sorted(maps.Keys(l.fixed))
	return l.cfg, nil
}

func newLoader(dir string, opt Options) *loader {
	opt = opt.withDefaults()
	l := &loader{dir: dir, opt: opt, cfg: &Config{Server: defaultServer(), Profiles: map[string]Profile{}}, faults: &tree.Faults{}, holidayLists: map[string]*sla.HolidayList{}, feeds: map[string]string{}, mailboxes: map[string]string{}}
	fixed := map[string]bool{}
	secrets := secretReader{dir: dir, opt: opt, fixed: fixed}
	l.fixed = fixed
	l.decoder = &tree.Decoder{Hooks: map[reflect.Type]tree.Hook{
		reflect.TypeFor[Secret]():         secrets.one,
		reflect.TypeFor[Secrets]():        secrets.several,
		reflect.TypeFor[Heartbeats]():     secrets.heartbeats,
		reflect.TypeFor[*time.Location](): l.zone,
		reflect.TypeFor[*tree.Node]():     tree.NodeHook,
		reflect.TypeFor[Change](): func(n *tree.Node, dst reflect.Value, f *tree.Faults) {
			dst.Set(reflect.ValueOf(decodeChange(n, f)))
		},
		reflect.TypeFor[RequiredItem](): func(n *tree.Node, dst reflect.Value, f *tree.Faults) {
			dst.Set(reflect.ValueOf(decodeItem(l.decoder, n, f)))
		},
	}}
	return l
}

type loader struct {
	dir     string
	fixed   map[string]bool
	opt     Options
	cfg     *Config
	faults  *tree.Faults
	decoder *tree.Decoder
	// profileTrees are the whole trees of all profiles, for overrides.
	profileTrees map[string]*tree.Node
	holidayLists map[string]*sla.HolidayList // by the name of the country; nil is the built-in one
	feeds        map[string]string           // whose feed a token opens
	mailboxes    map[string]string           // whose mailbox an address is
	joinsHours   bool                        // hours that overlap are one, and no fault
}

// file reads a file of the folder; it returns nil when there is nothing to go on with. Names in faults are relative to the folder.
func (l *loader) file(name string) *tree.Node {
	src, err := l.opt.ReadFile(filepath.Join(l.dir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		l.faults.Add(tree.Pos{File: name}, "is missing")
		return nil
	}
	if err != nil {
		l.faults.Add(tree.Pos{File: name}, "can't be read: %s", errors.Unwrap(err))
		return nil
	}
	return tree.Parse(name, src, l.faults)
}

func (l *loader) server() {
	n := l.file(ServerFile)
	if n == nil {
		return
	}
	l.decoder.Decode(n, &l.cfg.Server, l.faults)
	l.checkServer(&l.cfg.Server, n)
}

func (l *loader) spaces() {
	n := l.file(SpacesFile)
	if n == nil {
		return
	}
	l.decoder.Decode(n, &l.cfg.Spaces, l.faults)
	if n.Kind == tree.List && len(n.Items) == 0 {
		l.faults.Add(n.Pos, "must hold at least one space")
	}
	l.checkSpaces(l.cfg.Spaces, n)
}

func (l *loader) people() {
	n := l.file(PeopleFile)
	if n == nil {
		return
	}
	var f staffFile
	l.decoder.Decode(n, &f, l.faults)
	l.cfg.People, l.cfg.Teams = f.People, f.Teams
	l.checkPeople(&f, n)
}

func (l *loader) customers() {
	seen := &seenCustomers{projects: map[string]string{}, channels: map[string]string{}}
	for _, name := range l.yamlFiles(CustomersDir, true) {
		n := l.file(CustomersDir + "/" + name)
		if n == nil {
			continue
		}
		l.cfg.Customers = append(l.cfg.Customers, l.customer(baseName(name), n, seen))
	}
}

// yamlFiles lists the YAML files of a folder by name.
func (l *loader) yamlFiles(folder string, required bool) []string {
	entries, err := l.opt.ReadDir(filepath.Join(l.dir, folder))
	if err != nil && (required || !errors.Is(err, fs.ErrNotExist)) {
		l.faults.Add(tree.Pos{File: folder}, "is missing or can't be listed; it holds one file a customer")
		return nil
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case e.IsDir() || strings.HasPrefix(name, "."):
		case filepath.Ext(name) == ".yaml":
			out = append(out, name)
		default:
			l.faults.Add(tree.Pos{File: folder + "/" + name}, "is no .yaml file; only those belong here")
		}
	}
	slices.Sort(out)
	return out
}

func baseName(file string) string { return strings.TrimSuffix(file, filepath.Ext(file)) }

func (l *loader) zone(n *tree.Node, dst reflect.Value, faults *tree.Faults) {
	zone, err := l.opt.LoadLocation(n.Text)
	if n.Kind != tree.Text || n.Text == "" || n.Text == "Local" || err != nil {
		faults.Add(n.Pos, "must be an IANA time zone such as Asia/Tokyo, got %s", tree.Quote(cmp.Or(n.Text, string(n.Kind))))
		return
	}
	dst.Set(reflect.ValueOf(zone))
}

// Customer returns the customer of an id.
func (c *Config) Customer(id string) (*Customer, bool) {
	i := slices.IndexFunc(c.Customers, func(k Customer) bool { return k.ID == id })
	if i < 0 {
		return nil, false
	}
	return &c.Customers[i], true
}

// CustomerOfProject returns the customer that a Backlog project belongs to.
func (c *Config) CustomerOfProject(space, projectKey string) (*Customer, bool) {
	i := slices.IndexFunc(c.Customers, func(k Customer) bool { return k.Space == space && slices.Contains(k.Projects, projectKey) })
	if i < 0 {
		return nil, false
	}
	return &c.Customers[i], true
}
