package config

import (
	"strings"

	"toban/config/tree"
)

// AWS is the user by whose keys Toban takes on the roles of customers' accounts. Without it nothing is changed there.
type AWS struct {
	// AccessKey and SecretKey are those of a user (or a role's lasting keys) of the provider that may do nothing but sts:AssumeRole.
	AccessKey Secret `yaml:"access_key,required"`
	SecretKey Secret `yaml:"secret_key,required"`
	// APIURL replaces Amazon's own addresses, for a stand-in of all services.
	APIURL string `yaml:"api_url"`
}

func (l *loader) checkAWS(a *AWS, n *tree.Node) {
	if a == nil || n == nil || n.Kind != tree.Map {
		return
	}
	l.checkURL(a.APIURL, n.At("api_url"))
}

// checkRole wants the ARN of a role of the account itself.
func (l *loader) checkRole(arn, account string, pos tree.Pos) {
	switch {
	case arn == "":
	case !roleARN.MatchString(arn):
		l.faults.Add(pos, "must be the ARN of a role, such as arn:aws:iam::123456789012:role/toban, got %s", tree.Quote(arn))
	case accountID.MatchString(account) && !strings.Contains(arn, "::"+account+":"):
		l.faults.Add(pos, "must be a role of the account %s, got %s", account, tree.Quote(arn))
	}
}
