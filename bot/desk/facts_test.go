package desk_test

import (
	"strings"
	"testing"
)

// Staff read in Slack what a customer wrote: the customer's own words, short, and never a secret.
func TestStaffReadWhatACustomerWrote(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.comment(userCustomer, "追加でご相談です。<!channel> パスワードは hunter2-Zx9! です。\n世代数を変えられますか。\n> 前回の引用\n-- \n青空商事 鈴木")
	got := b.staff()
	for _, want := range []string{"のコメントがありました。\n「追加でご相談です。", "世代数を変えられますか。"} {
		if !strings.Contains(got, want) {
			t.Errorf("staff were told %q, want %q in it", got, want)
		}
	}
	for _, never := range []string{"hunter2", "前回の引用"} {
		if strings.Contains(got, never) {
			t.Errorf("staff were told %q: %q must not be repeated", got, never)
		}
	}
	b.comment(userCustomer, strings.Repeat("長い話です。", 200))
	if got := b.staff(); len([]rune(got)) > 1500 || !strings.Contains(got, "…」") {
		t.Errorf("a long comment is not cut: %d characters", len([]rune(got)))
	}
}
