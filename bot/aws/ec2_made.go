package aws

import (
	"context"
	"fmt"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"toban/bot"
)

// ec2Entries are the operations that make something, and those of tags, volumes and addresses.
func ec2Entries() []entry {
	const minutes, half, hours = 15 * time.Minute, 30 * time.Minute, 12 * time.Hour
	return slices.Concat([]entry{
		{
			Op: bot.OpEBSSnapshot, Does: "takes a snapshot of a volume", Mark: tagged, Look: "snapshots with the tag", Blind: held,
			Calls: []string{"ec2:CreateSnapshot", "ec2:CreateTags"}, Reads: []string{"ec2:DescribeSnapshots"},
			DryRun: true, hold: visible, patience: hours, encrypted: true, parse: with[makeSnapshot],
		},
		{
			Op: bot.OpEC2Image, Does: "makes an AMI of an instance", Mark: "its name, and " + tagged, Look: "images of the name", Blind: nobody,
			Calls: []string{"ec2:CreateImage", "ec2:CreateTags"}, Reads: []string{"ec2:DescribeImages"},
			DryRun: true, patience: hours, encrypted: true, parse: with[makeImage],
		},
		{
			Op: bot.OpEBSVolume, Does: "makes a volume of a snapshot", Mark: "client token, and " + tagged, Look: "volumes with the tag", Blind: "made again with the same token: it is the same volume",
			Calls: []string{"ec2:CreateVolume", "ec2:CreateTags"}, Reads: []string{"ec2:DescribeVolumes"},
			DryRun: true, token: true, patience: half, encrypted: true, parse: with[makeVolume],
		},
		{
			Op: bot.OpEIPAllocate, Does: "takes an Elastic IP address on", Mark: tagged, Look: "addresses with the tag", Blind: held,
			Calls: []string{"ec2:AllocateAddress", "ec2:CreateTags"}, Reads: []string{"ec2:DescribeAddresses"},
			DryRun: true, hold: visible, patience: minutes, parse: with[allocateAddress],
		},
	}, ec2SetEntries())
}

// tags are those of something that is made.
func tags(kind ec2types.ResourceType, mark, name string) []ec2types.TagSpecification {
	list := []ec2types.Tag{{Key: sdk.String(markTag), Value: sdk.String(mark)}}
	if name != "" {
		list = append(list, ec2types.Tag{Key: sdk.String("Name"), Value: sdk.String(name)})
	}
	return []ec2types.TagSpecification{{ResourceType: kind, Tags: list}}
}

// marked finds what bears a mark.
func marked(mark string) []ec2types.Filter {
	return []ec2types.Filter{{Name: sdk.String("tag:" + markTag), Values: []string{mark}}}
}

func bears(list []ec2types.Tag, mark string) bool {
	return slices.ContainsFunc(list, func(t ec2types.Tag) bool { return sdk.ToString(t.Key) == markTag && sdk.ToString(t.Value) == mark })
}

// nothing is the sight of something that is not made, or not to be seen yet.
func nothing(what string) sight { return sight{state: before, what: what + " is not there"} }

type makeSnapshot struct{ bot.EBSSnapshot }

func (o makeSnapshot) check() error   { return id("volume", "vol", o.Volume) }
func (o makeSnapshot) String() string { return "a snapshot of " + o.Volume }

func (o makeSnapshot) look(ctx context.Context, d *door, g glance) (sight, error) {
	out, err := d.ec2().DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{Filters: marked(g.mark), OwnerIds: []string{"self"}})
	if err != nil {
		return sight{}, refusal(err)
	}
	if len(out.Snapshots) > 0 {
		s := out.Snapshots[0]
		see := sight{state: astray, what: "the snapshot is " + string(s.State), id: sdk.ToString(s.SnapshotId)}
		switch s.State {
		case ec2types.SnapshotStateCompleted:
			see.state = done
		case ec2types.SnapshotStatePending:
			see.state, see.what = working, see.what+" "+sdk.ToString(s.Progress)
		case ec2types.SnapshotStateError, ec2types.SnapshotStateRecoverable, ec2types.SnapshotStateRecovering:
			see.what += " " + sdk.ToString(s.StateMessage)
		}
		return see, nil
	}
	return nothing("the snapshot"), nil
}

func (o makeSnapshot) act(ctx context.Context, d *door, mark string, dry bool) (string, error) {
	out, err := d.ec2().CreateSnapshot(ctx, &ec2.CreateSnapshotInput{
		VolumeId: sdk.String(o.Volume), Description: text(o.Description), TagSpecifications: tags(ec2types.ResourceTypeSnapshot, mark, ""), DryRun: sdk.Bool(dry),
	})
	if err != nil {
		return "", refusal(err)
	}
	return sdk.ToString(out.SnapshotId), nil
}

// text is a word that may be missing.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type makeImage struct{ bot.EC2Image }

func (o makeImage) check() error {
	return first(id("instance", "i", o.Instance), like("name", imageName, o.Name, "web-1 before the update"))
}
func (o makeImage) String() string { return "the image " + o.Name + " of " + o.Instance }

func (o makeImage) look(ctx context.Context, d *door, g glance) (sight, error) {
	out, err := d.ec2().DescribeImages(ctx, &ec2.DescribeImagesInput{
		Owners: []string{"self"}, Filters: []ec2types.Filter{{Name: sdk.String("name"), Values: []string{wildless(o.Name)}}},
	})
	if err != nil {
		return sight{}, refusal(err)
	}
	for _, i := range out.Images {
		see := sight{state: astray, what: "the image is " + string(i.State), id: sdk.ToString(i.ImageId)}
		switch {
		case sdk.ToString(i.Name) != o.Name:
			continue
		case !bears(i.Tags, g.mark):
			see.what = "an image of somebody else has the name " + o.Name
		case i.State == ec2types.ImageStateAvailable:
			see.state = done
		case i.State == ec2types.ImageStatePending:
			see.state = working
		case i.StateReason != nil:
			see.what += ": " + sdk.ToString(i.StateReason.Message)
		}
		return see, nil
	}
	return nothing("the image"), nil
}

func (o makeImage) act(ctx context.Context, d *door, mark string, dry bool) (string, error) {
	out, err := d.ec2().CreateImage(ctx, &ec2.CreateImageInput{
		InstanceId: sdk.String(o.Instance), Name: sdk.String(o.Name), NoReboot: sdk.Bool(!o.Reboot), TagSpecifications: tags(ec2types.ResourceTypeImage, mark, ""), DryRun: sdk.Bool(dry),
	})
	if err != nil {
		return "", refusal(err)
	}
	return sdk.ToString(out.ImageId), nil
}

// wildless escapes what a filter's value takes for a pattern.
func wildless(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '*' || r == '?' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

type makeVolume struct{ bot.EBSVolume }

func (o makeVolume) check() error {
	if o.GiB < 0 {
		return fmt.Errorf("gib must not be negative, got %d", o.GiB)
	}
	return first(id("snapshot", "snap", o.Snapshot), like("zone", zoneName, o.Zone, "ap-northeast-1a"))
}
func (o makeVolume) String() string { return "a volume of " + o.Snapshot + " in " + o.Zone }

func (o makeVolume) look(ctx context.Context, d *door, g glance) (sight, error) {
	out, err := d.ec2().DescribeVolumes(ctx, &ec2.DescribeVolumesInput{Filters: marked(g.mark)})
	if err != nil {
		return sight{}, refusal(err)
	}
	if len(out.Volumes) > 0 {
		v := out.Volumes[0]
		see := sight{state: astray, what: "the volume is " + string(v.State), id: sdk.ToString(v.VolumeId)}
		switch v.State {
		case ec2types.VolumeStateAvailable, ec2types.VolumeStateInUse:
			see.state = done
		case ec2types.VolumeStateCreating:
			see.state = working
		case ec2types.VolumeStateDeleting, ec2types.VolumeStateDeleted, ec2types.VolumeStateError:
		}
		return see, nil
	}
	return nothing("the volume"), nil
}

func (o makeVolume) act(ctx context.Context, d *door, mark string, dry bool) (string, error) {
	in := &ec2.CreateVolumeInput{
		ClientToken: sdk.String(mark), SnapshotId: sdk.String(o.Snapshot), AvailabilityZone: sdk.String(o.Zone), VolumeType: ec2types.VolumeType(o.Type),
		TagSpecifications: tags(ec2types.ResourceTypeVolume, mark, ""), DryRun: sdk.Bool(dry),
	}
	if o.Type == "" {
		in.VolumeType = ec2types.VolumeTypeGp3
	}
	if o.GiB > 0 {
		in.Size = sdk.Int32(o.GiB)
	}
	out, err := d.ec2().CreateVolume(ctx, in)
	if err != nil {
		return "", refusal(err)
	}
	return sdk.ToString(out.VolumeId), nil
}

type allocateAddress struct{ bot.EIPAllocate }

func (o allocateAddress) check() error   { return nil }
func (o allocateAddress) String() string { return "an Elastic IP address " + o.Name }

func (o allocateAddress) look(ctx context.Context, d *door, g glance) (sight, error) {
	out, err := d.ec2().DescribeAddresses(ctx, &ec2.DescribeAddressesInput{Filters: marked(g.mark)})
	if err != nil {
		return sight{}, refusal(err)
	}
	if len(out.Addresses) > 0 {
		a := out.Addresses[0]
		return sight{state: done, what: "the address is " + sdk.ToString(a.PublicIp), id: sdk.ToString(a.AllocationId)}, nil
	}
	return nothing("the address"), nil
}

func (o allocateAddress) act(ctx context.Context, d *door, mark string, dry bool) (string, error) {
	out, err := d.ec2().AllocateAddress(ctx, &ec2.AllocateAddressInput{
		Domain: ec2types.DomainTypeVpc, TagSpecifications: tags(ec2types.ResourceTypeElasticIp, mark, o.Name), DryRun: sdk.Bool(dry),
	})
	if err != nil {
		return "", refusal(err)
	}
	return sdk.ToString(out.AllocationId), nil
}
