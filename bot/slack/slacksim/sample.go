package slacksim

// SampleSeed is a small Japanese support desk: three channels, six people, the
// bot, an on-duty group, and the slash commands and shortcuts of the manifest.
func SampleSeed(botToken, appToken string) Seed {
	return Seed{
		Team: Team{ID: "T0DESK", Name: "みらいMSP", Domain: "mirai-msp"},
		App: App{
			ID: "A0DESK", Name: "チケット係", BotUserID: "U0BOT", BotID: "B0DESK",
			BotToken: botToken, AppToken: appToken, SigningSecret: "8f742231b10e8888abcd99yyyzzz85a5",
			Scopes: SampleScopes(), Events: sampleEvents(),
		},
		Users: []User{
			{ID: "U0SATO", Name: "sato", RealName: "佐藤 花子", Email: "sato@example.co.jp", Title: "当番リーダー", IsAdmin: true},
			{ID: "U0SUZUKI", Name: "suzuki", RealName: "鈴木 一郎", Email: "suzuki@example.co.jp", Title: "一次対応"},
			{ID: "U0TANAKA", Name: "tanaka", RealName: "田中 美咲", Email: "tanaka@example.co.jp", Title: "インフラ"},
			{ID: "U0ITO", Name: "ito", RealName: "伊藤 健", Email: "ito@example.co.jp", Title: "データベース"},
			{ID: "U0YAMADA", Name: "yamada", RealName: "山田 太郎", Email: "yamada@example.co.jp", Title: "マネージャー", Away: true},
			{ID: "U0OLD", Name: "kimura", RealName: "木村 退職", Email: "kimura@example.co.jp", Deleted: true},
			{ID: "U0BOT", Name: "ticket-bot", RealName: "チケット係", IsBot: true},
		},
		Channels: []Channel{
			{ID: "C0GENERAL", Name: "general", Members: []string{"sato", "suzuki", "tanaka", "ito", "yamada", "ticket-bot"}, Topic: "全社連絡"},
			{ID: "C0DESK", Name: "サポート受付", Members: []string{"sato", "suzuki", "tanaka", "ito", "ticket-bot"}, Topic: "お客様からのチケット"},
			{ID: "C0INCIDENT", Name: "障害対応", Members: []string{"sato", "suzuki", "tanaka", "ito", "yamada", "ticket-bot"}, Topic: "障害の宣言と経過報告"},
			{ID: "C0OPS", Name: "ops-private", Private: true, Members: []string{"sato", "tanaka", "ticket-bot"}, Topic: "運用者への通知"},
			{ID: "C0LUNCH", Name: "お昼ごはん", Members: []string{"sato", "suzuki"}, Topic: "ボットはいません"},
		},
		UserGroups: []UserGroup{
			{ID: "S0DUTY", Handle: "duty", Name: "当番", Users: []string{"suzuki", "tanaka"}},
		},
		Commands: []SlashCommand{
			{Command: "/ticket", Description: "チケットの一覧・受領・担当・着手・中断・完了", UsageHint: "list | show KEY | ack KEY", ShouldEscape: true},
			{Command: "/incident", Description: "障害の宣言・経過報告・復旧・エスカレーション", UsageHint: "declare KEY | update | recover", ShouldEscape: true},
			{Command: "/maintenance", Description: "予定作業の登録・通知・開始・終了", UsageHint: "plan KEY | list", ShouldEscape: true},
			{Command: "/runbook", Description: "ランブックの下見・承認・実行・中止・切り戻し", UsageHint: "list | plan NAME KEY", ShouldEscape: true},
		},
		Shortcuts: []AppShortcut{
			{CallbackID: "msg_to_ticket", Name: "チケットにする", Type: "message"},
			{CallbackID: "msg_to_interim", Name: "経過報告に使う", Type: "message"},
			{CallbackID: "declare_incident", Name: "障害を宣言する", Type: "global"},
		},
	}
}

// SampleScopes are the bot scopes that the sample app is granted.
func SampleScopes() []string {
	return []string{
		"app_mentions:read", "bookmarks:read", "bookmarks:write", "channels:history", "channels:join", "channels:manage",
		"channels:read", "chat:write", "chat:write.customize", "commands", "dnd:read", "emoji:read", "files:read", "files:write", "groups:history",
		"groups:read", "groups:write", "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "mpim:write", "pins:read", "pins:write",
		"reactions:read", "reactions:write", "team:read", "usergroups:read", "usergroups:write", "users.profile:read", "users:read", "users:read.email", "users:write",
	}
}

func sampleEvents() []string {
	return []string{
		"app_home_opened", "app_mention", "channel_archive", "channel_rename", "channel_unarchive", "group_archive", "group_rename",
		"member_joined_channel", "member_left_channel", "message.channels", "message.groups", "message.im",
		"reaction_added", "reaction_removed",
	}
}
