package slacksim

// methodTable lists every Web API method that exists here, with the scopes that
// do not depend on the kind of channel. Source: https://docs.slack.dev/reference/methods
func methodTable() map[string]method {
	return map[string]method{
		"api.test":              {open: true, run: (*call).apiTest},
		"auth.test":             {run: (*call).authTest},
		"apps.connections.open": {app: true, run: (*call).connectionsOpen},
		"bots.info":             {scopes: []string{"users:read"}, run: (*call).botsInfo},
		"team.info":             {scopes: []string{"team:read"}, run: (*call).teamInfo},

		"chat.postMessage":            {scopes: []string{"chat:write"}, run: (*call).chatPostMessage},
		"chat.update":                 {scopes: []string{"chat:write"}, run: (*call).chatUpdate},
		"chat.delete":                 {scopes: []string{"chat:write"}, run: (*call).chatDelete},
		"chat.postEphemeral":          {scopes: []string{"chat:write"}, run: (*call).chatPostEphemeral},
		"chat.getPermalink":           {run: (*call).chatGetPermalink},
		"chat.scheduleMessage":        {scopes: []string{"chat:write"}, run: (*call).chatScheduleMessage},
		"chat.deleteScheduledMessage": {scopes: []string{"chat:write"}, run: (*call).chatDeleteScheduledMessage},
		"chat.scheduledMessages.list": {run: (*call).chatScheduledMessagesList},

		"conversations.list":       {run: (*call).conversationsList},
		"conversations.info":       {run: (*call).conversationsInfo},
		"conversations.create":     {run: (*call).conversationsCreate},
		"conversations.archive":    {run: (*call).conversationsArchive},
		"conversations.unarchive":  {run: (*call).conversationsUnarchive},
		"conversations.rename":     {run: (*call).conversationsRename},
		"conversations.setTopic":   {run: (*call).conversationsSetTopic},
		"conversations.setPurpose": {run: (*call).conversationsSetPurpose},
		"conversations.history":    {run: (*call).conversationsHistory},
		"conversations.replies":    {run: (*call).conversationsReplies},
		"conversations.join":       {scopes: []string{"channels:join"}, run: (*call).conversationsJoin},
		"conversations.leave":      {run: (*call).conversationsLeave},
		"conversations.invite":     {run: (*call).conversationsInvite},
		"conversations.kick":       {run: (*call).conversationsKick},
		"conversations.open":       {run: (*call).conversationsOpen},
		"conversations.close":      {run: (*call).conversationsClose},
		"conversations.mark":       {run: (*call).conversationsMark},
		"conversations.members":    {run: (*call).conversationsMembers},

		"users.list":            {scopes: []string{"users:read"}, run: (*call).usersList},
		"users.info":            {scopes: []string{"users:read"}, run: (*call).usersInfo},
		"users.lookupByEmail":   {scopes: []string{"users:read.email"}, run: (*call).usersLookupByEmail},
		"users.getPresence":     {scopes: []string{"users:read"}, run: (*call).usersGetPresence},
		"users.conversations":   {run: (*call).usersConversations},
		"usergroups.list":       {scopes: []string{"usergroups:read"}, run: (*call).usergroupsList},
		"usergroups.users.list": {scopes: []string{"usergroups:read"}, run: (*call).usergroupsUsersList},

		"reactions.add":    {scopes: []string{"reactions:write"}, run: (*call).reactionsAdd},
		"reactions.remove": {scopes: []string{"reactions:write"}, run: (*call).reactionsRemove},
		"reactions.get":    {scopes: []string{"reactions:read"}, run: (*call).reactionsGet},
		"pins.add":         {scopes: []string{"pins:write"}, run: (*call).pinsAdd},
		"pins.remove":      {scopes: []string{"pins:write"}, run: (*call).pinsRemove},
		"pins.list":        {scopes: []string{"pins:read"}, run: (*call).pinsList},
		"bookmarks.add":    {scopes: []string{"bookmarks:write"}, run: (*call).bookmarksAdd},
		"bookmarks.remove": {scopes: []string{"bookmarks:write"}, run: (*call).bookmarksRemove},
		"bookmarks.list":   {scopes: []string{"bookmarks:read"}, run: (*call).bookmarksList},

		"views.open":    {run: (*call).viewsOpen},
		"views.push":    {run: (*call).viewsPush},
		"views.update":  {run: (*call).viewsUpdate},
		"views.publish": {run: (*call).viewsPublish},
	}
}
