package backlog

import (
	"cmp"
	"context"
	"iter"
	"slices"
)

// pageSize is the most that the vendor returns at once.
const pageSize = 100

// AllIssues runs through all issues that match, page after page from
// opts.Offset; opts.Count is ignored and opts may be nil. Without opts.Sort it goes
// by creation, oldest first, which writes disturb least. Pages overlap by one
// issue, so that a list that moved meanwhile is noticed and read again; no issue
// comes twice.
func (c *Client) AllIssues(ctx context.Context, opts *GetIssuesOptions) iter.Seq2[*Issue, error] {
	var o GetIssuesOptions
	if opts != nil {
		o = *opts
	}
	if o.Sort == "" {
		o.Sort, o.Order = SortCreated, OrderAsc
	}
	o.Count = pageSize
	return func(yield func(*Issue, error) bool) {
		const rereads = 3 // in a row; a list that moves all the time must end too
		page, seen, last, left := o, map[ID]bool{}, ID(0), rereads
		for {
			issues, err := c.GetIssues(ctx, &page)
			if err != nil {
				yield(nil, err)
				return
			}
			moved := last != 0 && (len(issues) == 0 || issues[0].ID != last)
			if moved && left > 0 {
				left--
				last = 0
				page.Offset = max(page.Offset-pageSize, o.Offset)
				continue
			}
			if !moved && last != 0 {
				left = rereads
			}
			for _, issue := range issues {
				if !seen[issue.ID] {
					seen[issue.ID] = true
					if !yield(issue, nil) {
						return
					}
				}
			}
			if len(issues) < pageSize {
				return
			}
			last = issues[len(issues)-1].ID
			page.Offset += pageSize - 1
		}
	}
}

// AllIssueComments runs through the comments of an issue with ids above minID (0
// for all), oldest first.
func (c *Client) AllIssueComments(ctx context.Context, idOrKey string, minID ID) iter.Seq2[*Comment, error] {
	fetch := func(after ID) ([]*Comment, error) {
		return c.GetIssueComments(ctx, idOrKey, &GetIssueCommentsOptions{MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(m *Comment) ID { return m.ID }, fetch)
}

// AllSpaceActivities runs through the activities of joined projects with ids
// above minID (0 for all), oldest first; without types it gives all types.
func (c *Client) AllSpaceActivities(ctx context.Context, minID ID, types ...ActivityType) iter.Seq2[*Activity, error] {
	fetch := func(after ID) ([]*Activity, error) {
		return c.GetSpaceActivities(ctx, &GetActivitiesOptions{TypeIDs: types, MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(a *Activity) ID { return a.ID }, fetch)
}

// AllProjectActivities is AllSpaceActivities for one project.
func (c *Client) AllProjectActivities(ctx context.Context, project string, minID ID, types ...ActivityType) iter.Seq2[*Activity, error] {
	fetch := func(after ID) ([]*Activity, error) {
		return c.GetProjectActivities(ctx, project, &GetActivitiesOptions{TypeIDs: types, MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(a *Activity) ID { return a.ID }, fetch)
}

// ascending pages by the last id seen. Whether the vendor repeats that id is not
// published, so repeats are dropped; a full page without anything new ends it.
func ascending[T any](after ID, id func(T) ID, fetch func(after ID) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		last := after
		for {
			page, err := fetch(last)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			slices.SortStableFunc(page, func(a, b T) int { return cmp.Compare(id(a), id(b)) })
			before := last
			for _, item := range page {
				if id(item) <= last {
					continue
				}
				last = id(item)
				if !yield(item, nil) {
					return
				}
			}
			if len(page) < pageSize || last == before {
				return
			}
		}
	}
}
