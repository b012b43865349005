package slacksim

import (
	"fmt"
	"unicode/utf8"
)

// checker collects what breaks Slack's limits, in Slack's words.
type checker struct {
	faults  []string
	actions map[string]bool // action ids seen in the current block set
	blocks  map[string]bool // block ids seen
	focus   bool            // an element with focus_on_load was seen
}

func (k *checker) fault(ptr, msg string) {
	k.faults = append(k.faults, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", msg, ptr))
}

func (k *checker) tooLong(ptr string, most int) {
	k.fault(ptr, fmt.Sprintf("must be less than %d characters", most+1))
}

func pointer(base string, parts ...any) string {
	for _, p := range parts {
		base += fmt.Sprintf("/%v", p)
	}
	return base
}

// plain checks a plain_text object under key.
func (k *checker) plain(o obj, key, base string, most int, required bool) {
	k.text(o, key, base, textRule{most: most, required: required, plain: true})
}

// mixed checks a text object of either kind.
func (k *checker) mixed(o obj, key, base string, most int, required bool) {
	k.text(o, key, base, textRule{most: most, required: required})
}

type textRule struct {
	most            int
	required, plain bool
}

func (k *checker) text(o obj, key, base string, rule textRule) {
	v, there := o[key]
	if !there || v == nil {
		if rule.required {
			k.fault(base, "missing required field: "+key)
		}
		return
	}
	k.textObject(v, pointer(base, key), rule)
}

func (k *checker) textObject(v any, ptr string, rule textRule) {
	t, ok := v.(obj)
	if !ok {
		k.fault(ptr, "must be a text object")
		return
	}
	switch kind := text(t, "type"); {
	case kind == "plain_text", kind == "mrkdwn" && !rule.plain:
	case rule.plain:
		k.fault(pointer(ptr, "type"), "must be plain_text")
	default:
		k.fault(pointer(ptr, "type"), "must be one of: plain_text, mrkdwn")
	}
	s, ok := t["text"].(string)
	if !ok {
		k.fault(ptr, "missing required field: text")
		return
	}
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		k.fault(pointer(ptr, "text"), "must be more than 0 characters")
	case n > rule.most:
		k.tooLong(pointer(ptr, "text"), rule.most)
	}
}

// word checks a string field.
func (k *checker) word(o obj, key, base string, most int, required bool) {
	v, there := o[key]
	if !there || v == nil {
		if required {
			k.fault(base, "missing required field: "+key)
		}
		return
	}
	s, ok := v.(string)
	switch {
	case !ok:
		k.fault(pointer(base, key), "must be a string")
	case required && s == "":
		k.fault(pointer(base, key), "must be more than 0 characters")
	case utf8.RuneCountInString(s) > most:
		k.tooLong(pointer(base, key), most)
	}
}

// items checks the length of a list field and gives it.
func (k *checker) items(o obj, key, base string, most int, required bool) []any {
	v, there := o[key]
	if !there || v == nil {
		if required {
			k.fault(base, "missing required field: "+key)
		}
		return nil
	}
	l, ok := v.([]any)
	switch {
	case !ok:
		k.fault(pointer(base, key), "must be an array")
	case required && len(l) == 0:
		k.fault(pointer(base, key), "must have at least 1 items")
	case len(l) > most:
		k.fault(pointer(base, key), fmt.Sprintf("no more than %d items allowed", most))
	}
	return l
}

// textLength counts the characters of all text in blocks, as people would read it.
func textLength(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n += textLength(e)
		}
	case obj:
		for key, e := range v {
			if s, ok := e.(string); ok && key == "text" {
				n += utf8.RuneCountInString(s)
			} else {
				n += textLength(e)
			}
		}
	}
	return n
}
