package app

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/config"
	"toban/sla"
)

// Dates of a contract are told on their days, each once, not at night, and to the manager.
func TestDatesOfAContractAreTold(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	c := &config.Customer{
		ID: "aoba", Name: "青葉商事株式会社", Zone: tokyo, Channel: "C1", Manager: "tanaka",
		Contract: config.Contract{Start: sla.Date{Year: 2026, Month: 4, Day: 1}, End: sla.Date{Year: 2027, Month: 3, Day: 31}, MinimumTermMonths: 3, CancellationDays: 60, AtEnd: "export"},
		Expires:  []config.Expiry{{What: "監視ライセンス", On: "2026-12-31"}, {What: "TLS 証明書", On: "2028-02-29"}},
	}
	a := &App{dir: &bot.Directory{People: []bot.Person{{ID: "tanaka", Name: "田中", SlackUser: "U0TANAKA"}}}}
	told := map[string]string{}
	for at := time.Date(2026, 4, 1, 0, 30, 0, 0, tokyo); at.Before(time.Date(2027, 4, 10, 0, 0, 0, 0, tokyo)); at = at.Add(time.Hour) {
		for _, e := range a.reminders(c, at) {
			if told[e.Key] != "" {
				continue // the store drops a key that it knows
			}
			var p bot.Post
			if err := e.Decode(&p); err != nil {
				t.Fatal(err)
			}
			if at.Hour() < 9 || p.Channel != "C1" || len(p.Mention) != 1 || e.Customer != "aoba" {
				t.Errorf("%s at %s: %+v", e.Key, at, p)
			}
			told[e.Key] = at.Format("2006-01-02 ") + p.Text
		}
	}
	for key, want := range map[string]string{
		"dates:aoba:notice::2027-01-30:7":          "2027-01-23 📅 青葉商事株式会社様の契約(2027/3/31まで)は、解約の申し出の期限が2027/1/30です(あと7日)",
		"dates:aoba:notice::2027-01-30:0":          "2027-01-30 📅",
		"dates:aoba:end::2027-03-31:60":            "2027-01-30 📅 青葉商事株式会社様の契約は2027/3/31に終わります(あと60日)",
		"dates:aoba:end::2027-03-31:0":             "2027-03-31 📅 青葉商事株式会社様の契約は2027/3/31に終わります(本日)。更新か終了の手続きを確認してください。終了する場合、お客様のデータは書き出して",
		"dates:aoba:minimum::2026-06-30:1":         "2026-06-29 📅 青葉商事株式会社様の最低利用期間は2026/6/30に終わります(明日)",
		"dates:aoba:expires:監視ライセンス:2026-12-31:30": "2026-12-01 📅 青葉商事株式会社様の「監視ライセンス」は2026/12/31に期限を迎えます(あと30日)",
	} {
		if !strings.HasPrefix(told[key], want) {
			t.Errorf("%s: %q, want %q", key, told[key], want)
		}
	}
	if len(told) != 4*len(dateDays) {
		t.Errorf("%d reminders of four dates: %v", len(told), told)
	}
}

func TestMondayOf(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-30 09:00": "2026-11-30", "2026-11-30 08:59": "2026-11-23", "2026-12-06 23:59": "2026-11-30", "2026-11-29 12:00": "2026-11-23", "2027-01-01 00:00": "2026-12-28",
	} {
		local, err := time.ParseInLocation("2006-01-02 15:04", at, time.FixedZone("JST", 9*3600))
		if err != nil {
			t.Fatal(err)
		}
		if got := mondayOf(local).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}
