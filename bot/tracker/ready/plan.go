package ready

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"toban/backlog"
	"toban/bot"
)

const maxStatuses = 12 // of a project, the four of every project among them

// planner compares what is wanted with what is there.
type planner struct {
	want  Want
	have  Have
	key   string // of the project
	steps []Step
}

// Plan lists what a project lacks of what is wanted, in the order in which it can be made. It is empty for a project that is ready.
func Plan(want Want, have Have) []Step {
	p := &planner{want: want, have: have, key: have.Project.ProjectKey}
	p.types()
	p.categories()
	p.statuses()
	p.fields()
	p.hooks()
	p.home()
	return p.steps
}

func (p *planner) add(k Kind, name, what, detail string, do func(context.Context, *backlog.Client) error) *Step {
	p.steps = append(p.steps, Step{Kind: k, Name: name, What: what, By: Toban, How: how(k, detail), Else: meanwhile(k), do: do})
	return &p.steps[len(p.steps)-1]
}

// colors of issue types and of statuses are the vendor's first ones that alarm nobody.
const (
	typeColor   = "#2779ca"
	statusColor = "#3b9dbd"
)

func (p *planner) types() {
	var templates []func()
	for _, t := range p.want.Types {
		names := append([]string{t.Name}, t.Aliases...)
		i := slices.IndexFunc(p.have.Types, func(h *backlog.IssueType) bool { return slices.Contains(names, h.Name) })
		if i < 0 {
			what := "add the issue type " + t.Name
			if t.Template != "" {
				what += " with its template"
			}
			p.add(KindType, t.Name, what, "名前"+quoted([]string{t.Name})+template(t.Template), func(ctx context.Context, c *backlog.Client) error {
				_, err := c.CreateIssueType(ctx, p.key, &backlog.CreateIssueTypeInput{Name: t.Name, Color: typeColor, TemplateDescription: t.Template})
				return err
			})
			continue
		}
		if h := p.have.Types[i]; t.Template != "" && h.TemplateSummary == "" && h.TemplateDescription == "" {
			templates = append(templates, func() {
				p.add(KindTemplate, h.Name, "give the issue type "+h.Name+", which has no template, one", quoted([]string{h.Name})+template(t.Template), func(ctx context.Context, c *backlog.Client) error {
					_, err := c.UpdateIssueType(ctx, p.key, h.ID, &backlog.UpdateIssueTypeInput{TemplateDescription: backlog.Set(t.Template)})
					return err
				})
			})
		}
	}
	for _, f := range templates {
		f()
	}
}

func template(text string) string {
	if text == "" {
		return ""
	}
	return "、テンプレートの詳細は " + strings.Join(strings.Fields(text), " ")
}

func (p *planner) categories() {
	for _, name := range p.want.Categories {
		if slices.ContainsFunc(p.have.Categories, func(h *backlog.Category) bool { return h.Name == name }) {
			continue
		}
		p.add(KindCategory, name, "add the category "+name, "名前"+quoted([]string{name}), func(ctx context.Context, c *backlog.Client) error {
			_, err := c.CreateCategory(ctx, p.key, name)
			return err
		})
	}
}

const noAdmin = "the bot is no administrator of the project"

func (p *planner) statuses() {
	room := maxStatuses - len(p.have.Statuses)
	for _, name := range p.want.Statuses {
		if slices.ContainsFunc(p.have.Statuses, func(h *backlog.Status) bool { return h.Name == name }) {
			continue
		}
		s := p.add(KindStatus, name, "add the status "+name, "名前"+quoted([]string{name}), func(ctx context.Context, c *backlog.Client) error {
			_, err := c.CreateStatus(ctx, p.key, &backlog.CreateStatusInput{Name: name, Color: statusColor})
			return err
		})
		room--
		switch {
		case room < 0:
			*s = s.hand(fmt.Sprintf("the project has %d statuses, and no more are possible: delete one first", len(p.have.Statuses)))
		case !p.have.Admin:
			*s = s.hand(noAdmin)
		}
	}
}

func (p *planner) fields() {
	for _, f := range p.want.Fields {
		if slices.ContainsFunc(p.have.Fields, func(h *backlog.CustomField) bool { return h.Name == f.Name }) {
			continue
		}
		var ids []backlog.ID
		var unknown []string
		for _, name := range f.Types {
			id, ok := p.typeID(name)
			if !ok {
				unknown = append(unknown, name)
				continue
			}
			ids = append(ids, id)
		}
		detail := "名前" + quoted([]string{f.Name}) + "、形式は" + kindName(f.Kind)
		if len(f.Items) > 0 {
			detail += "、選択肢は" + quoted(f.Items)
		}
		if len(f.Types) > 0 {
			detail += "、種別は" + quoted(f.Types)
		}
		in := &backlog.CreateCustomFieldInput{
			TypeID: f.Kind, Name: f.Name, ApplicableIssueTypes: ids, Description: f.Description, Required: f.Required, Items: f.Items,
		}
		s := p.add(KindField, f.Name, "add the custom field "+f.Name, detail, func(ctx context.Context, c *backlog.Client) error {
			if len(unknown) > 0 { // it would stand at every issue type
				return fmt.Errorf("adding the custom field %s: the project lacks the issue types %s, to which it belongs", f.Name, strings.Join(unknown, ", "))
			}
			_, err := c.CreateCustomField(ctx, p.key, in)
			return err
		})
		switch {
		case p.have.NoFields:
			*s = s.hand("the plan of the space has no custom fields")
		case !p.have.Admin:
			*s = s.hand(noAdmin)
		}
	}
}

// typeID is the issue type of a name or of a name that will do for it.
func (p *planner) typeID(name string) (backlog.ID, bool) {
	names := []string{name}
	for _, t := range p.want.Types {
		if t.Name == name {
			names = append(names, t.Aliases...)
		}
	}
	for _, h := range p.have.Types {
		if slices.Contains(names, h.Name) {
			return h.ID, true
		}
	}
	return 0, false
}

func kindName(k backlog.FieldType) string {
	return map[backlog.FieldType]string{
		backlog.FieldText: "文字列", backlog.FieldTextArea: "文章", backlog.FieldNumber: "数値", backlog.FieldDate: "日付",
		backlog.FieldSingleList: "単一リスト", backlog.FieldMultipleList: "複数リスト", backlog.FieldCheckBox: "チェックボックス", backlog.FieldRadio: "ラジオボタン",
	}[k]
}

func (p *planner) hooks() {
	if len(p.want.Hooks) == 0 {
		return
	}
	var ours []*backlog.Webhook
	for _, h := range p.have.Hooks {
		if slices.Contains(p.want.Hooks, h.HookURL) {
			ours = append(ours, h)
		}
	}
	address := p.want.Hooks[0]
	detail := "Webhook URL は " + address[:strings.LastIndex(address, "/")+1] + "TOKEN (one of hook_tokens in spaces.yaml)、課題のイベントをすべて" // what follows is secret
	if len(ours) == 0 {
		s := p.add(KindHook, hookName, "add a webhook that sends the events of issues to Toban", detail, func(ctx context.Context, c *backlog.Client) error {
			_, err := c.CreateWebhook(ctx, p.key, &backlog.CreateWebhookInput{Name: hookName, HookURL: address, Description: "Toban", ActivityTypeIDs: issueEvents()})
			return err
		})
		if !p.have.Admin {
			*s = s.hand(noAdmin + ", so it can't see whether there is one")
		}
		return
	}
	for _, h := range ours {
		lacks := Lacking(h)
		if len(lacks) == 0 {
			continue
		}
		all := append(slices.Clone(h.ActivityTypeIDs), lacks...)
		p.add(KindEvents, h.Name, fmt.Sprintf("let the webhook %q send the events %v, too", h.Name, lacks), quoted([]string{h.Name})+"で課題のイベントをすべて", func(ctx context.Context, c *backlog.Client) error {
			_, err := c.UpdateWebhook(ctx, p.key, h.ID, &backlog.UpdateWebhookInput{ActivityTypeIDs: backlog.Set(all)})
			return err
		})
	}
	for i, h := range ours {
		if slices.ContainsFunc(ours[:i], func(o *backlog.Webhook) bool { return o.HookURL == h.HookURL }) {
			s := p.add(KindTwins, h.Name, fmt.Sprintf("delete the webhook %q (%d): another one sends to the same address", h.Name, h.ID), quoted([]string{h.Name})+"を削除", nil)
			*s = s.hand("Toban deletes nothing")
		}
	}
}

// hookName is the name of the webhook that Toban makes.
const hookName = "Toban"

// published are the last activity types that a webhook can be told to send (Backlog API v2, Add Webhook).
const published = 26

func issueEvents() []backlog.ActivityType {
	var out []backlog.ActivityType
	for typ := 1; typ <= published; typ++ {
		if bot.AboutIssues(typ) {
			out = append(out, backlog.ActivityType(typ))
		}
	}
	return out
}

// Lacking are the published events of issues that a webhook does not send.
func Lacking(h *backlog.Webhook) []backlog.ActivityType {
	if h.AllEvent {
		return nil
	}
	return slices.DeleteFunc(issueEvents(), func(t backlog.ActivityType) bool { return slices.Contains(h.ActivityTypeIDs, t) })
}

func (p *planner) home() {
	if p.want.Home == nil {
		return
	}
	name := p.want.Home.Name
	if !p.have.Project.UseWiki {
		s := p.add(KindHome, name, "add the wiki page "+name, "switch the wiki on in the project's settings, then apply again", nil)
		*s = s.hand("the project's wiki is switched off")
		return
	}
	if slices.ContainsFunc(p.have.Pages, func(w *backlog.Wiki) bool { return w.Name == name }) {
		return
	}
	id, rule := p.have.Project.ID, p.have.Project.TextFormattingRule
	p.add(KindHome, name, "add the wiki page "+name, "add the page "+name, func(ctx context.Context, c *backlog.Client) error {
		text, err := p.want.Home.Text(rule)
		if err != nil {
			return err
		}
		_, err = c.CreateWiki(ctx, &backlog.CreateWikiInput{ProjectID: id, Name: name, Content: text})
		return err
	})
}
