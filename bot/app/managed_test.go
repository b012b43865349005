package app

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/aws"
)

// What the account has and the list has not is told, and the other way round; what the list says it does not manage now is neither.
func TestDifferenceOfManagedResources(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	c := &bot.Customer{Resources: []bot.Resource{
		{ID: "i-1", Host: "web01", Type: aws.TypeEC2, Account: "1"},
		{ID: "web02", Host: "web02", Type: aws.TypeEC2, Account: "1"},
		{ID: "db", Host: "db01", Type: aws.TypeRDS, Account: "1"},
		{ID: "office", Host: "nas", Type: "NAS", Account: "1"},
		{ID: "i-7", Host: "elsewhere", Type: aws.TypeEC2}, // in no account of the file
		{ID: "i-8", Host: "ended", Type: aws.TypeEC2, Account: "1", Until: now},
		{ID: "i-9", Host: "coming", Type: aws.TypeEC2, Account: "1", Since: now.Add(time.Hour)},
	}}
	found := []aws.Thing{
		{Type: aws.TypeEC2, ID: "i-1", Region: "r"}, {Type: aws.TypeEC2, ID: "i-2", Name: "WEB02", Region: "r"}, {Type: aws.TypeRDS, ID: "DB", Region: "r"},
	}
	if text := difference(c, now, found); text != "" {
		t.Errorf("nothing differs, and it says %s", text)
	}
	found = append(found[:2], aws.Thing{Type: aws.TypeElastiCache, ID: "db", Region: "r"}, aws.Thing{Type: aws.TypeEC2, ID: "i-8", Name: "ended", Region: "r"})
	text := difference(c, now, found)
	for _, want := range []string{"一覧にないもの: db(ElastiCache、r)、ended i-8(EC2、r)\n", "見つからないもの: db01(RDS)"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	for range 50 {
		found = append(found, aws.Thing{Type: aws.TypeEC2, ID: "i-" + strings.Repeat("x", len(found)), Region: "r"})
	}
	if text := difference(c, now, found); !strings.Contains(text, " ほか22件") || len(text) > 3000 {
		t.Errorf("many are told as\n%s", text)
	}
}
