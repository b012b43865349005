package backlogsim

func listWikiAttachments(c *call) (any, error) {
	k, err := c.wiki()
	if err != nil {
		return nil, err
	}
	return mapped(k.attachments, (*attachment).wire), nil
}

func addWikiAttachments(c *call) (any, error) {
	k, err := c.editWiki()
	if err != nil {
		return nil, err
	}
	if err := c.feature("wikiAttachment"); err != nil {
		return nil, err
	}
	before := len(k.attachments)
	if err := c.takeUploads(&k.attachments); err != nil {
		return nil, err
	}
	if len(k.attachments) == before {
		return nil, invalid("attachmentId[] is required.")
	}
	c.record(k.proj, activityWikiUpdated, k.activity(), nil, nil)
	return mapped(k.attachments[before:], (*attachment).wire), nil
}

func getWikiAttachment(c *call) (any, error) {
	k, err := c.wiki()
	if err != nil {
		return nil, err
	}
	id := c.id("id")
	if c.raw = attachmentByID(k.attachments, id); c.raw == nil {
		return nil, notFound("attachment file")
	}
	return nil, nil
}

func deleteWikiAttachment(c *call) (any, error) {
	k, err := c.editWiki()
	if err != nil {
		return nil, err
	}
	id := c.id("id")
	a := attachmentByID(k.attachments, id)
	if a == nil {
		return nil, notFound("attachment file")
	}
	k.attachments = without(k.attachments, a)
	c.dirty = true
	return a.wire(), nil
}

func listWikiStars(c *call) (any, error) {
	k, err := c.wiki()
	if err != nil {
		return nil, err
	}
	return mapped(k.stars, (*star).wire), nil
}
