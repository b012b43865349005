package backlogsim

import (
	"net/url"
	"strconv"
	"time"
)

// repository is a Git repository. The API only reads it, so it comes from the seed or from Push; what is in it is of no concern here.
type repository struct {
	id, order            int
	proj                 *project
	name, description    string
	size                 int
	pulls                []*pull // by number
	createdBy, updatedBy *user
	created, updated     time.Time
	pushed               time.Time
}

type wireRepository struct {
	ID           int       `json:"id"`
	ProjectID    int       `json:"projectId"`
	Name         string    `json:"name"`
	Description  string    `json:"description"`
	HookURL      *string   `json:"hookUrl"`
	HTTPURL      string    `json:"httpUrl"`
	SSHURL       string    `json:"sshUrl"`
	DisplayOrder int       `json:"displayOrder"`
	PushedAt     *stamp    `json:"pushedAt"`
	CreatedUser  *wireUser `json:"createdUser"`
	Created      stamp     `json:"created"`
	UpdatedUser  *wireUser `json:"updatedUser"`
	Updated      stamp     `json:"updated"`
}

func (c *call) wireRepository(r *repository) *wireRepository {
	origin := c.s.origin(c.req)
	host := origin
	if u, err := url.Parse(origin); err == nil {
		host = u.Hostname()
	}
	w := &wireRepository{
		ID: r.id, ProjectID: r.proj.id, Name: r.name, Description: r.description, HTTPURL: origin + "/git/" + r.proj.key + "/" + r.name + ".git",
		SSHURL: c.st.space.Key + "@" + c.st.space.Key + ".git." + host + ":/" + r.proj.key + "/" + r.name + ".git", DisplayOrder: r.order,
		CreatedUser: r.createdBy.wire(), Created: stamp(r.created), UpdatedUser: r.updatedBy.wire(), Updated: stamp(r.updated),
	}
	if !r.pushed.IsZero() {
		t := stamp(r.pushed)
		w.PushedAt = &t
	}
	return w
}

// gitProject is the project of the path, if the plan has Git.
func (c *call) gitProject() (*project, error) {
	p, err := c.project()
	if err == nil {
		err = c.feature("git")
	}
	return p, err
}

func listRepositories(c *call) (any, error) {
	p, err := c.gitProject()
	if err != nil {
		return nil, err
	}
	return mapped(p.repos, c.wireRepository), nil
}

// repository is the one that the path names by id or name.
func (c *call) repository() (*repository, error) {
	p, err := c.gitProject()
	if err != nil {
		return nil, err
	}
	if r := p.repository(c.vars["repo"]); r != nil {
		return r, nil
	}
	return nil, notFound("repository")
}

func (p *project) repository(idOrName string) *repository {
	id, err := strconv.Atoi(idOrName)
	for _, r := range p.repos {
		if r.name == idOrName || (err == nil && r.id == id) {
			return r
		}
	}
	return nil
}

func getRepository(c *call) (any, error) {
	r, err := c.repository()
	if err != nil {
		return nil, err
	}
	return c.wireRepository(r), nil
}

// wireRepo is how activities name a repository.
type wireRepo struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

func (r *repository) ref() wireRepo { return wireRepo{r.id, r.name, r.description} }

type wireRevision struct {
	Rev     string `json:"rev"`
	Comment string `json:"comment"`
}

type wirePush struct {
	Repository    wireRepo       `json:"repository"`
	ChangeType    string         `json:"change_type"`
	RevisionType  string         `json:"revision_type"`
	Ref           string         `json:"ref"`
	RevisionCount int            `json:"revision_count"`
	Revisions     []wireRevision `json:"revisions"`
}
