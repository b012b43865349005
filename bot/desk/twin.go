package desk

import (
	"fmt"
	"regexp"
	"strings"

	"toban/bot"
)

// twinDays is how long an open request is remembered as one that another may repeat.
const twinDays = 14

// sentAgain is what people write before or behind the summary of a ticket that they send once more.
var sentAgain = regexp.MustCompile(`(?i)[【\[(（]\s*(再送|再掲|再依頼|念のため)\s*[】\])）]|^\s*((re|fwd?)\s*[:：]\s*|再送\s*[:：]\s*)+`)

// request is what other tickets of the customer are compared with: what is asked, of which host, in the requester's own words.
func (d *decision) request() (bot.Holding, bool) {
	if d.t.Status.Ended() || d.t.Drill || d.t.Alert != nil || d.t.Summary == "" || d.t.Class == bot.ClassComplaint {
		return bot.Holding{}, false
	}
	return bot.Holding{
		Kind: bot.HoldRequest, Ref: d.t.Type + "\n" + strings.ToLower(d.t.Host), What: letters(sentAgain.ReplaceAllString(d.t.Summary, "")), From: d.t.Received, Until: d.t.Received.AddDate(0, 0, twinDays),
	}, true
}

// lookForTwin tells staff once of an open ticket of the customer that asks for the same. It is a hint for people: nothing is ended and the
// customer hears nothing by it.
func (d *decision) lookForTwin() {
	mine, ok := d.request()
	if !ok || d.s.Twin != "" {
		return
	}
	for _, h := range d.in.Holdings {
		if h.Kind != bot.HoldRequest || h.Until.Before(d.in.Now) || !same(mine, h) {
			continue
		}
		d.s.Twin, d.dirty = h.Key, true
		d.v.Reason("found what may be the same request as "+h.Key, "both ask for the same in nearly the same words")
		d.v.Tell("「"+h.Key+"」と同じ依頼かもしれません。同じであれば、カードの「まとめる」でどちらかにまとめてください。", d.v.Mention()...)
		return
	}
}

// same reports whether two requests look alike: equal words, or nearly equal ones for the same work on the same host.
func same(a, b bot.Holding) bool {
	const near, shortest = 0.75, 4
	if len([]rune(a.What)) < shortest {
		return false
	}
	if a.What == b.What {
		return a.Ref == b.Ref || strings.HasSuffix(a.Ref, "\n") == strings.HasSuffix(b.Ref, "\n")
	}
	return a.Ref == b.Ref && !strings.HasSuffix(a.Ref, "\n") && likeness(a.What, b.What) >= near
}

// letters are the letters and digits of a text, folded.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \n、。,.!！?？・:：;()（）「」[]【】<>「」-_/", r) {
			return -1
		}
		return r
	}, fold(s))
}

// likeness is how many pairs of neighbouring characters two texts share, from 0 to 1 (Dice).
func likeness(a, b string) float64 {
	x, n := pairs(a)
	y, m := pairs(b)
	if n+m == 0 {
		return 0
	}
	shared := 0
	for p, k := range x {
		shared += min(k, y[p])
	}
	const both = 2
	return both * float64(shared) / float64(n+m)
}

func pairs(s string) (map[[2]rune]int, int) {
	r := []rune(s)
	out := map[[2]rune]int{}
	for i := 1; i < len(r); i++ {
		out[[2]rune{r[i-1], r[i]}]++
	}
	return out, max(0, len(r)-1)
}

// tellKept says on the ticket that is kept that another one was merged into it, to the requester of that one, too; staff read it in its thread.
// A ticket that Toban does not know as open is left alone.
func (d *decision) tellKept(into string, who bot.Author) error {
	for _, h := range d.in.Holdings {
		if h.Kind != bot.HoldRequest || h.Key != into {
			continue
		}
		kept := *d.t
		kept.ID, kept.Key = h.Ticket, h.Key
		text, err := d.v.Render("merged_here", map[string]any{"from_key": d.t.Key})
		if err != nil {
			return err
		}
		// Merged again after it was reopened, the requester need not read the same words there once more; staff hear who did it.
		key := fmt.Sprintf("desk:%s:merged-into:%s", d.t.ID, h.Ticket)
		d.out.Effects = append(d.out.Effects,
			bot.MakeEffect(bot.EffectComment, bot.Notice, key, &kept, bot.Comment{Text: text, Notify: d.v.Notify()}),
			bot.MakeEffect(bot.EffectPost, bot.Notice, fmt.Sprintf("%s:post:%d", key, d.t.Reopened), &kept, bot.Post{
				Text: fmt.Sprintf("%s が %s「%s」をこのチケットにまとめました。", who.Name, d.t.Key, d.t.Summary),
			}))
		return nil
	}
	d.v.Reason("said nothing on "+into, "it is not known as an open ticket")
	return nil
}
