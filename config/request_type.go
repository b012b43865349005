package config

import (
	"cmp"
	"slices"
	"strings"

	"toban/config/tree"
)

// Class is the promise class of a ticket.
type Class string

// Classes that a request type may have.
const (
	ClassMinor        Class = "minor"
	ClassImpactful    Class = "impactful"
	ClassBasic        Class = "basic_support"
	ClassAdvanced     Class = "advanced_support"
	ClassIncident     Class = "incident"
	ClassAnnouncement Class = "announcement"
	ClassComplaint    Class = "complaint"
	ClassOther        Class = "other"
	ClassUnclear      Class = "unclear"
)

// ChangeClass says what a change needs before it may be made.
type ChangeClass string

// Change classes.
const (
	ChangeNone         ChangeClass = "none"
	ChangeStandard     ChangeClass = "standard"
	ChangeApproval     ChangeClass = "approval"
	ChangeIrreversible ChangeClass = "irreversible"
)

// Origin says who normally opens tickets of a type.
type Origin string

// Origins.
const (
	OpenedByCustomer Origin = "customer"
	OpenedByProvider Origin = "provider"
	OpenedByBoth     Origin = "both"
)

// RequestType is one kind of ticket that a profile knows.
type RequestType struct {
	ID string `yaml:",key"`
	// Profile names the profile that the type belongs to.
	Profile string `yaml:"-"`
	// IssueType is the 種別 that customers choose; Aliases are other spellings. Two types may share one: the content decides.
	IssueType string   `yaml:"issue_type,required"`
	Aliases   []string `yaml:"aliases"`
	// ReportName is the row in reports; none = IssueType.
	ReportName string `yaml:"report_name"`
	Class      Class  `yaml:"class,required" oneof:"minor impactful basic_support advanced_support incident announcement complaint other"`
	// BusinessDays is N of "done within N business days": that of the policy for the class, unless the type sets its own; 0 = none.
	BusinessDays int            `yaml:"business_days" min:"1" max:"365"`
	OpenedBy     Origin         `yaml:"opened_by,required" oneof:"customer provider both"`
	Operations   []string       `yaml:"operations"`
	Required     []RequiredItem `yaml:"required"`
	Change       Change         `yaml:"change,required"`
	// Service names the calendar of the hours in which the request is taken; by itself it starts no clock.
	Service string `yaml:"service"`
	// Guides are best-effort figures that the source gives; they stand on the card of a ticket and start no clock.
	Guides []Guide `yaml:"guides"`
	// Plans says for which plans the type is included: yes, no (staff decline it or take it on) or paid (told to the requester as a condition).
	// Empty = every plan.
	Plans map[string]string `yaml:"plans" oneof:"yes no paid"`
	// Quota is how many units of the month's work a request counts.
	Quota int `yaml:"quota" min:"0" max:"100"`
	// Category is the category (カテゴリー) of Backlog that the answer gives to an issue without any. toban customer apply adds it to the
	// project; while the project lacks it, issues have none.
	Category string `yaml:"category"`
	Note     string `yaml:"note"`
}

// RequiredItem is a detail that a ticket must carry. When limits it to some operations; OurChoice marks an item that no source names.
type RequiredItem struct {
	Item      string `yaml:"item,required"`
	When      string `yaml:"when"`
	OurChoice bool   `yaml:"our_choice"`
}

// Guide is a figure as the source words it.
type Guide struct {
	ID   string `yaml:",key"`
	Text string `yaml:"text,required"`
	// Hours is the figure where it is a plain number of hours.
	Hours int `yaml:"hours" min:"0"`
}

// Change is the change class of a type, by operation where the operations differ.
type Change struct {
	Class       ChangeClass
	ByOperation map[string]ChangeClass
}

// For returns the change class of an operation; of an unknown one the strictest.
func (c Change) For(operation string) ChangeClass {
	if class, ok := c.ByOperation[operation]; ok {
		return class
	}
	return c.Class
}

var changeOrder = []string{string(ChangeNone), string(ChangeStandard), string(ChangeApproval), string(ChangeIrreversible)}

// decodeChange reads a word, or a word for each operation.
func decodeChange(n *tree.Node, faults *tree.Faults) Change {
	if n.Kind != tree.Map {
		tree.OneOf(n, changeOrder, faults)
		return Change{Class: ChangeClass(n.Text)}
	}
	out := Change{Class: ChangeNone, ByOperation: map[string]ChangeClass{}}
	for _, f := range n.Fields {
		tree.OneOf(f.Value, changeOrder, faults)
		out.ByOperation[f.Name] = ChangeClass(f.Value.Text)
		if slices.Index(changeOrder, f.Value.Text) > slices.Index(changeOrder, string(out.Class)) {
			out.Class = ChangeClass(f.Value.Text)
		}
	}
	return out
}

// decodeItem reads a bare item or one with when and our_choice.
func decodeItem(d *tree.Decoder, n *tree.Node, faults *tree.Faults) RequiredItem {
	if n.Kind == tree.Text {
		return RequiredItem{Item: n.Text}
	}
	type plain RequiredItem // without the hook
	var out plain
	d.Decode(n, &out, faults)
	return RequiredItem(out)
}

func (l *loader) checkRequestTypes(p *Profile, n *tree.Node) {
	for i := range p.RequestTypes {
		t := &p.RequestTypes[i]
		t.Profile = p.Name
		t.ReportName = cmp.Or(t.ReportName, t.IssueType)
		at := n.Get(t.ID)
		l.checkID(t.ID, n.Fields[n.Index(t.ID)].Pos)
		for op := range t.Change.ByOperation {
			if !slices.Contains(t.Operations, op) {
				l.missing(at.At("change", op), "operation", op, t.Operations)
			}
		}
		for _, op := range t.Operations {
			if _, ok := t.Change.ByOperation[op]; !ok && t.Change.ByOperation != nil {
				l.faults.Add(at.At("change"), "says nothing about the operation %s", tree.Quote(op))
			}
		}
		l.checkCategory(p, t, at)
		if t.Service != "" {
			l.checkCalendarName(p, t.Service, at.At("service"))
		}
	}
}

// checkCategory keeps a category from naming another type: tickets are recognised by their category, too.
func (l *loader) checkCategory(p *Profile, t *RequestType, at *tree.Node) {
	t.Category = strings.TrimSpace(t.Category)
	for i := range p.RequestTypes {
		o := &p.RequestTypes[i]
		if t.Category != "" && o.IssueType != t.IssueType && slices.Contains(append([]string{o.ID, o.IssueType}, o.Aliases...), t.Category) {
			l.faults.Add(at.At("category"), "must not be the name of another request type (%s): tickets are recognised by their category, too", o.ID)
		}
	}
}
