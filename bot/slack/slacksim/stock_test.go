package slacksim_test

import (
	"context"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

// only drops all but the error of a call.
func only(_ any, err error) error { return err }

// stock is one call of the stock client for each method. n gives the names of what the workspace holds.
func stock(ctx context.Context, api *slack.Client, n func(string) string) map[string]func() error {
	item := func(name string) slack.ItemRef { return slack.NewRefToMessage(desk, n(name)) }
	modal := slack.ModalViewRequest{Type: slack.VTModal, Title: slack.NewTextBlockObject(slack.PlainTextType, "題", false, false), Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
	three := func(_, _ any, err error) error { return err }
	four := func(_, _, _ any, err error) error { return err }
	user := "U0SATO"
	return map[string]func() error{
		"auth.test":             func() error { return only(api.AuthTestContext(ctx)) },
		"auth.revoke":           func() error { return only(api.SendAuthRevokeContext(ctx, "")) },
		"apps.connections.open": func() error { return three(api.StartSocketModeContext(ctx)) },
		"bots.info":             func() error { return only(api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: "B0DESK"})) },
		"team.info":             func() error { return only(api.GetTeamInfoContext(ctx)) },

		"chat.postMessage":   func() error { return three(api.PostMessageContext(ctx, desk, text("x"))) },
		"chat.update":        func() error { return four(api.UpdateMessageContext(ctx, desk, n("$CARD"), text("y"))) },
		"chat.delete":        func() error { return three(api.DeleteMessageContext(ctx, desk, n("$CARD"))) },
		"chat.postEphemeral": func() error { return only(api.PostEphemeralContext(ctx, desk, user, text("x"))) },
		"chat.meMessage":     func() error { return four(api.SendMessageContext(ctx, desk, text("x"), slack.MsgOptionMeMessage())) },
		"chat.getPermalink": func() error {
			return only(api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: desk, Ts: n("$CARD")}))
		},
		"chat.scheduleMessage": func() error { return three(api.ScheduleMessageContext(ctx, desk, n("$SOON"), text("x"))) },
		"chat.deleteScheduledMessage": func() error {
			return only(api.DeleteScheduledMessageContext(ctx, &slack.DeleteScheduledMessageParameters{Channel: desk, ScheduledMessageID: n("$SCHEDULED")}))
		},
		"chat.scheduledMessages.list": func() error {
			return three(api.GetScheduledMessagesContext(ctx, &slack.GetScheduledMessagesParameters{}))
		},

		"conversations.list": func() error { return three(api.GetConversationsContext(ctx, &slack.GetConversationsParameters{})) },
		"conversations.info": func() error {
			return only(api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: desk}))
		},
		"conversations.create": func() error {
			return only(api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: "inc-9"}))
		},
		"conversations.archive":    func() error { return api.ArchiveConversationContext(ctx, "C0MINE") },
		"conversations.unarchive":  func() error { return api.UnArchiveConversationContext(ctx, "C0OLD") },
		"conversations.rename":     func() error { return only(api.RenameConversationContext(ctx, "C0MINE", "renamed")) },
		"conversations.setTopic":   func() error { return only(api.SetTopicOfConversationContext(ctx, desk, "x")) },
		"conversations.setPurpose": func() error { return only(api.SetPurposeOfConversationContext(ctx, desk, "x")) },
		"conversations.history": func() error {
			return only(api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: desk, IncludeAllMetadata: true}))
		},
		"conversations.replies": func() error {
			return four(api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: desk, Timestamp: n("$CARD")}))
		},
		"conversations.join":   func() error { return four(api.JoinConversationContext(ctx, "C0LUNCH")) },
		"conversations.leave":  func() error { return only(api.LeaveConversationContext(ctx, desk)) },
		"conversations.invite": func() error { return only(api.InviteUsersToConversationContext(ctx, desk, "U0YAMADA")) },
		"conversations.kick":   func() error { return api.KickUserFromConversationContext(ctx, desk, "U0ITO") },
		"conversations.open": func() error {
			return four(api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}}))
		},
		"conversations.close": func() error { return three(api.CloseConversationContext(ctx, n("$DM"))) },
		"conversations.mark":  func() error { return api.MarkConversationContext(ctx, desk, n("$CARD")) },
		"conversations.members": func() error {
			return three(api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: desk}))
		},

		"users.list":          func() error { return only(api.GetUsersContext(ctx)) },
		"users.info":          func() error { return only(api.GetUserInfoContext(ctx, user)) },
		"users.lookupByEmail": func() error { return only(api.GetUserByEmailContext(ctx, "sato@example.co.jp")) },
		"users.getPresence":   func() error { return only(api.GetUserPresenceContext(ctx, user)) },
		"users.setPresence":   func() error { return api.SetUserPresenceContext(ctx, "auto") },
		"users.conversations": func() error {
			return three(api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{UserID: user}))
		},
		"users.profile.get": func() error {
			return only(api.GetUserProfileContext(ctx, &slack.GetUserProfileParameters{UserID: user}))
		},
		"dnd.info":     func() error { return only(api.GetDNDInfoContext(ctx, &user)) },
		"dnd.teamInfo": func() error { return only(api.GetDNDTeamInfoContext(ctx, []string{user})) },
		"emoji.list":   func() error { return only(api.GetEmojiContext(ctx)) },

		"usergroups.create": func() error {
			return only(api.CreateUserGroupContext(ctx, slack.UserGroup{Name: "新", Handle: "new"}))
		},
		"usergroups.enable":  func() error { return only(api.EnableUserGroupContext(ctx, "S0NIGHT")) },
		"usergroups.disable": func() error { return only(api.DisableUserGroupContext(ctx, "S0DUTY")) },
		"usergroups.update": func() error {
			return only(api.UpdateUserGroupContext(ctx, "S0DUTY", slack.UpdateUserGroupsOptionName("班")))
		},
		"usergroups.users.update": func() error { return only(api.UpdateUserGroupMembersListContext(ctx, "S0DUTY", []string{user})) },
		"usergroups.list":         func() error { return only(api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))) },
		"usergroups.users.list":   func() error { return only(api.GetUserGroupMembersContext(ctx, "S0DUTY")) },

		"reactions.add":    func() error { return api.AddReactionContext(ctx, "eyes", item("$CARD")) },
		"reactions.remove": func() error { return api.RemoveReactionContext(ctx, "eyes", item("$REACTED")) },
		"reactions.get": func() error {
			return only(api.GetReactionsContext(ctx, item("$REACTED"), slack.GetReactionsParameters{}))
		},
		"reactions.list": func() error { return three(api.ListReactionsContext(ctx, slack.ListReactionsParameters{})) },
		"pins.add":       func() error { return api.AddPinContext(ctx, desk, item("$CARD")) },
		"pins.remove":    func() error { return api.RemovePinContext(ctx, desk, item("$PINNED")) },
		"pins.list":      func() error { return three(api.ListPinsContext(ctx, desk)) },
		"bookmarks.add": func() error {
			return only(api.AddBookmarkContext(ctx, desk, slack.AddBookmarkParameters{Title: "x", Type: "link", Link: "https://example.jp/"}))
		},
		"bookmarks.edit": func() error {
			return only(api.EditBookmarkContext(ctx, desk, n("$BOOKMARK"), slack.EditBookmarkParameters{Title: ptrTo("y")}))
		},
		"bookmarks.remove": func() error { return api.RemoveBookmarkContext(ctx, desk, n("$BOOKMARK")) },
		"bookmarks.list":   func() error { return only(api.ListBookmarksContext(ctx, desk)) },

		"files.getUploadURLExternal": func() error {
			return only(api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: "a.txt", FileSize: 3}))
		},
		"files.completeUploadExternal": func() error {
			return only(api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{Files: []slack.FileSummary{{ID: n("$UPLOAD"), Title: "x"}}, Channel: desk}))
		},
		"files.info":   func() error { return four(api.GetFileInfoContext(ctx, n("$FILE"), 1, 1)) },
		"files.list":   func() error { return three(api.GetFilesContext(ctx, slack.GetFilesParameters{Channel: desk})) },
		"files.delete": func() error { return api.DeleteFileContext(ctx, n("$FILE")) },

		"views.open":   func() error { return only(api.OpenViewContext(ctx, n("$TRIGGER"), modal)) },
		"views.push":   func() error { return only(api.PushViewContext(ctx, n("$PUSH"), modal)) },
		"views.update": func() error { return only(api.UpdateViewContext(ctx, modal, "", n("$HASH"), n("$MODAL"))) },
		"views.publish": func() error {
			return only(api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: modal.Blocks}}))
		},
	}
}

// TestStockClientCallsEveryMethod makes each call of the table with the stock client, which must understand the answer.
func TestStockClientCallsEveryMethod(t *testing.T) {
	for _, row := range tsv(t, "methods.tsv") {
		if row["method"] == "api.test" { // slack-go has no call for it
			continue
		}
		t.Run(row["method"], func(t *testing.T) {
			app, names := furnished(t)
			api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionHTTPClient(app.http), slack.OptionAPIURL("http://slack.test/api/"))
			call := stock(t.Context(), api, names.Replace)[row["method"]]
			if call == nil {
				t.Fatal("no call is written down")
			}
			if err := call(); err != nil {
				t.Error(err)
			}
			asked := app.Requests(row["method"])
			if len(asked) == 0 || !asked[len(asked)-1].OK {
				t.Errorf("it did not reach %s: %+v", row["method"], asked)
			}
		})
	}
}

// Slack's client for Go reads what a person and a card become without an error, also with every kind of text in it.
func TestStockClientReadsTheTalk(t *testing.T) {
	r := newRig(t, func(s *slacksim.Seed) { s.Messages = slacksim.SampleTalk() })
	h, err := r.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: desk})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, m := range h.Messages {
		if len(m.Blocks.BlockSet) != 1 || m.Blocks.BlockSet[0].BlockType() != slack.MBTRichText {
			t.Errorf("%q has blocks %+v", m.Text, m.Blocks.BlockSet)
		}
		all.WriteString(m.Text)
	}
	if !strings.Contains(all.String(), "証明書") || h.Messages[len(h.Messages)-1].Reactions[0].Name != "eyes" {
		t.Errorf("read %q", all.String())
	}
}
