package sla

import (
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// The government's file is in Shift_JIS. These are the characters of the names of
// holidays, and their codes; others become 〓, since dates matter and names are shown.
const (
	sjisRunes = "いこどのみもりスツポ・ー人仁休位体儀元分労勤化即名和喪国大天太婚子山建念感憲成扱振敬文日明春昭替月正殿民法海王生皇礼祝秋称結老育親記誕謝（）"
	sjisCodes = "82a282b182c782cc82dd82e082e883588363837c8145815b906c906d8b7888ca91cc8b568cb395aa984a8bce89bb91a696bc986191728d9191e5935691be8da58e718e528c9a944f8ab48c9b90ac88b590558c6895b693fa96be8f748fba91d68c8e90b3936196af96408a4389a490b68d6397e78f6a8f488fcc8c8b985688e790658b4c92618ed38169816a"
)

// unicodeText returns a file as UTF-8; bytes that are none are read as Shift_JIS.
func unicodeText(data []byte) string {
	text := strings.TrimPrefix(string(data), "\ufeff")
	if utf8.ValidString(text) {
		return text
	}
	codes, err := hex.DecodeString(sjisCodes)
	if err != nil {
		return text // the constant above is checked by a test
	}
	known := map[[2]byte]rune{}
	for i, r := range []rune(sjisRunes) {
		known[[2]byte{codes[2*i], codes[2*i+1]}] = r
	}
	var out strings.Builder
	for i := 0; i < len(data); i++ {
		b := data[i]
		double := b >= 0x81 && b <= 0x9f || b >= 0xe0 && b <= 0xfc
		switch {
		case double && i+1 < len(data):
			r, ok := known[[2]byte{b, data[i+1]}]
			if !ok {
				r = '〓'
			}
			out.WriteRune(r)
			i++
		case b < utf8.RuneSelf:
			out.WriteByte(b)
		default:
			out.WriteRune('〓')
		}
	}
	return out.String()
}
