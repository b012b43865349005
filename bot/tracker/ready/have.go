package ready

import (
	"context"
	"errors"
	"fmt"

	"toban/backlog"
)

// Have is what a project has, as far as it matters for what is wanted.
type Have struct {
	Project    *backlog.Project
	Admin      bool // the bot may see and make webhooks, statuses and custom fields
	NoFields   bool // the plan of the space has no custom fields
	Types      []*backlog.IssueType
	Categories []*backlog.Category
	Statuses   []*backlog.Status
	Fields     []*backlog.CustomField
	Hooks      []*backlog.Webhook
	Pages      []*backlog.Wiki
}

// Read asks Backlog for what a project has of what is wanted. It changes nothing.
func Read(ctx context.Context, c *backlog.Client, project string, want Want) (Have, error) {
	var h Have
	var err error
	if h.Project, err = c.GetProject(ctx, project); err != nil {
		return h, fmt.Errorf("reading project %s: %w", project, err)
	}
	if h.Types, err = c.GetIssueTypes(ctx, project); err != nil {
		return h, fmt.Errorf("reading the issue types of project %s: %w", project, err)
	}
	switch h.Hooks, err = c.GetWebhooks(ctx, project); {
	case err == nil:
		h.Admin = true
	case !denied(err):
		return h, fmt.Errorf("reading the webhooks of project %s: %w", project, err)
	}
	if len(want.Categories) > 0 {
		if h.Categories, err = c.GetCategories(ctx, project); err != nil {
			return h, fmt.Errorf("reading the categories of project %s: %w", project, err)
		}
	}
	if len(want.Statuses) > 0 {
		if h.Statuses, err = c.GetStatuses(ctx, project); err != nil {
			return h, fmt.Errorf("reading the statuses of project %s: %w", project, err)
		}
	}
	if len(want.Fields) > 0 {
		switch h.Fields, err = c.GetCustomFields(ctx, project); {
		case lacking(err):
			h.NoFields = true
		case err != nil:
			return h, fmt.Errorf("reading the custom fields of project %s: %w", project, err)
		}
	}
	if want.Home != nil && h.Project.UseWiki {
		if h.Pages, err = c.GetWikis(ctx, &backlog.GetWikisOptions{ProjectIDOrKey: project}); err != nil {
			return h, fmt.Errorf("reading the wiki pages of project %s: %w", project, err)
		}
	}
	return h, nil
}

// denied reports whether the bot's account may not do it.
func denied(err error) bool {
	return errors.Is(err, backlog.ErrForbidden) || errors.Is(err, backlog.ErrUnauthorized)
}

// lacking reports whether the plan of the space does not have it, or no more of it.
func lacking(err error) bool {
	var answer *backlog.Error
	return errors.As(err, &answer) && (answer.HasCode(backlog.CodeLicence) || answer.HasCode(backlog.CodeTooMany))
}
