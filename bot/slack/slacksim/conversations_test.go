package slacksim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

func TestIncidentChannelFromBirthToArchive(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	ch, err := r.api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: "障害-msp-12", IsPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	if !ch.IsPrivate || ch.Name != "障害-msp-12" || !ch.IsMember || ch.Creator != "U0BOT" {
		t.Errorf("created %+v", ch)
	}
	if _, err := r.api.InviteUsersToConversationContext(ctx, ch.ID, "U0SATO", "U0ITO"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.SetTopicOfConversationContext(ctx, ch.ID, "SEV1"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.SetPurposeOfConversationContext(ctx, ch.ID, "復旧まで"); err != nil {
		t.Fatal(err)
	}
	if err := r.api.KickUserFromConversationContext(ctx, ch.ID, "U0ITO"); err != nil {
		t.Fatal(err)
	}
	members, _, err := r.api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: ch.ID})
	if d := cmp.Diff([]string{"U0BOT", "U0SATO"}, members); d != "" || err != nil {
		t.Error(d, err)
	}
	if _, err := r.api.RenameConversationContext(ctx, ch.ID, "障害-msp-13"); err != nil {
		t.Fatal(err)
	}
	info, err := r.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: ch.ID, IncludeNumMembers: true})
	if err != nil || info.Topic.Value != "SEV1" || info.Purpose.Value != "復旧まで" || info.NumMembers != 2 || info.Name != "障害-msp-13" || info.PreviousNames[0] != "障害-msp-12" {
		t.Errorf("info %+v, %v", info, err)
	}
	if err := r.api.ArchiveConversationContext(ctx, ch.ID); err != nil {
		t.Fatal(err)
	}
	_, _, err = r.api.PostMessageContext(ctx, ch.ID, text("遅い"))
	wantErr(t, err, "is_archived")
	if err := r.api.UnArchiveConversationContext(ctx, ch.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.LeaveConversationContext(ctx, ch.ID); err != nil {
		t.Fatal(err)
	}
	_, _, err = r.api.PostMessageContext(ctx, ch.ID, text("もう見えない"))
	wantErr(t, err, "channel_not_found")
}

func TestJoiningPublicChannels(t *testing.T) {
	r := newRig(t)
	if _, _, _, err := r.api.JoinConversationContext(t.Context(), "C0LUNCH"); err != nil {
		t.Fatal(err)
	}
	_, warning, _, err := r.api.JoinConversationContext(t.Context(), "C0LUNCH")
	if err != nil || warning != "already_in_channel" {
		t.Errorf("joining twice: %q, %v", warning, err)
	}
	if _, _, err := r.api.PostMessageContext(t.Context(), "C0LUNCH", text("来ました")); err != nil {
		t.Error(err)
	}
}

func TestPostingWithoutMembershipByScope(t *testing.T) {
	r := newRig(t, func(s *slacksim.Seed) { s.App.Scopes = append(s.App.Scopes, "chat:write.public") })
	if _, _, err := r.api.PostMessageContext(t.Context(), "#お昼ごはん", text("外から")); err != nil {
		t.Error(err)
	}
}

func TestListingChannelsInPages(t *testing.T) {
	r := newRig(t)
	var names []string
	cursor := ""
	for {
		list, next, err := r.api.GetConversationsContext(t.Context(), &slack.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}, Limit: 2, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			names = append(names, c.Name)
		}
		if cursor = next; next == "" {
			break
		}
	}
	if d := cmp.Diff([]string{"general", "サポート受付", "障害対応", "ops-private", "お昼ごはん"}, names); d != "" {
		t.Error(d)
	}
	list, _, err := r.api.GetConversationsForUserContext(t.Context(), &slack.GetConversationsForUserParameters{UserID: "U0SUZUKI"})
	if err != nil || len(list) != 4 {
		t.Errorf("suzuki is in %d channels, %v", len(list), err)
	}
}

func TestPeople(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	auth, err := r.api.AuthTestContext(ctx)
	if err != nil || auth.UserID != "U0BOT" || auth.BotID != "B0DESK" || auth.TeamID != "T0DESK" {
		t.Errorf("auth.test: %+v, %v", auth, err)
	}
	if got := auth.Header.Get("X-OAuth-Scopes"); !strings.Contains(got, "chat:write") {
		t.Errorf("scopes: %q", got)
	}
	u, err := r.api.GetUserByEmailContext(ctx, "Tanaka@example.co.jp")
	if err != nil || u.ID != "U0TANAKA" || u.Profile.Email != "tanaka@example.co.jp" || u.TZOffset != 9*3600 {
		t.Errorf("lookup: %+v, %v", u, err)
	}
	all, err := r.api.GetUsersContext(ctx, slack.GetUsersOptionLimit(3))
	if err != nil || len(all) != 7 {
		t.Errorf("%d users, %v", len(all), err)
	}
	if !slices.ContainsFunc(all, func(u slack.User) bool { return u.Deleted }) || !slices.ContainsFunc(all, func(u slack.User) bool { return u.IsBot }) {
		t.Error("the sample has neither a deleted user nor a bot")
	}
	two, err := r.api.GetUsersInfoContext(ctx, "U0SATO", "U0ITO")
	if err != nil || len(*two) != 2 {
		t.Errorf("users.info of two: %v, %v", two, err)
	}
	if p, err := r.api.GetUserPresenceContext(ctx, "U0YAMADA"); err != nil || p.Presence != "away" {
		t.Errorf("presence: %v, %v", p, err)
	}
	groups, err := r.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || groups[0].Handle != "duty" || len(groups[0].Users) != 2 {
		t.Errorf("groups: %+v, %v", groups, err)
	}
	if ids, err := r.api.GetUserGroupMembersContext(ctx, "S0DUTY"); err != nil || len(ids) != 2 {
		t.Errorf("group members: %v, %v", ids, err)
	}
	if bot, err := r.api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: "B0DESK"}); err != nil || bot.UserID != "U0BOT" {
		t.Errorf("bot: %+v, %v", bot, err)
	}
	if team, err := r.api.GetTeamInfoContext(ctx); err != nil || team.Domain != "mirai-msp" {
		t.Errorf("team: %+v, %v", team, err)
	}
}

func TestSeedRefusesContradictions(t *testing.T) {
	s := slacksim.New(slacksim.Options{})
	defer s.Close()
	for name, seed := range map[string]slacksim.Seed{
		"unknown member": {Channels: []slacksim.Channel{{Name: "a", Members: []string{"nobody"}}}},
		"bad name":       {Channels: []slacksim.Channel{{Name: "A B"}}},
		"same id":        {Users: []slacksim.User{{ID: "U1", Name: "a"}, {ID: "U1", Name: "b"}}},
		"nameless":       {Users: []slacksim.User{{ID: "U1"}}},
		"unknown duty":   {UserGroups: []slacksim.UserGroup{{Handle: "d", Users: []string{"nobody"}}}},
	} {
		if err := s.Load(seed); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestGroupDirectMessages(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	open := func() string {
		ch, _, _, err := r.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{"U0SATO", "U0ITO"}})
		if err != nil {
			t.Fatal(err)
		}
		return ch.ID
	}
	id := open()
	if open() != id {
		t.Error("the same people got a second conversation")
	}
	_, ts, err := r.api.PostMessageContext(ctx, id, text("三人で"))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.api.MarkConversationContext(ctx, id, ts); err != nil {
		t.Error(err)
	}
	for i, want := range []bool{false, true} {
		if _, already, err := r.api.CloseConversationContext(ctx, id); err != nil || already != want {
			t.Errorf("closing, time %d: already %t, %v", i+1, already, err)
		}
	}
	_, err = r.api.InviteUsersToConversationContext(ctx, id, "U0TANAKA")
	wantErr(t, err, "method_not_supported_for_channel_type")
}
