package standin

import (
	"encoding/json"
	"fmt"
	"time"
)

// Duration is written like "1m30s" in JSON.
type Duration time.Duration

// UnmarshalJSON reads "1m30s".
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("reading duration %s: write it like \"1m30s\"", data)
	}
	v, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("reading duration %q: write it like \"1m30s\"", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalJSON writes "1m30s".
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// String is "1m30s".
func (d Duration) String() string { return time.Duration(d).String() }
