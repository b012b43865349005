package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

// A customer who asks for a silence on a ticket: staff get the command with host and period as they were read, once.
func TestASilenceIsAskedForOnATicket(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"host and period": {"■ 対象ホスト\nweb01\n■ 期間 (開始・終了)\n2026-12-01 22:00〜2026-12-02 02:00\n■ 理由\n定期保守", "/toban silence aoba web01 2026-12-01T22:00/4h AOBA-1"},
		"no period":       {"■ 対象ホスト\nweb01\n■ 期間 (開始・終了)\nしばらくのあいだ\n■ 理由\n定期保守", "/toban silence aoba web01 開始/長さ"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "2026-11-24 10:00")
			cfg, err := loaded()
			if err != nil {
				t.Fatal(err)
			}
			b.cust.Types = typesOf(cfg.Profiles["managed-operations"])
			b.cust.Signs = bot.NewSigns(b.cust.Types)
			b.open(userCustomer, "静観設定", "監視の静観のお願い", tt.text)
			posts := slices.DeleteFunc(b.posts(), func(s string) bool { return !strings.Contains(s, "/toban silence") })
			if len(posts) != 1 || !strings.Contains(posts[0], tt.want) {
				t.Errorf("told %q, want %q; said %v", posts, tt.want, b.texts())
			}
		})
	}
}
