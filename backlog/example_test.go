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
