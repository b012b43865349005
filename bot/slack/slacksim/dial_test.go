package slacksim_test

import (
	"testing"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

// dial opens a bare websocket and wants the given HTTP status.
func dial(t *testing.T, u string, want int) *websocket.Conn {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), u, nil)
	if resp == nil {
		t.Fatalf("dialling: %v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != want {
		t.Fatalf("dialling answered %d, want %d", resp.StatusCode, want)
	}
	return conn
}

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// modal is a form with a required text, an optional person and a choice.
func modal(title string) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(title), Submit: plain("送信"), Close: plain("やめる"),
		CallbackID: "declare", PrivateMetadata: "MSP-12", NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "お客様へ知らせます", false, false), nil, nil),
			slack.NewInputBlock("reason", plain("理由"), nil, slack.NewPlainTextInputBlockElement(nil, "text")),
			slack.NewInputBlock("lead", plain("指揮者"), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, "user")).WithOptional(true),
			slack.NewInputBlock("sev", plain("重大度"), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "level",
				slack.NewOptionBlockObject("1", plain("SEV1"), nil), slack.NewOptionBlockObject("2", plain("SEV2"), nil))).WithOptional(true),
		}},
	}
}
