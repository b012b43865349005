package backlog

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// PullRequest is a pull request of a Git repository. It is named by its number
// within the repository.
type PullRequest struct {
	ID           ID           `json:"id"`
	ProjectID    ID           `json:"projectId"`
	RepositoryID ID           `json:"repositoryId"`
	Number       int          `json:"number"`
	Summary      string       `json:"summary"`
	Description  string       `json:"description"`
	Base         string       `json:"base"`   // merged into
	Branch       string       `json:"branch"` // merged from
	Status       Ref          `json:"status"` // PullRequestOpen …
	Assignee     *User        `json:"assignee"`
	Issue        *Issue       `json:"issue"`
	BaseCommit   string       `json:"baseCommit"`
	BranchCommit string       `json:"branchCommit"`
	MergeCommit  string       `json:"mergeCommit"`
	CloseAt      *time.Time   `json:"closeAt"`
	MergeAt      *time.Time   `json:"mergeAt"`
	CreatedUser  *User        `json:"createdUser,omitempty"`
	Created      time.Time    `json:"created"`
	UpdatedUser  *User        `json:"updatedUser,omitempty"`
	Updated      time.Time    `json:"updated"`
	Attachments  []Attachment `json:"attachments"`
	Stars        []Star       `json:"stars"`
}

// The statuses of pull requests.
const (
	PullRequestOpen   ID = 1
	PullRequestClosed ID = 2
	PullRequestMerged ID = 3
)

// PullRequestComment is an entry in the history of a pull request. Content is
// empty when nobody wrote anything.
type PullRequestComment struct {
	ID            ID             `json:"id"`
	Content       string         `json:"content"`
	ChangeLog     []ChangeLog    `json:"changeLog"`
	CreatedUser   *User          `json:"createdUser,omitempty"`
	Created       time.Time      `json:"created"`
	Updated       time.Time      `json:"updated"`
	Stars         []Star         `json:"stars"`
	Notifications []Notification `json:"notifications"`
}

// GetPullRequestsOptions narrows and pages through pull requests, the newest first.
type GetPullRequestsOptions struct {
	StatusIDs      []ID `form:"statusId"`
	AssigneeIDs    []ID `form:"assigneeId"`
	IssueIDs       []ID `form:"issueId"`
	CreatedUserIDs []ID `form:"createdUserId"`
	Offset         int  `form:"offset"`
	Count          int  `form:"count"` // 1–100, the vendor's default is 20
}

// CreatePullRequestInput describes a new pull request.
type CreatePullRequestInput struct {
	Summary         string `form:"summary,always"`
	Description     string `form:"description,always"`
	Base            string `form:"base,always"`
	Branch          string `form:"branch,always"`
	IssueID         ID     `form:"issueId"`
	AssigneeID      ID     `form:"assigneeId"`
	NotifiedUserIDs []ID   `form:"notifiedUserId"`
	AttachmentIDs   []ID   `form:"attachmentId"`
}

// UpdatePullRequestInput changes a pull request. Merging and closing is done in
// the browser.
type UpdatePullRequestInput struct {
	Summary         Optional[string] `form:"summary"`
	Description     Optional[string] `form:"description"`
	IssueID         Optional[ID]     `form:"issueId"`
	AssigneeID      Optional[ID]     `form:"assigneeId"`
	NotifiedUserIDs []ID             `form:"notifiedUserId"`
	Comment         string           `form:"comment"`
}

// CreatePullRequestCommentInput is a new comment.
type CreatePullRequestCommentInput struct {
	Content         string `form:"content,always"`
	NotifiedUserIDs []ID   `form:"notifiedUserId"`
	AttachmentIDs   []ID   `form:"attachmentId"`
}

func pullsRoute(project, repository string, more ...string) route {
	return append(gitRoute(project, repository, "pullRequests"), more...)
}

// GetPullRequests returns one page of pull requests; opts may be nil. Use
// AllPullRequests to reach the end.
//
// https://developer.nulab.com/docs/backlog/api/2/get-pull-request-list/
func (c *Client) GetPullRequests(ctx context.Context, project, repository string, opts *GetPullRequestsOptions) ([]*PullRequest, error) {
	return list[PullRequest](ctx, c, pullsRoute(project, repository), encode(opts))
}

// GetPullRequestsCount returns how many pull requests match.
//
// https://developer.nulab.com/docs/backlog/api/2/get-number-of-pull-requests/
func (c *Client) GetPullRequestsCount(ctx context.Context, project, repository string, opts *GetPullRequestsOptions) (int, error) {
	return count(ctx, c, pullsRoute(project, repository, "count"), encode(opts))
}

// GetPullRequest returns one pull request.
//
// https://developer.nulab.com/docs/backlog/api/2/get-pull-request/
func (c *Client) GetPullRequest(ctx context.Context, project, repository string, number int) (*PullRequest, error) {
	return one[PullRequest](ctx, c, pullsRoute(project, repository, strconv.Itoa(number)), nil)
}

// CreatePullRequest adds a pull request.
//
// https://developer.nulab.com/docs/backlog/api/2/add-pull-request/
func (c *Client) CreatePullRequest(ctx context.Context, project, repository string, input *CreatePullRequestInput) (*PullRequest, error) {
	return send[PullRequest](ctx, c, http.MethodPost, pullsRoute(project, repository), input)
}

// UpdatePullRequest changes a pull request.
//
// https://developer.nulab.com/docs/backlog/api/2/update-pull-request/
func (c *Client) UpdatePullRequest(ctx context.Context, project, repository string, number int, input *UpdatePullRequestInput) (*PullRequest, error) {
	return send[PullRequest](ctx, c, http.MethodPatch, pullsRoute(project, repository, strconv.Itoa(number)), input)
}

// GetPullRequestComments returns one page of comments; opts may be nil. Use
// AllPullRequestComments to reach the end.
//
// https://developer.nulab.com/docs/backlog/api/2/get-pull-request-comment/
func (c *Client) GetPullRequestComments(ctx context.Context, project, repository string, number int, opts *GetIssueCommentsOptions) ([]*PullRequestComment, error) {
	return list[PullRequestComment](ctx, c, pullsRoute(project, repository, strconv.Itoa(number), "comments"), encode(opts))
}

// GetPullRequestCommentsCount returns how many comments a pull request has.
//
// https://developer.nulab.com/docs/backlog/api/2/get-number-of-pull-request-comments/
func (c *Client) GetPullRequestCommentsCount(ctx context.Context, project, repository string, number int) (int, error) {
	return count(ctx, c, pullsRoute(project, repository, strconv.Itoa(number), "comments", "count"), nil)
}

// CreatePullRequestComment adds a comment.
//
// https://developer.nulab.com/docs/backlog/api/2/add-pull-request-comment/
func (c *Client) CreatePullRequestComment(ctx context.Context, project, repository string, number int, input *CreatePullRequestCommentInput) (*PullRequestComment, error) {
	return send[PullRequestComment](ctx, c, http.MethodPost, pullsRoute(project, repository, strconv.Itoa(number), "comments"), input)
}

// UpdatePullRequestComment replaces the text of one's own comment.
//
// https://developer.nulab.com/docs/backlog/api/2/update-pull-request-comment-information/
func (c *Client) UpdatePullRequestComment(ctx context.Context, project, repository string, number int, id ID, content string) (*PullRequestComment, error) {
	input := struct {
		Content string `form:"content,always"`
	}{content}
	return send[PullRequestComment](ctx, c, http.MethodPatch, pullsRoute(project, repository, strconv.Itoa(number), "comments", id.String()), input)
}

// GetPullRequestAttachments returns the files of a pull request.
//
// https://developer.nulab.com/docs/backlog/api/2/get-list-of-pull-request-attachment/
func (c *Client) GetPullRequestAttachments(ctx context.Context, project, repository string, number int) ([]*Attachment, error) {
	return list[Attachment](ctx, c, pullsRoute(project, repository, strconv.Itoa(number), "attachments"), nil)
}

// GetPullRequestAttachment writes the bytes of a file to w.
//
// https://developer.nulab.com/docs/backlog/api/2/download-pull-request-attachment/
func (c *Client) GetPullRequestAttachment(ctx context.Context, project, repository string, number int, id ID, w io.Writer) error {
	return c.download(ctx, pullsRoute(project, repository, strconv.Itoa(number), "attachments", id.String()), w)
}

// DeletePullRequestAttachment deletes a file of a pull request.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-pull-request-attachments/
func (c *Client) DeletePullRequestAttachment(ctx context.Context, project, repository string, number int, id ID) (*Attachment, error) {
	return send[Attachment](ctx, c, http.MethodDelete, pullsRoute(project, repository, strconv.Itoa(number), "attachments", id.String()), nil)
}
