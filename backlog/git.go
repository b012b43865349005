package backlog

import (
	"context"
	"time"
)

// GitRepository is a Git repository of a project. The API only reads it.
type GitRepository struct {
	ID           ID         `json:"id"`
	ProjectID    ID         `json:"projectId"`
	Name         string     `json:"name"`
	Description  string     `json:"description"`
	HookURL      string     `json:"hookUrl"`
	HTTPURL      string     `json:"httpUrl"`
	SSHURL       string     `json:"sshUrl"`
	DisplayOrder int        `json:"displayOrder"`
	PushedAt     *time.Time `json:"pushedAt"`
	CreatedUser  *User      `json:"createdUser,omitempty"`
	Created      time.Time  `json:"created"`
	UpdatedUser  *User      `json:"updatedUser,omitempty"`
	Updated      time.Time  `json:"updated"`
}

// GetGitRepositories returns a project's repositories.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-git-repositories/
func (c *Client) GetGitRepositories(ctx context.Context, project string) ([]*GitRepository, error) {
	return list[GitRepository](ctx, c, gitRoute(project), nil)
}

// GetGitRepository returns one repository, by id or name.
//
// https://developer.nulab.com/docs/backlog/api/2/get-git-repository/
func (c *Client) GetGitRepository(ctx context.Context, project, repository string) (*GitRepository, error) {
	return one[GitRepository](ctx, c, gitRoute(project, repository), nil)
}

func gitRoute(project string, more ...string) route {
	return append(route{"projects", project, "git", "repositories"}, more...)
}
