package bot

import (
	"encoding/json"
	"time"
)

// AWSChange is one change of one thing in a customer's AWS account. It says what is there before and what is wanted, so that it can be
// compared before it is done and after an answer was lost; bot/aws/CATALOGUE.md says for each operation how.
type AWSChange struct {
	Account string          `json:"account"` // 12 digits, one of the customer's
	Region  string          `json:"region"`  // one of the account's
	Do      AWSOp           `json:"do"`
	With    json.RawMessage `json:"with"` // the operation's own words, such as EC2Start
	// NotAfter is the instant from which on it must not be begun any more: work belongs to its window, whatever held it up.
	NotAfter time.Time `json:"not_after"`
}

// AWSOutcome is how a change ended; it is the Outcome of its effect.
type AWSOutcome string

// Outcomes. Of all but the first two staff are told; nothing is repeated after any of them.
const (
	AWSDone      AWSOutcome = "done"      // as wanted, and it came about after Toban asked for it
	AWSUnchanged AWSOutcome = "unchanged" // as wanted, by somebody else's hand: there is nothing of ours to undo
	AWSRefused   AWSOutcome = "refused"   // nothing was changed: AWS refused, things are not as the plan says, or the time is over
	AWSUnknown   AWSOutcome = "unknown"   // nobody can say, or it did not come to its end: a person has to look
)

// AWSAction is an operation with its own words.
type AWSAction interface{ AWSOp() AWSOp }

// MakeAWSChange builds the effect of an action. Its end is reported to the ticket's features.
func MakeAWSChange(key string, t *Ticket, account, region string, a AWSAction, notAfter time.Time) Effect {
	with, err := json.Marshal(a)
	if err != nil {
		with = nil // plain values: it can't be
	}
	e := MakeEffect(EffectAWS, Notice, key, t, AWSChange{Account: account, Region: region, Do: a.AWSOp(), With: with, NotAfter: notAfter})
	e.Report = true
	return e
}

// AWSOp names an operation.
type AWSOp string

// The operations.
const (
	OpEC2Start      AWSOp = "ec2.start"
	OpEC2Stop       AWSOp = "ec2.stop"
	OpEC2Reboot     AWSOp = "ec2.reboot"
	OpEC2Resize     AWSOp = "ec2.resize"
	OpEC2Image      AWSOp = "ec2.image"
	OpEC2Tag        AWSOp = "ec2.tag"
	OpEC2Untag      AWSOp = "ec2.untag"
	OpEBSSnapshot   AWSOp = "ebs.snapshot"
	OpEBSVolume     AWSOp = "ebs.volume"
	OpEBSExtend     AWSOp = "ebs.extend"
	OpSGAdd         AWSOp = "sg.add"
	OpSGDelete      AWSOp = "sg.delete"
	OpSGChange      AWSOp = "sg.change"
	OpEIPAllocate   AWSOp = "eip.allocate"
	OpEIPAssociate  AWSOp = "eip.associate"
	OpELBRegister   AWSOp = "elb.register"
	OpELBDeregister AWSOp = "elb.deregister"
	OpRDSStart      AWSOp = "rds.start"
	OpRDSStop       AWSOp = "rds.stop"
	OpRDSReboot     AWSOp = "rds.reboot"
	OpRDSResize     AWSOp = "rds.resize"
	OpRDSSnapshot   AWSOp = "rds.snapshot"
)

// EC2Start starts a stopped instance.
type EC2Start struct {
	Instance string `json:"instance"`
}

// EC2Stop stops a running instance.
type EC2Stop struct {
	Instance string `json:"instance"`
}

// EC2Reboot reboots a running instance.
type EC2Reboot struct {
	Instance string `json:"instance"`
}

// EC2Resize changes the type of a stopped instance.
type EC2Resize struct {
	Instance string `json:"instance"`
	From     string `json:"from"` // instance types
	To       string `json:"to"`
}

// EC2Image makes an AMI of an instance.
type EC2Image struct {
	Instance string `json:"instance"`
	Name     string `json:"name"` // unique in account and region
	Reboot   bool   `json:"reboot,omitempty"`
}

// EC2Tag sets a tag of anything that EC2 knows. Was is the value before; nil: there is no such tag.
type EC2Tag struct {
	Resource string  `json:"resource"`
	Key      string  `json:"key"`
	Value    string  `json:"value"`
	Was      *string `json:"was,omitempty"`
}

// EC2Untag takes a tag away that has the value Was.
type EC2Untag struct {
	Resource string `json:"resource"`
	Key      string `json:"key"`
	Was      string `json:"was"`
}

// EBSSnapshot takes a snapshot of a volume.
type EBSSnapshot struct {
	Volume      string `json:"volume"`
	Description string `json:"description,omitempty"`
}

// EBSVolume makes a volume of a snapshot.
type EBSVolume struct {
	Snapshot string `json:"snapshot"`
	Zone     string `json:"zone"`           // availability zone
	Type     string `json:"type,omitempty"` // gp3 when ""
	GiB      int32  `json:"gib,omitempty"`  // the snapshot's size when 0
}

// EBSExtend makes a volume larger.
type EBSExtend struct {
	Volume string `json:"volume"`
	From   int32  `json:"from"` // GiB
	To     int32  `json:"to"`
}

// SGRule is a rule of a security group. Exactly one of CIDR, Group and PrefixList is its peer.
type SGRule struct {
	Egress      bool   `json:"egress,omitempty"`
	Protocol    string `json:"protocol"`              // tcp, udp, icmp, icmpv6, a protocol number, or -1 for all
	From        int32  `json:"from"`                  // port, or the ICMP type; -1 for all
	To          int32  `json:"to"`                    // port, or the ICMP code; -1 for all
	CIDR        string `json:"cidr,omitempty"`        // IPv4 or IPv6
	Group       string `json:"group,omitempty"`       // sg-…
	PrefixList  string `json:"prefix_list,omitempty"` // pl-…
	Description string `json:"description,omitempty"`
}

// SGAdd adds a rule that the group does not have.
type SGAdd struct {
	Group string `json:"group"`
	Rule  SGRule `json:"rule"`
}

// SGDelete deletes a rule, if it is still as told.
type SGDelete struct {
	Group string `json:"group"`
	ID    string `json:"id"` // sgr-…
	Rule  SGRule `json:"rule"`
}

// SGChange changes a rule in one step, if it is still as told. Its direction can't be changed.
type SGChange struct {
	Group string `json:"group"`
	ID    string `json:"id"` // sgr-…
	From  SGRule `json:"from"`
	To    SGRule `json:"to"`
}

// EIPAllocate takes an Elastic IP address on.
type EIPAllocate struct {
	Name string `json:"name,omitempty"` // its Name tag
}

// EIPAssociate gives an Elastic IP address to an instance. From is the instance that has it; "": none.
type EIPAssociate struct {
	Allocation string `json:"allocation"`
	From       string `json:"from,omitempty"`
	To         string `json:"to"`
}

// ELBRegister registers a target.
type ELBRegister struct {
	TargetGroup string `json:"target_group"` // ARN
	Target      string `json:"target"`       // an instance id or an address
	Port        int32  `json:"port,omitempty"`
}

// ELBDeregister takes a target away. The last healthy one only with Last.
type ELBDeregister struct {
	TargetGroup string `json:"target_group"` // ARN
	Target      string `json:"target"`
	Port        int32  `json:"port,omitempty"`
	Last        bool   `json:"last,omitempty"`
}

// RDSStart starts a stopped DB instance.
type RDSStart struct {
	Instance string `json:"instance"`
}

// RDSStop stops a DB instance.
type RDSStop struct {
	Instance string `json:"instance"`
}

// RDSReboot reboots a DB instance; with Failover to the other zone of a Multi-AZ one.
type RDSReboot struct {
	Instance string `json:"instance"`
	Failover bool   `json:"failover,omitempty"`
}

// RDSResize changes the class of a DB instance at once.
type RDSResize struct {
	Instance string `json:"instance"`
	From     string `json:"from"` // DB instance classes
	To       string `json:"to"`
}

// RDSSnapshot takes a snapshot of a DB instance.
type RDSSnapshot struct {
	Instance string `json:"instance"`
	Name     string `json:"name"` // unique in account and region
}

// AWSOp implements AWSAction.
func (EC2Start) AWSOp() AWSOp { return OpEC2Start }

// AWSOp implements AWSAction.
func (EC2Stop) AWSOp() AWSOp { return OpEC2Stop }

// AWSOp implements AWSAction.
func (EC2Reboot) AWSOp() AWSOp { return OpEC2Reboot }

// AWSOp implements AWSAction.
func (EC2Resize) AWSOp() AWSOp { return OpEC2Resize }

// AWSOp implements AWSAction.
func (EC2Image) AWSOp() AWSOp { return OpEC2Image }

// AWSOp implements AWSAction.
func (EC2Tag) AWSOp() AWSOp { return OpEC2Tag }

// AWSOp implements AWSAction.
func (EC2Untag) AWSOp() AWSOp { return OpEC2Untag }

// AWSOp implements AWSAction.
func (EBSSnapshot) AWSOp() AWSOp { return OpEBSSnapshot }

// AWSOp implements AWSAction.
func (EBSVolume) AWSOp() AWSOp { return OpEBSVolume }

// AWSOp implements AWSAction.
func (EBSExtend) AWSOp() AWSOp { return OpEBSExtend }

// AWSOp implements AWSAction.
func (SGAdd) AWSOp() AWSOp { return OpSGAdd }

// AWSOp implements AWSAction.
func (SGDelete) AWSOp() AWSOp { return OpSGDelete }

// AWSOp implements AWSAction.
func (SGChange) AWSOp() AWSOp { return OpSGChange }

// AWSOp implements AWSAction.
func (EIPAllocate) AWSOp() AWSOp { return OpEIPAllocate }

// AWSOp implements AWSAction.
func (EIPAssociate) AWSOp() AWSOp { return OpEIPAssociate }

// AWSOp implements AWSAction.
func (ELBRegister) AWSOp() AWSOp { return OpELBRegister }

// AWSOp implements AWSAction.
func (ELBDeregister) AWSOp() AWSOp { return OpELBDeregister }

// AWSOp implements AWSAction.
func (RDSStart) AWSOp() AWSOp { return OpRDSStart }

// AWSOp implements AWSAction.
func (RDSStop) AWSOp() AWSOp { return OpRDSStop }

// AWSOp implements AWSAction.
func (RDSReboot) AWSOp() AWSOp { return OpRDSReboot }

// AWSOp implements AWSAction.
func (RDSResize) AWSOp() AWSOp { return OpRDSResize }

// AWSOp implements AWSAction.
func (RDSSnapshot) AWSOp() AWSOp { return OpRDSSnapshot }
