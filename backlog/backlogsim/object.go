package backlogsim

import (
	"bytes"
	"encoding/json"
)

// object is a JSON object whose keys keep their order and vary from case to case.
type object []pair

type pair struct {
	key   string
	value any
}

// MarshalJSON writes the pairs in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteByte('{')
	for i, p := range o {
		if i > 0 {
			buf.WriteByte(',')
		}
		key, err := json.Marshal(p.key)
		if err != nil {
			return nil, err
		}
		buf.Write(key)
		buf.WriteByte(':')
		buf.Write(encode(p.value))
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}
