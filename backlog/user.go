package backlog

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// User is a person or a bot of the space. UserID and MailAddress are empty for
// users of a Nulab account, so identify by ID.
type User struct {
	ID            ID            `json:"id"`
	UserID        string        `json:"userId"`
	Name          string        `json:"name"`
	RoleType      RoleType      `json:"roleType"`
	Lang          string        `json:"lang"` // "ja", "en" or ""
	MailAddress   string        `json:"mailAddress"`
	LastLoginTime *time.Time    `json:"lastLoginTime,omitempty"`
	NulabAccount  *NulabAccount `json:"nulabAccount,omitempty"`
}

// NulabAccount is the account behind a user.
type NulabAccount struct {
	NulabID  string `json:"nulabId"`
	Name     string `json:"name"`
	UniqueID string `json:"uniqueId"`
}

// RoleType is a user's role in the space. On new plans 2 is member or guest,
// 3 may only add issues and 4 may only look.
type RoleType int

// The roles of classic plans.
const (
	RoleAdministrator RoleType = 1
	RoleNormal        RoleType = 2
	RoleReporter      RoleType = 3
	RoleViewer        RoleType = 4
	RoleGuestReporter RoleType = 5
	RoleGuestViewer   RoleType = 6
)

// UnmarshalJSON reads a number or a string of digits.
func (r *RoleType) UnmarshalJSON(b []byte) error {
	n, err := tolerantInt(b)
	if err != nil {
		return fmt.Errorf("reading a role: %w", err)
	}
	*r = RoleType(n)
	return nil
}

// GetUserMySelf returns the user that the key belongs to.
//
// https://developer.nulab.com/docs/backlog/api/2/get-own-user/
func (c *Client) GetUserMySelf(ctx context.Context) (*User, error) {
	return one[User](ctx, c, route{"users", "myself"}, nil)
}

// GetUser returns one user.
//
// https://developer.nulab.com/docs/backlog/api/2/get-user/
func (c *Client) GetUser(ctx context.Context, id ID) (*User, error) {
	return one[User](ctx, c, route{"users", id.String()}, nil)
}

// GetUsers returns all users of the space.
//
// https://developer.nulab.com/docs/backlog/api/2/get-user-list/
func (c *Client) GetUsers(ctx context.Context) ([]*User, error) {
	return list[User](ctx, c, route{"users"}, nil)
}

// CreateUserInput describes a new user of a classic plan.
type CreateUserInput struct {
	UserID      string   `form:"userId,always"`
	Password    string   `form:"password,always"`
	Name        string   `form:"name,always"`
	MailAddress string   `form:"mailAddress,always"`
	RoleType    RoleType `form:"roleType,always"`
}

// UpdateUserInput changes a user of a classic plan.
type UpdateUserInput struct {
	Password    Optional[string]   `form:"password"`
	Name        Optional[string]   `form:"name"`
	MailAddress Optional[string]   `form:"mailAddress"`
	RoleType    Optional[RoleType] `form:"roleType"`
}

// CreateUser adds a user. Administrators of classic plans only, as the two that follow.
//
// https://developer.nulab.com/docs/backlog/api/2/add-user/
func (c *Client) CreateUser(ctx context.Context, input *CreateUserInput) (*User, error) {
	return send[User](ctx, c, http.MethodPost, route{"users"}, input)
}

// UpdateUser changes a user.
//
// https://developer.nulab.com/docs/backlog/api/2/update-user/
func (c *Client) UpdateUser(ctx context.Context, id ID, input *UpdateUserInput) (*User, error) {
	return send[User](ctx, c, http.MethodPatch, route{"users", id.String()}, input)
}

// DeleteUser deletes a user; what they wrote stays.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-user/
func (c *Client) DeleteUser(ctx context.Context, id ID) (*User, error) {
	return send[User](ctx, c, http.MethodDelete, route{"users", id.String()}, nil)
}
