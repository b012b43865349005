package tracker_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
)

const pageName = "SLA/2026/2026-11"

// report is a first try to put the report page, with no reference stored.
func (d *desk) report(content string) bot.Attempt {
	a := d.attempt(bot.EffectWiki, "wiki/"+content, bot.WikiPage{Space: "s", Project: "ACME", Name: pageName, Content: content})
	a.Effect.Ticket = ""
	return a
}

// knowing gives an attempt the references that an earlier one left.
func knowing(a bot.Attempt, sent bot.Sent) bot.Attempt {
	a.Refs = sent.Refs
	return a
}

// pages are the contents by name, twins joined by "|".
func (d *desk) pages() map[string]string {
	d.Helper()
	all, err := d.as(1).GetWikis(d.Context(), &backlog.GetWikisOptions{ProjectIDOrKey: "ACME"})
	if err != nil {
		d.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range all {
		full, err := d.as(1).GetWiki(d.Context(), p.ID)
		if err != nil {
			d.Fatal(err)
		}
		if before, ok := out[p.Name]; ok {
			full.Content = before + "|" + full.Content
		}
		out[p.Name] = full.Content
	}
	return out
}

func (d *desk) page(id string) backlog.ID {
	d.Helper()
	var out backlog.ID
	if err := out.UnmarshalJSON([]byte(id)); err != nil {
		d.Fatal(err)
	}
	return out
}

func (d *desk) edits(user int, id string, content string) {
	d.Helper()
	if _, err := d.as(user).UpdateWiki(d.Context(), d.page(id), &backlog.UpdateWikiInput{Content: backlog.Set(content)}); err != nil {
		d.Fatal(err)
	}
}

func TestWikiPageIsMadeUpdatedAndLeftAlone(t *testing.T) {
	inBubble(t, func(d *desk) {
		first := d.send(d.report("一版"))
		if !first.Verified || first.RemoteID == "" || len(first.Refs) != 1 {
			d.Fatalf("sent %+v", first)
		}
		same := d.send(knowing(d.report("一版\r\n"), first))
		if same.RemoteID != first.RemoteID || d.calls("PATCH", "/") != 0 {
			d.Errorf("equal text was written: %+v", same)
		}
		second := d.send(knowing(d.report("二版"), first))
		if second.RemoteID != first.RemoteID || !second.Verified {
			d.Errorf("sent %+v", second)
		}
		without := d.send(d.report("三版")) // references lost: the page is found by name and known by its writer
		if got := d.pages(); without.RemoteID != first.RemoteID || got[pageName] != "三版" || len(got) != 1 {
			d.Errorf("pages %v", got)
		}
		for _, r := range d.sim.Requests() {
			if _, ok := r.Params["mailNotify"]; ok {
				d.Errorf("mail was asked for: %+v", r)
			}
		}
	})
}

func TestWikiPageThatAPersonChangedIsKept(t *testing.T) {
	inBubble(t, func(d *desk) {
		first := d.send(d.report("一版"))
		d.edits(customer, first.RemoteID, "一版と、お客様の追記")
		second := d.send(knowing(d.report("二版"), first))
		beside := pageName + "/自動生成(要確認)"
		if got := d.pages(); got[pageName] != "一版と、お客様の追記" || got[beside] != "二版" {
			d.Fatalf("pages %v", got)
		}
		if second.Verified || !strings.Contains(second.Why, "changed by 顧客") || !strings.Contains(second.Why, beside) || second.RemoteID == first.RemoteID {
			d.Errorf("sent %+v", second)
		}
		// The references of the page itself stay, those of the page beside it are added.
		third := knowing(d.report("三版"), bot.Sent{Refs: map[string]string{}})
		for _, sent := range []bot.Sent{first, second} {
			maps.Copy(third.Refs, sent.Refs)
		}
		d.send(third)
		if got := d.pages(); got[pageName] != "一版と、お客様の追記" || got[beside] != "三版" || len(got) != 2 {
			d.Errorf("pages %v", got)
		}
		d.edits(customer, second.RemoteID, "ここにも追記")
		fourth := d.send(knowing(d.report("四版"), bot.Sent{Refs: third.Refs}))
		if got := d.pages(); fourth.Verified || got[beside] != "ここにも追記" || !strings.Contains(fourth.Why, "not written") {
			d.Errorf("pages %v, sent %+v", got, fourth)
		}
		// The person puts back what Toban wrote: the page is Toban's again.
		d.edits(customer, first.RemoteID, "一版")
		if sent := d.send(knowing(d.report("五版"), first)); !sent.Verified || d.pages()[pageName] != "五版" {
			d.Errorf("sent %+v", sent)
		}
	})
}

func TestWikiPageThatAPersonMadeIsKept(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.makesPage(customer, pageName, "手書き")
		sent := d.send(d.report("一版"))
		if got := d.pages(); sent.Verified || got[pageName] != "手書き" || got[pageName+"/自動生成(要確認)"] != "一版" {
			d.Errorf("pages %v, sent %+v", got, sent)
		}
	})
}

func (d *desk) makesPage(user int, name, content string) *backlog.Wiki {
	d.Helper()
	p, err := d.as(1).GetProject(d.Context(), "ACME")
	if err != nil {
		d.Fatal(err)
	}
	page, err := d.as(user).CreateWiki(d.Context(), &backlog.CreateWikiInput{ProjectID: p.ID, Name: name, Content: content})
	if err != nil {
		d.Fatal(err)
	}
	return page
}

func TestWikiTwins(t *testing.T) {
	inBubble(t, func(d *desk) {
		low := d.makesPage(botUser, pageName, "一")
		high := d.makesPage(botUser, pageName, "二")
		sent := d.send(d.report("三"))
		if sent.RemoteID != low.ID.String() || !strings.Contains(sent.Why, "2 pages") || !strings.Contains(sent.Why, high.ID.String()) {
			d.Errorf("sent %+v", sent)
		}
		if got := d.pages()[pageName]; got != "三|二" && got != "二|三" {
			d.Errorf("pages say %q", got)
		}
	})
}

func TestLostAnswerOfAWikiPage(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.breaks(backlogsim.FaultRule{Method: "POST", Path: "/api/v2/wikis", Lost: "drop", Times: 1}, backlogsim.FaultRule{Method: "PATCH", Path: "/api/v2/wikis/*", Lost: "500", Times: 1})
		a := d.report("一版")
		if err := d.fails(a); bot.IsPermanent(err) {
			d.Fatal(err)
		}
		first := d.send(again(a))
		if d.calls("POST", "/api/v2/wikis") != 1 || d.pages()[pageName] != "一版" {
			d.Errorf("pages %v", d.pages())
		}
		// The answer to the second version is lost, and by the next try there is a third: the page is still Toban's own.
		if err := d.fails(knowing(d.report("二版"), first)); bot.IsPermanent(err) {
			d.Fatal(err)
		}
		if sent := d.send(knowing(again(d.report("三版")), first)); !sent.Verified || d.pages()[pageName] != "三版" {
			d.Errorf("sent %+v, pages %v", sent, d.pages())
		}
	})
}

func TestWikiPageThatWasRenamedOrDeletedIsMadeAnew(t *testing.T) {
	inBubble(t, func(d *desk) {
		first := d.send(d.report("一版"))
		if _, err := d.as(customer).UpdateWiki(d.Context(), d.page(first.RemoteID), &backlog.UpdateWikiInput{Name: backlog.Set("保管")}); err != nil {
			d.Fatal(err)
		}
		second := d.send(knowing(d.report("二版"), first))
		if got := d.pages(); got["保管"] != "一版" || got[pageName] != "二版" || !strings.Contains(second.Why, "保管") {
			d.Errorf("pages %v, sent %+v", got, second)
		}
		if _, err := d.as(1).DeleteWiki(d.Context(), d.page(second.RemoteID), false); err != nil {
			d.Fatal(err)
		}
		if third := d.send(knowing(d.report("三版"), second)); !third.Verified || d.pages()[pageName] != "三版" {
			d.Errorf("sent %+v", third)
		}
	})
}

// Two projects have a page of one name, and a reference may point anywhere: a page of another project is never written.
func TestWikiReferenceOfAnotherProject(t *testing.T) {
	inBubble(t, func(d *desk) {
		other := d.report("他社の数字")
		other.Effect = bot.MakeEffect(bot.EffectWiki, bot.Cosmetic, "k", nil, bot.WikiPage{Space: "s", Project: "OTHER", Name: pageName, Content: "他社の数字"})
		theirs := d.send(other)
		a := d.report("自社の数字")
		a.Refs = map[string]string{}
		for k, v := range theirs.Refs {
			a.Refs[strings.Replace(k, "OTHER", "ACME", 1)] = v
		}
		ours := d.send(a)
		page, err := d.as(1).GetWiki(d.Context(), d.page(theirs.RemoteID))
		if err != nil || page.Content != "他社の数字" || ours.RemoteID == theirs.RemoteID {
			d.Errorf("%v %+v, ours %+v", err, page, ours)
		}
	})
}

func TestWikiSwitchedOff(t *testing.T) {
	inBubble(t, func(d *desk) {
		off := seed()
		off.Projects[0].NoWiki = true
		if err := d.sim.Load(off); err != nil {
			d.Fatal(err)
		}
		if err := d.fails(d.report("一版")); !bot.IsPermanent(err) || !strings.Contains(err.Error(), "switched off") {
			d.Errorf("got %v", err)
		}
		if err := d.sim.Load(seed()); err != nil {
			d.Fatal(err)
		}
		if sent := d.send(d.report("一版")); !sent.Verified { // a person switched it on and replays at once
			d.Errorf("sent %+v", sent)
		}
	})
}

func TestWithdrawnPage(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.report("一版")
		a.Halt = true
		if err := d.fails(again(a)); !errors.Is(err, bot.ErrWithdrawn) || len(d.pages()) != 0 {
			d.Errorf("got %v, pages %v", err, d.pages())
		}
	})
}
