package config

import (
	"slices"

	"toban/config/tree"
)

// Work is a row of the work catalogue: what routine work a profile takes on (spec/data/work-catalogue.yaml).
type Work struct {
	ID   string `yaml:",key"`
	Area string `yaml:"area,required"` // the AWS service or the software
	Work string `yaml:"work,required"`
	// Type is the request type of the support-desk profile that the work maps to.
	Type   string `yaml:"type,required"`
	Change Change `yaml:"change,required"`
	// Supported: no = declined with the reason; yes when empty.
	Supported string `yaml:"supported" oneof:"yes no"`
	// Note is a condition that is told to the requester.
	Note string `yaml:"note"`
	// Asks are the words by which a request for the work is recognised, as in signs.
	Asks []string `yaml:"asks,required"`
}

// Declined reports whether the work is not taken on.
func (w Work) Declined() bool { return w.Supported == "no" }

// Groups is what Asks says.
func (w Work) Groups() [][][]string { return TypeSigns{Asks: w.Asks}.Groups() }

func (l *loader) checkCatalogue(p *Profile, n *tree.Node) {
	for _, w := range p.Catalogue {
		for j, ask := range w.Groups() {
			if slices.ContainsFunc(ask, func(g []string) bool { return slices.Contains(g, "") }) {
				l.faults.Add(n.At(w.ID, "asks", j), "must be groups of words such as \"snapshot|ami > take|create\", no word empty")
			}
		}
		if w.Declined() && w.Note != "" {
			l.faults.Add(n.At(w.ID, "note"), "must not stand beside supported: no; declined work has no condition")
		}
	}
}
