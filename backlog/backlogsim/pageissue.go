package backlogsim

import (
	"html/template"
	"time"
)

type pageIssue struct {
	Key, Summary                     string
	Type, Status                     pageTag
	Priority, Assignee, Creator      string
	Urgent                           bool
	Created, CreatedDay, Updated     string
	Start, Due, Estimated, Actual    string
	Categories, Milestones, Versions string
	Closed                           string
	Custom                           []pagePair
	Text                             template.HTML
	Files, Shared                    []string
	Comments                         []pageComment
	Parent                           *pageRef
	Children, Related                []pageRef
}

type pagePair struct{ Name, Value string }

type pageRef struct{ Key, Summary string }

type pageComment struct {
	ID       int
	By, At   string
	Initial  string
	Text     template.HTML
	Changes  []pageChange
	Notified []string
}

type pageChange struct{ Field, Old, New string }

func (i *issue) ref() pageRef { return pageRef{i.key(), i.summary} }

func (st *state) pageRow(i *issue) pageIssue {
	return pageIssue{
		Key: i.key(), Summary: i.summary, Type: pageTag{i.typ.name, i.typ.color}, Status: pageTag{i.status.name, i.status.color},
		Priority: i.priority.name, Urgent: i.priority.id == 2, Assignee: i.assignee.text(), Creator: i.createdBy.name,
		Created: st.when(i.created), CreatedDay: i.created.In(st.zone).Format(time.DateOnly), Updated: st.when(i.updated),
		Start: i.startDate, Due: i.dueDate, Estimated: formatNumber(i.estimated), Actual: formatNumber(i.actual), Closed: i.resolution.text(),
		Categories: joinNames(i.categories, categoryLabel), Milestones: joinNames(i.milestones, versionLabel), Versions: joinNames(i.versions, versionLabel),
	}
}

func (st *state) pageIssue(i *issue) *pageIssue {
	out := st.pageRow(i)
	out.Text = i.proj.render(i.proj.rule, i.description)
	out.Files = mapped(i.attachments, func(a *attachment) string { return a.name })
	out.Shared = mapped(i.shared, func(f *sharedFile) string { return f.dir + f.name })
	out.Children = mapped(i.children, (*issue).ref)
	out.Related = mapped(i.related, (*issue).ref)
	if i.parent != nil {
		ref := i.parent.ref()
		out.Parent = &ref
	}
	for _, f := range i.proj.fields {
		if f.applies(i.typ) {
			out.Custom = append(out.Custom, pagePair{f.name, i.custom[f.id].display()})
		}
	}
	for _, m := range i.comments {
		out.Comments = append(out.Comments, st.pageSaid(i.proj, m.id, m.by, m.created, m.content, m.changes, m.notes))
	}
	return &out
}

// pageSaid is a comment of an issue or pull request.
func (st *state) pageSaid(p *project, id int, by *user, at time.Time, text string, changes []change, notes []*notification) pageComment {
	c := pageComment{ID: id, By: by.name, At: st.when(at), Initial: firstRune(by.name)}
	if text != "" {
		c.Text = p.render(p.rule, text)
	}
	c.Changes = mapped(changes, func(ch change) pageChange { return pageChange{fieldLabel(ch), ch.oldName, ch.newName} })
	c.Notified = mapped(notes, func(n *notification) string { return n.to.name })
	return c
}

// fieldLabel is the Japanese name of a field of a change log.
func fieldLabel(ch change) string {
	labels := map[string]string{
		"summary": "件名", "description": "詳細", "status": "状態", "resolution": "完了理由", "priority": "優先度", "issueType": "種別", "assigner": "担当者",
		"component": "カテゴリー", "milestone": "マイルストーン", "version": "発生バージョン", "startDate": "開始日", "limitDate": "期限日",
		"estimatedHours": "予定時間", "actualHours": "実績時間", "parentIssue": "親課題", "attachment": "添付ファイル", "sharedFile": "共有ファイル",
		"notification": "お知らせ", "dependentIssue": "関連課題",
	}
	if label, ok := labels[ch.field]; ok && ch.custom == nil {
		return label
	}
	return ch.field
}
