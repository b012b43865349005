package backlogsim

type wireSpace struct {
	SpaceKey           string `json:"spaceKey"`
	Name               string `json:"name"`
	OwnerID            int    `json:"ownerId"`
	Lang               string `json:"lang"`
	Timezone           string `json:"timezone"`
	ReportSendTime     string `json:"reportSendTime"`
	TextFormattingRule string `json:"textFormattingRule"`
	Created            stamp  `json:"created"`
	Updated            stamp  `json:"updated"`
}

func getSpace(c *call) (any, error) {
	sp := c.st.space
	owner := 0
	for _, u := range c.st.userOrder {
		if u.role == roleAdmin {
			owner = u.id
			break
		}
	}
	return wireSpace{
		SpaceKey: sp.Key, Name: sp.Name, OwnerID: owner, Lang: sp.Lang, Timezone: sp.Timezone,
		ReportSendTime: "08:00:00", TextFormattingRule: sp.TextFormattingRule, Created: stamp(c.st.created), Updated: stamp(c.st.created),
	}, nil
}

func listPriorities(c *call) (any, error) { return mapped(c.st.priorities, (*namedID).wire), nil }

func listResolutions(c *call) (any, error) { return mapped(c.st.resolutions, (*namedID).wire), nil }

// Names of a space in Japanese and in another language. https://developer.nulab.com/docs/backlog/api/2/get-priority-list/
func standardNames(lang string) (priorities, resolutions []*namedID, statuses []status) {
	colors := [...]string{"#ed8077", "#4488c5", "#5eb5a6", "#b0be3c"}
	pick := func(ja, en string) string {
		if lang == "ja" {
			return ja
		}
		return en
	}
	priorities = []*namedID{{2, pick("高", "High")}, {3, pick("中", "Normal")}, {4, pick("低", "Low")}}
	resolutions = []*namedID{
		{0, pick("対応済み", "Fixed")},
		{1, pick("対応しない", "Won't Fix")},
		{2, pick("無効", "Invalid")},
		{3, pick("重複", "Duplication")},
		{4, pick("再現しない", "Cannot Reproduce")},
	}
	names := [...]string{pick("未対応", "Open"), pick("処理中", "In Progress"), pick("処理済み", "Resolved"), pick("完了", "Closed")}
	for i, name := range names {
		statuses = append(statuses, status{id: i + 1, name: name, color: colors[i], order: (i + 1) * 1000})
	}
	return priorities, resolutions, statuses
}
