package sla

import (
	"fmt"
	"strings"
	"time"
)

// japanese writes the line for staff.
func (l Line) japanese() string {
	switch l.Kind {
	case LinePolicy:
		return fmt.Sprintf("約束の定め %s（版 %s", l.Name, l.Note) + lineIf("、%s から", l.Date) + "）"
	case LineReapplied:
		return fmt.Sprintf("この版の適用 %s %s%s", whenJa(l.At), l.Name, source(l.Ref)) + because(l.Note)
	case LinePromise:
		return l.Promise.japanese()
	case LineCalendar:
		return fmt.Sprintf("カレンダー %s（版 %s、%s）", l.Name, l.Note, l.Ref)
	case LineStart:
		return "開始 " + whenJa(l.At) + source(l.Ref)
	case LineReopened:
		return "再開 " + whenJa(l.At) + source(l.Ref) + ": 新しい計測。最初の結果はそのまま残る"
	case LineDayZero:
		if l.Note == "shift" {
			return fmt.Sprintf("0 日目は %s: 勤務がその日に始まったため", dateJa(l.Date))
		}
		return "0 日目は " + dateJa(l.Date)
	case LineCounted:
		if l.Of == 0 {
			return fmt.Sprintf("　%s 営業日 %s", dateJa(l.Date), hoursText(l.At, l.To))
		}
		return fmt.Sprintf("　%s %d 営業日目（%d 日のうち）%s", dateJa(l.Date), l.N, l.Of, hoursText(l.At, l.To))
	case LineSkipped:
		return fmt.Sprintf("　%s 数えない: %s", dateJa(l.Date), wordJa(l.Name))
	case LineMore:
		return fmt.Sprintf("　ほか %d 日（%s まで）", l.N, dateJa(l.Date))
	case LineWorked:
		return fmt.Sprintf("　%s 営業時間 %s（%s）", dateJa(l.Date), lengthJa(l.Time), hoursText(l.At, l.To))
	case LinePlain:
		return "停止がないときの期限 " + whenJa(l.At)
	default:
		return l.eventJa()
	}
}

func (l Line) eventJa() string {
	switch l.Kind {
	case LinePause:
		return fmt.Sprintf("停止 %s%s から %s%s まで: 営業時間で %s", whenJa(l.At), source(l.Ref), whenJa(l.To), source(l.Name), lengthJa(l.Time))
	case LinePauseOpen:
		return fmt.Sprintf("停止中 %s%s から: いままでに営業時間で %s", whenJa(l.At), source(l.Ref), lengthJa(l.Time))
	case LinePauseLate:
		return fmt.Sprintf("質問 %s%s: 期限のあとなので数えない", whenJa(l.At), source(l.Ref))
	case LineMoved:
		return fmt.Sprintf("0 日目のあとの停止 %s を %s に足し、その日の終わりを期限とする", lengthJa(l.Time), whenJa(l.At))
	case LineRestarted:
		return "情報がそろった " + whenJa(l.At) + " から数え直す"
	case LineAgreed:
		return fmt.Sprintf("期限を %s に定めた%s", whenJa(l.At), source(l.Ref)) + because(wordJa(l.Note))
	case LineDue:
		return "期限 " + whenJa(l.At)
	case LineRound:
		text := fmt.Sprintf("　%d 回目 期限 %s: %s", l.N, whenJa(l.At), wordJa(l.Name))
		if !l.To.IsZero() {
			text += " " + whenJa(l.To) + source(l.Ref)
		}
		return text
	case LineProvisional:
		return fmt.Sprintf("暫定: 祝日が確定しているのは %d 年まで", l.N)
	case LineLeftOut:
		return fmt.Sprintf("数えない出来事: %s %s%s、%s", wordJa(l.Name), whenJa(l.At), source(l.Ref), wordJa(l.Note))
	case LineExcluded:
		return fmt.Sprintf("除外 %s%s %s: %s", whenJa(l.At), source(l.Ref), l.Name, l.Note)
	case LineEnded:
		return fmt.Sprintf("%s %s%s: %s", wordJa(l.Note), whenJa(l.At), source(l.Ref), wordJa(l.Name))
	case LineCause:
		return fmt.Sprintf("原因: %s%s", l.Note, source(l.Ref))
	case LineStanding:
		return fmt.Sprintf("%s 現在 %s、残り %s", whenJa(l.At), wordJa(l.Name), lengthJa(l.Time))
	default:
		return string(l.Kind)
	}
}

func (t Target) japanese() string {
	var what string
	switch t.Kind {
	case KindBusinessDays:
		what = fmt.Sprintf("%d 営業日以内", t.Days)
	case KindBusinessTime:
		what = "営業時間で " + lengthJa(t.Duration) + "以内"
	case KindElapsed:
		what = lengthJa(t.Duration) + "以内"
	case KindCycle:
		what = lengthJa(t.Duration) + "ごとに連絡"
	case KindAhead:
		if t.Months > 0 {
			what = fmt.Sprintf("%d か月", t.Months)
		}
		if t.Duration > 0 {
			what += lengthJa(t.Duration)
		}
		what += "前まで"
	case KindCalendarDate:
		what = fmt.Sprintf("月の第 %d 営業日まで", t.Days)
		if t.Days == 0 {
			what = "合意した日時まで"
		}
	}
	switch t.DueTime {
	case "", DueClose:
	case DueSameTime:
		what += "、同じ時刻まで"
	default:
		what += "、" + string(t.DueTime) + " まで"
	}
	if t.Counting == DaySame {
		what += "、当日も数える"
	}
	if t.pauses() {
		what += "、" + map[PauseRule]string{PauseExtend: "質問の間は延びる", PauseRestart: "情報がそろった日から数え直す"}[t.Pause]
	}
	name := t.Name
	if name == "" {
		name = t.ID
	}
	return fmt.Sprintf("約束「%s」（%s）: %s", name, map[Level]string{LevelObjective: "目標", LevelAgreement: "保証"}[t.Level], what)
}

func wordJa(word string) string {
	ja, ok := map[string]string{
		string(StateRunning): "計測中", string(StatePaused): "停止中", string(StateMet): "達成", string(StateMissed): "目標未達", breach: "違反",
		string(StateExcluded): "除外", string(StateCancelled): "取り消し",
		string(FactStart): "開始", string(FactUpdate): "連絡", string(FactPause): "質問", string(FactResume): "回答", string(FactComplete): "情報の完成",
		string(FactDue): "期限の変更", string(FactStop): "完了", string(FactCancel): "取り下げ", string(FactReopen): "再開", string(FactExclude): "除外の申請",
		string(FactCause): "原因", string(FactRetract): "取り消し",
		"Sunday": "日曜", "Monday": "月曜", "Tuesday": "火曜", "Wednesday": "水曜", "Thursday": "木曜", "Friday": "金曜", "Saturday": "土曜",
		"outside hours": "営業時間外", "holiday": "休日", "closed by date": "臨時休業", "skipped by the clock": "暦にない日",
		"the clock had already started": "すでに始まっていた", "the clock had not started": "まだ始まっていなかった", "the clock had not ended": "まだ終わっていなかった",
		"the clock had ended": "すでに終わっていた", "this clock never pauses": "この約束は停止しない", "the clock already stood still": "すでに停止していた",
		"the clock was running": "停止していなかった",
		noDue:                   "期限の日時がない", noRef: "取り消す出来事が示されていない", noWords: "原因の記載がない", noReason: "除外の理由がない",
		noSecond:    "除外を確認した二人目がいない",
		WishedLater: "希望の時間帯が標準の期限より後に終わる",
	}[word]
	if !ok {
		return word
	}
	return ja
}

var weekdaysJa = [...]string{"日", "月", "火", "水", "木", "金", "土"}

func dateJa(d Date) string { return d.String() + "(" + weekdaysJa[d.Weekday()] + ")" }

func whenJa(t time.Time) string {
	layout := "15:04"
	if t.Second() != 0 || t.Nanosecond() != 0 {
		layout = "15:04:05.999999999"
	}
	return dateJa(DateOf(t)) + t.Format(" "+layout+" MST")
}

func lengthJa(d time.Duration) string {
	if d < 0 {
		return "マイナス " + lengthJa(-d)
	}
	return strings.NewReplacer(" h", " 時間", " min", " 分", " s", " 秒").Replace(length(d))
}
