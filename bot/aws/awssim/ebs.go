package awssim

import (
	"slices"
	"strings"
)

func ebsActions() map[string]handler {
	return map[string]handler{
		"DescribeSnapshots": (*call).describeSnapshots, "CreateSnapshot": (*call).createSnapshot, "DescribeImages": (*call).describeImages, "CreateImage": (*call).createImage,
		"DescribeVolumes": (*call).describeVolumes, "CreateVolume": (*call).createVolume, "ModifyVolume": (*call).modifyVolume,
		"DescribeVolumesModifications": (*call).describeModifications,
	}
}

func progress(state string) string {
	if state == "completed" {
		return "100%"
	}
	return "0%"
}

func (c *call) snapshot(t things, s Snapshot, state string) []el {
	return []el{v("snapshotId", s.ID), v("volumeId", s.Volume), v("status", state), v("progress", progress(state)), v("ownerId", c.account), tagSet(t, s.ID)}
}

func (c *call) describeSnapshots() ([]el, *problem) {
	t, then := c.seen()
	found := sorted(t.Snapshots, func(s Snapshot) bool { return c.matches(t, s.ID) })
	return []el{list("snapshotSet", "item", found, func(s Snapshot) []el { return c.snapshot(t, s, s.at(then)) })}, nil
}

func (c *call) createSnapshot() ([]el, *problem) {
	id := c.form.Get("VolumeId")
	if _, ok := c.truth().Volumes[id]; !ok {
		return nil, bad("InvalidVolume.NotFound", "The volume '%s' does not exist.", id)
	}
	s := Snapshot{ID: c.fresh("snap"), Volume: id, Phase: c.turn("pending", "completed")}
	c.apply(func(t *things) {
		t.Snapshots[s.ID] = s
		t.tag(s.ID, c.given())
	})
	return c.snapshot(c.truth(), s, "pending"), nil
}

func (c *call) describeImages() ([]el, *problem) {
	t, then := c.seen()
	names := c.filters()["name"]
	found := sorted(t.Images, func(i Image) bool { return c.matches(t, i.ID) && (names == nil || slices.Contains(names, i.Name)) })
	return []el{list("imagesSet", "item", found, func(i Image) []el {
		return []el{v("imageId", i.ID), v("imageState", i.at(then)), v("imageOwnerId", c.account), v("name", i.Name), tagSet(t, i.ID)}
	})}, nil
}

func (c *call) createImage() ([]el, *problem) {
	id, name := c.form.Get("InstanceId"), c.form.Get("Name")
	if _, ok := c.truth().Instances[id]; !ok {
		return nil, bad("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", id)
	}
	for _, i := range c.truth().Images {
		if i.Name == name {
			return nil, bad("InvalidAMIName.Duplicate", "AMI name %s is already in use by AMI %s", name, i.ID)
		}
	}
	i := Image{ID: c.fresh("ami"), Name: name, Instance: id, Phase: c.turn("pending", "available")}
	c.apply(func(t *things) {
		t.Images[i.ID] = i
		t.tag(i.ID, c.given())
	})
	return []el{v("imageId", i.ID)}, nil
}

func (c *call) describeVolumes() ([]el, *problem) {
	t, then := c.seen()
	ids := c.each("VolumeId")
	for _, id := range ids {
		if _, ok := t.Volumes[id]; !ok {
			return nil, bad("InvalidVolume.NotFound", "The volume '%s' does not exist.", id)
		}
	}
	found := sorted(t.Volumes, func(o Volume) bool { return c.matches(t, o.ID) && (len(ids) == 0 || slices.Contains(ids, o.ID)) })
	return []el{list("volumeSet", "item", found, func(o Volume) []el {
		size := o.GiB
		if m := o.Modification; m != nil && m.at(then) == "modifying" {
			size = m.From
		}
		return []el{v("volumeId", o.ID), n("size", size), v("snapshotId", o.Snapshot), v("availabilityZone", o.Zone), v("status", o.at(then)), v("volumeType", "gp3"), tagSet(t, o.ID)}
	})}, nil
}

// createVolume gives the same volume for the same client token.
func (c *call) createVolume() ([]el, *problem) {
	token := c.form.Get("ClientToken")
	words := strings.Join([]string{c.form.Get("SnapshotId"), c.form.Get("AvailabilityZone"), c.form.Get("VolumeType"), c.form.Get("Size")}, " ")
	if made, ok := c.truth().Tokens[token]; ok && token != "" {
		id, first, _ := strings.Cut(made, " ")
		if first != words {
			return nil, bad("IdempotentParameterMismatch", "The client token you have provided is associated with a resource that has different parameters.")
		}
		return []el{v("volumeId", id), v("status", c.truth().Volumes[id].at(c.now))}, nil
	}
	if _, ok := c.truth().Snapshots[c.form.Get("SnapshotId")]; !ok {
		return nil, bad("InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.", c.form.Get("SnapshotId"))
	}
	const gib = 8
	o := Volume{ID: c.fresh("vol"), Zone: c.form.Get("AvailabilityZone"), Snapshot: c.form.Get("SnapshotId"), GiB: c.number("Size", gib), Phase: c.turn("creating", "available")}
	c.apply(func(t *things) {
		t.Volumes[o.ID], t.Tokens[token] = o, o.ID+" "+words
		t.tag(o.ID, c.given())
	})
	return []el{v("volumeId", o.ID), n("size", o.GiB), v("status", "creating")}, nil
}

func (c *call) modification(o Volume, state string) []el {
	return []el{v("volumeId", o.ID), v("modificationState", state), n("originalSize", o.Modification.From), n("targetSize", o.Modification.To)}
}

func (c *call) modifyVolume() ([]el, *problem) {
	id := c.form.Get("VolumeId")
	o, ok := c.truth().Volumes[id]
	size := c.number("Size", 0)
	switch {
	case !ok:
		return nil, bad("InvalidVolume.NotFound", "The volume '%s' does not exist.", id)
	case size <= o.GiB:
		return nil, bad("InvalidParameterValue", "New size cannot be smaller than existing size")
	case o.Modification != nil && o.Modification.at(c.now) == "modifying":
		return nil, bad("IncorrectModificationState", "Volume %s is in a modifying state.", id)
	}
	o.Modification = &Modification{From: o.GiB, To: size, Phase: c.turn("modifying", "optimizing")}
	o.GiB = size
	c.apply(func(t *things) { t.Volumes[id] = o })
	return []el{x("volumeModification", c.modification(o, "modifying")...)}, nil
}

func (c *call) describeModifications() ([]el, *problem) {
	t, then := c.seen()
	ids := c.each("VolumeId")
	found := sorted(t.Volumes, func(o Volume) bool { return slices.Contains(ids, o.ID) && o.Modification != nil })
	if len(found) == 0 {
		return nil, bad("InvalidVolumeModification.NotFound", "Modification for volume '%s' does not exist.", strings.Join(ids, ", "))
	}
	return []el{list("volumeModificationSet", "item", found, func(o Volume) []el { return c.modification(o, o.Modification.at(then)) })}, nil
}
