package backlog_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// exampleClient is a client of a stand-in; with a real space it would be
// backlog.New("https://example.backlog.com", os.Getenv("BACKLOG_API_KEY")).
func exampleClient() *backlog.Client {
	s := backlogsim.New(backlogsim.Options{})
	if err := s.Load(backlogsim.SampleSeed()); err != nil {
		log.Fatal(err)
	}
	c, err := backlog.New("https://example.backlog.com", backlogsim.SampleBotKey, backlog.WithTransport(s.RoundTripper()))
	if err != nil {
		log.Fatal(err)
	}
	return c
}

func Example() {
	ctx, client := context.Background(), exampleClient()
	project, err := client.GetProject(ctx, "AOZORA")
	if err != nil {
		log.Fatal(err)
	}
	types, err := client.GetIssueTypes(ctx, project.ProjectKey)
	if err != nil {
		log.Fatal(err)
	}
	issue, err := client.CreateIssue(ctx, &backlog.CreateIssueInput{
		ProjectID: project.ID, IssueTypeID: types[0].ID, PriorityID: backlog.PriorityHigh, Summary: "応答が遅い",
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.CreateIssueComment(ctx, issue.IssueKey, &backlog.CreateIssueCommentInput{Content: "確認します。"})
	if err != nil {
		log.Fatal(err)
	}
	for comment, err := range client.AllIssueComments(ctx, issue.IssueKey, 0) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(comment.CreatedUser.Name, comment.Content)
	}
	// Output: 当番 確認します。
}

func ExampleClient_UpdateIssue() {
	ctx, client := context.Background(), exampleClient()
	var issue *backlog.Issue
	for i, err := range client.AllIssues(ctx, &backlog.GetIssuesOptions{StatusIDs: []backlog.ID{backlog.StatusOpen}}) {
		if err != nil {
			log.Fatal(err)
		}
		issue = i
		break
	}
	change := &backlog.UpdateIssueInput{
		StatusID: backlog.Set(backlog.StatusInProgress),
		DueDate:  backlog.Clear[backlog.Date](),
	}
	updated, err := client.UpdateIssue(ctx, issue.IssueKey, change)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(updated.Status.Name, updated.DueDate.IsZero())
	_, err = client.UpdateIssue(ctx, issue.IssueKey, change)
	fmt.Println(errors.Is(err, backlog.ErrNoChange))
	// Output:
	// 処理中 true
	// true
}

func ExampleClient_UploadAttachment() {
	ctx, client := context.Background(), exampleClient()
	file, err := client.UploadAttachment(ctx, "経過.txt", strings.NewReader("10:00 検知\n"))
	if err != nil {
		log.Fatal(err)
	}
	comment, err := client.CreateIssueComment(ctx, "AOZORA-1", &backlog.CreateIssueCommentInput{
		Content: "経過を添付します。", AttachmentIDs: []backlog.ID{file.ID},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(comment.ChangeLog[0].Field, comment.ChangeLog[0].NewValue)
	// Output: attachment 経過.txt
}

func ExampleClient_CreateDocument() {
	ctx, client := context.Background(), exampleClient()
	page, err := client.CreateDocument(ctx, &backlog.CreateDocumentInput{
		ProjectID: backlogsim.SampleProjectID, Title: "切り戻し手順", Content: "# 手順\n\n1. 停止する\n",
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.AddDocumentTags(ctx, page.ID, []string{"運用"}); err != nil {
		log.Fatal(err)
	}
	for d, err := range client.AllDocuments(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(d.Title, d.Tags[0].Name)
	}
	// Output: 切り戻し手順 運用
}

func ExampleClient_AllSpaceActivities() {
	ctx, client := context.Background(), exampleClient()
	// Keep the last id, and go on from there after a restart: nothing is lost and nothing comes twice.
	var last backlog.ID
	for a, err := range client.AllSpaceActivities(ctx, last, backlog.ActivityIssueCreated) {
		if err != nil {
			log.Fatal(err)
		}
		issue, err := a.Issue()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(issue.KeyID, issue.Summary)
		last = a.ID
	}
	fmt.Println(last)
	// Output:
	// 1 web01 のバックアップ取得のお願い
	// 2 RDS の接続数についてのご相談
	// 3 app02 の監視項目の追加
	// 4
}

func ExampleOAuth() {
	app, err := backlog.NewOAuth("https://example.backlog.com", "client-id", "client-secret", "https://app.example/back")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(app.AuthURL("unguessable"))
	// After Exchange: backlog.NewWithTokens("https://example.backlog.com", app.Source(*token, save)).
	// Output: https://example.backlog.com/OAuth2AccessRequest.action?client_id=client-id&redirect_uri=https%3A%2F%2Fapp.example%2Fback&response_type=code&state=unguessable
}

func ExampleDecodeWebhook() {
	body := `{"id":11,"type":14,"project":{"projectKey":"OPS"},
		"content":{"tx_id":"200","link":[{"id":"100","key_id":"7","title":"応答が遅い"}]}}`
	activity, err := backlog.DecodeWebhook([]byte(body))
	if err != nil {
		log.Fatal(err)
	}
	refs, err := activity.IssueRefs()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(activity.ID, refs[0].Key)
	// Output: 11 OPS-7
}

func ExampleIsAmbiguous() {
	ctx, client := context.Background(), exampleClient()
	_, err := client.CreateIssueComment(ctx, "AOZORA-99999", &backlog.CreateIssueCommentInput{Content: "確認します。"})
	switch {
	case err == nil:
		fmt.Println("done")
	case backlog.IsAmbiguous(err):
		fmt.Println("look at the newest comments before sending again")
	case backlog.IsTemporary(err):
		fmt.Println("send again later")
	default:
		fmt.Println("never:", errors.Is(err, backlog.ErrNotFound))
	}
	// Output: never: true
}

func ExampleWithPriority() {
	ctx, client := context.Background(), exampleClient()
	// A report may wait; a first notice may not.
	urgent := backlog.WithPriority(ctx, backlog.High)
	if _, err := client.GetIssue(urgent, "AOZORA-1"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Budgets()[backlog.KindRead].Remaining < client.Budgets()[backlog.KindRead].Limit)
	// Output: true
}
