package backlog_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
)

func TestID(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want backlog.ID
		bad  bool
	}{
		{`12`, 12, false},
		{`"12"`, 12, false},
		{`9007199254740993`, 9007199254740993, false},
		{`12.0`, 12, false},
		{`null`, 0, false},
		{`""`, 0, false},
		{`"abc"`, 0, true},
		{`1.5`, 0, true},
		{`{}`, 0, true},
		{`1e400`, 0, true},
	} {
		var id backlog.ID
		err := json.Unmarshal([]byte(tc.in), &id)
		if (err != nil) != tc.bad || id != tc.want {
			t.Errorf("%s: id = %d, err = %v", tc.in, id, err)
		}
	}
}

func TestDate(t *testing.T) {
	d := backlog.NewDate
	for _, tc := range []struct {
		in   string
		want backlog.Date
		bad  bool
	}{
		{`"2026-03-31"`, d(2026, 3, 31), false},
		{`"2026-03-31T00:00:00Z"`, d(2026, 3, 31), false},
		{`"2026-03-30T15:00:00Z"`, d(2026, 3, 31), false},
		{`"2025-12-31T15:00:00Z"`, d(2026, 1, 1), false},
		{`"2026-03-31T00:00:00+09:00"`, d(2026, 3, 31), false},
		{`null`, backlog.Date{}, false},
		{`""`, backlog.Date{}, false},
		{`"2026-02-30"`, backlog.Date{}, true},
		{`"soon"`, backlog.Date{}, true},
		{`7`, backlog.Date{}, true},
	} {
		var got backlog.Date
		err := json.Unmarshal([]byte(tc.in), &got)
		if (err != nil) != tc.bad || got != tc.want {
			t.Errorf("%s: date = %v, err = %v", tc.in, got, err)
		}
	}
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := backlog.ParseDate("2026-03-31T04:00:00Z", newYork); err != nil || got != d(2026, 3, 31) {
		t.Errorf("New York: %v, %v", got, err)
	}
	out, err := json.Marshal([]backlog.Date{d(2026, 1, 2), {}})
	if err != nil || string(out) != `["2026-01-02",null]` {
		t.Errorf("JSON = %s, %v", out, err)
	}
	if d(2026, 1, 2).Compare(d(2026, 1, 10)) >= 0 || !(backlog.Date{}).IsZero() {
		t.Error("dates compare wrongly")
	}
	if got := d(2026, 1, 2).In(newYork); backlog.DateOf(got) != d(2026, 1, 2) || got.Hour() != 0 {
		t.Errorf("In = %v", got)
	}
}

// issueJSON is an issue with nulls, unknown fields and one custom field of each kind.
const issueJSON = `{"id":1,"projectId":2,"issueKey":"OPS-1","keyId":1,"unknown":{"a":[1]},
 "issueType":{"id":3,"projectId":2,"name":"障害","color":"#e30000","displayOrder":0,"templateSummary":null},
 "summary":"s","description":null,"resolution":null,"priority":{"id":3,"name":"中"},
 "status":{"id":1,"projectId":2,"name":"未対応","color":"#ed8077","displayOrder":1000},"assignee":null,
 "category":[],"versions":null,"milestone":[{"id":30,"projectId":2,"name":"6月","startDate":null,"releaseDueDate":"2026-06-30T00:00:00Z"}],
 "startDate":null,"dueDate":"2026-03-30T15:00:00Z","estimatedHours":null,"actualHours":0.5,"parentIssueId":null,
 "createdUser":{"id":5,"userId":null,"name":"利用者","roleType":2,"lang":null,"mailAddress":null,"lastLoginTime":null},
 "created":"2026-03-01T01:02:03Z","updatedUser":null,"updated":"2026-03-01T01:02:03Z",
 "customFields":[
  {"id":11,"fieldTypeId":1,"name":"文","value":"text"},{"id":12,"fieldTypeId":2,"name":"長文","value":null},
  {"id":13,"fieldTypeId":3,"name":"数","value":2.5},{"id":14,"fieldTypeId":4,"name":"日","value":"2026-04-01T00:00:00Z"},
  {"id":15,"fieldTypeId":5,"name":"単一","value":{"id":1,"name":"A","displayOrder":0}},
  {"id":16,"fieldTypeId":6,"name":"複数","value":[{"id":1,"name":"A","displayOrder":0},{"id":2,"name":"B","displayOrder":1}]},
  {"id":17,"fieldTypeId":7,"name":"チェック","value":[],"otherValue":"ほか"},
  {"id":18,"fieldTypeId":8,"name":"ラジオ","value":{"id":9,"name":"その他"},"otherValue":null}],
 "attachments":[{"id":"8","name":"a.png","size":196186}],"sharedFiles":[],"stars":[]}`

func TestIssue(t *testing.T) {
	c, _ := newFake(t, always(200, issueJSON))
	issue, err := c.GetIssue(t.Context(), "OPS-1")
	if err != nil {
		t.Fatal(err)
	}
	if issue.Assignee != nil || issue.Resolution != nil || issue.EstimatedHours != nil || *issue.ActualHours != 0.5 ||
		issue.DueDate != backlog.NewDate(2026, 3, 31) || !issue.StartDate.IsZero() ||
		issue.Milestones[0].ReleaseDueDate != backlog.NewDate(2026, 6, 30) || issue.Attachments[0].ID != 8 ||
		!issue.Created.Equal(time.Date(2026, 3, 1, 1, 2, 3, 0, time.UTC)) {
		t.Errorf("issue = %+v", issue)
	}
	texts := map[string]string{}
	for i := range issue.CustomFields {
		v := &issue.CustomFields[i]
		texts[v.Name] = v.String()
		if v.IsEmpty() != (v.Name == "長文") {
			t.Errorf("%s is empty: %v", v.Name, v.IsEmpty())
		}
	}
	want := map[string]string{
		"文": "text", "長文": "", "数": "2.5", "日": "2026-04-01T00:00:00Z", "単一": "A", "複数": "A, B", "チェック": "ほか", "ラジオ": "その他",
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("custom fields (-want +got):\n%s", diff)
	}
	if n, ok := issue.CustomField(13).Number(); !ok || n != 2.5 {
		t.Errorf("number = %v, %v", n, ok)
	}
	if _, ok := issue.CustomField(12).Number(); ok {
		t.Error("an empty field is a number")
	}
	if d := issue.CustomFieldByName("日").Date(time.UTC); d != backlog.NewDate(2026, 4, 1) {
		t.Errorf("date = %v", d)
	}
	if items := issue.CustomField(16).Items(); len(items) != 2 || items[1].ID != 2 {
		t.Errorf("items = %v", items)
	}
	if issue.CustomField(99) != nil || issue.CustomFieldByName("none") != nil {
		t.Error("a field that is not there was found")
	}
	// What was read can be written and read again.
	out, err := json.Marshal(issue)
	if err != nil {
		t.Fatal(err)
	}
	var again backlog.Issue
	if err := json.Unmarshal(out, &again); err != nil {
		t.Fatal(err)
	}
	out2, err := json.Marshal(again)
	if diff := cmp.Diff(string(out), string(out2)); diff != "" || err != nil {
		t.Errorf("round trip: %v\n%s", err, diff)
	}
}

func TestComment(t *testing.T) {
	c, _ := newFake(t, always(200, `[{"id":6586,"projectId":5,"issueId":7,"content":null,"changeLog":[
	 {"field":"status","newValue":"処理中","originalValue":"未対応","attachmentInfo":null,"attributeInfo":null,"notificationInfo":null},
	 {"field":"数","newValue":3,"originalValue":null,"attributeInfo":{"id":"11","typeId":3}}],
	 "createdUser":{"id":1,"name":"a"},"created":"2026-03-01T01:02:03Z","updated":"2026-03-01T01:02:03Z","stars":[],
	 "notifications":[{"id":25,"alreadyRead":false,"reason":2,"user":{"id":5686},"resourceAlreadyRead":false}]},
	 {"id":6587,"changeLog":null}]`))
	comments, err := c.GetIssueComments(t.Context(), "OPS-1", nil)
	if err != nil || len(comments) != 2 {
		t.Fatalf("comments = %v, err = %v", comments, err)
	}
	want := []backlog.ChangeLog{
		{Field: "status", NewValue: "処理中", OriginalValue: "未対応"},
		{Field: "数", NewValue: "3", AttributeInfo: &backlog.AttributeInfo{ID: 11, TypeID: 3}},
	}
	if diff := cmp.Diff(want, comments[0].ChangeLog); diff != "" {
		t.Error(diff)
	}
	if n := comments[0].Notifications[0]; n.Reason != backlog.ReasonCommented || n.User.ID != 5686 {
		t.Errorf("notification = %+v", n)
	}
	out, err := json.Marshal(comments[0])
	if err != nil {
		t.Fatal(err)
	}
	var again backlog.Comment
	if err := json.Unmarshal(out, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*comments[0], again); diff != "" {
		t.Errorf("round trip:\n%s", diff)
	}
	if comments[1].ChangeLog != nil || comments[1].Content != "" {
		t.Errorf("second = %+v", comments[1])
	}
}

func TestCustomFieldDefinitions(t *testing.T) {
	c, _ := newFake(t, always(200, `[
	 {"id":1,"projectId":2,"typeId":3,"name":"数","description":"","required":false,"applicableIssueTypes":[],"min":0,"max":10.5,"initialValue":null,"unit":"GB"},
	 {"id":2,"projectId":2,"typeId":4,"name":"日","required":true,"applicableIssueTypes":[3],"min":"2026-01-01","max":null,"initialDate":{"id":2,"date":null,"shift":1}},
	 {"id":3,"projectId":2,"typeId":6,"name":"複数","required":false,"applicableIssueTypes":null,"allowAddItem":false,"items":[{"id":1,"name":"A","displayOrder":0}]}]`))
	fields, err := c.GetCustomFields(t.Context(), "OPS")
	if err != nil {
		t.Fatal(err)
	}
	want := []*backlog.CustomField{
		{ID: 1, ProjectID: 2, TypeID: backlog.FieldNumber, Name: "数", ApplicableIssueTypes: []backlog.ID{}, Min: "0", Max: "10.5", Unit: "GB"},
		{ID: 2, ProjectID: 2, TypeID: backlog.FieldDate, Name: "日", Required: true, ApplicableIssueTypes: []backlog.ID{3}, Min: "2026-01-01", InitialDate: &backlog.InitialDate{ID: 2, Shift: 1}},
		{ID: 3, ProjectID: 2, TypeID: backlog.FieldMultipleList, Name: "複数", Items: []backlog.CustomFieldItem{{ID: 1, Name: "A"}}},
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}
