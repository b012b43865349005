package wish

// phrase is a word with what it says.
type phrase struct {
	text   string
	tokens []token
}

func relative(n int) token { return token{kind: kindDate, day: day{relative: true, offset: n}} }

func part(from, to int) token { return token{kind: kindPart, minute: from * 60, until: to * 60} }

var (
	by      = token{kind: kindBy}
	from    = token{kind: kindFrom}
	begin   = token{kind: kindBegin}
	or      = token{kind: kindOr}
	either  = token{kind: kindOr, number: 1}
	not     = token{kind: kindNot}
	vague   = token{kind: kindVague}
	next    = token{kind: kindDate, day: day{next: true}}
	monthly = func(n int) token { return token{kind: kindDate, day: day{named: true, months: n, wide: true}} }
)

// attributive marks the end of something else: 12/5までのアカウント is one that holds until then.
const attributive = 2

// latest makes an end of what stands before it or behind it.
const latest = 3

// words by their first character, longer ones before shorter ones.
var words = index([]phrase{
	{"今日", []token{relative(0)}},
	{"きょう", []token{relative(0)}},
	{"本日", []token{relative(0)}},
	{"当日", []token{vague}},
	{"明々後日", []token{relative(3)}},
	{"明明後日", []token{relative(3)}},
	{"しあさって", []token{relative(3)}},
	{"明後日", []token{relative(2)}},
	{"あさって", []token{relative(2)}},
	{"明日", []token{relative(1)}},
	{"あした", []token{relative(1)}},
	{"あす", []token{relative(1)}},
	{"明朝", []token{relative(1), dawn(5, 12)}},
	{"明晩", []token{relative(1), dawn(18, 24)}},
	{"今晩", []token{relative(0), dawn(18, 24)}},
	{"今夜", []token{relative(0), dawn(18, 24)}},
	{"今夕", []token{relative(0), dawn(15, 19)}},
	{"昨日", []token{relative(-1)}},
	{"翌々日", []token{vague}},
	{"翌営業日", []token{{kind: kindBusiness, days: 1}}},
	{"翌日", []token{next}},
	{"翌朝", []token{next, dawn(5, 12)}},
	{"翌", []token{next}},
	{"今月末", []token{monthEnd(0)}},
	{"来月末", []token{monthEnd(1)}},
	{"再来月", []token{monthly(2)}},
	{"来月", []token{monthly(1)}},
	{"翌月", []token{monthly(1)}},
	{"今月", []token{monthly(0)}},
	{"当月", []token{monthly(0)}},
	{"月末", []token{monthEnd(0)}},
	{"月初", []token{vague}},
	{"中 ", []token{by}},
	{"再来年", []token{{kind: kindYear, number: 2}}},
	{"来年", []token{{kind: kindYear, number: 1}}},
	{"翌年", []token{{kind: kindYear, number: 1}}},
	{"今年", []token{{kind: kindYear}}},
	{"本年", []token{{kind: kindYear}}},
	{"昨年", []token{{kind: kindYear, number: -1}}},
	{"去年", []token{{kind: kindYear, number: -1}}},
	{"休み明け", []token{vague}},
	{"年内", []token{{kind: kindDate, day: day{month: 12, date: 31}}, by}},
	{"年末", []token{vague}},
	{"年明け", []token{vague}},
	{"年始", []token{vague}},
	{"週末", []token{vague}},
	{"週明け", []token{vague}},
	{"連休", []token{vague}},
	{"大型連休", []token{vague}},
	{"平日", []token{vague}},
	{"土日", []token{vague}},
	{"祝日", []token{vague}},
	{"休日", []token{vague}},
	{"毎", []token{vague}}, // 毎日, 毎週: no single window
	{"上旬", []token{vague}},
	{"中旬", []token{vague}},
	{"下旬", []token{vague}},
	{"初旬", []token{vague}},
	{"前半", []token{vague}},
	{"後半", []token{vague}},

	{"午後一", []token{vague}},
	{"午後イチ", []token{vague}},
	{"午後いち", []token{vague}},
	{"午前中", []token{part(0, 12)}},
	{"午前", []token{part(0, 12)}},
	{"午後", []token{part(12, 24)}},
	{"終日", []token{part(0, 24)}},
	{"一日中", []token{part(0, 24)}},
	{"正午", []token{{kind: kindTime, minute: 12 * 60}}},
	{"真夜中", []token{dawn(0, 5)}},
	{"深夜", []token{dawn(0, 5)}},
	{"夜中", []token{dawn(0, 5)}},
	{"未明", []token{dawn(0, 5)}},
	{"早朝", []token{dawn(4, 9)}},
	{"夜間", []token{dawn(18, 30)}},
	{"夜", []token{dawn(18, 24)}},
	{"晩", []token{dawn(18, 24)}},
	{"夕方", []token{dawn(15, 19)}},
	{"夕刻", []token{dawn(15, 19)}},
	{"昼過ぎ", []token{vague}},
	{"昼", []token{dawn(11, 15)}},
	{"朝", []token{dawn(5, 12)}},
	{"業務時間外", []token{vague}},
	{"業務時間", []token{vague}},
	{"営業時間", []token{vague}},
	{"始業", []token{vague}},
	{"就業", []token{vague}},
	{"定時", []token{vague}},
	{"最終営業日", []token{vague}},
	{"業務終了", []token{vague}},
	{"業務後", []token{vague}},
	{"営業終了", []token{vague}},
	{"閉店", []token{vague}},
	{"開店", []token{vague}},
	{"リリース後", []token{vague}},
	{"リリース前", []token{vague}},
	{"作業後", []token{vague}},
	{"作業前", []token{vague}},
	{"終業", []token{vague}},

	{"までの間", []token{by}},
	{"までの", []token{{kind: kindBy, number: attributive}}},
	{"迄", []token{by}},
	{"まで", []token{by}},
	{"以内", []token{by}},
	{"以前", []token{by}},
	{"中に", []token{by}},
	{"中を目", []token{by, vague}},
	{"中まで", []token{by}},
	{"いっぱい", []token{by}},
	{"以降", []token{from}},
	{"以後", []token{from}},
	{"降", []token{from}},
	{"より前", []token{vague}},
	{"より後", []token{vague}},
	{"過ぎ", []token{vague}},
	{"すぎ", []token{vague}},
	{"終了日時:", []token{{kind: kindRange}}},
	{"終了:", []token{{kind: kindRange}}},
	{"終了予定", []token{{kind: kindRange}}},
	{"終了後", []token{vague}},
	{"完了後", []token{vague}},
	{"終了", []token{by}},
	{"完了", []token{by}},
	{"から", []token{begin}},
	{"開始", []token{begin}},
	{"スタート", []token{begin}},
	{"より", []token{begin}},

	{"または", []token{or}},
	{"又は", []token{or}},
	{"もしくは", []token{or}},
	{"若しくは", []token{or}},
	{"あるいは", []token{or}},
	{"或いは", []token{or}},
	{"いずれか", []token{either}},
	{"どちらか", []token{either}},
	{"どれか", []token{either}},
	{"いずれでも", []token{either}},
	{"候補", []token{either}},
	{"第", nil},

	{"以外", []token{not}},
	{"避け", []token{not}},
	{"除く", []token{not}},
	{"除き", []token{not}},
	{"除外", []token{not}},
	{"不可", []token{not}},
	{"ではな", []token{not}},
	{"じゃな", []token{not}},
	{"でな", []token{not}},
	{"困", []token{not}},
	{"やめ", []token{not}},
	{"控え", []token{not}},
	{"できません", []token{not}},
	{"対応不要", []token{not}},

	{"ころ", []token{vague}},
	{"ごろ", []token{vague}},
	{"頃", []token{vague}},
	{"くらい", []token{vague}},
	{"ぐらい", []token{vague}},
	{"位に", []token{vague}},
	{"前後", []token{vague}},
	{"±", []token{vague}},
	{"延期の可能性", []token{vague}},
	{"変更の可能性", []token{vague}},
	{"ずれる可能性", []token{vague}},
	{"前倒し", []token{vague}},
	{"あたり", []token{vague}},
	{"どこか", []token{vague}},
	{"いつか", []token{vague}},
	{"うち1日", []token{vague}},
	{"辺り", []token{vague}},
	{"付近", []token{vague}},
	{"目安", []token{vague}},
	{"目処", []token{vague}},
	{"目途", []token{vague}},
	{"めど", []token{vague}},
	{"仮)", []token{vague}},
	{"前に", []token{vague}},
	{"直前", []token{vague}},
	{"直後", []token{vague}},
	{"、", nil},
})

// dawn is a part of the day that says nothing exact by itself, but tells what an hour beside it means.
func dawn(from, to int) token {
	return token{kind: kindPart, minute: from * 60, until: to * 60, half: true}
}

func monthEnd(n int) token {
	return token{kind: kindDate, day: day{named: true, months: n, monthEnd: true}}
}

func index(list []phrase) map[rune][]phrase {
	out := map[rune][]phrase{}
	for _, p := range list {
		r := []rune(p.text)[0]
		out[r] = append(out[r], p)
	}
	return out
}
