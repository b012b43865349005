package config

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"toban/config/tree"
)

// shipped holds the five service profiles, and common.yaml, which they all extend: Toban's own figures and the messages.
//
//go:embed profiles/*.yaml
var shipped embed.FS

// shippedPrefix begins the names of shipped files in faults.
const shippedPrefix = "toban:"

// commonProfile is only there to be extended; no contract can name it.
const commonProfile = "common"

// LoadProfiles reads the service profiles by name: the shipped ones, and those of the folder dir unless it is "". Its error is an [*Errors].
func LoadProfiles(dir string, opt Options) (map[string]Profile, error) {
	if dir == "" {
		opt.ReadDir = func(string) ([]fs.DirEntry, error) { return nil, fs.ErrNotExist }
	}
	l := newLoader(dir, opt)
	l.profiles()
	if l.faults.Len() > 0 {
		return nil, &Errors{Faults: l.faults.Sorted()}
	}
	return l.cfg.Profiles, nil
}

// profiles reads the shipped profiles and the folder's own. A file of the folder with the name of a shipped profile takes its place; it
// may extend what it replaces.
func (l *loader) profiles() {
	ships, own := map[string]*tree.Node{}, map[string]*tree.Node{}
	entries, err := shipped.ReadDir("profiles")
	if err != nil {
		panic("config: embedded profiles: " + err.Error()) // a broken build, found by every test
	}
	for _, e := range entries {
		src, err := shipped.ReadFile("profiles/" + e.Name())
		if err != nil {
			panic("config: embedded profiles: " + err.Error())
		}
		ships[baseName(e.Name())] = tree.Parse(shippedPrefix+"profiles/"+e.Name(), src, l.faults)
	}
	for _, name := range l.yamlFiles(ProfilesDir, false) {
		if n := l.file(ProfilesDir + "/" + name); n != nil {
			l.checkID(baseName(name), tree.Pos{File: n.Pos.File})
			if baseName(name) == commonProfile {
				l.faults.Add(tree.Pos{File: n.Pos.File}, "must have another name: %s is what the shipped profiles share", commonProfile)
			}
			own[baseName(name)] = n
		}
	}
	r := resolver{ships: ships, own: own, faults: l.faults}
	l.profileTrees = map[string]*tree.Node{}
	for _, name := range r.names() {
		if whole := r.whole(name, own[name] == nil, nil); whole != nil && name != commonProfile {
			l.profileTrees[name] = whole
			l.cfg.Profiles[name] = l.profile(name, whole)
		}
	}
}

// resolver follows extends.
type resolver struct {
	ships, own map[string]*tree.Node
	faults     *tree.Faults
}

func (r resolver) names() []string {
	var out []string
	for name := range r.ships {
		out = append(out, name)
	}
	for name := range r.own {
		if r.ships[name] == nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// whole returns a profile laid over all that it extends. The path holds the own profiles on the way, to find circles.
func (r resolver) whole(name string, shipped bool, path []string) *tree.Node {
	n := r.own[name]
	if shipped {
		n = r.ships[name]
	}
	if n == nil || n.Kind != tree.Map {
		return n
	}
	extends := n.Get("extends")
	if extends == nil {
		return n
	}
	if !shipped {
		path = append(path, name)
	}
	base := extends.Text
	_, isOwn := r.own[base]
	baseShipped := shipped || base == name || !isOwn
	switch {
	case !baseShipped && slices.Contains(path, base):
		r.faults.Add(extends.Pos, "extends %s, which extends this profile: a circle", tree.Quote(base))
		return nil
	case baseShipped && r.ships[base] == nil:
		r.faults.Add(extends.Pos, "extends the profile %s, which does not exist; known: %s", tree.Quote(base), strings.Join(r.names(), ", "))
		return nil
	}
	below := r.whole(base, baseShipped, path)
	if below == nil {
		return nil
	}
	return tree.Merge(below, n)
}

func (l *loader) profileNames() []string {
	var out []string
	for name := range l.profileTrees {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
