package backlogsim

type wireNode struct {
	ID       string     `json:"id"`
	Name     string     `json:"name,omitempty"`
	StatusID int        `json:"statusId,omitempty"`
	Emoji    *string    `json:"emoji,omitempty"`
	Updated  *stamp     `json:"updated,omitempty"`
	Children []wireNode `json:"children"`
}

type wireTree struct {
	ProjectID  int      `json:"projectId"`
	ActiveTree wireNode `json:"activeTree"`
	TrashTree  wireNode `json:"trashTree"`
}

func (d *document) node(status int) wireNode {
	t := stamp(d.updated)
	return wireNode{ID: d.id, Name: d.title, StatusID: status, Emoji: orNull(d.emoji), Updated: &t, Children: nodes(d.children, status)}
}

func nodes(list []*document, status int) []wireNode {
	return mapped(list, func(d *document) wireNode { return d.node(status) })
}

func getDocumentTree(c *call) (any, error) {
	p, err := c.projectOfQuery()
	if err != nil {
		return nil, err
	}
	return wireTree{p.id, wireNode{ID: "Active", Children: nodes(p.roots, documentActive)}, wireNode{ID: "Trash", Children: nodes(p.trash, documentTrashed)}}, nil
}
