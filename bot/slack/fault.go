package slack

import (
	"errors"
	"fmt"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Error codes of the Web API that change what is done next.
const (
	codeNotInChannel    = "not_in_channel"
	codeMissingScope    = "missing_scope"
	codeMessageNotFound = "message_not_found"
	codeRateLimited     = "ratelimited"
)

// code is the API's error code, "" for anything that is no answer of the API.
func code(err error) string {
	var e slackgo.SlackErrorResponse
	if errors.As(err, &e) {
		return e.Err
	}
	return ""
}

// threadGone reports whether nothing can be said in a thread any more: its parent was deleted, or the thread was locked.
func threadGone(err error) bool {
	switch code(err) {
	case "thread_not_found", codeMessageNotFound, "cannot_reply_to_message", "thread_locked", "restricted_action_thread_locked":
		return true
	}
	return false
}

// advice tells an operator what to do about an error that repeating can't mend, by the API's error code. Codes that are not here are
// tried again (https://docs.slack.dev/reference/methods/chat.postMessage#errors).
func advice(c string) string {
	switch c {
	case "channel_not_found":
		return "the channel does not exist or is private and the bot is not in it: check the customer's channel id and invite the bot (/invite)"
	case codeNotInChannel, "user_not_in_channel":
		return "invite the bot to the channel (/invite), or grant channels:join"
	case "is_archived":
		return "the channel is archived: unarchive it or set another channel for the customer"
	case "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel":
		return "the workspace's settings forbid the bot to post there: allow it in the channel's posting permissions"
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission", "org_login_required":
		return "Slack refuses the bot token: reinstall the app and set the new token"
	case codeMissingScope, "not_allowed_token_type", "ekm_access_denied", "access_denied":
		return "the bot token lacks a scope: add it to the app and reinstall (toban doctor lists what is missing)"
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "invalid_arguments", "invalid_arg_name",
		"invalid_metadata_format", "invalid_metadata_schema", "invalid_form_data", "markdown_text_conflict":
		return "Slack refuses the message itself: this is a fault of Toban, please report it with the effect's key"
	case "team_access_not_granted", "team_added_to_org", "enterprise_is_restricted":
		return "the app is not allowed in this workspace: ask the workspace's administrator"
	case "user_not_found", "user_disabled":
		return "the Slack user does not exist any more: correct people.yaml"
	case "message_limit_exceeded", "as_user_not_supported", "slack_connect_file_link_sharing_blocked":
		return "the workspace's plan or settings refuse the message"
	}
	return ""
}

// refusesApp reports whether an error is about the installation and not about the message or its channel: a token that was revoked, an app
// that was removed, no right to write at all. What waits is as good as before once an operator has mended that, so it is kept.
func refusesApp(err error) bool {
	switch code(err) {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required", "not_allowed_token_type",
		"team_access_not_granted", "team_added_to_org", "enterprise_is_restricted", "ekm_access_denied":
		return true
	case codeMissingScope:
		var e slackgo.SlackErrorResponse
		return errors.As(err, &e) && strings.Contains(e.Needed, scopeWrite)
	}
	return false
}

// appAgain is the machine time between looks whether Slack takes the app again.
const appAgain = time.Minute

// fault turns an error of a call into what the outbox does next. What Slack answered with a refusal has not gone out.
func (s *Slack) fault(doing, channel string, err error) error {
	if err == nil {
		return nil
	}
	err = s.hide(err)
	if refusesApp(err) {
		err = fmt.Errorf("%s: %w: %s", doing, err, advice(code(err)))
		s.limit.hold(everyChannel, s.c.Machine().Add(appAgain))
		s.c.Logger.Error("slack refuses the app: what is for Slack waits", "error", err, "again_in", appAgain)
		return bot.Untried(err, appAgain)
	}
	var limited *slackgo.RateLimitedError
	var status slackgo.StatusCodeError
	wait := time.Duration(0)
	switch c := code(err); {
	case errors.As(err, &limited):
		wait = max(limited.RetryAfter, time.Second)
	case errors.As(err, &status) && status.Code == 429, c == codeRateLimited:
		wait = 30 * time.Second
	case c != "":
		if what := advice(c); what != "" {
			var e slackgo.SlackErrorResponse
			if errors.As(err, &e) && e.Needed != "" {
				what += " (needed: " + e.Needed + ")"
			}
			return bot.Permanent(fmt.Errorf("%s in channel %s: %w: %s", doing, channel, err, what))
		}
	}
	if wait > 0 {
		s.limit.hold(channel, s.c.Machine().Add(wait))
		return bot.Untried(fmt.Errorf("%s in channel %s: %w", doing, channel, err), wait)
	}
	return fmt.Errorf("%s in channel %s: %w", doing, channel, err)
}
