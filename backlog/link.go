package backlog

import (
	"net/url"
	"strings"
)

// IssueURL returns the address of an issue in the browser.
func (c *Client) IssueURL(key string) string {
	return c.origin + "/view/" + url.PathEscape(key)
}

// CommentURL returns the address of a comment in the browser.
func (c *Client) CommentURL(key string, id ID) string {
	return c.IssueURL(key) + "#comment-" + id.String()
}

// WikiURL returns the address of a page in the browser; it changes with the name.
func (c *Client) WikiURL(projectKey, name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return c.origin + "/wiki/" + url.PathEscape(projectKey) + "/" + strings.Join(parts, "/")
}

// WikiAliasURL returns the address of a page by its id, which stays.
func (c *Client) WikiAliasURL(id ID) string {
	return c.origin + "/alias/wiki/" + id.String()
}
