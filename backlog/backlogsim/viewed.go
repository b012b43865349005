package backlogsim

import (
	"slices"
	"time"
)

// view is one line of what a user looked at recently; exactly one of its targets is set. Each target is listed once, with the last time.
type view struct {
	issue *issue
	wiki  *wiki
	proj  *project
	at    time.Time
}

// viewed notes that the user looked at an issue or a wiki page, and so at its project. Reading through the API does not count: the real space has calls
// of their own for that.
func (c *call) viewed(i *issue, k *wiki) {
	var p *project
	if i != nil {
		p = i.proj
	} else {
		p = k.proj
	}
	for _, v := range []view{{issue: i, wiki: k, at: c.now}, {proj: p, at: c.now}} {
		list := slices.DeleteFunc(c.st.views[c.user.id], func(o view) bool { return o.issue == v.issue && o.wiki == v.wiki && o.proj == v.proj })
		c.st.views[c.user.id] = append(list, v)
	}
	c.dirty = true
}

// listViewed lists the views that keep accepts, the newest first unless order is asc.
func (c *call) listViewed(keep func(view) bool, wire func(view) any) (any, error) {
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(slices.Clone(c.st.views[c.user.id]), func(v view) bool { return !keep(v) })
	if !w.asc {
		slices.Reverse(list)
	}
	list = list[min(w.offset, len(list)):]
	return mapped(list[:min(w.count, len(list))], wire), nil
}

func listViewedIssues(c *call) (any, error) {
	return c.listViewed(
		func(v view) bool { return v.issue != nil && v.issue.proj.member(c.user) },
		func(v view) any { return object{{"issue", v.issue.wire(false)}, {"updated", stamp(v.at)}} })
}

func listViewedProjects(c *call) (any, error) {
	return c.listViewed(
		func(v view) bool { return v.proj != nil && v.proj.member(c.user) },
		func(v view) any { return object{{"project", v.proj.wire()}, {"updated", stamp(v.at)}} })
}

func listViewedWikis(c *call) (any, error) {
	return c.listViewed(
		func(v view) bool { return v.wiki != nil && v.wiki.proj.member(c.user) },
		func(v view) any { return object{{"page", v.wiki.wire(false)}, {"updated", stamp(v.at)}} })
}

// addViewedIssue: https://developer.nulab.com/docs/backlog/api/2/add-recently-viewed-issue/
func addViewedIssue(c *call) (any, error) {
	name, err := c.needText("issueIdOrKey", 0)
	if err != nil {
		return nil, err
	}
	i := c.st.find(name)
	if i == nil || !i.proj.member(c.user) {
		return nil, notFound("issue")
	}
	c.viewed(i, nil)
	return i.wire(false), nil
}

// addViewedWiki: https://developer.nulab.com/docs/backlog/api/2/add-recently-viewed-wiki/
func addViewedWiki(c *call) (any, error) {
	id, err := c.need("wikiId")
	if err != nil {
		return nil, err
	}
	k := c.st.wikis[id]
	if k == nil || !k.proj.member(c.user) {
		return nil, notFound("page")
	}
	c.viewed(nil, k)
	return k.wire(true), nil
}

// forgetViews takes out what is gone.
func (st *state) forgetViews(gone func(view) bool) {
	for id, list := range st.views {
		st.views[id] = slices.DeleteFunc(list, gone)
	}
}
