package slacksim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

func text(s string) slack.MsgOption { return slack.MsgOptionText(s, false) }

func TestTimestampsAreUniqueWhileTheClockStandsStill(t *testing.T) {
	r := newRig(t)
	var all []string
	for range 20 {
		_, ts, err := r.api.PostMessageContext(t.Context(), desk, text("同じ時刻"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ts)
	}
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != 20 {
		t.Errorf("timestamps: %v", all)
	}
	if want := strconv.FormatInt(r.world.now().Unix(), 10) + "."; !strings.HasPrefix(all[0], want) {
		t.Errorf("first ts %s does not start with the world's %s", all[0], want)
	}
	r.world.add(-time.Hour)
	_, ts, err := r.api.PostMessageContext(t.Context(), desk, text("時計が戻った"))
	if err != nil || ts <= all[19] {
		t.Errorf("after the clock went back: %s, %v", ts, err)
	}
}

func TestPostUpdateDelete(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	ts := r.postCard(t)
	m := r.only(t, ts)
	if len(m.Blocks.BlockSet) != 3 || m.BotID != "B0DESK" || m.User != "U0BOT" || m.Metadata.EventType != "" {
		t.Errorf("posted: %+v", m)
	}
	if id := m.Blocks.BlockSet[0].ID(); id == "" {
		t.Error("Slack would have given the header a block id")
	}
	if _, _, _, err := r.api.UpdateMessageContext(ctx, desk, ts, text("受領しました")); err != nil {
		t.Fatal(err)
	}
	m = r.only(t, ts)
	if m.Text != "受領しました" || len(m.Blocks.BlockSet) != 1 || m.Blocks.BlockSet[0].BlockType() != slack.MBTRichText || m.Edited == nil || m.Edited.User != "U0BOT" {
		t.Errorf("text without blocks keeps %d blocks: %+v", len(m.Blocks.BlockSet), m)
	}
	if _, _, err := r.api.DeleteMessageContext(ctx, desk, ts); err != nil {
		t.Fatal(err)
	}
	h, err := r.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: desk})
	if err != nil || len(h.Messages) != 0 {
		t.Errorf("after deleting: %v, %v", h, err)
	}
}

// only reads one message back by its ts.
func (r *rig) only(t *testing.T, ts string) slack.Message {
	t.Helper()
	h, err := r.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: desk, Latest: ts, Inclusive: true, Limit: 1})
	if err != nil || len(h.Messages) != 1 || h.Messages[0].Timestamp != ts {
		t.Fatalf("reading %s: %v, %v", ts, h, err)
	}
	return h.Messages[0]
}

func TestMetadataOnlyOnRequest(t *testing.T) {
	r := newRig(t)
	ts := r.postCard(t)
	for _, want := range []bool{false, true} {
		h, err := r.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: desk, IncludeAllMetadata: want})
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Messages[0].Metadata.EventPayload["outbox_id"] == "o-1"; got != want {
			t.Errorf("include_all_metadata=%t: %+v", want, h.Messages[0].Metadata)
		}
	}
	_, _, _, err := r.api.UpdateMessageContext(t.Context(), desk, ts, text("更新"))
	if err != nil {
		t.Fatal(err)
	}
	replies, _, _, err := r.api.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: desk, Timestamp: ts, IncludeAllMetadata: true})
	if err != nil || len(replies) != 1 || replies[0].Metadata.EventType != "toban" {
		t.Errorf("an update without metadata lost it: %+v, %v", replies, err)
	}
}

func TestThreads(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	root := r.postCard(t)
	_, first, err := r.api.PostMessageContext(ctx, desk, text("一"), slack.MsgOptionTS(root))
	if err != nil {
		t.Fatal(err)
	}
	_, loud, err := r.api.PostMessageContext(ctx, desk, text("二"), slack.MsgOptionTS(first), slack.MsgOptionBroadcast())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Say(ctx, slacksim.Say{User: "sato", Channel: desk, ThreadTS: root, Text: "三 @ticket-bot <&>"}); err != nil {
		t.Fatal(err)
	}
	replies, more, _, err := r.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: desk, Timestamp: root})
	if err != nil || more {
		t.Fatal(err, more)
	}
	var texts []string
	for _, m := range replies {
		texts = append(texts, m.Text)
		if m.ThreadTimestamp != root {
			t.Errorf("%q stands in thread %s", m.Text, m.ThreadTimestamp)
		}
	}
	if d := cmp.Diff([]string{"新しいチケット MSP-12", "一", "二", "三 <@U0BOT> &lt;&amp;&gt;"}, texts); d != "" {
		t.Error(d)
	}
	if p := replies[0]; p.ReplyCount != 3 || p.LatestReply != replies[3].Timestamp || !slices.Contains(p.ReplyUsers, "U0SATO") {
		t.Errorf("the parent knows of %d replies, latest %s, by %v", p.ReplyCount, p.LatestReply, p.ReplyUsers)
	}
	h, err := r.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: desk})
	if err != nil || len(h.Messages) != 2 || h.Messages[0].Timestamp != loud || h.Messages[0].SubType != "thread_broadcast" {
		t.Errorf("the channel shows %d messages, %v", len(h.Messages), err)
	}
	if _, _, err := r.api.DeleteMessageContext(ctx, desk, root); err != nil {
		t.Fatal(err)
	}
	if m := r.only(t, root); m.SubType != "tombstone" {
		t.Errorf("a deleted parent leaves %+v", m)
	}
}

func TestHistoryPagesAndBounds(t *testing.T) {
	r := newRig(t)
	var ts []string
	for i := range 7 {
		ts = append(ts, r.say(t, fmt.Sprint(i)))
		r.world.add(time.Minute)
	}
	var got []string
	cursor := ""
	for pages := 1; ; pages++ {
		h, err := r.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: desk, Limit: 3, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range h.Messages {
			got = append(got, m.Text)
		}
		if cursor = h.ResponseMetaData.NextCursor; !h.HasMore || cursor == "" {
			if pages != 3 {
				t.Errorf("%d pages", pages)
			}
			break
		}
		r.say(t, "途中で増えた") // a page stays right when something is added
	}
	if d := cmp.Diff([]string{"6", "5", "4", "3", "2", "1", "0"}, got); d != "" {
		t.Error(d)
	}
	for _, c := range []struct {
		inclusive bool
		want      int
	}{{false, 2}, {true, 4}} {
		h, err := r.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: desk, Oldest: ts[1], Latest: ts[4], Inclusive: c.inclusive})
		if err != nil || len(h.Messages) != c.want {
			t.Errorf("inclusive %t: %d messages, %v", c.inclusive, len(h.Messages), err)
		}
	}
}

func TestDirectMessagesAndEphemerals(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	ch, _, _, err := r.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{"U0SATO"}, ReturnIM: true})
	if err != nil || !ch.IsIM || ch.User != "U0SATO" {
		t.Fatalf("%+v, %v", ch, err)
	}
	to, _, err := r.api.PostMessageContext(ctx, "U0SATO", text("直通"))
	if err != nil || to != ch.ID {
		t.Errorf("posting to a user went to %s, not %s: %v", to, ch.ID, err)
	}
	if _, err := r.api.PostEphemeralContext(ctx, desk, "U0SATO", text("あなただけ")); err != nil {
		t.Fatal(err)
	}
	if m := lastMessage(t, r.Server, "sato"); m["text"] != "あなただけ" || m["is_ephemeral"] != true {
		t.Errorf("sato sees %v", m)
	}
	if m := lastMessage(t, r.Server, "suzuki"); m != nil {
		t.Errorf("suzuki sees %v", m)
	}
	if n := len(r.Messages(desk)); n != 0 {
		t.Errorf("%d ephemerals were stored", n)
	}
}

func TestPermalink(t *testing.T) {
	r := newRig(t)
	ts := r.postCard(t)
	got, err := r.api.GetPermalinkContext(t.Context(), &slack.PermalinkParameters{Channel: desk, Ts: ts})
	if want := "http://slack.test/archives/C0DESK/p" + strings.ReplaceAll(ts, ".", ""); err != nil || got != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestScheduledMessagesAreDueInWorldTime(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	at := strconv.FormatInt(r.world.now().Add(30*time.Minute).Unix(), 10)
	for _, s := range []string{"残る", "消す"} {
		if _, _, err := r.api.ScheduleMessageContext(ctx, desk, at, text(s)); err != nil {
			t.Fatal(err)
		}
	}
	list, _, err := r.api.GetScheduledMessagesContext(ctx, &slack.GetScheduledMessagesParameters{})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if _, err := r.api.DeleteScheduledMessageContext(ctx, &slack.DeleteScheduledMessageParameters{Channel: desk, ScheduledMessageID: list[1].ID}); err != nil {
		t.Fatal(err)
	}
	r.world.add(29 * time.Minute)
	if m := lastMessage(t, r.Server, "sato"); m != nil {
		t.Errorf("too early: %v", m)
	}
	r.world.add(time.Minute)
	if m := lastMessage(t, r.Server, "sato"); m["text"] != "残る" || len(r.Messages(desk)) != 1 {
		t.Errorf("due: %v", m)
	}
}

func TestReactionsPinsBookmarks(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	ts := r.postCard(t)
	ref := slack.NewRefToMessage(desk, ts)
	if err := r.api.AddReactionContext(ctx, "eyes", ref); err != nil {
		t.Fatal(err)
	}
	if err := r.React(ctx, slacksim.React{User: "sato", Channel: desk, TS: ts, Name: "eyes"}); err != nil {
		t.Fatal(err)
	}
	got, err := r.api.GetReactionsContext(ctx, ref, slack.GetReactionsParameters{})
	if err != nil || len(got.Reactions) != 1 || got.Reactions[0].Count != 2 {
		t.Errorf("reactions: %+v, %v", got, err)
	}
	if err := r.api.RemoveReactionContext(ctx, "eyes", ref); err != nil {
		t.Fatal(err)
	}
	wantErr(t, r.api.RemoveReactionContext(ctx, "eyes", ref), "no_reaction")
	if err := r.api.AddPinContext(ctx, desk, ref); err != nil {
		t.Fatal(err)
	}
	wantErr(t, r.api.AddPinContext(ctx, desk, ref), "already_pinned")
	if pins, _, err := r.api.ListPinsContext(ctx, desk); err != nil || len(pins) != 1 || pins[0].Message.Timestamp != ts {
		t.Errorf("pins: %v, %v", pins, err)
	}
	b, err := r.api.AddBookmarkContext(ctx, desk, slack.AddBookmarkParameters{Title: "MSP-12", Type: "link", Link: "https://example.backlog.jp/view/MSP-12"})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := r.api.ListBookmarksContext(ctx, desk); err != nil || len(list) != 1 || list[0].ID != b.ID {
		t.Errorf("bookmarks: %v, %v", list, err)
	}
	if err := r.api.RemoveBookmarkContext(ctx, desk, b.ID); err != nil {
		t.Fatal(err)
	}
}

func TestAttachmentsAndNumbersSurvive(t *testing.T) {
	r := newRig(t)
	out, _ := r.raw(t, "chat.postMessage", form("channel", desk, "text", "色つき",
		"attachments", `[{"color":"#ff0000","blocks":[{"type":"actions","elements":[{"type":"button","action_id":"in","text":{"type":"plain_text","text":"押す"}}]}]}]`,
		"metadata", `{"event_type":"e","event_payload":{"n":12345678901234567}}`))
	if out["ok"] != true {
		t.Fatal(out)
	}
	msgs := r.Messages(desk)
	if !strings.Contains(string(msgs[0]), "12345678901234567") {
		t.Errorf("a long number was bent: %s", msgs[0])
	}
	var m slack.Message
	if err := json.Unmarshal(msgs[0], &m); err != nil || len(m.Attachments) != 1 || len(m.Attachments[0].Blocks.BlockSet) != 1 {
		t.Errorf("attachment: %+v, %v", m, err)
	}
}

func TestLongTextIsCutWithAWarning(t *testing.T) {
	r := newRig(t)
	out, _ := r.raw(t, "chat.postMessage", form("channel", desk, "text", strings.Repeat("あ", 40_001)))
	if out["ok"] != true || out["warning"] != "message_truncated" {
		t.Errorf("answer: %v %v %v", out["ok"], out["error"], out["warning"])
	}
	if n := len([]rune(out["message"].(map[string]any)["text"].(string))); n != 40_000 {
		t.Errorf("%d characters stored", n)
	}
}
