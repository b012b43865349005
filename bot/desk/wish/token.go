package wish

import "time"

// kind is what a piece of text says.
type kind int

const (
	kindDate     kind = iota // a calendar day, absolute or relative
	kindWeekday              // a weekday, perhaps of a named week
	kindTime                 // a time of day
	kindPart                 // a part of the day
	kindNumber               // a bare number; its neighbour tells what it counts
	kindRange                // ~ - から between two sides
	kindBy                   // までに: the end
	kindFrom                 // 以降: the start
	kindBegin                // から or ~ with nothing behind it
	kindLength               // 2時間
	kindOr                   // または, 第2希望
	kindNot                  // 以外, 避けて
	kindVague                // 頃, 上旬
	kindZone                 // jst, utc, +09:00
	kindInstant              // now plus a length: 3時間後
	kindBusiness             // 3営業日後
	kindBad                  // something like a date that is none
	kindYear                 // 来年
	kindBetween              // between, whose "and" is a joint
	kindBreak                // none of these
)

// token is a piece of text that speaks of time.
type token struct {
	kind kind
	day  day
	// minute is the minute of the day of a time (may reach past 24 h) or the first of a part.
	minute, until int
	half          bool // the hour may be before or after noon
	days          int  // business days, length in days
	span          time.Duration
	week          int // -1: no week named; 0 this, 1 next, 2 the one after
	weekday       time.Weekday
	number        int
	by            bool // kindBusiness: within, not after
	and           bool // kindRange: a joint behind "between" alone
}

// day is a calendar day as written: parts that are missing are 0.
type day struct {
	year, month, date int
	// relative: days after the day of writing; set when relative is true.
	relative bool
	offset   int
	next     bool // 翌日: the day after the other side's, or after the day of writing
	monthEnd bool // 月末
	months   int  // 来月25日: months after the month of writing, with date; named is true
	named    bool
	wide     bool // a whole month: 12月中
	yearly   int  // 来年12月1日: years after the year of writing; ofYear is true
	ofYear   bool
}

// weekNext is the week of "next Tuesday", which some say of the coming one.
const weekNext = 9

// weekEach is "every Friday", which is no single day.
const weekEach = -2

func (d day) empty() bool { return d == day{} }
