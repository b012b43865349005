package backlogsim

import (
	"hash/fnv"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

type wireWiki struct {
	ID          int               `json:"id"`
	ProjectID   int               `json:"projectId"`
	Name        string            `json:"name"`
	Content     *string           `json:"content,omitempty"` // absent in lists
	Tags        []wireNamed       `json:"tags"`
	Attachments []*wireAttachment `json:"attachments"`
	SharedFiles []*wireSharedFile `json:"sharedFiles"`
	Stars       []*wireStar       `json:"stars"`
	CreatedUser *wireUser         `json:"createdUser"`
	Created     stamp             `json:"created"`
	UpdatedUser *wireUser         `json:"updatedUser"`
	Updated     stamp             `json:"updated"`
}

func (k *wiki) wire(withContent bool) *wireWiki {
	w := &wireWiki{
		ID: k.id, ProjectID: k.proj.id, Name: k.name, Tags: wikiTags(k.name), Attachments: mapped(k.attachments, (*attachment).wire), SharedFiles: mapped(k.shared, (*sharedFile).wire),
		Stars: mapped(k.stars, (*star).wire), CreatedUser: k.createdBy.wire(), Created: stamp(k.created), UpdatedUser: k.updatedBy.wire(), Updated: stamp(k.updated),
	}
	if withContent {
		w.Content = &k.content
	}
	return w
}

var wikiTag = regexp.MustCompile(`\[([^\[\]]+)\]`)

// wikiTags are the [words] of a name. A tag keeps its id as long as it keeps its name.
func wikiTags(name string) []wireNamed {
	tags := []wireNamed{}
	for _, match := range wikiTag.FindAllStringSubmatch(name, -1) {
		h := fnv.New32a()
		h.Write([]byte(match[1]))
		tags = append(tags, wireNamed{int(h.Sum32() >> 8), match[1]})
	}
	return tags
}

type wireWikiContent struct {
	ID          int               `json:"id"`
	Name        string            `json:"name"`
	Content     string            `json:"content"`
	Diff        *string           `json:"diff"`
	Version     int               `json:"version"`
	Attachments []wireUpload      `json:"attachments"`
	SharedFiles []wireFileContent `json:"shared_files"`
}

func (k *wiki) activity() wireWikiContent {
	return wireWikiContent{ID: k.id, Name: k.name, Content: k.content, Version: len(k.history), Attachments: files(k.attachments), SharedFiles: mapped(k.shared, (*sharedFile).content)}
}

// wikisOfQuery are the pages of the project that projectIdOrKey names.
func (c *call) wikisOfQuery() ([]*wiki, error) {
	name, err := c.needText("projectIdOrKey", 0)
	if err != nil {
		return nil, err
	}
	p, err := c.projectNamed(name)
	if err != nil {
		return nil, err
	}
	return p.wikis, nil
}

func listWikis(c *call) (any, error) {
	list, err := c.wikisOfQuery()
	if err != nil {
		return nil, err
	}
	word, _ := c.text("keyword")
	word = strings.ToLower(word)
	out := []*wireWiki{}
	for _, k := range list {
		if strings.Contains(strings.ToLower(k.name+"\n"+k.content), word) {
			out = append(out, k.wire(false))
		}
	}
	return out, nil
}

func countWikis(c *call) (any, error) {
	list, err := c.wikisOfQuery()
	if err != nil {
		return nil, err
	}
	return wireCount{len(list)}, nil
}

func listWikiTags(c *call) (any, error) {
	list, err := c.wikisOfQuery()
	if err != nil {
		return nil, err
	}
	out := []wireNamed{}
	for _, k := range list {
		for _, tag := range wikiTags(k.name) {
			if !slices.Contains(out, tag) {
				out = append(out, tag)
			}
		}
	}
	return out, nil
}

// addWiki lets two pages have one name unless Choices.UniqueWikiNames: whether the real space refuses that is not published, and a client must bear it.
func addWiki(c *call) (any, error) {
	id, err := c.need("projectId")
	if err != nil {
		return nil, err
	}
	p, err := c.projectNamed(strconv.Itoa(id))
	if err != nil {
		return nil, err
	}
	if !c.user.canEdit() {
		return nil, forbidden()
	}
	if !p.useWiki {
		return nil, forbidden()
	}
	name, err := c.needText("name", maxSummary)
	if err != nil {
		return nil, err
	}
	content, err := c.needText("content", maxDescription)
	if err != nil {
		return nil, err
	}
	if c.st.choices.UniqueWikiNames && slices.ContainsFunc(p.wikis, func(o *wiki) bool { return o.name == name }) {
		return nil, invalid("name is already used.")
	}
	k := &wiki{id: c.st.newID(), proj: p, name: name, content: content, createdBy: c.user, updatedBy: c.user, created: c.now, updated: c.now}
	k.keep()
	p.wikis = append(p.wikis, k)
	c.st.wikis[k.id] = k
	c.record(p, activityWikiCreated, k.activity(), nil, nil)
	c.status, c.where = http.StatusCreated, "/alias/wiki/"+strconv.Itoa(k.id)
	return k.wire(true), nil
}

func (k *wiki) keep() {
	k.history = append(k.history, wikiVersion{len(k.history) + 1, k.name, k.content, k.updatedBy, k.updated})
}

func (c *call) wiki() (*wiki, error) {
	id := c.id("wiki")
	k := c.st.wikis[id]
	if k == nil || !k.proj.member(c.user) {
		return nil, notFound("page")
	}
	return k, nil
}

func (c *call) editWiki() (*wiki, error) {
	k, err := c.wiki()
	if err == nil && !c.user.canEdit() {
		err = forbidden()
	}
	return k, err
}

func getWiki(c *call) (any, error) {
	k, err := c.wiki()
	if err != nil {
		return nil, err
	}
	return k.wire(true), nil
}

// updateWiki overwrites silently. Saving the same text again makes no version and no activity.
func updateWiki(c *call) (any, error) {
	k, err := c.editWiki()
	if err != nil {
		return nil, err
	}
	name, content := k.name, k.content
	if c.has("name") {
		if name, err = c.needText("name", maxSummary); err != nil {
			return nil, err
		}
	}
	if v, ok := c.text("content"); ok {
		if err := checkLength("content", v, maxDescription); err != nil {
			return nil, err
		}
		content = v
	}
	if name != k.name || content != k.content {
		k.name, k.content, k.updated, k.updatedBy = name, content, c.now, c.user
		k.keep()
		c.record(k.proj, activityWikiUpdated, k.activity(), nil, nil)
	}
	return k.wire(true), nil
}

func deleteWiki(c *call) (any, error) {
	k, err := c.editWiki()
	if err != nil {
		return nil, err
	}
	delete(c.st.wikis, k.id)
	k.proj.wikis = without(k.proj.wikis, k)
	c.st.forgetViews(func(v view) bool { return v.wiki == k })
	c.record(k.proj, activityWikiDeleted, k.activity(), nil, nil)
	return k.wire(true), nil
}

type wireWikiVersion struct {
	PageID      int       `json:"pageId"`
	Version     int       `json:"version"`
	Name        string    `json:"name"`
	Content     string    `json:"content"`
	CreatedUser *wireUser `json:"createdUser"`
	Created     stamp     `json:"created"`
}

func listWikiHistory(c *call) (any, error) {
	k, err := c.wiki()
	if err != nil {
		return nil, err
	}
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	list := window(k.history, w, func(v wikiVersion) int { return v.version })
	return mapped(list, func(v wikiVersion) *wireWikiVersion {
		return &wireWikiVersion{k.id, v.version, v.name, v.content, v.by.wire(), stamp(v.created)}
	}), nil
}
