package config

import (
	"maps"
	"slices"

	"toban/config/tree"
)

// againstKinds are what words may say that speak against a request, each with its meaning.
func againstKinds() map[string]string {
	return map[string]string{
		"withdrawn": "the request is taken back",
		"reported":  "it is done already, or done by others",
		"waiting":   "it is to wait",
		"weighing":  "first the costs, the meaning or the effect are wanted",
		"corrected": "something else was meant",
		"affected":  "it is asked for because something fails",
		"attacked":  "it is asked for because of an attack",
		"beside":    "something else follows",
		"inquiring": "only something is to be known",
		"chasing":   "an earlier ticket is gone after",
	}
}

// AgainstKinds are the keys of a profile's "against", in order.
func AgainstKinds() []string { return slices.Sorted(maps.Keys(againstKinds())) }

// AgainstGroups is what the words of a kind say: by ask and group the words, folded.
func (p *Profile) AgainstGroups(kind string) [][][]string { return grouped(p.Against[kind]) }

func (l *loader) checkAgainst(p *Profile, n *tree.Node) {
	for kind := range p.Against {
		if _, ok := againstKinds()[kind]; !ok {
			tree.UnknownKey(n.Fields[n.Index(kind)], AgainstKinds(), l.faults)
			continue
		}
		for j, ask := range p.AgainstGroups(kind) {
			for _, g := range ask {
				if slices.Contains(g, "") {
					l.faults.Add(n.At(kind, j), "must be groups of words such as \"change request|cr > was rejected\", no word empty")
					break
				}
			}
		}
	}
}
