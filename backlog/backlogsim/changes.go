package backlogsim

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// change is one changed field of an issue. It has two faces: the change log of a comment shows names, activities and webhooks show ids of
// statuses, priorities and resolutions as strings.
type change struct {
	field            string
	oldName, newName string
	oldHook, newHook string
	custom           *customField
	file             *attachment
	shared           *sharedFile
	notice           string // kind of a notification
}

type wireChangeLog struct {
	Field            string             `json:"field"`
	NewValue         *string            `json:"newValue"`
	OriginalValue    *string            `json:"originalValue"`
	AttachmentInfo   *wireNamed         `json:"attachmentInfo"`
	AttributeInfo    *wireAttributeInfo `json:"attributeInfo"`
	NotificationInfo *wireNoticeInfo    `json:"notificationInfo"`
}

type wireNoticeInfo struct {
	Type string `json:"type"`
}

type wireAttributeInfo struct {
	ID     int `json:"id"`
	TypeID int `json:"typeId"`
}

func (ch change) log() wireChangeLog {
	w := wireChangeLog{Field: ch.field, NewValue: orNull(ch.newName), OriginalValue: orNull(ch.oldName)}
	if ch.custom != nil {
		w.AttributeInfo = &wireAttributeInfo{ch.custom.id, ch.custom.typ}
	}
	if ch.file != nil {
		w.AttachmentInfo = &wireNamed{ch.file.id, ch.file.name}
	}
	if ch.notice != "" {
		w.NotificationInfo = &wireNoticeInfo{ch.notice}
	}
	return w
}

// MarshalJSON writes the face for activities and webhooks.
func (ch change) MarshalJSON() ([]byte, error) {
	kind := "standard"
	if ch.custom != nil {
		kind = "custom"
	}
	return object{{"field", ch.field}, {"new_value", ch.newHook}, {"old_value", ch.oldHook}, {"type", kind}}.MarshalJSON()
}

// diff lists what changed between two states of one issue, in the order in which Backlog lists it.
// Names of fields are the old ones: assigner, limitDate, component (backlog4j, ChangeLog.java).
func diff(a, b *issue) []change {
	var out []change
	plain := func(field, before, after string) {
		if before != after {
			out = append(out, change{field: field, oldName: before, newName: after, oldHook: before, newHook: after})
		}
	}
	named := func(field, beforeID, before, afterID, after string) {
		if beforeID != afterID {
			out = append(out, change{field: field, oldName: before, newName: after, oldHook: beforeID, newHook: afterID})
		}
	}
	plain("summary", a.summary, b.summary)
	plain("description", a.description, b.description)
	named("status", strconv.Itoa(a.status.id), a.status.name, strconv.Itoa(b.status.id), b.status.name)
	named("resolution", a.resolution.idText(), a.resolution.text(), b.resolution.idText(), b.resolution.text())
	named("priority", a.priority.idText(), a.priority.text(), b.priority.idText(), b.priority.text())
	plain("issueType", a.typ.name, b.typ.name)
	if a.assignee != b.assignee {
		plain("assigner", a.assignee.text(), b.assignee.text())
	}
	plain("component", joinNames(a.categories, categoryLabel), joinNames(b.categories, categoryLabel))
	plain("milestone", joinNames(a.milestones, versionLabel), joinNames(b.milestones, versionLabel))
	plain("version", joinNames(a.versions, versionLabel), joinNames(b.versions, versionLabel))
	plain("startDate", a.startDate, b.startDate)
	plain("limitDate", a.dueDate, b.dueDate)
	plain("estimatedHours", formatNumber(a.estimated), formatNumber(b.estimated))
	plain("actualHours", formatNumber(a.actual), formatNumber(b.actual))
	if a.parent != b.parent {
		plain("parentIssue", a.parent.text(), b.parent.text())
	}
	for _, id := range slices.Sorted(maps.Keys(b.custom)) {
		before, after := a.custom[id].display(), b.custom[id].display()
		f := b.proj.fieldByID(id)
		if f != nil && before != after {
			out = append(out, change{field: f.name, oldName: before, newName: after, oldHook: before, newHook: after, custom: f})
		}
	}
	for _, f := range b.shared {
		if !slices.Contains(a.shared, f) {
			out = append(out, change{field: "sharedFile", newName: f.dir + f.name, newHook: f.dir + f.name, shared: f})
		}
	}
	for _, f := range a.shared {
		if !slices.Contains(b.shared, f) {
			out = append(out, change{field: "sharedFile", oldName: f.dir + f.name, oldHook: f.dir + f.name, shared: f})
		}
	}
	for _, file := range b.attachments {
		if !slices.Contains(a.attachments, file) {
			out = append(out, change{field: "attachment", newName: file.name, newHook: file.name, file: file})
		}
	}
	for _, file := range a.attachments {
		if !slices.Contains(b.attachments, file) {
			out = append(out, change{field: "attachment", oldName: file.name, oldHook: file.name, file: file})
		}
	}
	return out
}

func (n *namedID) idText() string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(n.id)
}

func (n *namedID) text() string {
	if n == nil {
		return ""
	}
	return n.name
}

func (u *user) text() string {
	if u == nil {
		return ""
	}
	return u.name
}

func (i *issue) text() string {
	if i == nil {
		return ""
	}
	return i.key()
}

func categoryLabel(k *category) string { return k.name }
func versionLabel(v *version) string   { return v.name }

func joinNames[T any](list []T, name func(T) string) string {
	return strings.Join(mapped(list, name), ", ")
}
