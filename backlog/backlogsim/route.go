package backlogsim

import "strings"

type route struct {
	method string
	parts  []string
	handle handler
}

// routeTable maps method and path to a handler. It is a plain list by first segment: there are about a hundred routes.
type routeTable struct {
	byFirst map[string][]route
}

// open says whether the last segment takes any number of segments, also none.
func (r route) open() bool { return strings.HasPrefix(r.parts[len(r.parts)-1], "*") }

func newRouteTable() *routeTable {
	t := &routeTable{byFirst: map[string][]route{}}
	for _, table := range []map[string]handler{spaceRoutes(), projectRoutes(), issueRoutes(), gitRoutes(), wikiRoutes(), personalRoutes(), documentRoutes(), teamRoutes()} {
		for key, h := range table {
			method, path, _ := strings.Cut(key, " ")
			parts := strings.Split(path, "/")
			t.byFirst[parts[0]] = append(t.byFirst[parts[0]], route{method, parts, h})
		}
	}
	return t
}

// find gives the handler and the path variables. A literal segment wins over a variable, so issues/count is not an issue called count.
func (t *routeTable) find(method, path string) (handler, map[string]string) {
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	var best *route
	bestLiterals := -1
	for i, r := range t.byFirst[parts[0]] {
		if r.method != method || (len(r.parts) != len(parts) && !r.open()) {
			continue
		}
		literals := matchParts(r.parts, parts)
		if literals > bestLiterals {
			best, bestLiterals = &t.byFirst[parts[0]][i], literals
		}
	}
	if best == nil {
		return nil, nil
	}
	vars := map[string]string{}
	for i, part := range best.parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			vars[name] = parts[i]
		}
		if name, ok := strings.CutPrefix(part, "*"); ok {
			vars[name] = strings.Join(parts[min(i, len(parts)):], "/")
		}
	}
	return best.handle, vars
}

// matchParts counts the literal segments, or gives -1 when the path is another one.
func matchParts(pattern, parts []string) int {
	literals := 0
	for i, part := range pattern {
		if strings.HasPrefix(part, "*") {
			return literals
		}
		if i >= len(parts) {
			return -1
		}
		switch {
		case strings.HasPrefix(part, ":") && parts[i] != "":
		case part == parts[i]:
			literals++
		default:
			return -1
		}
	}
	return literals
}

func spaceRoutes() map[string]handler {
	return map[string]handler{
		"GET space":              getSpace,
		"GET space/licence":      getLicence,
		"GET space/notification": getSpaceNotice,
		"PUT space/notification": putSpaceNotice,
		"GET space/diskUsage":    getSpaceUsage,
		"GET space/image":        getSpaceIcon,
		"GET space/activities":   listSpaceActivities,
		"POST space/attachment":  postUpload,
		"GET rateLimit":          getRateLimit,
		"GET priorities":         listPriorities,
		"GET resolutions":        listResolutions,
		"GET activities/:id":     getActivity,

		"GET users":                listUsers,
		"POST users":               addUser,
		"PATCH users/:id":          updateUser,
		"DELETE users/:id":         deleteUser,
		"GET users/:id/icon":       getUserIcon,
		"GET users/myself":         getMyself,
		"GET users/:id":            getUser,
		"GET users/:id/activities": listUserActivities,

		"GET users/myself/recentlyViewedIssues":   listViewedIssues,
		"POST users/myself/recentlyViewedIssues":  addViewedIssue,
		"GET users/myself/recentlyViewedProjects": listViewedProjects,
		"GET users/myself/recentlyViewedWikis":    listViewedWikis,
		"POST users/myself/recentlyViewedWikis":   addViewedWiki,
	}
}

func projectRoutes() map[string]handler {
	return map[string]handler{
		"GET projects":              listProjects,
		"POST projects":             addProject,
		"GET projects/:p":           getProject,
		"PATCH projects/:p":         updateProject,
		"DELETE projects/:p":        deleteProject,
		"GET projects/:p/image":     getProjectIcon,
		"GET projects/:p/diskUsage": getProjectUsage,

		"GET projects/:p/files/metadata/*path": listSharedFiles,
		"GET projects/:p/files/:id":            getSharedFile,

		"GET projects/:p/users":      listProjectUsers,
		"POST projects/:p/users":     addProjectUser,
		"DELETE projects/:p/users":   removeProjectUser,
		"GET projects/:p/activities": listProjectActivities,

		"GET projects/:p/administrators":    listAdministrators,
		"POST projects/:p/administrators":   addAdministrator,
		"DELETE projects/:p/administrators": removeAdministrator,

		"GET projects/:p/statuses":                      listStatuses,
		"POST projects/:p/statuses":                     addStatus,
		"PATCH projects/:p/statuses/updateDisplayOrder": orderStatuses,
		"PATCH projects/:p/statuses/:id":                updateStatus,
		"DELETE projects/:p/statuses/:id":               deleteStatus,

		"GET projects/:p/issueTypes":        listIssueTypes,
		"POST projects/:p/issueTypes":       addIssueType,
		"PATCH projects/:p/issueTypes/:id":  updateIssueType,
		"DELETE projects/:p/issueTypes/:id": deleteIssueType,

		"GET projects/:p/categories":        listCategories,
		"POST projects/:p/categories":       addCategory,
		"PATCH projects/:p/categories/:id":  updateCategory,
		"DELETE projects/:p/categories/:id": deleteCategory,

		"GET projects/:p/versions":        listVersions,
		"POST projects/:p/versions":       addVersion,
		"PATCH projects/:p/versions/:id":  updateVersion,
		"DELETE projects/:p/versions/:id": deleteVersion,

		"GET projects/:p/customFields":                    listCustomFields,
		"POST projects/:p/customFields":                   addCustomField,
		"PATCH projects/:p/customFields/:id":              updateCustomField,
		"DELETE projects/:p/customFields/:id":             deleteCustomField,
		"POST projects/:p/customFields/:id/items":         addFieldItem,
		"PATCH projects/:p/customFields/:id/items/:item":  updateFieldItem,
		"DELETE projects/:p/customFields/:id/items/:item": deleteFieldItem,

		"GET projects/:p/webhooks":        listWebhooks,
		"POST projects/:p/webhooks":       addWebhook,
		"GET projects/:p/webhooks/:id":    getWebhook,
		"PATCH projects/:p/webhooks/:id":  updateWebhook,
		"DELETE projects/:p/webhooks/:id": deleteWebhook,
	}
}

func issueRoutes() map[string]handler {
	return map[string]handler{
		"GET issues":                       listIssues,
		"GET issues/count":                 countIssues,
		"POST issues":                      addIssue,
		"GET issues/:issue":                getIssue,
		"PATCH issues/:issue":              updateIssue,
		"DELETE issues/:issue":             deleteIssue,
		"GET issues/:issue/participants":   listParticipants,
		"GET issues/:issue/comments":       listComments,
		"GET issues/:issue/comments/count": countComments,
		"POST issues/:issue/comments":      addComment,

		"GET issues/:issue/comments/:comment":                getComment,
		"PATCH issues/:issue/comments/:comment":              updateComment,
		"DELETE issues/:issue/comments/:comment":             deleteComment,
		"GET issues/:issue/comments/:comment/notifications":  listCommentNotes,
		"POST issues/:issue/comments/:comment/notifications": addCommentNotes,

		"GET issues/:issue/attachments":        listIssueAttachments,
		"GET issues/:issue/attachments/:id":    getIssueAttachment,
		"DELETE issues/:issue/attachments/:id": deleteIssueAttachment,

		"GET issues/:issue/sharedFiles":          listIssueShared,
		"POST issues/:issue/sharedFiles":         linkIssueShared,
		"DELETE issues/:issue/sharedFiles/:id":   unlinkIssueShared,
		"GET issues/:issue/relatedIssues":        listRelated,
		"POST issues/:issue/relatedIssues":       addRelated,
		"DELETE issues/:issue/relatedIssues/:id": removeRelated,
	}
}

func gitRoutes() map[string]handler {
	const pulls = "projects/:p/git/repositories/:repo/pullRequests"
	return map[string]handler{
		"GET projects/:p/git/repositories":              listRepositories,
		"GET projects/:p/git/repositories/:repo":        getRepository,
		"GET " + pulls:                                  listPulls,
		"GET " + pulls + "/count":                       countPulls,
		"POST " + pulls:                                 addPull,
		"GET " + pulls + "/:number":                     getPull,
		"PATCH " + pulls + "/:number":                   updatePull,
		"GET " + pulls + "/:number/comments":            listPullComments,
		"GET " + pulls + "/:number/comments/count":      countPullComments,
		"POST " + pulls + "/:number/comments":           addPullComment,
		"PATCH " + pulls + "/:number/comments/:comment": updatePullComment,
		"GET " + pulls + "/:number/attachments":         listPullFiles,
		"GET " + pulls + "/:number/attachments/:id":     getPullFile,
		"DELETE " + pulls + "/:number/attachments/:id":  deletePullFile,
	}
}

func wikiRoutes() map[string]handler {
	return map[string]handler{
		"GET wikis":                          listWikis,
		"GET wikis/count":                    countWikis,
		"GET wikis/tags":                     listWikiTags,
		"POST wikis":                         addWiki,
		"GET wikis/:wiki":                    getWiki,
		"PATCH wikis/:wiki":                  updateWiki,
		"DELETE wikis/:wiki":                 deleteWiki,
		"GET wikis/:wiki/history":            listWikiHistory,
		"GET wikis/:wiki/attachments":        listWikiAttachments,
		"POST wikis/:wiki/attachments":       addWikiAttachments,
		"GET wikis/:wiki/attachments/:id":    getWikiAttachment,
		"DELETE wikis/:wiki/attachments/:id": deleteWikiAttachment,
		"GET wikis/:wiki/stars":              listWikiStars,
		"GET wikis/:wiki/sharedFiles":        listWikiShared,
		"POST wikis/:wiki/sharedFiles":       linkWikiShared,
		"DELETE wikis/:wiki/sharedFiles/:id": unlinkWikiShared,
	}
}

func personalRoutes() map[string]handler {
	return map[string]handler{
		"GET notifications":                 listNotifications,
		"GET notifications/count":           countNotifications,
		"POST notifications/markAsRead":     markAllNotifications,
		"POST notifications/:id/markAsRead": markNotification,
		"GET users/:id/watchings":           listWatchings,
		"GET users/:id/watchings/count":     countWatchings,
		"POST watchings":                    addWatching,
		"GET watchings/:id":                 getWatching,
		"PATCH watchings/:id":               updateWatching,
		"DELETE watchings/:id":              deleteWatching,
		"POST watchings/:id/markAsRead":     markWatching,
		"POST stars":                        addStar,
		"DELETE stars/:id":                  removeStar,
		"GET users/:id/stars":               listUserStars,
		"GET users/:id/stars/count":         countUserStars,
	}
}

func documentRoutes() map[string]handler {
	return map[string]handler{
		"GET documents":                           listDocuments,
		"GET documents/count":                     countDocuments,
		"GET documents/tree":                      getDocumentTree,
		"POST documents":                          addDocument,
		"GET documents/:document":                 getDocument,
		"DELETE documents/:document":              deleteDocument,
		"GET documents/:document/comments":        listDocumentComments,
		"GET documents/:document/attachments/:id": getDocumentFile,
		"POST documents/:document/tags":           addDocumentTags,
		"DELETE documents/:document/tags":         removeDocumentTags,
	}
}

func teamRoutes() map[string]handler {
	return map[string]handler{
		"GET teams":          listTeams,
		"POST teams":         addTeam,
		"GET teams/:id":      getTeam,
		"PATCH teams/:id":    updateTeam,
		"DELETE teams/:id":   deleteTeam,
		"GET teams/:id/icon": getTeamIcon,

		"GET projects/:p/teams":    listProjectTeams,
		"POST projects/:p/teams":   addProjectTeam,
		"DELETE projects/:p/teams": removeProjectTeam,
	}
}
