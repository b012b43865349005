package backlogsim

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

type issueOrder func(a, b *issue) int

// issueOrder reads sort; nil is the order of the ids, which is that of creation. Ties keep the order of the ids.
func (c *call) issueOrder() (issueOrder, error) {
	name, _ := c.text("sort")
	if name == "" || name == "created" {
		return nil, nil
	}
	if order := standardOrder(name); order != nil {
		return order, nil
	}
	id, ok := strings.CutPrefix(name, "customField_")
	if !ok {
		return nil, invalid("sort is invalid.")
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return nil, invalid("sort is invalid.")
	}
	for _, p := range c.st.projects {
		if f := p.fieldByID(n); f != nil {
			return func(a, b *issue) int { return compareValues(a.custom[n], b.custom[n]) }, nil
		}
	}
	return nil, invalid("sort is invalid.")
}

func compareValues(a, b customValue) int {
	if a.number != nil && b.number != nil {
		return cmp.Compare(*a.number, *b.number)
	}
	return strings.Compare(a.display(), b.display())
}

func standardOrder(name string) issueOrder {
	text := func(f func(*issue) string) issueOrder {
		return func(a, b *issue) int { return strings.Compare(f(a), f(b)) }
	}
	number := func(f func(*issue) float64) issueOrder {
		return func(a, b *issue) int { return cmp.Compare(f(a), f(b)) }
	}
	instant := func(f func(*issue) time.Time) issueOrder {
		return func(a, b *issue) int { return f(a).Compare(f(b)) }
	}
	hours := func(v *float64) float64 {
		if v == nil {
			return -1
		}
		return *v
	}
	switch name {
	case "issueType":
		return number(func(i *issue) float64 { return float64(i.typ.order) })
	case "category":
		return text(func(i *issue) string { return joinNames(i.categories, categoryLabel) })
	case "version":
		return text(func(i *issue) string { return joinNames(i.versions, versionLabel) })
	case "milestone":
		return text(func(i *issue) string { return joinNames(i.milestones, versionLabel) })
	case "summary":
		return text(func(i *issue) string { return i.summary })
	case "status":
		return number(func(i *issue) float64 { return float64(i.status.order) })
	case "priority": // high comes last when ascending, as its id is the lowest
		return number(func(i *issue) float64 { return float64(-i.priority.id) })
	case "attachment":
		return number(func(i *issue) float64 { return float64(len(i.attachments)) })
	case "sharedFile":
		return number(func(i *issue) float64 { return float64(len(i.shared)) })
	case "createdUser":
		return text(func(i *issue) string { return i.createdBy.name })
	case "updated":
		return instant(func(i *issue) time.Time { return i.updated })
	case "updatedUser":
		return text(func(i *issue) string { return i.updatedBy.text() })
	case "assignee":
		return text(func(i *issue) string { return i.assignee.text() })
	case "startDate":
		return text(func(i *issue) string { return i.startDate })
	case "dueDate":
		return text(func(i *issue) string { return i.dueDate })
	case "estimatedHours":
		return number(func(i *issue) float64 { return hours(i.estimated) })
	case "actualHours":
		return number(func(i *issue) float64 { return hours(i.actual) })
	case "childIssue":
		return number(func(i *issue) float64 { return float64(len(i.children)) })
	}
	return nil
}
