package desk

import (
	"regexp"
	"slices"
	"strings"

	"toban/bot"
)

// nominal is a point of a list that names work without a verb: web01 の再起動.
var nominal = regexp.MustCompile(`(再起動|起動|停止|取得|作成|追加|削除|変更|更新|設定|登録|解除|適用|拡張|復元|リストア|発行|付与|アップ)(の件)?[。.]?$`)

// several looks whether the lines of a list, or sentences, ask for work of more than one type: the one with the shorter promise leads, and staff are
// offered to split the ticket.
func (r *reader) several(c Classification) Classification {
	if c.Class == bot.ClassIncident {
		return r.besideOutage(c)
	}
	if c.Class == bot.ClassComplaint {
		return c
	}
	asked := 0
	for i := range r.types {
		if r.said[i].body > aside {
			asked++
		}
	}
	if asked < 2 && !listed(r.t.Description) { // most tickets ask for one thing: no need to read line by line
		return c
	}
	var ids []string
	for line := range strings.SplitSeq(r.t.Description, "\n") {
		text, ok := point(line)
		if !ok {
			continue
		}
		if label, value, is := labelled(line); is && !isTime(label, value) {
			continue
		}
		item := &reader{types: r.types, signs: r.signs, text: readable(fold(text))}
		item.hear()
		item.done()
		if id, _, _ := item.leader(); id != "" && (item.of(id).asks() || nominal.MatchString(item.text)) && !item.mood.asksOnly() && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) < 2 {
		ids = r.inProse()
	}
	if len(ids) < 2 {
		return c
	}
	slices.SortStableFunc(ids, func(a, b string) int { return r.promise(a) - r.promise(b) })
	lead, _ := find(r.types, ids[0])
	if current, ok := find(r.types, c.Type); ok && len(r.named) > 0 && slices.Contains(ids, c.Type) && r.promise(c.Type) == r.promise(lead.ID) {
		lead = current
	}
	c.Type, c.Class, c.Several = lead.ID, lead.Class, ids
	if c.Confidence != bot.Likely {
		c.Confidence = bot.Likely
	}
	c.Reasons = append(c.Reasons, "the ticket lists several requests ("+strings.Join(ids, ", ")+"): the shorter promise leads")
	return c
}

// besideOutage looks whether a report of an outage goes on to work that has nothing to do with it: a sentence that begins so asks for it. The
// outage leads.
func (r *reader) besideOutage(c Classification) Classification {
	_, below, _ := strings.Cut(r.text, "\n")
	for _, s := range sentences(below) {
		s = strings.TrimSpace(s)
		if !slices.ContainsFunc(goesOn, func(w string) bool { return strings.HasPrefix(s, w) }) {
			continue
		}
		one := &reader{types: r.types, signs: r.signs, text: "\n" + s + "。"}
		one.hear()
		one.done()
		if id, _, _ := one.leader(); id != "" && id != c.Type && one.of(id).body >= demanded && !one.mood.asksOnly() && !one.mood.outage {
			c.Several = []string{c.Type, id}
			c.Confidence = bot.Likely
			c.Reasons = append(c.Reasons, "the ticket lists several requests ("+c.Type+", "+id+"): the shorter promise leads")
			return c
		}
	}
	return c
}

// goesOn are words with which a sentence leaves what stands before it.
var goesOn = []string{"あと、", "それと、", "それとは別", "別件", "ついでに", "あわせて", "併せて", "また、別", "なお、別", "もう一", "もう1", "also", "separately"}

// listed reports whether a text has a list of work: points that end with a verb or a name of work, and are no labels of a form.
func listed(text string) bool {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		if p, ok := point(line); ok && closes(p) {
			n++
		}
	}
	return n > 1
}

// isTime reports whether the colon of a line is that of a time of day: 12/28 18:00 に停止.
func isTime(label, value string) bool {
	return label[len(label)-1] >= '0' && label[len(label)-1] <= '9' && value != "" && value[0] >= '0' && value[0] <= '9'
}

// closes reports whether a point of a list ends as one of work does: with a name of work or a verb. It is asked of each line of a list, and read
// without a regular expression (blank_test.go holds it against one).
func closes(text string) bool {
	text = strings.TrimRight(text, blanks)
	if rest, ok := strings.CutSuffix(text, "。"); ok {
		text = rest
	} else {
		text = strings.TrimSuffix(text, ".")
	}
	for _, end := range closingEnds {
		if what, ok := strings.CutSuffix(text, end); ok && slices.ContainsFunc(closingWords, func(w string) bool { return strings.HasSuffix(what, w) }) {
			return true
		}
	}
	return false
}

var (
	closingWords = append(words("停止|起動|取得|作成|追加|削除|変更|更新|設定|登録|解除|適用|拡張|復元|リストア|発行|付与|許可|拒否"), strings.Split("るうくすつぶむぬぐ", "")...)
	closingEnds  = append(words("の件|する|します|してください"), "")
)

// besides are the words with which prose goes on to another request.
var besides = []string{
	"あわせて", "併せて", "合わせて", "また、", "また,", "それと", "加えて", "ついでに", "さらに", "もう一", "もう1", "その後", "そのあと", "それから", "別件", "同時に", "2点", "2件", "二点", "二件", "3点", "3件", "両方", "。あと",
	"also", "additionally", "in addition", "as well", "another", "two things", "two requests", "second", "besides", "and please", "after that", "then please",
}

// inProse are the types of work that sentences plainly ask for, one after another, where the text says that there is more than one request:
// 取得してください。あわせて…. Sentences without such words tell of one piece of work and its steps.
func (r *reader) inProse() []string {
	plainly := 0
	for i := range r.types {
		if r.said[i].body >= demanded {
			plainly++
		}
	}
	_, below, _ := strings.Cut(r.text, "\n")
	if plainly < 2 || strings.Count(below, "please")+strings.Count(below, "could you")+strings.Count(below, "can you") < 2 && !slices.ContainsFunc(besides, func(w string) bool { return strings.Contains(r.text, w) }) {
		return nil
	}
	var ids []string
	for _, s := range sentences(englishApart.Replace(below)) {
		end := "。"
		if isASCII(s) {
			end = "."
		}
		one := &reader{types: r.types, signs: r.signs, text: "\n" + s + end} // nothing of it is a summary
		one.hear()
		one.done()
		if id, _, _ := one.leader(); id != "" && one.of(id).body >= demanded && !one.mood.asksOnly() && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// englishApart sets English sentences, and what "and please" joins, on lines of their own.
var englishApart = strings.NewReplacer(". ", ".\n", "; ", ";\n", " and please ", "\nplease ", ", and also ", "\nplease ", " and also ", "\nplease ", ", then please ", "\nplease ")

// promise orders types by the length of their promise.
func (r *reader) promise(id string) int {
	rt, _ := find(r.types, id)
	switch rt.Class {
	case bot.ClassIncident:
		return 0
	case bot.ClassMinor:
		return 1
	case bot.ClassImpactful, bot.ClassBasic, bot.ClassAdvanced, bot.ClassAnnouncement, bot.ClassComplaint, bot.ClassOther, bot.ClassUnclear:
	}
	return 2
}
