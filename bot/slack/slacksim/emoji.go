package slacksim

import (
	"strconv"
	"strings"
)

// emojis are the names that this stand-in can draw: what support desks use, not the whole standard. The page asks for the same table.
func emojis() map[string]string {
	return map[string]string{
		"eyes": "👀", "white_check_mark": "✅", "heavy_check_mark": "✔️", "warning": "⚠️", "rotating_light": "🚨", "bell": "🔔", "no_bell": "🔕", "hourglass": "⌛",
		"hourglass_flowing_sand": "⏳", "x": "❌", "o": "⭕", "memo": "📝", "fire": "🔥", "tada": "🎉", "thumbsup": "👍", "+1": "👍", "thumbsdown": "👎", "-1": "👎",
		"telephone_receiver": "📞", "phone": "☎️", "calendar": "📅", "date": "📅", "wrench": "🔧", "hammer_and_wrench": "🛠️", "lock": "🔒", "unlock": "🔓", "ticket": "🎫",
		"information_source": "ℹ️", "large_green_circle": "🟢", "large_yellow_circle": "🟡", "large_orange_circle": "🟠", "red_circle": "🔴", "large_blue_circle": "🔵",
		"white_circle": "⚪", "black_circle": "⚫", "arrows_counterclockwise": "🔄", "mega": "📣", "loudspeaker": "📢", "clock3": "🕒", "alarm_clock": "⏰", "stopwatch": "⏱️",
		"pray": "🙏", "raising_hand": "🙋", "raised_hands": "🙌", "clap": "👏", "ok_hand": "👌", "wave": "👋", "muscle": "💪", "bow": "🙇", "double_vertical_bar": "⏸️",
		"arrow_forward": "▶️", "black_square_for_stop": "⏹️", "rocket": "🚀", "bug": "🐛", "bulb": "💡", "mag": "🔍", "link": "🔗", "pushpin": "📌", "bookmark": "🔖",
		"email": "✉️", "chart_with_upwards_trend": "📈", "chart_with_downwards_trend": "📉", "bar_chart": "📊", "file_folder": "📁", "page_facing_up": "📄", "lock_with_ink_pen": "🔏",
		"smile": "😄", "slightly_smiling_face": "🙂", "sweat_smile": "😅", "thinking_face": "🤔", "cry": "😢", "heart": "❤️", "star": "⭐", "zap": "⚡", "question": "❓",
		"exclamation": "❗", "no_entry": "⛔", "construction": "🚧", "shield": "🛡️", "computer": "💻", "cloud": "☁️", "robot_face": "🤖", "house": "🏠", "coffee": "☕",
		"writing_hand": "✍️", "saluting_face": "🫡", "ok": "🆗", "sos": "🆘", "repeat": "🔁", "inbox_tray": "📥", "outbox_tray": "📤", "speech_balloon": "💬",
	}
}

// emojiElement is an emoji in rich text, with its code points.
func emojiElement(name, drawn string) obj {
	var points []string
	for _, r := range drawn {
		points = append(points, strconv.FormatInt(int64(r), 16))
	}
	return obj{"type": "emoji", "name": name, "unicode": strings.Join(points, "-")}
}
