package release

import (
	"cmp"
	"fmt"
	"strings"

	"toban/bot"
)

// longest is how much of an effect's text staff are shown, in characters.
const longest = 2400

// said is an effect in the words of staff: a headline, and the text as it is or would be read.
type said struct {
	what  string   // such as コメント
	lines []string // fields
	text  string
}

// describe reads an effect.
func describe(dir *bot.Directory, e bot.Effect) said {
	switch e.Kind {
	case bot.EffectComment, bot.EffectUpdate:
		return ofUpdate(dir, e)
	case bot.EffectIssue:
		var n bot.NewIssue
		_ = e.Decode(&n) // an unreadable body is shown empty, and buried by its adapter
		return said{what: "課題の登録", lines: []string{"種別: " + n.IssueType, "件名: " + n.Summary, notified(n.Notify)}, text: n.Description}
	case bot.EffectWiki:
		var p bot.WikiPage
		_ = e.Decode(&p)
		return said{what: "Wikiページ", lines: []string{"ページ: " + p.Name}}
	case bot.EffectReport:
		var r bot.ReportRequest
		_ = e.Decode(&r)
		if r.What == bot.ReportSchedule {
			return said{what: "作業予定のページ"}
		}
		if r.What == bot.ReportResources {
			return said{what: "管理対象のページ"}
		}
		return said{what: "月次レポート(" + r.Month + ")"}
	case bot.EffectFile:
		var f bot.File
		_ = e.Decode(&f)
		return said{what: "添付ファイル", lines: []string{"ファイル: " + f.Name}}
	case bot.EffectMail:
		var m bot.Mail
		_ = e.Decode(&m)
		return said{what: "メール", lines: []string{"宛先: " + reference(m.To), "件名: " + m.Subject}, text: m.Text}
	case bot.EffectCall:
		var c bot.Call
		_ = e.Decode(&c)
		return said{what: "電話", lines: []string{"相手: " + reference(c.To)}, text: c.Text}
	case bot.EffectAWS:
		var c bot.AWSChange
		_ = e.Decode(&c)
		return said{what: "AWSの変更", lines: []string{"操作: " + string(c.Do), "アカウント: " + c.Account + " (" + c.Region + ")"}, text: string(c.With)}
	case bot.EffectLook: // changes nothing and asks nobody's leave
	case bot.EffectCard, bot.EffectPost, bot.EffectEphemeral:
	}
	return said{what: string(e.Kind)}
}

func ofUpdate(dir *bot.Directory, e bot.Effect) said {
	var u bot.Update
	_ = e.Decode(&u)
	out := said{what: "コメント", text: u.Text}
	if u.Text == "" {
		out.what = "項目の更新"
	} else {
		out.lines = append(out.lines, notified(u.Notify))
	}
	if u.StatusID != 0 {
		names := map[int64]string{bot.StatusOpen: "未対応", bot.StatusInProgress: "処理中", bot.StatusResolved: "処理済み", bot.StatusClosed: "完了"}
		out.lines = append(out.lines, "状態: "+cmp.Or(names[u.StatusID], fmt.Sprint(u.StatusID)))
	}
	if u.Accepted != "" {
		out.lines = append(out.lines, "状態: "+u.Accepted+"（未対応の場合）")
	}
	if u.DueDate != "" {
		out.lines = append(out.lines, "期限日: "+u.DueDate)
	}
	if u.Category != "" {
		out.lines = append(out.lines, "カテゴリー: "+u.Category+"（未設定の場合）")
	}
	if u.AssigneeID != 0 {
		name := fmt.Sprint(u.AssigneeID)
		if space, _, err := e.Ticket.Split(); err == nil {
			if p, ok := dir.Person(dir.Author(space, u.AssigneeID, "", false).Person); ok {
				name = p.Name
			}
		}
		out.lines = append(out.lines, "担当者: "+name)
	}
	return out
}

// reference is the name behind a reference to an address; the address itself is nobody's to see.
func reference(to string) string {
	_, name, ok := strings.Cut(to, ":")
	if !ok {
		return to
	}
	return name
}

func notified(ids []int64) string {
	if len(ids) == 0 {
		return "通知: なし"
	}
	return fmt.Sprintf("通知: %d人", len(ids))
}

// body is what stands below the headline.
func (s said) body() string {
	var b strings.Builder
	for _, l := range s.lines {
		b.WriteString("\n・" + l)
	}
	if s.text != "" {
		text := []rune(strings.TrimSpace(s.text))
		if len(text) > longest {
			text = append(text[:longest], '…')
		}
		b.WriteString("\n" + string(text))
	}
	return b.String()
}
