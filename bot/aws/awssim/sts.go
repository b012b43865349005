package awssim

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

func stsActions() map[string]handler {
	return map[string]handler{"GetCallerIdentity": (*call).whoAmI, "AssumeRole": (*call).assume}
}

func (c *call) whoAmI() ([]el, *problem) {
	return []el{v("Arn", c.by.arn), v("UserId", "AROASIM"), v("Account", c.by.account)}, nil
}

var (
	roleARN     = regexp.MustCompile(`^arn:aws:iam::([0-9]{12}):role/(.+)$`)
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

func (c *call) assume() ([]el, *problem) {
	arn, name := c.form.Get("RoleArn"), c.form.Get("RoleSessionName")
	m := roleARN.FindStringSubmatch(arn)
	i := slices.IndexFunc(c.s.o.Roles, func(r Role) bool { return r.ARN == arn })
	policy, readable := readPolicy(c.form.Get("Policy"))
	switch {
	case m == nil || !sessionName.MatchString(name):
		return nil, bad("ValidationError", "1 validation error detected: Value at 'roleArn' or 'roleSessionName' failed to satisfy constraint")
	case i < 0 || c.s.o.Roles[i].External != c.form.Get("ExternalId"): // one that does not exist is not told from one that is not open
		return nil, wrong(403, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", c.by.arn, arn)
	case !readable:
		return nil, bad("MalformedPolicyDocument", "The policy is not in the valid JSON format.")
	}
	role := c.s.o.Roles[i]
	account := m[1]
	if role.Leads != "" {
		account = role.Leads
	}
	c.s.made++
	key := fmt.Sprintf("ASIASIM%013d", c.s.made)
	s := session{account: account, token: "token-" + key, arn: "arn:aws:sts::" + account + ":assumed-role/" + m[2] + "/" + name, actions: role.Actions, policy: policy}
	c.s.sessions[key] = s
	return []el{
		x("Credentials", v("AccessKeyId", key), v("SecretAccessKey", "secret-"+key), v("SessionToken", s.token), v("Expiration", c.now.Add(time.Hour).UTC().Format(time.RFC3339))),
		x("AssumedRoleUser", v("Arn", s.arn), v("AssumedRoleId", "AROASIM:"+name)),
	}, nil
}
