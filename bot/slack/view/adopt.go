package view

import (
	"fmt"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// Adoption is a page of the table in which staff confirm how the open issues of a project are taken over.
type Adoption struct {
	Project, Customer string
	Rows              []AdoptionLine // all, whatever the filter
	Filter            string
	Page              int
	Notice            string // what became of the last click
	Off               bool   // the project's mode takes nothing over
	Listed            bool
	Reading           int
	Trouble           bool
	Zone              string // name of the times' zone
	Metadata          string
}

// AdoptionLine is an issue: key and title are untrusted.
type AdoptionLine struct {
	Value           string // of its buttons
	Key, URL, Title string
	Reads, Stands   string // what it would become, and what it is
	State           string // open, handed, left
	Known           bool   // it is a ticket
	Sure            bool
	Person          string
}

// AdoptionPage is how many issues one page shows: three blocks each stay well within a view's 100, and their text within what Slack takes.
const AdoptionPage = 15

type adoptionFilter struct {
	id, label string
	keep      func(AdoptionLine) bool
}

// adoptionFilters are the views of the table.
func adoptionFilters() []adoptionFilter {
	open := func(l AdoptionLine) bool { return l.State == "open" && !l.Known }
	return []adoptionFilter{
		{"open", "確認待ち", open},
		{"unsure", "確認待ち(種別が確実でないもの)", func(l AdoptionLine) bool { return open(l) && !l.Sure }},
		{"sure", "確認待ち(種別が確実なもの)", func(l AdoptionLine) bool { return open(l) && l.Sure }},
		{"handed", "引き継いだもの", func(l AdoptionLine) bool { return l.State == "handed" || l.Known }},
		{"left", "引き継がないもの", func(l AdoptionLine) bool { return l.State == "left" && !l.Known }},
	}
}

// sorted puts the lines into the views of the table: how many each has, which one is chosen, and what that shows.
func (a Adoption) sorted() (counts []int, chosen int, shown []AdoptionLine) {
	filters := adoptionFilters()
	chosen = max(0, slices.IndexFunc(filters, func(f adoptionFilter) bool { return f.id == a.Filter }))
	counts = make([]int, len(filters))
	for _, l := range a.Rows {
		for i, f := range filters {
			if !f.keep(l) {
				continue
			}
			counts[i]++
			if i == chosen {
				shown = append(shown, l)
			}
		}
	}
	return counts, chosen, shown
}

// Last is the number of the last page, from 0.
func (a Adoption) Last() int {
	_, _, shown := a.sorted()
	return max(0, (len(shown)-1)/AdoptionPage)
}

// View renders the page.
func (a Adoption) View() slackgo.ModalViewRequest {
	filters := adoptionFilters()
	counts, chosen, shown := a.sorted()
	pages := a.Last() + 1
	page := min(max(a.Page, 0), pages-1)
	on := shown[page*AdoptionPage : min(len(shown), (page+1)*AdoptionPage)]

	blocks := []slackgo.Block{slackgo.NewSectionBlock(plain(fmt.Sprintf("%s様の %s で、Toban の導入前から未完了の課題です。引き継いでもお客様には何も通知されず、次に動きがあったときから Toban が対応します。障害は、カードの「障害を再開」を押すまで追いません。時刻は %s です。",
		Line(a.Customer), a.Project, a.Zone), 500), nil, nil)}
	for _, n := range a.notices() {
		blocks = append(blocks, slackgo.NewSectionBlock(plain(n, 1000), nil, nil))
	}
	var options []*slackgo.OptionBlockObject
	for i, f := range filters {
		options = append(options, slackgo.NewOptionBlockObject(f.id, plain(fmt.Sprintf("%s %d件", f.label, counts[i]), 75), nil))
	}
	// What is chosen is drawn from our state: with an id of its own the select does not keep what was chosen before.
	row := []slackgo.BlockElement{
		slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, plain("表示", 75), "adopt.filter", options...).WithInitialOption(options[chosen]),
	}
	if n := counts[2]; n > 0 && !a.Off {
		b := slackgo.NewButtonBlockElement("adopt.sure", "-", plain(fmt.Sprintf("確実な%d件をすべて引き継ぐ", n), 75)).WithConfirm(slackgo.NewConfirmationBlockObject(
			plain("まとめて引き継ぎますか?", 100), plain(fmt.Sprintf("種別が確実な%d件を、表の内容で引き継ぎます。お客様には通知されません。", n), 300), plain("引き継ぐ", 30), plain("やめる", 30)))
		row = append(row, b)
	}
	row = append(row, slackgo.NewButtonBlockElement("adopt.refresh", "-", plain("Backlog から読み直す", 75)))
	blocks = append(blocks, slackgo.NewActionBlock(fmt.Sprintf("adopt.head.%d", chosen), row...))
	if len(on) == 0 && a.Listed && a.Reading == 0 {
		blocks = append(blocks, slackgo.NewSectionBlock(plain("該当する課題はありません。", 100), nil, nil))
	}
	for _, l := range on {
		blocks = append(blocks, slackgo.NewDividerBlock(), slackgo.NewSectionBlock(l.text(), nil, nil))
		if buttons := l.buttons(a.Off); len(buttons) > 0 {
			blocks = append(blocks, slackgo.NewActionBlock("", buttons...))
		}
	}
	blocks = append(blocks, a.foot(on, chosen, page, pages)...)
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: "adopt.table", PrivateMetadata: a.Metadata,
		Title: plain("引き継ぎ "+Line(a.Project), 24), Close: plain("閉じる", 24), Blocks: slackgo.Blocks{BlockSet: blocks},
	}
}

func (a Adoption) notices() []string {
	var out []string
	if a.Notice != "" {
		out = append(out, "ℹ️ "+Clean(a.Notice))
	}
	if a.Off {
		out = append(out, "⚠️ このプロジェクトのモードは off です。引き継ぐには、先に「/toban mode "+a.Project+" shadow」で切り替えてください。")
	}
	switch {
	case a.Trouble:
		out = append(out, "⚠️ Backlog から読み取れませんでした。しばらくしてから自動で読み直します。")
	case !a.Listed:
		out = append(out, "⏳ 課題の一覧を読み取っています。この表は自動で更新されます。")
	case a.Reading > 0:
		out = append(out, fmt.Sprintf("⏳ 課題の履歴を読み取っています。残り%d件です。読み取れたものから引き継げます。", a.Reading))
	}
	return out
}

// text is a line of the table. Only the link is ours; all else is escaped.
func (l AdoptionLine) text() *slackgo.TextBlockObject {
	head := "*" + Escape(cut(Line(l.Key), 60, "…")) + "*"
	if link := Link(l.URL, l.Key); link != "" {
		head = "*" + link + "*"
	}
	title := Line(l.Title)
	if title == "" {
		title = "(件名なし)"
	}
	mark := ""
	switch {
	case l.Known:
		mark = "✅ 引き継ぎ済み"
	case l.State == "handed":
		mark = "⏳ 引き継ぎ中"
	case l.State == "left":
		mark = "引き継がない"
	case !l.Sure:
		mark = "⚠️ 種別を確認してください"
	}
	if l.State != "open" && l.Person != "" {
		mark += "(" + Line(l.Person) + ")"
	}
	if mark != "" {
		mark = "、*" + literal(mark) + "*"
	}
	// What people wrote is put between marks that take mrkdwn's meaning from it: a zero-width space would be read aloud.
	return ours(head + " " + literal(cut(title, 90, "…")) + "\n" + literal(cut(Line(l.Reads), 200, "…")) + "\n" + literal(cut(Line(l.Stands), 150, "…")) + mark)
}

// literal is a text of others within mrkdwn: escaped, and without the marks of bold, italic, struck and code.
func literal(s string) string {
	return Escape(strings.NewReplacer("*", "∗", "_", "＿", "~", "〜", "`", "｀").Replace(s)) //nolint:gosmopolitan // look-alikes that Slack does not interpret
}

func (l AdoptionLine) buttons(off bool) []slackgo.BlockElement {
	button := func(action, label, style string) slackgo.BlockElement {
		b := slackgo.NewButtonBlockElement("adopt."+action, l.Value, plain(label, 75))
		b.AccessibilityLabel = cut(Line(l.Key)+" を"+label, 75, "…")
		b.Style = slackgo.Style(style)
		return b
	}
	switch {
	case l.Known, l.State == "handed":
		return nil
	case l.State == "left":
		return []slackgo.BlockElement{button("undo", "確認待ちに戻す", "")}
	case off:
		return []slackgo.BlockElement{button("change", "種別・担当を変える", ""), button("leave", "引き継がない", "")}
	case !l.Sure:
		return []slackgo.BlockElement{button("change", "種別・担当を選ぶ", "primary"), button("take", "このまま引き継ぐ", ""), button("leave", "引き継がない", "")}
	}
	return []slackgo.BlockElement{button("take", "引き継ぐ", "primary"), button("change", "種別・担当を変える", ""), button("leave", "引き継がない", "")}
}

// foot turns pages, and takes over what stands on this one.
func (a Adoption) foot(on []AdoptionLine, chosen, page, pages int) []slackgo.Block {
	var row []slackgo.BlockElement
	var values []string
	for _, l := range on {
		if l.State == "open" && !l.Known {
			ticket, version, _, err := ParseValue(l.Value)
			if err == nil {
				values = append(values, fmt.Sprintf("%s|%d", ticket, version))
			}
		}
	}
	if page > 0 {
		row = append(row, slackgo.NewButtonBlockElement("adopt.back", "-", plain("前のページ", 75)))
	}
	if page < pages-1 {
		row = append(row, slackgo.NewButtonBlockElement("adopt.next", "-", plain("次のページ", 75)))
	}
	if value := strings.Join(values, ","); chosen <= 2 && len(values) > 1 && len(value) <= maxValue && !a.Off {
		row = append(row, slackgo.NewButtonBlockElement("adopt.page", value, plain(fmt.Sprintf("このページの%d件を引き継ぐ", len(values)), 75)).WithConfirm(slackgo.NewConfirmationBlockObject(
			plain("このページを引き継ぎますか?", 100), plain(fmt.Sprintf("この%d件を、表の内容で引き継ぎます。種別が確実でないものは、引き継いだあとにカードで種別を選べます。お客様には通知されません。", len(values)), 300),
			plain("引き継ぐ", 30), plain("やめる", 30))))
	}
	out := []slackgo.Block{slackgo.NewDividerBlock()}
	if len(row) > 0 {
		out = append(out, slackgo.NewActionBlock("adopt.foot", row...))
	}
	return append(out, slackgo.NewContextBlock("", plain(fmt.Sprintf("%d / %dページ", page+1, pages), 100)))
}
