package slacksim

import (
	"slices"
	"unicode/utf8"
)

const (
	maxText        = 40_000 // chat.postMessage, characters
	maxUpdateText  = 4_000  // chat.update, characters
	maxBlockText   = 13_200 // all text of a message's blocks; reported, bolt-js#2509
	maxAttachments = 100
	noDisplay      = "This content can't be displayed."
)

// content is the body of a message that is to be posted.
type content struct {
	text        string
	blocks      []any
	attachments []any
	metadata    any
	truncated   bool // the text was longer than Slack keeps
}

// compose reads and checks text, blocks, attachments and metadata.
func (s *Server) compose(a args, longest int) (content, error) {
	switch a["text"].(type) {
	case obj, []any:
		return content{}, failWith("invalid_arguments", []string{"[ERROR] must be a string [json-pointer:/text]"})
	}
	c := content{text: a.str("text")}
	if md := a.str("markdown_text"); md != "" {
		if c.text != "" || a.has("blocks") {
			return c, fail("markdown_text_conflict")
		}
		if utf8.RuneCountInString(md) > 12_000 {
			return c, fail("msg_too_long")
		}
		c.text = md
	}
	if utf8.RuneCountInString(c.text) > longest {
		if longest < maxText {
			return c, fail("msg_too_long")
		}
		// Posting cuts long texts instead of refusing them:
		// https://docs.slack.dev/changelog/2018-04-truncating-really-long-messages
		c.text, c.truncated = string([]rune(c.text)[:maxText]), true
	}
	var err error
	if c.blocks, err = listOf(a, "blocks", "invalid_blocks_format"); err != nil {
		return c, err
	}
	if faults := checkBlocks(c.blocks, onMessage, "/blocks"); len(faults) > 0 {
		return c, failWith("invalid_blocks", faults)
	}
	if textLength(c.blocks) > maxBlockText {
		return c, fail("msg_blocks_too_long")
	}
	if c.attachments, err = listOf(a, "attachments", "invalid_attachments"); err != nil {
		return c, err
	}
	if err := s.checkAttachments(c.attachments); err != nil {
		return c, err
	}
	if c.metadata, err = readMetadata(a); err != nil {
		return c, err
	}
	if c.text == "" && len(c.blocks) == 0 && len(c.attachments) == 0 {
		return c, fail("no_text")
	}
	if c.text == "" && len(c.blocks) > 0 {
		c.text = noDisplay
	}
	c.blocks = s.dress(c.blocks)
	c.text = normal(c.text, a.str("parse") != "none")
	if c.blocks == nil && c.text != "" && a.str("markdown_text") == "" {
		c.blocks = s.dress([]any{richText(c.text, !a.has("mrkdwn") || a.truth("mrkdwn"))})
	}
	return c, nil
}

func (s *Server) checkAttachments(list []any) error {
	if len(list) > maxAttachments {
		return fail("too_many_attachments")
	}
	for i, at := range list {
		o, ok := at.(obj)
		if !ok {
			return fail("invalid_attachments")
		}
		blocks, _ := o["blocks"].([]any)
		if faults := checkBlocks(blocks, onMessage, pointer("/attachments", i, "blocks")); len(faults) > 0 {
			return failWith("invalid_attachments", faults)
		}
		if blocks != nil {
			o["blocks"] = s.dress(blocks)
		}
		o["id"] = i + 1
	}
	return nil
}

// listOf reads an argument that must be a JSON array, possibly written as text.
func listOf(a args, key, code string) ([]any, error) {
	v, err := a.value(key)
	if err != nil {
		return nil, fail(code)
	}
	if v == nil {
		return nil, nil
	}
	l, ok := v.([]any)
	if !ok {
		return nil, fail(code)
	}
	return slices.Clone(l), nil
}

// readMetadata wants an event_type and flat values, or one level of objects or lists.
func readMetadata(a args) (any, error) {
	v, err := a.value("metadata")
	if err != nil {
		return nil, fail("invalid_metadata_format")
	}
	if v == nil {
		return nil, nil
	}
	o, ok := v.(obj)
	if !ok {
		return nil, fail("invalid_metadata_format")
	}
	payload, isObject := o["event_payload"].(obj)
	if text(o, "event_type") == "" {
		if o["event_payload"] == nil { // slack-go's empty metadata, sent along with response URLs
			return nil, nil
		}
		return nil, fail("invalid_metadata_schema")
	}
	if !isObject {
		return nil, fail("invalid_metadata_schema")
	}
	for _, v := range payload {
		if nesting(v) > 1 {
			return nil, fail("invalid_metadata_schema")
		}
	}
	return o, nil
}

func nesting(v any) int {
	deepest := -1
	switch v := v.(type) {
	case obj:
		for _, e := range v {
			deepest = max(deepest, nesting(e))
		}
	case []any:
		for _, e := range v {
			deepest = max(deepest, nesting(e))
		}
	default:
		return 0
	}
	return max(deepest, 0) + 1
}

// dress copies blocks and adds what Slack adds to them: block ids, action ids,
// and the defaults of text objects.
func (s *Server) dress(blocks []any) []any {
	if len(blocks) == 0 {
		return nil
	}
	out := clone(blocks).([]any)
	for _, b := range out {
		o := b.(obj)
		if text(o, "block_id") == "" {
			o["block_id"] = s.newID("b")
		}
		for _, e := range interactive(o) {
			if text(e, "action_id") == "" {
				e["action_id"] = s.newID("a")
			}
		}
		dressTexts(o)
		normalTexts(o)
	}
	return out
}

func dressTexts(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			dressTexts(e)
		}
	case obj:
		switch _, isText := v["text"].(string); {
		case isText && v["type"] == "plain_text" && v["emoji"] == nil:
			v["emoji"] = true
		case isText && v["type"] == "mrkdwn" && v["verbatim"] == nil:
			v["verbatim"] = false
		}
		for _, e := range v {
			dressTexts(e)
		}
	}
}
