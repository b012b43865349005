package bot

import "testing"

func TestChangeClassOfOperations(t *testing.T) {
	c := ChangeRule{Class: ChangeIrreversible, ByOperation: map[string]ChangeClass{"追加": ChangeStandard, "変更": ChangeApproval, "削除": ChangeIrreversible}}
	for _, tc := range []struct {
		ops  []string
		want ChangeClass
	}{
		{nil, ChangeIrreversible},
		{[]string{"追加"}, ChangeStandard},
		{[]string{"追加", "変更"}, ChangeApproval},
		{[]string{"削除", "追加"}, ChangeIrreversible},
		{[]string{"移動"}, ChangeIrreversible},
	} {
		if got := c.For(tc.ops); got != tc.want {
			t.Errorf("operations %v: %s, want %s", tc.ops, got, tc.want)
		}
	}
	if ChangeNone.NeedsPlan() || ChangeStandard.NeedsPlan() || !ChangeApproval.NeedsPlan() || !ChangeIrreversible.NeedsPlan() {
		t.Error("wrong classes need a plan")
	}
}
