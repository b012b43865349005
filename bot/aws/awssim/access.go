package awssim

import (
	"encoding/json"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
)

// User is who may ask for roles.
type User struct{ Account, Access string }

// Role may be taken on by any user who knows its external id.
type Role struct {
	ARN      string
	External string   // "": none is asked for
	Actions  []string // such as ec2:StartInstances; nil is all
	Leads    string   // account that it leads to; its own when ""
}

// session is who asks.
type session struct {
	account, arn, token string
	actions             []string    // of the role; nil is all
	policy              []statement // of the session; nil: none
}

type statement struct {
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string]string
}

var signed = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=[^,]+, ?Signature=[0-9a-f]{64}$`)

// identify reads from the signature who asks, what and where. The signature itself is not checked.
func (c *call) identify(r *http.Request) *problem {
	c.service = "ec2"
	m := signed.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil || r.Header.Get("X-Amz-Date") == "" {
		return wrong(http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	c.region = m[2]
	if _, ok := services[m[3]]; ok {
		c.service = m[3]
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, u := range c.s.o.Users {
		if u.Access == m[1] {
			c.by = session{account: u.Account, arn: "arn:aws:iam::" + u.Account + ":user/toban", actions: []string{"sts:AssumeRole", "sts:GetCallerIdentity"}}
		}
	}
	if s, ok := c.s.sessions[m[1]]; ok && s.token == r.Header.Get("X-Amz-Security-Token") {
		c.by = s
	}
	if c.by.account == "" {
		if c.service == "ec2" {
			return wrong(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials")
		}
		return wrong(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
	}
	c.place = c.s.at(c.by.account, c.region)
	return nil
}

// allowed judges the role and the session's policy. What gives tags to something new needs the right to tag, too.
func (c *call) allowed() *problem {
	need := []string{c.service + ":" + c.action}
	if c.service == "ec2" && len(c.groups("TagSpecification")) > 0 {
		need = append(need, "ec2:CreateTags")
	}
	if c.action == "CreateDBSnapshot" && len(c.groups("Tags.Tag")) > 0 {
		need = append(need, "rds:AddTagsToResource")
	}
	for _, action := range need {
		if action == "sts:GetCallerIdentity" {
			continue
		}
		if c.by.actions != nil && !slices.Contains(c.by.actions, action) || c.by.policy != nil && !slices.ContainsFunc(c.by.policy, func(s statement) bool { return s.allows(c, action) }) {
			return denied(c.service)
		}
	}
	return nil
}

func (s statement) allows(c *call, action string) bool {
	if s.Effect != "Allow" || !slices.Contains(s.Action, action) {
		return false
	}
	for key, want := range s.Condition["StringEquals"] {
		if key == "aws:RequestedRegion" && want != c.region || key == "kms:ViaService" {
			return false
		}
	}
	object := c.object()
	return slices.ContainsFunc(s.Resource, func(r string) bool {
		ok, err := path.Match(strings.ReplaceAll(r, "/", "\x00"), strings.ReplaceAll(object, "/", "\x00"))
		return r == "*" || err == nil && ok
	})
}

// object is the ARN that IAM judges, of the actions that have one.
func (c *call) object() string {
	ec2 := "arn:aws:ec2:" + c.region + ":" + c.by.account + ":"
	switch c.action {
	case "StartInstances", "StopInstances", "RebootInstances":
		return ec2 + "instance/" + c.form.Get("InstanceId.1")
	case "ModifyInstanceAttribute":
		return ec2 + "instance/" + c.form.Get("InstanceId")
	case "ModifyVolume":
		return ec2 + "volume/" + c.form.Get("VolumeId")
	case "StartDBInstance", "StopDBInstance", "RebootDBInstance":
		return "arn:aws:rds:" + c.region + ":" + c.by.account + ":db:" + strings.ToLower(c.form.Get("DBInstanceIdentifier"))
	case "RegisterTargets", "DeregisterTargets":
		return c.form.Get("TargetGroupArn")
	}
	return ""
}

func readPolicy(text string) ([]statement, bool) {
	if text == "" {
		return nil, true
	}
	const most = 2048
	var p struct {
		Version   string
		Statement []statement
	}
	err := json.Unmarshal([]byte(text), &p)
	return p.Statement, err == nil && p.Version == "2012-10-17" && len(text) <= most && len(p.Statement) > 0
}
