package backlog

import (
	"net/url"
	"strconv"
)

// Order is the direction of a list.
type Order string

// The directions; the vendor's default is OrderDesc.
const (
	OrderAsc  Order = "asc"
	OrderDesc Order = "desc"
)

// Sort names what GetIssues orders by; a custom field is "customField_" and its id.
type Sort string

// The orders of issues.
const (
	SortIssueType      Sort = "issueType"
	SortCategory       Sort = "category"
	SortVersion        Sort = "version"
	SortMilestone      Sort = "milestone"
	SortSummary        Sort = "summary"
	SortStatus         Sort = "status"
	SortPriority       Sort = "priority"
	SortAttachment     Sort = "attachment"
	SortSharedFile     Sort = "sharedFile"
	SortCreated        Sort = "created"
	SortCreatedUser    Sort = "createdUser"
	SortUpdated        Sort = "updated"
	SortUpdatedUser    Sort = "updatedUser"
	SortAssignee       Sort = "assignee"
	SortStartDate      Sort = "startDate"
	SortDueDate        Sort = "dueDate"
	SortEstimatedHours Sort = "estimatedHours"
	SortActualHours    Sort = "actualHours"
	SortChildIssue     Sort = "childIssue"
)

// ExpandChildIssues asks for Issue.ChildIssueSummary.
const ExpandChildIssues = "childIssueSummary"

// GetIssuesOptions filters, orders and pages through issues. Without ProjectIDs
// it spans all joined projects. The zone of the vendor's days is not published:
// ask one day more on each side and filter by the instants.
type GetIssuesOptions struct {
	ProjectIDs     []ID                `form:"projectId"`
	IssueTypeIDs   []ID                `form:"issueTypeId"`
	CategoryIDs    []ID                `form:"categoryId"`
	VersionIDs     []ID                `form:"versionId"`
	MilestoneIDs   []ID                `form:"milestoneId"`
	StatusIDs      []ID                `form:"statusId"`
	PriorityIDs    []ID                `form:"priorityId"`
	AssigneeIDs    []ID                `form:"assigneeId"`
	CreatedUserIDs []ID                `form:"createdUserId"`
	ResolutionIDs  []ID                `form:"resolutionId"`
	IDs            []ID                `form:"id"`
	ParentIssueIDs []ID                `form:"parentIssueId"`
	ParentChild    int                 `form:"parentChild"` // 0 all, 1 no children, 2 children, 3 standalone, 4 parents, …
	Attachment     Optional[bool]      `form:"attachment"`
	SharedFile     Optional[bool]      `form:"sharedFile"`
	Keyword        string              `form:"keyword"`
	CreatedSince   Date                `form:"createdSince"`
	CreatedUntil   Date                `form:"createdUntil"`
	UpdatedSince   Date                `form:"updatedSince"`
	UpdatedUntil   Date                `form:"updatedUntil"`
	StartDateSince Date                `form:"startDateSince"`
	StartDateUntil Date                `form:"startDateUntil"`
	DueDateSince   Date                `form:"dueDateSince"`
	DueDateUntil   Date                `form:"dueDateUntil"`
	WithoutDueDate bool                // the vendor's hasDueDate=false; there is no way to ask for the others
	CustomFields   []CustomFieldFilter // all must match
	Expand         []string            `form:"expand"`
	Sort           Sort                `form:"sort"`
	Order          Order               `form:"order"`
	Offset         int                 `form:"offset"`
	Count          int                 `form:"count"` // 1–100, the vendor's default is 20
}

func (o *GetIssuesOptions) values() url.Values {
	if o == nil {
		return nil
	}
	v := encode(o)
	if o.WithoutDueDate {
		v.Set("hasDueDate", "false")
	}
	for _, f := range o.CustomFields {
		f.writeTo(v)
	}
	return v
}

// CustomFieldFilter narrows GetIssues by a custom field: Keyword for text fields,
// Min and Max for numbers (digits) and dates (yyyy-MM-dd), ItemIDs for lists.
type CustomFieldFilter struct {
	ID       ID
	Keyword  string
	Min, Max string
	ItemIDs  []ID
}

func (f CustomFieldFilter) writeTo(v url.Values) {
	name := "customField_" + f.ID.String()
	for suffix, text := range map[string]string{"": f.Keyword, "_min": f.Min, "_max": f.Max} {
		if text != "" {
			v.Set(name+suffix, text)
		}
	}
	for _, item := range f.ItemIDs {
		v.Add(name+"[]", item.String())
	}
}

// CreateIssueInput describes a new issue. Zero values are left out, except the
// four that the vendor demands.
type CreateIssueInput struct {
	ProjectID       ID                `form:"projectId,always"`
	Summary         string            `form:"summary,always"`
	IssueTypeID     ID                `form:"issueTypeId,always"`
	PriorityID      ID                `form:"priorityId,always"`
	ParentIssueID   ID                `form:"parentIssueId"`
	Description     string            `form:"description"`
	StartDate       Date              `form:"startDate"`
	DueDate         Date              `form:"dueDate"`
	EstimatedHours  Optional[float64] `form:"estimatedHours"`
	ActualHours     Optional[float64] `form:"actualHours"`
	CategoryIDs     []ID              `form:"categoryId"`
	VersionIDs      []ID              `form:"versionId"`
	MilestoneIDs    []ID              `form:"milestoneId"`
	AssigneeID      ID                `form:"assigneeId"`
	NotifiedUserIDs []ID              `form:"notifiedUserId"`
	AttachmentIDs   []ID              `form:"attachmentId"`
	CustomFields    CustomFieldInputs
}

// UpdateIssueInput changes an issue. Lists replace the whole set.
type UpdateIssueInput struct {
	Summary         Optional[string]  `form:"summary"`
	Description     Optional[string]  `form:"description"`
	StatusID        Optional[ID]      `form:"statusId"`
	ResolutionID    Optional[ID]      `form:"resolutionId"`
	IssueTypeID     Optional[ID]      `form:"issueTypeId"`
	PriorityID      Optional[ID]      `form:"priorityId"`
	ParentIssueID   Optional[ID]      `form:"parentIssueId"`
	AssigneeID      Optional[ID]      `form:"assigneeId"`
	StartDate       Optional[Date]    `form:"startDate"`
	DueDate         Optional[Date]    `form:"dueDate"`
	EstimatedHours  Optional[float64] `form:"estimatedHours"`
	ActualHours     Optional[float64] `form:"actualHours"`
	CategoryIDs     Optional[[]ID]    `form:"categoryId"`
	VersionIDs      Optional[[]ID]    `form:"versionId"`
	MilestoneIDs    Optional[[]ID]    `form:"milestoneId"`
	Comment         string            `form:"comment"`
	NotifiedUserIDs []ID              `form:"notifiedUserId"`
	AttachmentIDs   []ID              `form:"attachmentId"`
	CustomFields    CustomFieldInputs
}

// CustomFieldInputs are the custom fields of a new or changed issue.
type CustomFieldInputs []CustomFieldInput

func (in CustomFieldInputs) writeForm(v url.Values) {
	for _, f := range in {
		f.writeTo(v)
	}
}

// CustomFieldInput sets or clears one custom field. Make it with TextValue,
// NumberValue, DateValue, ItemValue, ItemsValue or ClearValue.
type CustomFieldInput struct {
	id      ID
	value   string
	items   []ID
	other   string
	indexed bool
}

// TextValue sets a text or text area field; "" clears it.
func TextValue(id ID, text string) CustomFieldInput { return CustomFieldInput{id: id, value: text} }

// NumberValue sets a number field.
func NumberValue(id ID, n float64) CustomFieldInput {
	return CustomFieldInput{id: id, value: strconv.FormatFloat(n, 'f', -1, 64)}
}

// DateValue sets a date field; the zero date clears it.
func DateValue(id ID, d Date) CustomFieldInput { return CustomFieldInput{id: id, value: d.String()} }

// ItemValue chooses the item of a single list or of radio buttons.
func ItemValue(id, item ID) CustomFieldInput { return CustomFieldInput{id: id, value: item.String()} }

// ItemsValue chooses the items of a multiple list or of check boxes; none clears it.
func ItemsValue(id ID, items ...ID) CustomFieldInput {
	return CustomFieldInput{id: id, items: items, indexed: len(items) > 0}
}

// ClearValue empties a field of any kind.
func ClearValue(id ID) CustomFieldInput { return CustomFieldInput{id: id} }

// WithOther adds the free text of check boxes or radio buttons.
func (f CustomFieldInput) WithOther(text string) CustomFieldInput {
	f.other = text
	return f
}

// writeTo indexes several items: the vendor refuses the usual [] for custom fields.
func (f CustomFieldInput) writeTo(v url.Values) {
	name := "customField_" + f.id.String()
	if f.other != "" {
		v.Set(name+"_otherValue", f.other)
	}
	if !f.indexed {
		v.Set(name, f.value)
		return
	}
	for i, item := range f.items {
		v.Set(name+"["+strconv.Itoa(i)+"]", item.String())
	}
}
