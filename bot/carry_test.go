package bot_test

import (
	"encoding/json"
	"testing"

	"toban/bot"
)

type carriedInner struct {
	Deep string `json:"deep,omitempty"`
}

type carried struct {
	carriedInner

	A     int    `json:"a"`
	B     string `json:"b,omitempty"`
	Plain bool
}

// What a newer release wrote beside what this one knows stays; what this one knows is as it says, gone if it says so.
func TestCarry(t *testing.T) {
	for _, tt := range []struct{ old, written, want string }{
		{``, `{"a":1}`, `{"a":1}`},
		{`{"a":1}`, `{"a":2}`, `{"a":2}`},
		{`{"a":1,"b":"x","new":{"x":[1,"}"],"y":"\"},"},"Plain":true,"deep":"d"}`, `{"a":2,"Plain":false}`, `{"a":2,"Plain":false,"new":{"x":[1,"}"],"y":"\"},"}}`},
		{` { "new" : [ ] , "other":null , "n":-1.5e3 } `, `{}`, `{"new" : [ ],"other":null,"n":-1.5e3}`},
		{`{"B":"old","A":7,"plain":true}`, `{"a":2}`, `{"a":2}`},
		{`{"new":1}`, `{"a":2,"new":3}`, `{"a":2,"new":3}`},
		{`{"new":tru`, `{"a":2}`, `{"a":2}`},
		{`{"new":1}}`, `{"a":2}`, `{"a":2}`},
		{`{"new":}`, `{"a":2}`, `{"a":2}`},
		{`[1]`, `{"a":2}`, `{"a":2}`},
		{`{"new":1}`, `null`, `null`},
		{`{"日本\u0041":"値"}`, `{"a":1}`, `{"a":1,"日本\u0041":"値"}`},
	} {
		if got := string(bot.Carry([]byte(tt.old), []byte(tt.written), &carried{})); got != tt.want {
			t.Errorf("%s over %s: %s, want %s", tt.written, tt.old, got, tt.want)
		}
	}
	if got := string(bot.Carry([]byte(`{"new":1}`), []byte(`{"a":2}`), map[string]int{})); got != `{"a":2}` {
		t.Errorf("a map has said all that it says: %s", got)
	}
}

func FuzzCarry(f *testing.F) {
	f.Add([]byte(`{"a":1,"x":{"y":[1,"\\\""]}}`))
	f.Fuzz(func(t *testing.T, old []byte) {
		got := bot.Carry(old, []byte(`{"a":5}`), carried{})
		var before, after map[string]json.RawMessage
		if json.Unmarshal(old, &before) != nil {
			return // nothing of the kind is in a database: it was read before
		}
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("%s over %s: %v", got, old, err)
		}
		var c carried
		if err := json.Unmarshal(got, &c); err != nil || c != (carried{A: 5}) {
			t.Fatalf("%s over %s: %+v, %v", got, old, c, err)
		}
	})
}
