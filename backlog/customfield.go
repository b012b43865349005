package backlog

import (
	"context"
	"net/http"
)

// FieldType is the kind of a custom field.
type FieldType int

// The eight kinds.
const (
	FieldText         FieldType = 1
	FieldTextArea     FieldType = 2
	FieldNumber       FieldType = 3
	FieldDate         FieldType = 4
	FieldSingleList   FieldType = 5
	FieldMultipleList FieldType = 6
	FieldCheckBox     FieldType = 7
	FieldRadio        FieldType = 8
)

// CustomField is the definition of a custom field in one project. Which of the
// later fields mean something depends on the type.
type CustomField struct {
	ID                   ID                `json:"id"`
	ProjectID            ID                `json:"projectId"`
	TypeID               FieldType         `json:"typeId"`
	Name                 string            `json:"name"`
	Description          string            `json:"description"`
	Required             bool              `json:"required"`
	UseIssueType         bool              `json:"useIssueType"`
	ApplicableIssueTypes []ID              `json:"applicableIssueTypes"` // empty: all
	DisplayOrder         int               `json:"displayOrder"`
	Min                  Text              `json:"min,omitempty"` // number or date
	Max                  Text              `json:"max,omitempty"` // number or date
	InitialValue         Text              `json:"initialValue,omitempty"`
	Unit                 string            `json:"unit,omitempty"`
	InitialDate          *InitialDate      `json:"initialDate,omitempty"`
	AllowInput           bool              `json:"allowInput,omitempty"`
	AllowAddItem         bool              `json:"allowAddItem,omitempty"`
	Items                []CustomFieldItem `json:"items,omitempty"`
}

// InitialDate is the preset of a date field: 1 today, 2 today and Shift days, 3 Date.
type InitialDate struct {
	ID    ID   `json:"id"`
	Date  Date `json:"date"`
	Shift int  `json:"shift"`
}

// CustomFieldItem is a choice of a list, of check boxes or of radio buttons.
type CustomFieldItem struct {
	ID           ID     `json:"id"`
	Name         string `json:"name"`
	DisplayOrder int    `json:"displayOrder"`
}

// CreateCustomFieldInput describes a custom field; fields that the type does not
// know are left empty.
type CreateCustomFieldInput struct {
	TypeID               FieldType      `form:"typeId,always"`
	Name                 string         `form:"name,always"`
	ApplicableIssueTypes []ID           `form:"applicableIssueTypes"`
	Description          string         `form:"description"`
	Required             bool           `form:"required"`
	Min                  string         `form:"min"`
	Max                  string         `form:"max"`
	InitialValue         string         `form:"initialValue"`
	Unit                 string         `form:"unit"`
	InitialValueType     int            `form:"initialValueType"`
	InitialDate          Date           `form:"initialDate"`
	InitialShift         Optional[int]  `form:"initialShift"`
	Items                []string       `form:"items"`
	AllowInput           Optional[bool] `form:"allowInput"`
	AllowAddItem         Optional[bool] `form:"allowAddItem"`
}

// UpdateCustomFieldInput changes a custom field. Its type cannot be changed.
type UpdateCustomFieldInput struct {
	Name                 Optional[string] `form:"name"`
	ApplicableIssueTypes Optional[[]ID]   `form:"applicableIssueTypes"`
	Description          Optional[string] `form:"description"`
	Required             Optional[bool]   `form:"required"`
	Min                  Optional[string] `form:"min"`
	Max                  Optional[string] `form:"max"`
	InitialValue         Optional[string] `form:"initialValue"`
	Unit                 Optional[string] `form:"unit"`
	InitialValueType     Optional[int]    `form:"initialValueType"`
	InitialDate          Optional[Date]   `form:"initialDate"`
	InitialShift         Optional[int]    `form:"initialShift"`
	AllowInput           Optional[bool]   `form:"allowInput"`
	AllowAddItem         Optional[bool]   `form:"allowAddItem"`
}

// GetCustomFields returns a project's custom fields.
//
// https://developer.nulab.com/docs/backlog/api/2/get-custom-field-list/
func (c *Client) GetCustomFields(ctx context.Context, project string) ([]*CustomField, error) {
	return list[CustomField](ctx, c, route{"projects", project, "customFields"}, nil)
}

// CreateCustomField adds a custom field.
//
// https://developer.nulab.com/docs/backlog/api/2/add-custom-field/
func (c *Client) CreateCustomField(ctx context.Context, project string, input *CreateCustomFieldInput) (*CustomField, error) {
	return send[CustomField](ctx, c, http.MethodPost, route{"projects", project, "customFields"}, input)
}

// UpdateCustomField changes a custom field.
//
// https://developer.nulab.com/docs/backlog/api/2/update-custom-field/
func (c *Client) UpdateCustomField(ctx context.Context, project string, id ID, input *UpdateCustomFieldInput) (*CustomField, error) {
	return send[CustomField](ctx, c, http.MethodPatch, route{"projects", project, "customFields", id.String()}, input)
}

// DeleteCustomField deletes a custom field with all its values.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-custom-field/
func (c *Client) DeleteCustomField(ctx context.Context, project string, id ID) (*CustomField, error) {
	return send[CustomField](ctx, c, http.MethodDelete, route{"projects", project, "customFields", id.String()}, nil)
}

// CreateCustomFieldItem adds a choice to a list field.
//
// https://developer.nulab.com/docs/backlog/api/2/add-list-item-for-list-type-custom-field/
func (c *Client) CreateCustomFieldItem(ctx context.Context, project string, id ID, name string) (*CustomField, error) {
	return send[CustomField](ctx, c, http.MethodPost, route{"projects", project, "customFields", id.String(), "items"}, nameInput{name})
}

// UpdateCustomFieldItem renames a choice.
//
// https://developer.nulab.com/docs/backlog/api/2/update-list-item-for-list-type-custom-field/
func (c *Client) UpdateCustomFieldItem(ctx context.Context, project string, id, itemID ID, name string) (*CustomField, error) {
	return send[CustomField](ctx, c, http.MethodPatch, route{"projects", project, "customFields", id.String(), "items", itemID.String()}, nameInput{name})
}

// DeleteCustomFieldItem deletes a choice.
//
// https://developer.nulab.com/docs/backlog/api/2/delete-list-item-for-list-type-custom-field/
func (c *Client) DeleteCustomFieldItem(ctx context.Context, project string, id, itemID ID) (*CustomField, error) {
	return send[CustomField](ctx, c, http.MethodDelete, route{"projects", project, "customFields", id.String(), "items", itemID.String()}, nil)
}
