package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// door is an account of a customer in one region, entered by one role. Nothing of it is retried by the SDK: after an answer that was lost
// it would do a change again and take the refusal of its own deed for an answer.
type door struct {
	account, region string
	partition       string // aws, aws-cn, …
	cfg             sdk.Config
	now             func() time.Time // machine time, for signatures
	mu              sync.Mutex
	verified        bool
}

func (d *door) ec2() *ec2.Client { return ec2.NewFromConfig(d.cfg) }
func (d *door) rds() *rds.Client { return rds.NewFromConfig(d.cfg) }
func (d *door) elb() *elb.Client { return elb.NewFromConfig(d.cfg) }

// arn names a thing of the account.
func (d *door) arn(service, what string) string {
	return strings.Join([]string{"arn", d.partition, service, d.region, d.account, what}, ":")
}

// verify asks AWS which account this is, once: nothing is done in an account that is not the one that was meant.
func (d *door) verify(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.verified {
		return nil
	}
	who, err := sts.NewFromConfig(d.cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return refusal(err)
	}
	if got := sdk.ToString(who.Account); got != d.account {
		return &Refusal{Kind: Denied, Call: "STS GetCallerIdentity", Code: "WrongAccount", Message: fmt.Sprintf("the role leads to the account %s, not to %s", got, d.account)}
	}
	d.verified = true
	return nil
}

var roleARN = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::([0-9]{12}):role/\S+$`)

// open prepares a door; AWS is asked when it is used. A policy cuts the role's rights down to what it says.
func (c *Changer) open(a Account, region, role, session, policy string) (*door, error) {
	m := roleARN.FindStringSubmatch(role)
	if m == nil {
		return nil, fmt.Errorf("entering the account %s: no role is configured for it", a.ID)
	}
	base := c.config(region, credentials.NewStaticCredentialsProvider(c.c.Keys.Access, c.c.Keys.Secret, c.c.Keys.Session))
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(base), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = session
		if a.External != "" {
			o.ExternalID = sdk.String(a.External)
		}
		if policy != "" {
			o.Policy = sdk.String(policy)
		}
	})
	return &door{account: a.ID, region: region, partition: m[1], cfg: c.config(region, sdk.NewCredentialsCache(provider)), now: c.c.Machine}, nil
}

func (c *Changer) config(region string, keys sdk.CredentialsProvider) sdk.Config {
	cfg := sdk.Config{Region: region, Credentials: keys, HTTPClient: c.c.Client, Retryer: func() sdk.Retryer { return sdk.NopRetryer{} }}
	if c.c.URL != "" {
		cfg.BaseEndpoint = sdk.String(c.c.URL)
	}
	return cfg
}

// look is the door by which things are looked at; it is kept.
func (c *Changer) look(ctx context.Context, a Account, region string) (*door, error) {
	key := readKey(a, region)
	c.mu.Lock()
	d, ok := c.read[key]
	c.mu.Unlock()
	if !ok {
		var err error
		if d, err = c.open(a, region, a.Read, "toban-read", ""); err != nil {
			return nil, err
		}
		c.mu.Lock()
		c.read[key] = d
		c.mu.Unlock()
	}
	return d, d.verify(ctx)
}

// leave forgets a door whose session is over.
func (c *Changer) leave(a Account, region string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.read, readKey(a, region))
}

func readKey(a Account, region string) string {
	return strings.Join([]string{a.ID, a.Read, a.External, region}, " ")
}

// statement is one of a policy.
type statement struct {
	Effect    string                       `json:"Effect"`
	Action    []string                     `json:"Action"`
	Resource  []string                     `json:"Resource"`
	Condition map[string]map[string]string `json:"Condition,omitempty"`
}

// policy is the session policy of a change: its calls, in its region, on its object where IAM can say so. What the role itself does not
// allow stays forbidden.
func policy(d *door, e entry, op operation) string {
	object := []string{"*"}
	if o, ok := op.(interface{ object(d *door) string }); ok {
		object = []string{o.object(d)}
	}
	here := map[string]map[string]string{"StringEquals": {"aws:RequestedRegion": d.region}}
	list := []statement{{Effect: "Allow", Action: e.Calls, Resource: object, Condition: here}}
	if e.encrypted { // a start or a copy of an encrypted volume uses the customer's key in the caller's name
		list = append(list, statement{
			Effect: "Allow", Resource: []string{"*"},
			Action:    []string{"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"},
			Condition: map[string]map[string]string{"StringEquals": {"kms:ViaService": "ec2." + d.region + ".amazonaws.com"}},
		})
	}
	b, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
	if err != nil { // plain values: it can't be
		return `{"Version":"2012-10-17","Statement":[]}`
	}
	return string(b)
}

var notInSession = regexp.MustCompile(`[^\w+=,.@-]+`)

// sessionName is what CloudTrail shows as who did it: the ticket, as far as the name of a session may hold it.
func sessionName(ticket string) string {
	const most = 64
	name := "toban"
	if ticket != "" {
		name += "-" + notInSession.ReplaceAllString(ticket, ".")
	}
	return name[:min(len(name), most)]
}

// Check looks whether an account can be entered by its roles and is the one that it should be; it changes nothing.
func (c *Changer) Check(ctx context.Context, a Account) error {
	if len(a.Regions) == 0 {
		return fmt.Errorf("entering the account %s: no region is configured for it", a.ID)
	}
	var errs []error
	for _, e := range c.Enter(ctx, a) {
		errs = append(errs, e.Err)
	}
	return errors.Join(errs...)
}

// Entry is how an account was entered by one of its roles.
type Entry struct {
	Role   string // read | operate | build
	Err    error  // nil: it is the account that it should be
	Denied bool   // the account says no; else, with an error, nobody can say
}

// Enter takes on each role of an account that is configured and asks which account it is; it changes nothing.
func (c *Changer) Enter(ctx context.Context, a Account) []Entry {
	var out []Entry
	for _, r := range []struct{ what, arn string }{{"read", a.Read}, {"operate", a.Operate}, {"build", a.Build}} {
		if r.arn == "" && r.what != "read" || len(a.Regions) == 0 {
			continue
		}
		d, err := c.open(a, a.Regions[0], r.arn, "toban-doctor", "")
		if err == nil {
			err = d.verify(ctx)
		}
		e := Entry{Role: r.what, Denied: is(err, Denied)}
		if err != nil {
			e.Err = fmt.Errorf("entering the account %s by the role %s: %w", a.ID, r.what, err)
		}
		out = append(out, e)
	}
	return out
}

// may reports whether an account has a region.
func (a Account) may(region string) bool { return slices.Contains(a.Regions, region) }
