package awssim

import (
	"maps"
	"slices"
	"strings"
)

func tagActions() map[string]handler {
	return map[string]handler{"DescribeTags": (*call).describeTags, "CreateTags": (*call).createTags, "DeleteTags": (*call).deleteTags}
}

// tagSet writes the tags of a thing.
func tagSet(t things, id string) el {
	tags := t.Tags[id]
	return list("tagSet", "item", slices.Sorted(maps.Keys(tags)), func(k string) []el { return []el{v("key", k), v("value", tags[k])} })
}

// given reads the tags that a call gives to what it makes.
func (c *call) given() Tags {
	out := Tags{}
	for _, p := range c.groups("TagSpecification") {
		for _, q := range c.groups(p + "Tag") {
			out[c.form.Get(q+"Key")] = c.form.Get(q + "Value")
		}
	}
	return out
}

// matches judges the filters tag:KEY of a thing.
func (c *call) matches(t things, id string) bool {
	for name, values := range c.filters() {
		if key, ok := strings.CutPrefix(name, "tag:"); ok && !slices.Contains(values, t.Tags[id][key]) {
			return false
		}
	}
	return true
}

func (c *call) describeTags() ([]el, *problem) {
	t, _ := c.seen()
	f := c.filters()
	type one struct{ id, key, value string }
	var found []one
	for _, id := range slices.Sorted(maps.Keys(t.Tags)) {
		for _, key := range slices.Sorted(maps.Keys(t.Tags[id])) {
			if (f["resource-id"] == nil || slices.Contains(f["resource-id"], id)) && (f["key"] == nil || slices.Contains(f["key"], key)) {
				found = append(found, one{id, key, t.Tags[id][key]})
			}
		}
	}
	return []el{list("tagSet", "item", found, func(o one) []el {
		return []el{v("resourceId", o.id), v("resourceType", kindOf(o.id)), v("key", o.key), v("value", o.value)}
	})}, nil
}

func kindOf(id string) string {
	prefix, _, _ := strings.Cut(id, "-")
	return map[string]string{"i": "instance", "vol": "volume", "snap": "snapshot", "ami": "image", "sg": "security-group", "sgr": "security-group-rule", "eipalloc": "elastic-ip"}[prefix]
}

func (t things) has(id string) bool {
	_, i := t.Instances[id]
	_, v := t.Volumes[id]
	_, s := t.Snapshots[id]
	_, m := t.Images[id]
	_, a := t.Addresses[id]
	_, r := t.Rules[id]
	return i || v || s || m || a || r || t.Groups[id]
}

// named are the things that a call tags.
func (c *call) named() ([]string, *problem) {
	ids := c.each("ResourceId")
	for _, id := range ids {
		if !c.truth().has(id) {
			return nil, bad("InvalidID", "The ID '%s' is not valid", id)
		}
	}
	return ids, nil
}

func (c *call) createTags() ([]el, *problem) {
	ids, p := c.named()
	if p != nil {
		return nil, p
	}
	c.apply(func(t *things) {
		for _, id := range ids {
			for _, q := range c.groups("Tag") {
				t.tag(id, Tags{c.form.Get(q + "Key"): c.form.Get(q + "Value")})
			}
		}
	})
	return []el{b("return", true)}, nil
}

// deleteTags deletes a tag only where it has the value that is told, if one is.
func (c *call) deleteTags() ([]el, *problem) {
	ids, p := c.named()
	if p != nil {
		return nil, p
	}
	c.apply(func(t *things) {
		for _, id := range ids {
			for _, q := range c.groups("Tag") {
				key := c.form.Get(q + "Key")
				if !c.form.Has(q+"Value") || c.form.Get(q+"Value") == t.Tags[id][key] {
					delete(t.Tags[id], key)
				}
			}
		}
	})
	return []el{b("return", true)}, nil
}
