package config

import (
	"regexp"

	"toban/config/tree"
)

// Phone is the telephony provider by which calls go out: Amazon Connect. Without one, staff are told whom to call.
type Phone struct {
	Provider string `yaml:"provider,required" oneof:"connect"`
	Region   string `yaml:"region,required"`
	Instance string `yaml:"instance,required"` // id of the Connect instance
	// Flow is the id of a contact flow that speaks the attribute text, waits for a key and stores it as the attribute toban_key.
	Flow string `yaml:"flow,required"`
	// Number is the caller's number, E.164; Queue is the id of a queue whose number is shown. One of them is needed.
	Number string `yaml:"number"`
	Queue  string `yaml:"queue"`
	// AccessKey and SecretKey are those of an AWS user that may do nothing but the three calls (see deploy/RUNBOOK.md).
	AccessKey Secret `yaml:"access_key,required"`
	SecretKey Secret `yaml:"secret_key,required"`
	// APIURL replaces Amazon's own address, for a stand-in.
	APIURL string `yaml:"api_url"`
}

var international = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// PhoneNumber reports whether text is a number as providers want it: E.164, such as +81312345678.
func PhoneNumber(text string) bool { return international.MatchString(text) }

func (l *loader) checkPhone(p *Phone, n *tree.Node) {
	if p == nil || n == nil || n.Kind != tree.Map {
		return
	}
	if p.Number == "" && p.Queue == "" {
		l.faults.Add(n.Pos, "lacks number or queue: one of them says from which number people are called")
	}
	if p.Number != "" && !PhoneNumber(p.Number) {
		l.faults.Add(n.At("number"), "must be in E.164: + and the country, digits only, without blanks and strokes")
	}
	l.checkURL(p.APIURL, n.At("api_url"))
}
