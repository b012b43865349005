package config

import (
	"cmp"
	"embed"
	"slices"
	"time"

	"toban/config/tree"
	"toban/playbook"
)

// shippedPlaybooks holds the checklist playbooks: procedures for people's hands.
//
//go:embed playbooks/*.yaml
var shippedPlaybooks embed.FS

// PlaybooksDir is the folder of the provider's own playbooks. A file with the name of a shipped one takes its place.
const PlaybooksDir = "playbooks"

// playbookFile is a playbook as it is written.
type playbookFile struct {
	Title   string `yaml:"title,required"`
	Version string `yaml:"version,required"`
	About   string `yaml:"about"`
	// Types are the request types that the playbook serves; none = all.
	Types []string `yaml:"types"`
	// Effect is what the work does to the service, as the customer reads it in the plan.
	Effect string        `yaml:"effect"`
	Length time.Duration `yaml:"length"`
	Steps  []stepFile    `yaml:"steps,required" min:"1" max:"50"`
}

type stepFile struct {
	ID      string      `yaml:",key"`
	Title   string      `yaml:"title,required"`
	Do      string      `yaml:"do,required"`
	Changes bool        `yaml:"changes"`
	Checks  []checkFile `yaml:"checks,required" min:"1" max:"20"`
	Abort   []string    `yaml:"abort"`
	OnAbort string      `yaml:"on_abort" oneof:"stop_and_tell undo"`
	Undo    string      `yaml:"undo"`
	Final   string      `yaml:"final"`
	// Within is how long the step may take before staff are asked.
	Within time.Duration `yaml:"within"`
	// Promise is the promise of the policy that is kept with the step; of checklist tickets alone.
	Promise string `yaml:"promise"`
}

type checkFile struct {
	ID   string `yaml:",key"`
	Text string `yaml:"text,required"`
	// Look is what Toban looks at to tell; of checklist tickets alone.
	Look string `yaml:"look" oneof:"project roles no_roles resources alert mail phone contract open"`
}

// playbooks reads the shipped playbooks and the folder's own.
func (l *loader) playbooks() {
	trees := map[string]*tree.Node{}
	entries, err := shippedPlaybooks.ReadDir(PlaybooksDir)
	if err != nil {
		panic("config: embedded playbooks: " + err.Error()) // a broken build, found by every test
	}
	for _, e := range entries {
		src, err := shippedPlaybooks.ReadFile(PlaybooksDir + "/" + e.Name())
		if err != nil {
			panic("config: embedded playbooks: " + err.Error())
		}
		trees[baseName(e.Name())] = tree.Parse(shippedPrefix+PlaybooksDir+"/"+e.Name(), src, l.faults)
	}
	for _, name := range l.yamlFiles(PlaybooksDir, false) {
		if n := l.file(PlaybooksDir + "/" + name); n != nil {
			trees[baseName(name)] = n
		}
	}
	for id, n := range trees {
		if n == nil {
			continue
		}
		before := l.faults.Len()
		var f playbookFile
		l.decoder.Decode(n, &f, l.faults)
		p := f.playbook(id)
		if l.faults.Len() > before {
			continue
		}
		for _, problem := range p.Problems() {
			l.faults.Add(tree.Pos{File: n.Pos.File}, "%s", problem)
		}
		l.cfg.Playbooks = append(l.cfg.Playbooks, p)
	}
	slices.SortFunc(l.cfg.Playbooks, func(a, b playbook.Playbook) int { return cmp.Compare(a.ID, b.ID) })
}

func (f playbookFile) playbook(id string) playbook.Playbook {
	p := playbook.Playbook{ID: id, Title: f.Title, Version: f.Version, About: f.About, Types: f.Types, Effect: f.Effect, Length: f.Length}
	for _, s := range f.Steps {
		step := playbook.Step{
			ID: s.ID, Title: s.Title, Do: s.Do, Changes: s.Changes, Abort: s.Abort, OnAbort: playbook.OnAbort(s.OnAbort), Undo: s.Undo, Final: s.Final, Within: s.Within, Promise: s.Promise,
		}
		for _, c := range s.Checks {
			step.Checks = append(step.Checks, playbook.Check{ID: c.ID, Text: c.Text, Look: c.Look})
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}
