package backlogsim

import (
	"slices"
	"strconv"
	"strings"
)

type issueTest func(*issue) bool

// listIssues has no total and no cursor, only offset and count; every page asks anew.
// https://developer.nulab.com/docs/backlog/api/2/get-issue-list/
func listIssues(c *call) (any, error) {
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	less, err := c.issueOrder()
	if err != nil {
		return nil, err
	}
	list, err := c.matchingIssues()
	if err != nil {
		return nil, err
	}
	list = w.cut(list, less)
	withChildren := c.expandsChildren()
	return mapped(list, func(i *issue) *wireIssue { return i.wire(withChildren) }), nil
}

func countIssues(c *call) (any, error) {
	list, err := c.matchingIssues()
	if err != nil {
		return nil, err
	}
	return wireCount{len(list)}, nil
}

// matchingIssues gives the issues of the joined projects that pass all filters, in the order of their ids.
func (c *call) matchingIssues() ([]*issue, error) {
	wanted, _, err := c.ints("projectId")
	if err != nil {
		return nil, err
	}
	var projects []*project
	for _, id := range wanted {
		p := c.st.projectByID[id]
		if p == nil || !p.member(c.user) {
			return nil, notFound("project")
		}
		if !slices.Contains(projects, p) {
			projects = append(projects, p)
		}
	}
	if len(wanted) == 0 {
		for _, p := range c.st.projects {
			if p.member(c.user) {
				projects = append(projects, p)
			}
		}
	}
	tests, err := c.issueTests()
	if err != nil {
		return nil, err
	}
	lists := mapped(projects, func(p *project) []*issue { return p.issues })
	if len(tests) > 0 {
		for n, list := range lists {
			lists[n] = passing(list, tests)
		}
	} else if len(lists) == 1 {
		return slices.Clone(lists[0]), nil
	}
	return merge(lists), nil
}

func passing(list []*issue, tests []issueTest) []*issue {
	var out []*issue
issues:
	for _, i := range list {
		for _, pass := range tests {
			if !pass(i) {
				continue issues
			}
		}
		out = append(out, i)
	}
	return out
}

// merge makes one list of several, all in the order of their ids.
func merge(lists [][]*issue) []*issue {
	total := 0
	for _, list := range lists {
		total += len(list)
	}
	out := make([]*issue, 0, total)
	for len(out) < total {
		next := -1
		for n, list := range lists {
			if len(list) > 0 && (next < 0 || list[0].id < lists[next][0].id) {
				next = n
			}
		}
		out = append(out, lists[next][0])
		lists[next] = lists[next][1:]
	}
	return out
}

// cut takes the page out of issues that are in the order of their ids. Only as much as the page needs is put in order: a big space is asked for its
// newest twenty again and again.
func (w page) cut(list []*issue, less issueOrder) []*issue {
	need := min(w.offset+w.count, len(list))
	order := func(a, b *issue) int {
		c := 0
		if less != nil {
			c = less(a, b)
		}
		if c == 0 { // ties keep the order of the ids
			c = a.id - b.id
		}
		if !w.asc {
			c = -c
		}
		return c
	}
	switch {
	case less == nil && w.asc:
	case less == nil:
		list = slices.Clone(list[len(list)-need:])
		slices.Reverse(list)
	case need*8 > len(list):
		slices.SortFunc(list, order)
	default:
		first := make([]*issue, 0, need+1)
		for _, i := range list {
			if len(first) == need && order(i, first[need-1]) > 0 {
				continue
			}
			at, _ := slices.BinarySearchFunc(first, i, order)
			first = slices.Insert(first, at, i)
			first = first[:min(len(first), need)]
		}
		list = first
	}
	return list[min(w.offset, len(list)):need]
}

func (c *call) issueTests() ([]issueTest, error) {
	var tests []issueTest
	for _, read := range []func() ([]issueTest, error){c.idTests, c.dateTests, c.flagTests, c.fieldTests} {
		more, err := read()
		if err != nil {
			return nil, err
		}
		tests = append(tests, more...)
	}
	if word, _ := c.text("keyword"); word != "" {
		word = strings.ToLower(word)
		tests = append(tests, func(i *issue) bool { return i.contains(word) })
	}
	return tests, nil
}

func (i *issue) contains(lower string) bool {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), lower) }
	return has(i.summary) || has(i.description) || has(i.key()) || slices.ContainsFunc(i.comments, func(m *comment) bool { return has(m.content) })
}

// idTests are the filters by sets of ids.
func (c *call) idTests() ([]issueTest, error) {
	getters := map[string]func(i *issue, match func(int) bool) bool{
		"id":            func(i *issue, m func(int) bool) bool { return m(i.id) },
		"issueTypeId":   func(i *issue, m func(int) bool) bool { return m(i.typ.id) },
		"statusId":      func(i *issue, m func(int) bool) bool { return m(i.status.id) },
		"priorityId":    func(i *issue, m func(int) bool) bool { return m(i.priority.id) },
		"createdUserId": func(i *issue, m func(int) bool) bool { return m(i.createdBy.id) },
		"assigneeId":    func(i *issue, m func(int) bool) bool { return i.assignee != nil && m(i.assignee.id) },
		"resolutionId":  func(i *issue, m func(int) bool) bool { return i.resolution != nil && m(i.resolution.id) },
		"parentIssueId": func(i *issue, m func(int) bool) bool { return i.parent != nil && m(i.parent.id) },
		"categoryId": func(i *issue, m func(int) bool) bool {
			return slices.ContainsFunc(i.categories, func(k *category) bool { return m(k.id) })
		},
		"versionId": func(i *issue, m func(int) bool) bool {
			return slices.ContainsFunc(i.versions, func(v *version) bool { return m(v.id) })
		},
		"milestoneId": func(i *issue, m func(int) bool) bool {
			return slices.ContainsFunc(i.milestones, func(v *version) bool { return m(v.id) })
		},
	}
	var tests []issueTest
	for name, get := range getters {
		ids, _, err := c.ints(name)
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			tests = append(tests, func(i *issue) bool {
				return get(i, func(id int) bool { return slices.Contains(ids, id) })
			})
		}
	}
	return tests, nil
}

// dateTests are the day filters, both ends inclusive. Created and updated are cut at midnight in the zone of the space; which zone the
// real one uses is not published.
func (c *call) dateTests() ([]issueTest, error) {
	local := c.st.dayOf
	getters := map[string]func(*issue) string{
		"created":   func(i *issue) string { return local(i.created) },
		"updated":   func(i *issue) string { return local(i.updated) },
		"startDate": func(i *issue) string { return i.startDate },
		"dueDate":   func(i *issue) string { return i.dueDate },
	}
	var tests []issueTest
	for name, get := range getters {
		since, _, err := c.date(name + "Since")
		if err != nil {
			return nil, err
		}
		until, _, err := c.date(name + "Until")
		if err != nil {
			return nil, err
		}
		if since == "" && until == "" {
			continue
		}
		tests = append(tests, func(i *issue) bool {
			d := get(i)
			return d != "" && d >= since && (until == "" || d <= until)
		})
	}
	return tests, nil
}

func (c *call) flagTests() ([]issueTest, error) {
	var tests []issueTest
	has, ok, err := c.boolean("hasDueDate")
	if err != nil {
		return nil, err
	}
	if has { // only false is accepted, says the page of the API
		return nil, invalid("hasDueDate must be false.")
	}
	if ok {
		tests = append(tests, func(i *issue) bool { return i.dueDate == "" })
	}
	attached, ok, err := c.boolean("attachment")
	if err != nil {
		return nil, err
	}
	if ok {
		tests = append(tests, func(i *issue) bool { return (len(i.attachments) > 0) == attached })
	}
	shared, ok, err := c.boolean("sharedFile")
	if err != nil {
		return nil, err
	}
	if ok {
		tests = append(tests, func(i *issue) bool { return (len(i.shared) > 0) == shared })
	}
	kind, set, _, err := c.number("parentChild")
	if err != nil {
		return nil, err
	}
	if set {
		test := familyTest(kind)
		if test == nil {
			return nil, invalid("parentChild is invalid.")
		}
		tests = append(tests, test)
	}
	return tests, nil
}

func familyTest(kind int) issueTest {
	grandchild := func(i *issue) bool { return i.parent != nil && i.parent.parent != nil }
	tests := []issueTest{
		0:  func(*issue) bool { return true },
		1:  func(i *issue) bool { return i.parent == nil },
		2:  func(i *issue) bool { return i.parent != nil },
		3:  func(i *issue) bool { return i.parent == nil && len(i.children) == 0 },
		4:  func(i *issue) bool { return len(i.children) > 0 },
		5:  grandchild,
		6:  func(i *issue) bool { return i.parent != nil && !grandchild(i) },
		7:  func(i *issue) bool { return i.parent == nil },
		8:  func(i *issue) bool { return !grandchild(i) },
		9:  func(i *issue) bool { return i.parent != nil },
		10: func(i *issue) bool { return len(i.children) == 0 },
	}
	if kind < 0 || kind >= len(tests) {
		return nil
	}
	return tests[kind]
}

// fieldTests are customField_{id} (text), customField_{id}_min and _max (number, date) and customField_{id}[] (items).
func (c *call) fieldTests() ([]issueTest, error) {
	var tests []issueTest
	for _, p := range c.st.projects {
		for _, f := range p.fields {
			name := customName(strconv.Itoa(f.id))
			switch {
			case f.typ == fieldText || f.typ == fieldTextArea:
				if word, _ := c.text(name); word != "" {
					word = strings.ToLower(word)
					tests = append(tests, func(i *issue) bool { return strings.Contains(strings.ToLower(i.custom[f.id].text), word) })
				}
			case f.list():
				ids, _, err := c.ints(name)
				if err != nil {
					return nil, err
				}
				if len(ids) > 0 {
					tests = append(tests, func(i *issue) bool {
						return slices.ContainsFunc(i.custom[f.id].items, func(it *fieldItem) bool { return slices.Contains(ids, it.id) })
					})
				}
			default:
				test, err := c.rangeTest(f, name)
				if err != nil {
					return nil, err
				}
				if test != nil {
					tests = append(tests, test)
				}
			}
		}
	}
	return tests, nil
}

func (c *call) rangeTest(f *customField, name string) (issueTest, error) {
	low, hasLow := c.text(name + "_min")
	high, hasHigh := c.text(name + "_max")
	if !hasLow && !hasHigh {
		return nil, nil
	}
	if f.typ == fieldDate {
		return func(i *issue) bool {
			d := i.custom[f.id].text
			return d != "" && d >= low && (high == "" || d <= high)
		}, nil
	}
	bounds := [2]float64{}
	for n, text := range []string{low, high} {
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, invalid(name + " must be a number.")
		}
		bounds[n] = v
	}
	return func(i *issue) bool {
		v := i.custom[f.id].number
		return v != nil && (low == "" || *v >= bounds[0]) && (high == "" || *v <= bounds[1])
	}, nil
}
