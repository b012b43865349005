package ready

import (
	"context"
	"fmt"
	"strings"

	"toban/backlog"
)

// Kind is what a step makes.
type Kind string

// Kinds, in the order in which they are made: a custom field may name issue types.
const (
	KindType     Kind = "issue_type"
	KindTemplate Kind = "template"
	KindCategory Kind = "category"
	KindStatus   Kind = "status"
	KindField    Kind = "custom_field"
	KindHook     Kind = "webhook"
	KindEvents   Kind = "webhook_events"
	KindHome     Kind = "wiki_home"
	KindTwins    Kind = "webhook_twins"
)

// Who carries a step out.
type Who string

// Who can.
const (
	Toban  Who = "toban"
	Person Who = "person"
)

// Step is one thing that a project lacks.
type Step struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"` // of what is made
	What string `json:"what"` // what is done, in the imperative
	By   Who    `json:"by"`
	Why  string `json:"why,omitempty"` // why a person has to
	How  string `json:"how,omitempty"` // what a person does, by Backlog's own screens
	Else string `json:"else"`          // what works meanwhile without it

	do func(ctx context.Context, c *backlog.Client) error
}

// same reports whether two steps make the same thing.
func (s Step) same(o Step) bool { return s.Kind == o.Kind && s.Name == o.Name }

// hand gives a step to a person.
func (s Step) hand(why string) Step {
	s.By, s.Why, s.do = Person, why, nil
	return s
}

// how says where in Backlog a person makes a thing.
func how(k Kind, detail string) string {
	const project = "プロジェクト設定"
	where := map[Kind]string{
		KindType: "種別 > 種別を追加", KindTemplate: "種別", KindCategory: "カテゴリー > カテゴリーを追加", KindStatus: "状態 > 状態を追加", KindField: "カスタム属性 > カスタム属性を追加",
		KindHook: "インテグレーション > Webhook > Webhookを追加", KindEvents: "インテグレーション > Webhook", KindTwins: "インテグレーション > Webhook",
	}[k]
	if k == KindHome {
		return "in the project under Wiki: " + detail
	}
	return fmt.Sprintf("in Backlog under %s > %s: %s", project, where, detail)
}

// meanwhile says what works without a thing.
func meanwhile(k Kind) string {
	switch k {
	case KindType:
		return "such requests are recognised by their content"
	case KindTemplate:
		return "missing details are asked for"
	case KindCategory:
		return "issues have no category"
	case KindStatus:
		return "the change of status that it stands for has to be told by a comment or in Slack"
	case KindField:
		return "the details are read from the description"
	case KindHook, KindEvents:
		return "what it does not send is found in the activity feed within a minute"
	case KindHome:
		return "customers find the wiki without an introduction"
	case KindTwins:
		return "everything comes twice and is taken once"
	}
	return ""
}

// quoted joins names for a sentence.
func quoted(names []string) string { return "「" + strings.Join(names, "」「") + "」" }
