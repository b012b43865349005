package backlogsim

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

type pageEntry struct{ At, By, Did, What, URL string }

// pageFeed are the newest entries of a feed.
func (st *state) pageFeed(feed []*activity, most int) []pageEntry {
	var out []pageEntry
	for _, a := range slices.Backward(feed) {
		if len(out) == most {
			break
		}
		e := a.entry()
		e.At, e.By = a.created.In(st.zone).Format("01-02 15:04"), a.by.name
		out = append(out, e)
	}
	return out
}

// entry says in Japanese what an activity is.
func (a *activity) entry() pageEntry {
	did := map[int]string{
		activityIssueCreated: "課題を追加", activityIssueUpdated: "課題を更新", activityIssueCommented: "課題にコメント", activityIssueDeleted: "課題を削除",
		activityWikiCreated: "Wiki を追加", activityWikiUpdated: "Wiki を更新", activityWikiDeleted: "Wiki を削除",
		activityFileAdded: "ファイルを追加", activityFileUpdated: "ファイルを更新", activityFileDeleted: "ファイルを削除",
		activityGitPushed: "Git にプッシュ", activityRepoCreated: "リポジトリを作成", activityBulkUpdate: "課題をまとめて更新",
		activityMemberAdded: "メンバーを追加", activityMemberRemoved: "メンバーを削除", activityNotifyAdded: "お知らせを追加",
		activityPullAdded: "プルリクエストを追加", activityPullUpdated: "プルリクエストを更新", activityPullCommented: "プルリクエストにコメント", activityPullMerged: "プルリクエストをマージ",
		activityMilestoneAdded: "マイルストーンを追加", activityMilestoneUpdated: "マイルストーンを更新", activityMilestoneDeleted: "マイルストーンを削除",
		activityTeamAdded: "チームを追加", activityTeamRemoved: "チームを外す", activityStatusDeleted: "状態を削除",
		activityDocumentCreated: "ドキュメントを追加", activityDocumentDeleted: "ドキュメントを削除", activityDocumentRenamed: "ドキュメントの題を変更",
		activityDocumentComment: "ドキュメントにコメント", activityDocumentReply: "ドキュメントのコメントに返信", activityDocumentFile: "ドキュメントにファイルを添付",
	}[a.typ]
	if did == "" {
		did = "更新(種類 " + strconv.Itoa(a.typ) + ")"
	}
	e := pageEntry{Did: did, What: a.proj.name}
	key := func(n int) string { return a.proj.key + "-" + strconv.Itoa(n) }
	switch c := a.content.(type) {
	case wireIssueContent:
		e.What, e.URL = key(c.KeyID)+" "+c.Summary, "/view/"+key(c.KeyID)
	case wireCommentContent:
		e.What, e.URL = key(c.KeyID)+" "+c.Summary, "/view/"+key(c.KeyID)+"#comment-"+strconv.Itoa(c.Comment.ID)
	case wireIssueRef:
		e.What = key(c.KeyID)
	case wireBulk:
		e.What = strings.Join(mapped(c.Link, func(l wireLink) string { return key(l.KeyID) }), "、")
	case wireWikiContent:
		e.What, e.URL = c.Name, "/alias/wiki/"+strconv.Itoa(c.ID)
	case wireFileContent:
		e.What, e.URL = c.Dir+c.Name, "/file/"+url.PathEscape(a.proj.key)
	case wirePush:
		e.What, e.URL = c.Repository.Name+" "+c.Ref, "/git/"+url.PathEscape(a.proj.key)
	case wirePullContent:
		e.What = c.Repository.Name + " #" + strconv.Itoa(c.Number) + " " + c.Summary
		e.URL = "/git/" + url.PathEscape(a.proj.key) + "/" + url.PathEscape(c.Repository.Name) + "/pullRequests/" + strconv.Itoa(c.Number)
	case wireMembers:
		e.What = strings.Join(mapped(c.Users, func(u *wireUser) string { return u.Name }), "、")
	case wireMilestoneActivity:
		e.What = c.Name
	case wireDeletedStatus:
		e.What = c.Deleted.Name
	case wireDocumentContent:
		e.What, e.URL = c.Title, "/document/"+url.PathEscape(a.proj.key)+"/"+c.ID
	}
	if e.What == "" {
		e.What = a.proj.name
	}
	return e
}
