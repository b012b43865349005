package aws

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"toban/bot"
)

// ec2SetEntries are the operations that set a value which can be read back.
func ec2SetEntries() []entry {
	const minutes, hours = 15 * time.Minute, 12 * time.Hour
	return []entry{
		{
			Op: bot.OpEC2Tag, Does: "sets a tag", Mark: compared, Look: "the tag's value: as before, as wanted, or somebody else's", Blind: nobody,
			Calls: []string{"ec2:CreateTags"}, Reads: []string{"ec2:DescribeTags"}, DryRun: true, patience: minutes, parse: with[setTag],
		},
		{
			Op: bot.OpEC2Untag, Does: "takes a tag away", Mark: compared, Look: "the tag: as before, or away", Blind: nobody,
			Calls: []string{"ec2:DeleteTags"}, Reads: []string{"ec2:DescribeTags"}, DryRun: true, patience: minutes, parse: with[deleteTag],
		},
		{
			Op: bot.OpEBSExtend, Does: "makes a volume larger", Mark: compared, Look: "its size and its modification", Blind: nobody,
			Calls: []string{"ec2:ModifyVolume"}, Reads: []string{"ec2:DescribeVolumes", "ec2:DescribeVolumesModifications"}, DryRun: true, patience: hours, parse: with[extendVolume],
		},
		{
			Op: bot.OpEIPAssociate, Does: "gives an Elastic IP address to an instance", Mark: compared, Look: "the instance that has it", Blind: nobody,
			Calls: []string{"ec2:AssociateAddress"}, Reads: []string{"ec2:DescribeAddresses"}, DryRun: true, patience: minutes, parse: with[associateAddress],
		},
	}
}

var (
	tagKey   = regexp.MustCompile(`^[\p{L}\p{N}\p{Zs}_.:/=+@-]{1,128}$`)
	zoneName = regexp.MustCompile(`^[a-z]{2}(-[a-z0-9]+)+-[0-9]+[a-z]$`)
)

func checkTag(resource, key string) error {
	if strings.HasPrefix(strings.ToLower(key), "aws:") || key == markTag {
		return fmt.Errorf("key must not be one of Amazon's own or of Toban's marks, got %q", key)
	}
	return first(like("resource", anyID, resource, "i-0123456789abcdef0"), like("key", tagKey, key, "Environment"))
}

// tagOf reads a tag; nil: there is none.
func tagOf(ctx context.Context, d *door, resource, key string) (*string, error) {
	out, err := d.ec2().DescribeTags(ctx, &ec2.DescribeTagsInput{Filters: []ec2types.Filter{
		{Name: sdk.String("resource-id"), Values: []string{resource}}, {Name: sdk.String("key"), Values: []string{wildless(key)}},
	}})
	if err != nil {
		return nil, refusal(err)
	}
	for _, t := range out.Tags {
		if sdk.ToString(t.ResourceId) == resource && sdk.ToString(t.Key) == key {
			return sdk.String(sdk.ToString(t.Value)), nil
		}
	}
	return nil, nil //nolint:nilnil // no tag is an answer
}

func tagWords(v *string) string {
	if v == nil {
		return "there is no such tag"
	}
	return fmt.Sprintf("the tag is %q", *v)
}

func same(a, b *string) bool { return (a == nil) == (b == nil) && sdk.ToString(a) == sdk.ToString(b) }

type setTag struct{ bot.EC2Tag }

func (o setTag) check() error {
	const most = 256
	if len([]rune(o.Value)) > most {
		return fmt.Errorf("value must have at most %d characters", most)
	}
	if o.Was != nil && *o.Was == o.Value {
		return fmt.Errorf("was and value are the same: %q", o.Value)
	}
	return checkTag(o.Resource, o.Key)
}

func (o setTag) String() string {
	return fmt.Sprintf("the tag %s of %s to %q", o.Key, o.Resource, o.Value)
}

func (o setTag) look(ctx context.Context, d *door, _ glance) (sight, error) {
	now, err := tagOf(ctx, d, o.Resource, o.Key)
	s := sight{state: astray, what: tagWords(now), id: o.Resource}
	switch {
	case now != nil && *now == o.Value:
		s.state = done
	case same(now, o.Was):
		s.state = before
	}
	return s, err
}

func (o setTag) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	_, err := d.ec2().CreateTags(ctx, &ec2.CreateTagsInput{
		Resources: []string{o.Resource}, Tags: []ec2types.Tag{{Key: sdk.String(o.Key), Value: sdk.String(o.Value)}}, DryRun: sdk.Bool(dry),
	})
	return o.Resource, refusal(err)
}

type deleteTag struct{ bot.EC2Untag }

func (o deleteTag) check() error   { return checkTag(o.Resource, o.Key) }
func (o deleteTag) String() string { return "the tag " + o.Key + " of " + o.Resource }

func (o deleteTag) look(ctx context.Context, d *door, _ glance) (sight, error) {
	now, err := tagOf(ctx, d, o.Resource, o.Key)
	s := sight{state: astray, what: tagWords(now), id: o.Resource}
	switch {
	case now == nil:
		s.state = done
	case *now == o.Was:
		s.state = before
	}
	return s, err
}

// act names the value too: AWS deletes only a tag that still has it.
func (o deleteTag) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	_, err := d.ec2().DeleteTags(ctx, &ec2.DeleteTagsInput{
		Resources: []string{o.Resource}, Tags: []ec2types.Tag{{Key: sdk.String(o.Key), Value: sdk.String(o.Was)}}, DryRun: sdk.Bool(dry),
	})
	return o.Resource, refusal(err)
}

type extendVolume struct{ bot.EBSExtend }

func (o extendVolume) check() error {
	if o.From < 1 || o.To <= o.From {
		return fmt.Errorf("a volume can only become larger, got from %d to %d GiB", o.From, o.To)
	}
	return id("volume", "vol", o.Volume)
}

func (o extendVolume) String() string {
	return fmt.Sprintf("%s from %d to %d GiB", o.Volume, o.From, o.To)
}
func (o extendVolume) object(d *door) string { return d.arn("ec2", "volume/"+o.Volume) }

func (o extendVolume) look(ctx context.Context, d *door, _ glance) (sight, error) {
	out, err := d.ec2().DescribeVolumes(ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{o.Volume}})
	if err != nil {
		return sight{}, refusal(err)
	}
	if len(out.Volumes) != 1 {
		return sight{}, &Refusal{Kind: Missing, Call: "EC2 DescribeVolumes", Code: "InvalidVolume.NotFound", Message: "AWS does not tell of the volume " + o.Volume}
	}
	size := sdk.ToInt32(out.Volumes[0].Size)
	s := sight{state: astray, what: fmt.Sprintf("the volume has %d GiB", size), id: o.Volume}
	m, err := d.ec2().DescribeVolumesModifications(ctx, &ec2.DescribeVolumesModificationsInput{VolumeIds: []string{o.Volume}})
	if err != nil && !is(refusal(err), Missing) { // one that was never modified has none
		return sight{}, refusal(err)
	}
	modification, target := ec2types.VolumeModificationState(""), int32(0)
	if err == nil && len(m.VolumesModifications) > 0 {
		modification, target = m.VolumesModifications[0].ModificationState, sdk.ToInt32(m.VolumesModifications[0].TargetSize)
		s.what += ", its last modification (to " + fmt.Sprint(target) + " GiB) is " + string(modification)
	}
	switch {
	case size == o.To && modification != ec2types.VolumeModificationStateModifying && modification != ec2types.VolumeModificationStateFailed:
		s.state = done // while it is optimizing it has its new size already
	case modification == ec2types.VolumeModificationStateModifying && target == o.To:
		s.state = working
	case size == o.From && (modification == ec2types.VolumeModificationStateModifying || modification == ec2types.VolumeModificationStateOptimizing):
		s.state = busy
	case size == o.From && !(modification == ec2types.VolumeModificationStateFailed && target == o.To):
		s.state = before
	}
	return s, nil
}

func (o extendVolume) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	_, err := d.ec2().ModifyVolume(ctx, &ec2.ModifyVolumeInput{VolumeId: sdk.String(o.Volume), Size: sdk.Int32(o.To), DryRun: sdk.Bool(dry)})
	return o.Volume, refusal(err)
}

type associateAddress struct{ bot.EIPAssociate }

func (o associateAddress) check() error {
	if o.From != "" {
		if err := first(id("from", "i", o.From), differ(o.From, o.To)); err != nil {
			return err
		}
	}
	return first(id("allocation", "eipalloc", o.Allocation), id("to", "i", o.To))
}

func (o associateAddress) String() string {
	if o.From == "" {
		return o.Allocation + " to " + o.To
	}
	return o.Allocation + " from " + o.From + " to " + o.To
}

func (o associateAddress) look(ctx context.Context, d *door, _ glance) (sight, error) {
	out, err := d.ec2().DescribeAddresses(ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{o.Allocation}})
	if err != nil {
		return sight{}, refusal(err)
	}
	if len(out.Addresses) != 1 {
		return sight{}, &Refusal{Kind: Missing, Call: "EC2 DescribeAddresses", Code: "InvalidAllocationID.NotFound", Message: "AWS does not tell of the address " + o.Allocation}
	}
	a := out.Addresses[0]
	has := sdk.ToString(a.InstanceId)
	s := sight{state: astray, what: "the address is at " + has, id: sdk.ToString(a.AssociationId)}
	if has == "" {
		s.what = "the address is at no instance"
	}
	switch {
	case has == o.To:
		s.state = done
	case has == o.From && (has != "" || a.AssociationId == nil): // an interface without an instance may have it
		s.state = before
	}
	return s, nil
}

func (o associateAddress) act(ctx context.Context, d *door, _ string, dry bool) (string, error) {
	out, err := d.ec2().AssociateAddress(ctx, &ec2.AssociateAddressInput{
		AllocationId: sdk.String(o.Allocation), InstanceId: sdk.String(o.To), AllowReassociation: sdk.Bool(o.From != ""), DryRun: sdk.Bool(dry),
	})
	if err != nil {
		return "", refusal(err)
	}
	return sdk.ToString(out.AssociationId), nil
}
