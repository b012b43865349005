package backlogsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func starrable() []string {
	return []string{"issueId", "commentId", "wikiId", "pullRequestId", "pullRequestCommentId"}
}

// addStar stars one issue, comment, wiki page, pull request or its comment. https://developer.nulab.com/docs/backlog/api/2/add-star/
func addStar(c *call) (any, error) {
	s := &star{by: c.user, created: c.now}
	var into *[]*star
	for _, name := range starrable() {
		id, set, _, err := c.number(name)
		if err != nil {
			return nil, err
		}
		if !set {
			continue
		}
		if into != nil {
			return nil, invalid("Only one of " + strings.Join(starrable(), ", ") + " can be given.")
		}
		if into = c.starTarget(name, id, s); into == nil {
			return nil, notFound(name[:len(name)-2])
		}
	}
	if into == nil {
		return nil, invalid("One of " + strings.Join(starrable(), ", ") + " is required.")
	}
	if slices.ContainsFunc(*into, func(o *star) bool { return o.by == c.user }) {
		return nil, invalid("The star has already been added.")
	}
	s.id, s.in = c.st.newID(), into
	*into = append(*into, s)
	c.st.stars[s.id] = s
	c.status, c.dirty = http.StatusNoContent, true
	return nil, nil
}

func (c *call) starTarget(name string, id int, s *star) *[]*star {
	origin := c.s.origin(c.req)
	switch name {
	case "issueId":
		if i := c.st.issues[id]; i != nil && i.proj.member(c.user) {
			s.url, s.title = origin+"/view/"+i.key(), "["+i.key()+"] "+i.summary
			s.to = i.createdBy
			return &i.stars
		}
	case "commentId":
		if m := c.st.comments[id]; m != nil && m.issue.proj.member(c.user) {
			s.url, s.title = origin+"/view/"+m.issue.key()+"#comment-"+strconv.Itoa(m.id), "["+m.issue.key()+"] "+m.issue.summary
			s.to = m.by
			return &m.stars
		}
	case "pullRequestId":
		if q := c.st.pulls[id]; q != nil && q.repo.proj.member(c.user) {
			s.url, s.title, s.to = origin+q.path(), "["+q.repo.name+"#"+strconv.Itoa(q.number)+"] "+q.summary, q.createdBy
			return &q.stars
		}
	case "pullRequestCommentId":
		if m := c.st.pullComments[id]; m != nil && m.pull.repo.proj.member(c.user) {
			s.url, s.title, s.to = origin+m.pull.path()+"#comment-"+strconv.Itoa(m.id), "["+m.pull.repo.name+"#"+strconv.Itoa(m.pull.number)+"] "+m.pull.summary, m.by
			return &m.stars
		}
	case "wikiId":
		if k := c.st.wikis[id]; k != nil && k.proj.member(c.user) {
			s.url, s.title = origin+"/alias/wiki/"+strconv.Itoa(k.id), "["+k.proj.key+"] "+k.name
			s.to = k.createdBy
			return &k.stars
		}
	}
	return nil
}

func removeStar(c *call) (any, error) {
	id := c.id("id")
	s := c.st.stars[id]
	if s == nil || s.by != c.user {
		return nil, notFound("star")
	}
	delete(c.st.stars, id)
	*s.in = without(*s.in, s)
	c.status, c.dirty = http.StatusNoContent, true
	return nil, nil
}

func (c *call) starsOf(u *user) []*star {
	var list []*star
	for _, s := range c.st.stars {
		if s.to == u {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *star) int { return a.id - b.id })
	return list
}

// listUserStars gives the stars that a user has received. https://developer.nulab.com/docs/backlog/api/2/get-received-star-list/
func listUserStars(c *call) (any, error) {
	u, err := c.pathUser()
	if err != nil {
		return nil, err
	}
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	return mapped(window(c.starsOf(u), w, func(s *star) int { return s.id }), (*star).wire), nil
}

func countUserStars(c *call) (any, error) {
	u, err := c.pathUser()
	if err != nil {
		return nil, err
	}
	since, _, err := c.date("since")
	if err != nil {
		return nil, err
	}
	until, _, err := c.date("until")
	if err != nil {
		return nil, err
	}
	count := 0
	for _, s := range c.starsOf(u) {
		d := c.st.dayOf(s.created)
		if d >= since && (until == "" || d <= until) {
			count++
		}
	}
	return wireCount{count}, nil
}
