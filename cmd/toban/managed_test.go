package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot/aws"
	"toban/bot/aws/awssim"
)

const customerFile = "customers/" + demoCustomer + ".yaml"

// What is managed is recorded from the first start on, and compared with the account: staff are told once of what the account has and the list
// has not, whatever restarts; half an answer of AWS is none; the report names the hosts and counts the nodes.
func TestManagedResources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{aws: "http://aws.test", terms: `overrides:
  support-desk:
    contract:
      node_count: {counts: [EC2, RDS], autoscaling: desired capacity that runs, free_scale_out: 20h}
      price: {currency: JPY, month_minimum: 100000, nodes: 5, per_extra_node: 20000, setup_months: 1, added: by_day, removed: by_month}
`})
		defer b.close()
		reads, _ := aws.Rights()
		sim := awssim.New(awssim.Options{
			Users: []awssim.User{{Account: "999999999999", Access: demoAWSKey}},
			Roles: []awssim.Role{{ARN: demoReadRole, External: demoExternal, Actions: reads}, {ARN: demoOperateRole, External: demoExternal}},
		})
		defer sim.Close()
		sim.Set(demoAccount, "ap-northeast-1",
			awssim.Instance{ID: "i-0a1b2c3d4e5f60001"}, awssim.Instance{ID: webServer}, awssim.Tagged{ID: webServer, Tags: awssim.Tags{"Name": "<!channel> *新*"}},
			awssim.Database{ID: "aozora-db"}, awssim.ScalingGroup{ID: "fleet", Desired: 3, InService: 3})
		b.route.set("aws.test", sim.RoundTripper())
		if err := sim.AddFaults(awssim.Fault{Kind: awssim.FailBefore, Action: "DescribeDBInstances", Times: 1}); err != nil {
			t.Fatal(err)
		}
		const news = "AWS と管理対象の一覧が違います"
		time.Sleep(5 * time.Minute)
		if n := b.heard(news); n != 0 {
			t.Errorf("after a look that failed staff heard %d times", n)
		}
		for range 3 {
			b.restart(time.Second)
			time.Sleep(time.Hour + time.Minute)
		}
		if n := b.heard(news); n != 1 || b.heard("fleet(Auto Scaling、ap-northeast-1)") != 1 || b.heard("<!channel> *新*") != 0 || b.heard("&lt;!channel&gt;") != 1 {
			t.Errorf("staff heard %d times: %+v", n, b.messages())
		}
		managed, err := b.store.Managed(t.Context(), demoCustomer)
		if err != nil || len(managed) != 2 || !managed[0].From.IsZero() {
			t.Errorf("managed: %v, %v", managed, err)
		}
		sizes, err := b.store.Sizes(t.Context(), demoCustomer)
		if err != nil || len(sizes) != 1 || sizes[0].Running != 3 {
			t.Errorf("sizes: %v, %v", sizes, err)
		}
		b.files = map[string]string{customerFile: strings.Replace(demoFiles(worldOptions{AWSURL: b.aws, Contract: b.terms})[customerFile], "type: RDS,", "type: RDS, account: \""+demoAccount+"\",", 1)}
		b.restart(time.Second)
		sim.Remove(demoAccount, "ap-northeast-1", "aozora-db")
		time.Sleep(2 * time.Hour)
		if n := b.heard("AWS に見つからないもの: db01(RDS)"); n != 1 {
			t.Errorf("staff heard %d times of the database that is gone", n)
		}
		if n := len(sim.Applied()); n != 0 {
			t.Errorf("%d calls changed something", n)
		}
		time.Sleep(16 * time.Hour) // to the evening's report
		page := b.page("SLA/2026/2026-11").Content
		for _, want := range []string{"web01", "db01", "契約上のノード数: 2ノード"} {
			if !strings.Contains(page, want) {
				t.Errorf("the report lacks %q:\n%s", want, page)
			}
		}
	})
}

// A list that changes while Toban is up, by a configuration that is read anew, is recorded from then on.
func TestManagedListChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		time.Sleep(time.Minute)
		before, rest, _ := strings.Cut(demoFiles(worldOptions{})[customerFile], "  aozora-db:")
		_, after, _ := strings.Cut(rest, "\n")
		b.files = map[string]string{customerFile: before + after}
		b.restart(time.Second)
		time.Sleep(time.Minute)
		managed, err := b.store.Managed(t.Context(), demoCustomer)
		if err != nil || len(managed) != 2 {
			t.Fatalf("managed: %v, %v", managed, err)
		}
		open := 0
		for _, m := range managed {
			if m.Until.IsZero() {
				open++
			}
		}
		if open != 1 {
			t.Errorf("still managed are %d of %v", open, managed)
		}
		notes, err := b.store.Notes(t.Context(), demoCustomer)
		if err != nil || len(notes) != 3 {
			t.Errorf("the trail has %v, %v", notes, err)
		}
	})
}
