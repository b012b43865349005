package view

import (
	"fmt"
	"strconv"
	"strings"

	"toban/bot"
)

// maxValue is the length of a button's value.
const maxValue = 2000

// Value is what a button carries: an opaque key that the door looks up again. It proves nothing; anyone in the channel can press.
func Value(ticket bot.TicketID, version int64, value string) string {
	return string(ticket) + "|" + strconv.FormatInt(version, 10) + "|" + value
}

// ParseValue reads what Value wrote.
func ParseValue(s string) (ticket bot.TicketID, version int64, value string, err error) {
	parts := strings.SplitN(s, "|", 3)
	if len(parts) != 3 {
		return "", 0, "", fmt.Errorf("reading button value: want ticket|version|value, have %d parts", len(parts))
	}
	if _, _, err := bot.TicketID(parts[0]).Split(); err != nil && parts[0] != "" { // a question about a report has no ticket
		return "", 0, "", fmt.Errorf("reading button value: %w", err)
	}
	version, err = strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return "", 0, "", fmt.Errorf("reading button value: %w", err)
	}
	return bot.TicketID(parts[0]), version, parts[2], nil
}
