package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
)

// catalogue of two rows, as a contract of managed operations has it.
func rows() *bot.Catalogue {
	return bot.NewCatalogue([]bot.Work{
		{ID: "emr", Area: "EMR", Work: "設定変更作業全般", Declined: true, Signs: bot.SignWords{Asks: [][][]string{{{"emr"}}}}},
		{ID: "node", Area: "ElastiCache", Work: "ノードの追加", Note: "memcached のみ", Signs: bot.SignWords{Asks: [][][]string{{{"elasticache"}, {"ノード"}}}}},
	})
}

func TestUnsupportedWorkWaitsForStaff(t *testing.T) {
	open := func(t *testing.T) *bench {
		b := newBench(t, "2026-11-24 11:00")
		b.cust.Catalogue = rows()
		return b.open(userCustomer, "その他の AWS 設定作業", "EMR の設定", "EMR クラスタのノード数を変更してください。")
	}
	t.Run("declined", func(t *testing.T) {
		b := open(t)
		if len(b.texts()) > 0 || b.tk.Status != bot.StatusReceived || !strings.Contains(b.staff(), "対象外") {
			t.Fatalf("status %s, said to the customer %q, to staff %q", b.tk.Status, b.texts(), b.staff())
		}
		b.press("desk.decline", map[string]string{"reason": "EMR は作業の対象外です。", "alternative": "設定手順のご案内"})
		b.mustSay("お受けできません", "EMR は作業の対象外です。", "代わりにできること: 設定手順のご案内")
		if b.tk.Status != bot.StatusDeclined || b.tk.StatusID != bot.StatusClosed {
			t.Errorf("status %s, Backlog %d", b.tk.Status, b.tk.StatusID)
		}
	})
	t.Run("taken on", func(t *testing.T) {
		b := open(t)
		b.press("desk.takeon", nil)
		b.mustSay("次のとおり承りました")
		if b.tk.Status != bot.StatusAccepted {
			t.Errorf("status %s", b.tk.Status)
		}
	})
	t.Run("a question is answered", func(t *testing.T) {
		b := newBench(t, "2026-11-24 11:00")
		b.cust.Catalogue = rows()
		b.open(userCustomer, "技術相談", "EMR について", "EMR の料金の考え方を教えてください。")
		b.mustSay("次のとおり承りました")
	})
}

func TestConditionIsTold(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00")
	b.cust.Catalogue = rows()
	b.open(userCustomer, "その他の AWS 設定作業", "ノードの追加", "ElastiCache のノードを 1 つ追加してください。")
	b.mustSay("対応の条件: memcached のみ")
}

func TestSeveralRequestsInOneTicket(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "", "2件お願いします", "1) web01 のスナップショットを取得してください。\n2) web01 の php.ini の memory_limit を 256M に変更してください。")
	if b.tk.Type != "backup" || !strings.Contains(b.staff(), "複数のご依頼") || !strings.Contains(b.staff(), "ソフトウェア設定作業") {
		t.Errorf("type %s; staff heard %s", b.tk.Type, b.staff())
	}
}
