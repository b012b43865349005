package digest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/digest"
	"toban/report/text"
)

// works are records of scheduled work alone.
type works struct {
	cases
	list []bot.ScheduledWork
}

func (w works) Works(_ context.Context, customer string, _ time.Time) ([]bot.ScheduledWork, error) {
	var out []bot.ScheduledWork
	for _, x := range w.list {
		if x.Customer == customer || customer == "" {
			out = append(out, x)
		}
	}
	return out, nil
}

func scheduled(t *testing.T) []bot.ScheduledWork {
	t.Helper()
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone(t)) }
	one := func(key string, state bot.WorkState, day, hour int) bot.ScheduledWork {
		return bot.ScheduledWork{
			Ticket: bot.TicketID("demo/" + key), Customer: "aozora", Key: key, What: key + " の作業", Host: "web01", Person: "佐藤", State: state,
			Start: at(day, hour), End: at(day, hour+2), Changed: at(day, 9),
		}
	}
	list := []bot.ScheduledWork{
		one("A-3", bot.WorkPlanned, 26, 22), one("A-1", bot.WorkRunning, 24, 14), one("A-2", bot.WorkProposed, 25, 10),
		one("A-4", bot.WorkDone, 20, 10), one("A-5", bot.WorkCancelled, 21, 10), one("A-6", bot.WorkPlanned, 27, 10), one("B-1", bot.WorkPlanned, 27, 10),
	}
	list[3].Began, list[3].Finished = at(20, 10).Add(5*time.Minute), at(20, 11)
	list[0].What = "|表| [[x]] <script> @all"
	list[5].Internal = true
	list[6].Customer = "other"
	return list
}

func TestSchedulePageShowsOneCustomersWork(t *testing.T) {
	c := customer(t)
	c.SchedulePage = "作業予定"
	page := text.Render(text.Markdown, digest.SchedulePage(c, scheduled(t)))
	ahead, over, _ := strings.Cut(page, "終了・取りやめ")
	for where, wants := range map[string][]string{
		ahead: {"2026年11月24日(火) 14:00 〜 16:00 JST", "2026年11月26日(木) 22:00 〜 24:00 JST", "ご同意待ち", "作業中", "予定", "A-1", "A-2", "A-3", "web01", "佐藤"},
		over:  {"A-4", "2026年11月20日(金) 10:05 〜 11:00 JST", "完了", "A-5", "取りやめ"},
	} {
		for _, want := range wants {
			if !strings.Contains(where, want) {
				t.Errorf("the page lacks %q where it belongs:\n%s", want, page)
			}
		}
	}
	if strings.Index(page, "A-1") > strings.Index(page, "A-2") || strings.Index(page, "A-2") > strings.Index(page, "A-3") || strings.Index(page, "A-5") > strings.Index(page, "A-4") {
		t.Errorf("the order is wrong:\n%s", page)
	}
	for _, no := range []string{"A-6", "B-1", " <script>", " [[x]]"} {
		if strings.Contains(page, no) {
			t.Errorf("the page holds %q:\n%s", no, page)
		}
	}
	c.Lang, c.SchedulePage = "en", "Change schedule"
	english := text.Render(text.Backlog, digest.SchedulePage(c, scheduled(t)))
	for _, want := range []string{"Planned and running", "Awaiting your agreement", "Tue 24 Nov 2026 14:00 – 16:00 JST"} {
		if !strings.Contains(english, want) {
			t.Errorf("the English page lacks %q:\n%s", want, english)
		}
	}
	if none := text.Render(text.Backlog, digest.SchedulePage(c, nil)); strings.Count(none, "None.") != 2 {
		t.Errorf("an empty page:\n%s", none)
	}
}

func TestSchedulePageIsWrittenOnceForOneSchedule(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, zone(t))
	w := &wiki{pages: map[string]string{}}
	p := publisher(t, w, &now, nil)
	c := customer(t)
	c.SchedulePage = "作業予定"
	dir := &bot.Directory{Customers: []*bot.Customer{c}}
	p.Directory = func() *bot.Directory { return dir }
	list := scheduled(t)
	p.Records = works{list: list}
	send := func(customer string) bot.Sent {
		t.Helper()
		sent, err := p.Send(t.Context(), bot.Attempt{Effect: bot.SchedulePage(customer, "schedule:x", now), Number: 1})
		if err != nil || !sent.Verified {
			t.Fatalf("%+v, %v", sent, err)
		}
		return sent
	}
	send("aozora")
	now = now.Add(time.Hour)
	send("aozora")
	if w.writes != 1 || !strings.Contains(w.pages["作業予定"], "A-1") {
		t.Errorf("wrote %d times: %v", w.writes, w.pages)
	}
	list[0].State = bot.WorkCancelled
	send("aozora")
	c.SchedulePage = ""
	send("aozora") // no page is wanted any more: what waited ends well
	send("gone")
	if w.writes != 2 || len(w.pages) != 1 {
		t.Errorf("wrote %d times: %v", w.writes, w.pages)
	}
}

func TestSchedulePageThatCouldNotBeWrittenIsTold(t *testing.T) {
	c := customer(t)
	e, err := bot.NewEvent(bot.EventEffectDead, "k", "x", time.Now(), bot.EffectResult{Kind: bot.EffectReport, Key: "schedule:demo/1:k", Ticket: bot.ReportRefs(c.ID), Why: "the wiki is off"})
	if err != nil {
		t.Fatal(err)
	}
	out, err := digest.New().Handle(bot.In{Event: e, Dir: &bot.Directory{Customers: []*bot.Customer{c}}})
	if err != nil || len(out.Effects) != 1 || !strings.Contains(string(out.Effects[0].Body), "作業予定を書けませんでした") {
		t.Errorf("%+v, %v", out, err)
	}
}
