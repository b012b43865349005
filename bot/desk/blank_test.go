package desk

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"toban/bot"
)

// The forms that lines are read by, as regular expressions: what reads them by hand must read the same.
var (
	placeholderForm = regexp.MustCompile(`^[\s\-ー_…。、.,()\x{ff08}\x{ff09}:\x{ff1a}*x〇○◯●＿＊]*$|^[(\x{ff08}<\[【\x{ff1c}][^)\x{ff09}>\]】\x{ff1e}]*(記入|入力|選択|記載|例|ください|必須|任意)[^)\x{ff09}>\]】\x{ff1e}]*[)\x{ff09}>\]】\x{ff1e}]?$|^※.*(記入|入力|選択|記載|例|ください|必須|任意).*|^(例|記入例|入力例)\s*[:\x{ff1a})\x{ff09}].*|^(未定|不明|未記入|要確認|わかりません|分かりません|tbd|n/?a|todo)[。.]?$|^[^。]{0,20}(をご?(記入|入力|選択|記載)(して)?(下さい|ください)|いずれか(を選択|をお選びください)?)。?$`)
	uncheckedForm   = regexp.MustCompile(`^\s*(?:[-*]\s*)?(?:\[ ?\]|[□☐◻])\s*(.*)$`)
	checkedForm     = regexp.MustCompile(`^\s*(?:[-*]\s*)?(?:\[[xX✓]\]|[☑✅✔■◼レ]|[○◯◎]\s*)\s*(.*)$`)
)

// scraps makes lines of pieces.
func scraps(n int, pieces string) []string {
	list := append(strings.Split(pieces, "|"), "", " ", "\u3000", "\t", "\r", "|", "\xe3", "\x00", "\n")
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for range r.IntN(7) {
			b.WriteString(list[r.IntN(len(list))])
		}
		out[i] = b.String()
	}
	return out
}

func TestBlankLines(t *testing.T) {
	for _, line := range scraps(60_000, "(|)|（|）|<|>|[|]|【|】|＜|＞|記入|入力|選択|記載|例|ください|下さい|して|を|ご|必須|任意|※|:|：|。|.|未定|不明|tbd|n/a|na|いずれか|いずれかを選択|いずれかをお選びください|-|ー|○|x|web01|入力例|対象のホスト名を|あいうえおかきくけこさしすせそたちつ") {
		if got, want := dashes(line) || bracketedHint(line) || example(line) || unknown(line) || plea(line), placeholderForm.MatchString(line); got != want {
			t.Fatalf("%q is a blank: %v, want %v", line, got, want)
		}
	}
}

func TestChoices(t *testing.T) {
	rt := bot.RequestType{Operations: []string{"追加", "削除", "権限の変更"}}
	form := func(line string) (op string, on, ok bool) {
		if !boxes.has(begins(line, beforeBoxes)) {
			return "", false, false
		}
		if m := uncheckedForm.FindStringSubmatch(line); m != nil && slices.Contains(rt.Operations, strings.TrimSpace(m[1])) {
			return strings.TrimSpace(m[1]), false, true
		}
		if m := checkedForm.FindStringSubmatch(line); m != nil && slices.Contains(rt.Operations, strings.TrimSpace(m[1])) {
			return strings.TrimSpace(m[1]), true, true
		}
		return "", false, false
	}
	for _, line := range scraps(60_000, "[|]|[ ]|[]|[x]|[X]|[✓]|□|☐|■|○|レ|-|*|追加|削除|権限の変更|追加 |x") {
		if strings.Contains(line, "\n") {
			continue // a line has none
		}
		op, on, ok := choice(rt, line)
		if wantOp, wantOn, wantOK := form(line); op != wantOp || on != wantOn || ok != wantOK {
			t.Fatalf("%q is the choice %q, %v, %v, want %q, %v, %v", line, op, on, ok, wantOp, wantOn, wantOK)
		}
	}
}

func TestHeadings(t *testing.T) {
	for _, line := range scraps(60_000, "#|##|■|□|●|【|】|[|]|<|>|＜|＞|*|**|__|:|：|対象|ホスト名|web01|a b|(必須)|あいうえおかきくけこさしすせそたちつてとなにぬねのはひふ") {
		if strings.Contains(line, "\n") {
			continue
		}
		label, ok := plainHeading(line)
		m := headingLine.FindStringSubmatch(line)
		if ok && (m == nil || m[1] != label) {
			t.Fatalf("%q is the heading %q, want %q", line, label, m)
		}
	}
}

// TestLetters holds the quick ways to tell and fold a character against Unicode's tables.
func TestLetters(t *testing.T) {
	for r := rune(0); r <= 0x2ffff; r++ {
		if got, want := spells(r), unicode.IsLetter(r) || unicode.IsDigit(r); got != want {
			t.Fatalf("%U is a letter or a digit: %v, want %v", r, got, want)
		}
		want := unicode.ToLower(r)
		switch {
		case r >= '\uff01' && r <= '\uff5e':
			want = unicode.ToLower(r - '\uff01' + '!')
		case r == '\u3000':
			want = ' '
		}
		if small(r) != want {
			t.Fatalf("%U is small %U, want %U", r, small(r), want)
		}
		if text := string(r); squeezed(text, squeeze(text)) != true || squeezed(text, squeeze(text)+"x") {
			t.Fatalf("%U is not told from another", r)
		}
	}
}

func TestCourtesies(t *testing.T) {
	if beginnings("[")[0] || len(beginnings("(ab|c)?d")) != 3 {
		t.Error("wrong beginnings")
	}
	for _, text := range scraps(20_000, "お世話になって|おり|ます|い|ありがとう|ございます|ございました|承知|いた|しました|確認|内容|を|でき|よろしく|お願い|します|申し上げます|早々|の|ご|対応|thank|you| |ok|okay|so|web01|様|いただき|まして|以上|です|結果|問題|は|ありません|でした|早急|に") {
		if got, want := courtesies(text), polite.ReplaceAllString(text, ""); got != want {
			t.Fatalf("of %q %q is left, want %q", text, got, want)
		}
	}
}

func TestClosingLines(t *testing.T) {
	form := regexp.MustCompile(`(停止|起動|取得|作成|追加|削除|変更|更新|設定|登録|解除|適用|拡張|復元|リストア|発行|付与|許可|拒否|[るうくすつぶむぬぐ])(の件|する|します|してください)?[。.]?\s*$`)
	for _, line := range scraps(30_000, "web01|の|停止|起動|再起動|設定|許可|の件|する|します|してください|。|.|る|く|対応|を") {
		if got, want := closes(line), form.MatchString(line); got != want {
			t.Fatalf("%q closes: %v, want %v", line, got, want)
		}
	}
}

func TestPoints(t *testing.T) {
	form := regexp.MustCompile(`^\s*(?:[-*・●○◆■]|\(?\d{1,2}[).\x{ff0e}]|[①-⑳])\s*(.{6,})$`)
	for _, line := range scraps(80_000, "-|*|・|●|■|(|)|1|23|.|．|①|⑳|㉑| |  |web01|再起動|の|停止を|お願いします|あいう\xe3え|\f") {
		if strings.Contains(line, "\n") {
			continue
		}
		text, ok := point(line)
		m := form.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if r := begins(line, none); m != nil && (r >= '0' && r <= '9' || r >= '①' && r <= '⑳' || points.has(r)) != ok || ok && (m == nil || m[1] != text) {
			t.Fatalf("%q is the point %q, %v, want %q", line, text, ok, m)
		}
	}
}

// TestFolding holds fold against a walk over all characters, and what need not be folded first against folding everything.
func TestFolding(t *testing.T) {
	for r := rune(0); r <= 0x2ffff; r++ {
		if text := "a" + string(r) + "あ"; fold(text) != strings.Map(small, wideKana(text)) {
			t.Fatalf("%U is folded to %q, want %q", r, fold(text), strings.Map(small, wideKana(text)))
		}
	}
	for _, text := range scraps(60_000, "A|WEB01|あ|漢字|É|é|İ|Ⱥ|■|※|Ⓐ|Ⅳ|＞|：|－|>|--|\xe3\x81|\xe4A|\xe2\x80A|\xff|ｶﾞ|ﾊﾟ|･|､|𠮷|K|Å|ください|ご記入|いずれか|未定|例|TBD|Ｎ/Ａ|(|)|（|）|さんは書きました|On 12 wrote|Original Message") {
		if got, want := fold(text), strings.Map(small, wideKana(text)); got != want {
			t.Fatalf("%q is folded to %q, want %q", text, got, want)
		}
		if got, want := unfilled(text), nothing(fold(text)); got != want {
			t.Fatalf("%q says nothing: %v, want %v", text, got, want)
		}
		want := keepLine
		switch folded := strings.TrimSpace(fold(text)); {
		case original.MatchString(folded):
			want = lastLine
		case strings.HasPrefix(folded, ">"), attribution.MatchString(folded):
			want = dropLine
		}
		if got := quotes(text); got != want {
			t.Fatalf("%q quotes: %v, want %v", text, got, want)
		}
	}
}
