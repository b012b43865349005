package awssim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"toban/bot/aws/awssim"
)

const (
	account = "123456789012"
	region  = "ap-northeast-1"
	role    = "arn:aws:iam::123456789012:role/operate"
)

// ask sends a call, signed for a service by somebody; the signature itself nobody checks.
func ask(t *testing.T, s *awssim.Server, service, access, token string, form url.Values) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://aws.test/", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Amz-Date", "20261128T000000Z")
	r.Header.Set("X-Amz-Security-Token", token)
	if access != "" {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+access+"/20261128/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature="+strings.Repeat("0", 64))
	}
	res, err := s.RoundTripper().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func between(text, from, until string) string {
	_, rest, _ := strings.Cut(text, from)
	out, _, _ := strings.Cut(rest, until)
	return out
}

func TestWhoMayDoWhat(t *testing.T) {
	now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	s := awssim.New(awssim.Options{
		Now: func() time.Time { return now }, Users: []awssim.User{{Account: "999999999999", Access: "AKIA"}},
		Roles: []awssim.Role{{ARN: role, External: "x", Actions: []string{"ec2:StopInstances", "ec2:StartInstances", "ec2:DescribeInstances"}}},
	})
	defer s.Close()
	s.Set(account, region, awssim.Instance{ID: "i-1"}, awssim.Instance{ID: "i-2"})
	call := func(action string, more ...string) url.Values {
		v := url.Values{"Action": {action}}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	wants := func(what string, status int, body string, wantStatus int, want string) {
		t.Helper()
		if status != wantStatus || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s, want %d %s", what, status, body, wantStatus, want)
		}
	}
	stop := call("StopInstances", "InstanceId.1", "i-1")
	status, body := ask(t, s, "ec2", "", "", stop)
	wants("unsigned", status, body, 403, "MissingAuthenticationToken")
	status, body = ask(t, s, "ec2", "NOBODY", "", stop)
	wants("nobody", status, body, 401, "<Response><Errors><Error><Code>AuthFailure</Code>")
	status, body = ask(t, s, "ec2", "AKIA", "", stop)
	wants("without a role", status, body, 403, "UnauthorizedOperation")
	assume := call("AssumeRole", "RoleArn", role, "RoleSessionName", "toban", "ExternalId", "y")
	status, body = ask(t, s, "sts", "AKIA", "", assume)
	wants("another external id", status, body, 403, "<Code>AccessDenied</Code>")
	assume.Set("ExternalId", "x")
	assume.Set("Policy", "{")
	status, body = ask(t, s, "sts", "AKIA", "", assume)
	wants("no policy", status, body, 400, "MalformedPolicyDocument")
	assume.Set("Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:StopInstances"],"Resource":["arn:aws:ec2:ap-northeast-1:123456789012:instance/i-1"]}]}`)
	status, body = ask(t, s, "sts", "AKIA", "", assume)
	wants("the role", status, body, 200, "<AssumeRoleResult>")
	key, token := between(body, "<AccessKeyId>", "<"), between(body, "<SessionToken>", "<")

	status, body = ask(t, s, "ec2", key, "another", stop)
	wants("another token", status, body, 401, "AuthFailure")
	status, body = ask(t, s, "ec2", key, token, call("StopInstances", "InstanceId.1", "i-2"))
	wants("beyond the policy's object", status, body, 403, "UnauthorizedOperation")
	status, body = ask(t, s, "ec2", key, token, call("StartInstances", "InstanceId.1", "i-1"))
	wants("beyond the policy's calls", status, body, 403, "UnauthorizedOperation")
	status, body = ask(t, s, "ec2", key, token, call("StopInstances", "InstanceId.1", "i-1", "DryRun", "true"))
	wants("rehearsed", status, body, 412, "DryRunOperation")
	if n := len(s.Applied()); n != 0 {
		t.Errorf("%d calls changed something", n)
	}
	status, body = ask(t, s, "ec2", key, token, stop)
	wants("done", status, body, 200, "<name>stopping</name>")
	status, body = ask(t, s, "ec2", key, token, call("TerminateInstances"))
	wants("what it can't", status, body, 400, "InvalidAction")
	if n := len(s.Applied()); n != 1 {
		t.Errorf("%d calls changed something", n)
	}
	if err := s.AddFaults(awssim.Fault{Kind: "odd"}); err == nil {
		t.Error("an odd fault was taken")
	}
}

// Looks show how it was a while ago; what is decided is decided by what is.
func TestLooksAreBehind(t *testing.T) {
	now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	s := awssim.New(awssim.Options{Now: func() time.Time { return now }, Lag: 10 * time.Second, Takes: 20 * time.Second, Users: []awssim.User{{Account: "999999999999", Access: "AKIA"}}, Roles: []awssim.Role{{ARN: role}}})
	defer s.Close()
	s.Set(account, region, awssim.Instance{ID: "i-1"})
	_, body := ask(t, s, "sts", "AKIA", "", url.Values{"Action": {"AssumeRole"}, "RoleArn": {role}, "RoleSessionName": {"toban"}})
	key, token := between(body, "<AccessKeyId>", "<"), between(body, "<SessionToken>", "<")
	state := func() string {
		_, body := ask(t, s, "ec2", key, token, url.Values{"Action": {"DescribeInstances"}, "InstanceId.1": {"i-1"}})
		return between(between(body, "<instanceState>", "</instanceState>"), "<name>", "<")
	}
	_, _ = ask(t, s, "ec2", key, token, url.Values{"Action": {"StopInstances"}, "InstanceId.1": {"i-1"}})
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "running"}, {9 * time.Second, "running"}, {time.Second, "stopping"}, {19 * time.Second, "stopping"}, {time.Second, "stopped"}} {
		if now = now.Add(step.after); state() != step.want {
			t.Errorf("%s: %s, want %s", now.Format("05"), state(), step.want)
		}
	}
}
