package backlog

import (
	"context"
	"iter"
)

// maxDirectory is the most entries of a directory that the vendor returns at once.
const maxDirectory = 1000

// AllIssues runs through all issues that match, page after page from
// opts.Offset; opts.Count is ignored and opts may be nil. Without opts.Sort it goes
// by creation, oldest first, which writes disturb least. Pages overlap by one
// issue, so that a list that moved meanwhile is noticed and read again; no issue
// comes twice.
func (c *Client) AllIssues(ctx context.Context, opts *GetIssuesOptions) iter.Seq2[*Issue, error] {
	o := *orZero(opts)
	if o.Sort == "" {
		o.Sort, o.Order = SortCreated, OrderAsc
	}
	return byOffset(o.Offset, pageSize, func(i *Issue) ID { return i.ID }, func(offset, count int) ([]*Issue, error) {
		page := o
		page.Offset, page.Count = offset, count
		return c.GetIssues(ctx, &page)
	})
}

// AllDocuments runs through all documents that match, as AllIssues does.
func (c *Client) AllDocuments(ctx context.Context, opts *GetDocumentsOptions) iter.Seq2[*Document, error] {
	o := *orZero(opts)
	if o.Sort == "" {
		o.Sort, o.Order = SortCreated, OrderAsc
	}
	return byOffset(o.Offset, pageSize, func(d *Document) string { return d.ID }, func(offset, count int) ([]*Document, error) {
		page := o
		page.Offset, page.Count = offset, count
		return c.GetDocuments(ctx, &page)
	})
}

// AllPullRequests runs through all pull requests that match, the newest first.
func (c *Client) AllPullRequests(ctx context.Context, project, repository string, opts *GetPullRequestsOptions) iter.Seq2[*PullRequest, error] {
	o := *orZero(opts)
	return byOffset(o.Offset, pageSize, func(p *PullRequest) ID { return p.ID }, func(offset, count int) ([]*PullRequest, error) {
		page := o
		page.Offset, page.Count = offset, count
		return c.GetPullRequests(ctx, project, repository, &page)
	})
}

// AllTeams runs through all teams of the space.
func (c *Client) AllTeams(ctx context.Context, opts *GetTeamsOptions) iter.Seq2[*Team, error] {
	o := *orZero(opts)
	return byOffset(o.Offset, pageSize, func(t *Team) ID { return t.ID }, func(offset, count int) ([]*Team, error) {
		page := o
		page.Offset, page.Count = offset, count
		return c.GetTeams(ctx, &page)
	})
}

// AllUserWatchings runs through all that a user watches. Without opts.Sort it goes
// by creation, oldest first.
func (c *Client) AllUserWatchings(ctx context.Context, userID ID, opts *GetUserWatchingsOptions) iter.Seq2[*Watching, error] {
	o := *orZero(opts)
	if o.Sort == "" {
		o.Sort, o.Order = string(SortCreated), OrderAsc
	}
	return byOffset(o.Offset, pageSize, func(w *Watching) ID { return w.ID }, func(offset, count int) ([]*Watching, error) {
		page := o
		page.Offset, page.Count = offset, count
		return c.GetUserWatchings(ctx, userID, &page)
	})
}

// AllSharedFiles runs through all entries of one directory.
func (c *Client) AllSharedFiles(ctx context.Context, project, directory string) iter.Seq2[*SharedFile, error] {
	return byOffset(0, maxDirectory, func(f *SharedFile) ID { return f.ID }, func(offset, count int) ([]*SharedFile, error) {
		return c.GetSharedFiles(ctx, project, directory, &GetSharedFilesOptions{Order: OrderAsc, Offset: offset, Count: count})
	})
}

// AllIssueComments runs through the comments of an issue with ids above minID (0
// for all), oldest first.
func (c *Client) AllIssueComments(ctx context.Context, idOrKey string, minID ID) iter.Seq2[*Comment, error] {
	fetch := func(after ID) ([]*Comment, error) {
		return c.GetIssueComments(ctx, idOrKey, &GetIssueCommentsOptions{MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(m *Comment) ID { return m.ID }, fetch)
}

// AllPullRequestComments runs through the comments of a pull request with ids
// above minID (0 for all), oldest first.
func (c *Client) AllPullRequestComments(ctx context.Context, project, repository string, number int, minID ID) iter.Seq2[*PullRequestComment, error] {
	fetch := func(after ID) ([]*PullRequestComment, error) {
		return c.GetPullRequestComments(ctx, project, repository, number, &GetIssueCommentsOptions{MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(m *PullRequestComment) ID { return m.ID }, fetch)
}

// AllNotifications runs through the user's own notifications with ids above minID
// (0 for all), oldest first.
func (c *Client) AllNotifications(ctx context.Context, minID ID) iter.Seq2[*Notification, error] {
	fetch := func(after ID) ([]*Notification, error) {
		return c.GetNotifications(ctx, &GetNotificationsOptions{MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(n *Notification) ID { return n.ID }, fetch)
}

// AllUserStars runs through the stars that a user received with ids above minID (0
// for all), oldest first.
func (c *Client) AllUserStars(ctx context.Context, userID, minID ID) iter.Seq2[*Star, error] {
	fetch := func(after ID) ([]*Star, error) {
		return c.GetUserStars(ctx, userID, &GetUserStarsOptions{MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(s *Star) ID { return s.ID }, fetch)
}

// AllWikiHistory runs through the versions of a page above minVersion (0 for all),
// oldest first.
func (c *Client) AllWikiHistory(ctx context.Context, id ID, minVersion int) iter.Seq2[*WikiHistory, error] {
	fetch := func(after ID) ([]*WikiHistory, error) {
		return c.GetWikiHistory(ctx, id, &GetWikiHistoryOptions{MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(ID(minVersion), func(h *WikiHistory) ID { return ID(h.Version) }, fetch)
}

// AllSpaceActivities runs through the activities of joined projects with ids
// above minID (0 for all), oldest first; without types it gives all types.
func (c *Client) AllSpaceActivities(ctx context.Context, minID ID, types ...ActivityType) iter.Seq2[*Activity, error] {
	return activities(minID, types, func(opts *GetActivitiesOptions) ([]*Activity, error) { return c.GetSpaceActivities(ctx, opts) })
}

// AllProjectActivities is AllSpaceActivities for one project.
func (c *Client) AllProjectActivities(ctx context.Context, project string, minID ID, types ...ActivityType) iter.Seq2[*Activity, error] {
	return activities(minID, types, func(opts *GetActivitiesOptions) ([]*Activity, error) {
		return c.GetProjectActivities(ctx, project, opts)
	})
}

// AllUserActivities is AllSpaceActivities for what one user did.
func (c *Client) AllUserActivities(ctx context.Context, userID, minID ID, types ...ActivityType) iter.Seq2[*Activity, error] {
	return activities(minID, types, func(opts *GetActivitiesOptions) ([]*Activity, error) {
		return c.GetUserActivities(ctx, userID, opts)
	})
}

func activities(minID ID, types []ActivityType, get func(*GetActivitiesOptions) ([]*Activity, error)) iter.Seq2[*Activity, error] {
	fetch := func(after ID) ([]*Activity, error) {
		return get(&GetActivitiesOptions{TypeIDs: types, MinID: after, Count: pageSize, Order: OrderAsc})
	}
	return ascending(minID, func(a *Activity) ID { return a.ID }, fetch)
}

// orZero gives options for none.
func orZero[T any](opts *T) *T {
	if opts == nil {
		return new(T)
	}
	return opts
}
