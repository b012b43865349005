package awssim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Phase is where something stands: Was until Until, then State.
type Phase struct {
	State string
	Was   string
	Until time.Time
}

// at is the state at an instant.
func (p Phase) at(t time.Time) string {
	if p.Was != "" && t.Before(p.Until) {
		return p.Was
	}
	return p.State
}

// Tags are those of a thing.
type Tags map[string]string

// Instance is an EC2 instance.
type Instance struct {
	Phase
	ID, Type string
	Launched time.Time
	Reason   string // of its last stop
}

// Volume is an EBS volume. Its size is Was until its modification's Until.
type Volume struct {
	Phase
	ID, Zone, Snapshot string
	GiB                int
	Modification       *Modification
}

// Modification is the last one of a volume.
type Modification struct {
	Phase
	From, To int
}

// Snapshot is one of a volume; Image one of an instance.
type Snapshot struct {
	Phase
	ID, Volume string
}

// Image is an AMI.
type Image struct {
	Phase
	ID, Name, Instance string
}

// Address is an Elastic IP address.
type Address struct{ ID, IP, Instance, Association string }

// Rule is a rule of a security group; From and To are -1 where it has no ports.
type Rule struct {
	ID, Group, Protocol string
	Egress              bool
	From, To            int
	CIDR, Peer, List    string
	Description         string
}

// Target is one of a target group.
type Target struct {
	Phase
	Group, ID string
	Port      int
}

// Database is an RDS instance. Its class is Class, and Next from Until on.
type Database struct {
	Phase
	ID, Class, Next string
	Pending         string // storage that waits for the maintenance window
	MultiAZ         bool
}

// Cache is an ElastiCache cluster of one node.
type Cache struct {
	Phase
	ID, Engine string
}

// ScalingGroup is an Auto Scaling group with how many of its instances are in service.
type ScalingGroup struct {
	ID                 string
	Desired, InService int
}

// Service is an ECS service; Launch is FARGATE, EC2, or "" with a capacity provider.
type Service struct {
	Phase
	ID, Cluster, Launch, Provider string
}

// DBSnapshot is one of a database.
type DBSnapshot struct {
	Phase
	ID, Database string
}

// Event is what RDS tells of a database.
type Event struct {
	Database, Message string
	At                time.Time
}

// things is all there is in a region of an account, by id. A version of it never changes.
type things struct {
	Instances   map[string]Instance
	Volumes     map[string]Volume
	Snapshots   map[string]Snapshot
	Images      map[string]Image
	Addresses   map[string]Address
	Groups      map[string]bool
	Rules       map[string]Rule
	TargetsOf   map[string]bool
	Targets     map[string]Target
	Databases   map[string]Database
	DBSnapshots map[string]DBSnapshot
	Caches      map[string]Cache
	Scaling     map[string]ScalingGroup
	Services    map[string]Service // by cluster/name
	Events      []Event
	Tags        map[string]Tags
	Tokens      map[string]string // client token to what was made, and how
}

func (t things) clone() things {
	tags := make(map[string]Tags, len(t.Tags))
	for id, list := range t.Tags {
		tags[id] = maps.Clone(list)
	}
	return things{
		Instances: clone(t.Instances), Volumes: clone(t.Volumes), Snapshots: clone(t.Snapshots), Images: clone(t.Images), Addresses: clone(t.Addresses), Groups: clone(t.Groups),
		Rules: clone(t.Rules), TargetsOf: clone(t.TargetsOf), Targets: clone(t.Targets), Databases: clone(t.Databases), DBSnapshots: clone(t.DBSnapshots),
		Caches: clone(t.Caches), Scaling: clone(t.Scaling), Services: clone(t.Services),
		Events: slices.Clone(t.Events), Tags: tags, Tokens: clone(t.Tokens),
	}
}

func clone[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// place is a region of an account: how it is, and how it was.
type place struct {
	account, region string
	versions        []version
}

type version struct {
	at     time.Time
	things things
}

// at finds a place. The caller holds the lock.
func (s *Server) at(account, region string) *place {
	key := account + "/" + region
	if s.places[key] == nil {
		s.places[key] = &place{account: account, region: region, versions: []version{{things: things{}.clone()}}}
	}
	return s.places[key]
}

// now is what there is; changes are made in it and are seen from now on.
func (p *place) change(at time.Time, f func(t *things)) {
	next := p.versions[len(p.versions)-1].things.clone()
	f(&next)
	p.versions = append(p.versions, version{at, next})
	const most = 200 // looks do not lag behind for so long
	if len(p.versions) > most {
		p.versions = slices.Delete(p.versions, 1, len(p.versions)-most)
	}
}

// truth is what there is; a change is judged by it.
func (p *place) truth() things { return p.versions[len(p.versions)-1].things }

// seen is what a look shows, and the instant that it shows.
func (c *call) seen() (things, time.Time) {
	then := c.now.Add(-c.s.o.Lag)
	for _, v := range slices.Backward(c.versions) {
		if !v.at.After(then) {
			return v.things, then
		}
	}
	return c.versions[0].things, then
}

// apply changes what there is, in the name of this call.
func (c *call) apply(f func(t *things)) {
	c.applied = true
	c.place.change(c.now, f)
}

// turn is a phase that begins now.
func (c *call) turn(was, state string) Phase {
	p := Phase{State: state, Was: was, Until: c.now.Add(c.s.o.Takes)}
	if c.stuck {
		p.Until = c.now.AddDate(100, 0, 0)
	}
	return p
}

// fresh makes an id.
func (c *call) fresh(kind string) string {
	c.s.made++
	return fmt.Sprintf("%s-%017x", kind, c.s.made)
}

// Set puts things into a region of an account, as if they had been there for ever. Instances, volumes and databases without a state are
// running and available.
func (s *Server) Set(account, region string, list ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.at(account, region)
	p.change(time.Time{}, func(t *things) {
		for _, one := range list {
			switch o := one.(type) {
			case Instance:
				o.State = or(o.State, "running")
				t.Instances[o.ID] = o
			case Volume:
				o.State = or(o.State, "available")
				t.Volumes[o.ID] = o
			case Snapshot:
				o.State = or(o.State, "completed")
				t.Snapshots[o.ID] = o
			case Image:
				o.State = or(o.State, "available")
				t.Images[o.ID] = o
			case Address:
				t.Addresses[o.ID] = o
			case Group:
				t.Groups[string(o)] = true
			case Rule:
				t.Rules[o.ID], t.Groups[o.Group] = o, true
			case TargetGroup:
				t.TargetsOf[string(o)] = true
			case Target:
				o.State = or(o.State, "healthy")
				t.Targets[o.key()], t.TargetsOf[o.Group] = o, true
			case Database:
				o.State = or(o.State, "available")
				t.Databases[strings.ToLower(o.ID)] = o
			case Cache:
				o.State = or(o.State, "available")
				t.Caches[o.ID] = o
			case ScalingGroup:
				t.Scaling[o.ID] = o
			case Service:
				o.State = or(o.State, "ACTIVE")
				t.Services[o.Cluster+"/"+o.ID] = o
			case Tagged:
				t.tag(o.ID, o.Tags)
			}
		}
	})
	// What was there for ever is no change that a look could miss.
	p.versions = []version{{things: p.truth()}}
}

// Remove takes things of an id out of a region of an account, as if they had never been there.
func (s *Server) Remove(account, region, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.at(account, region)
	p.change(time.Time{}, func(t *things) {
		delete(t.Instances, id)
		delete(t.Databases, strings.ToLower(id))
		delete(t.Caches, id)
		delete(t.Scaling, id)
		maps.DeleteFunc(t.Services, func(_ string, o Service) bool { return o.ID == id })
	})
	p.versions = []version{{things: p.truth()}}
}

// Group is a security group, by its id.
type Group string

// TargetGroup is a target group, by its ARN.
type TargetGroup string

// Tagged gives tags to a thing.
type Tagged struct {
	ID   string
	Tags Tags
}

func (t Target) key() string { return fmt.Sprintf("%s %s:%d", t.Group, t.ID, t.Port) }

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (t *things) tag(id string, tags Tags) {
	if t.Tags[id] == nil {
		t.Tags[id] = Tags{}
	}
	maps.Copy(t.Tags[id], tags)
}

// sorted lists values in the order of their ids.
func sorted[V any](m map[string]V, keep func(V) bool) []V {
	var out []V
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if keep == nil || keep(m[k]) {
			out = append(out, m[k])
		}
	}
	return out
}
