package aws_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"toban/bot"
	"toban/bot/aws"
)

// moto is an emulator of AWS that nobody here wrote. Where it is installed, the catalogue runs against it too: it reads our requests and
// writes answers and errors by its own knowledge of the API.
func startMoto(t *testing.T) (url string) {
	t.Helper()
	program, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("SKIPPED: moto_server is not installed (pip install 'moto[server]'); the catalogue ran against the stand-in alone")
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "moto.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-H", "127.0.0.1", "-p", fmt.Sprint(addr.Port))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), "AWS_EC2_METADATA_DISABLED=true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it keeps nothing
		_ = cmd.Wait()
		t.Log("CPU of moto:", cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		_ = log.Close()
	})
	url = "http://" + addr.String()
	for range 600 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/moto-api/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(r); err == nil {
			_ = res.Body.Close()
			return url
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("moto_server does not answer")
	return ""
}

// yardOfMoto makes the ground in moto, by the SDK, in an account that is not the provider's.
func yardOfMoto(t *testing.T, url string) (*yard, []deed) {
	t.Helper()
	ctx := t.Context()
	cfg := sdk.Config{Region: region, Credentials: credentials.NewStaticCredentialsProvider("AKIAPROVIDER", "secret", ""), BaseEndpoint: &url, HTTPClient: &http.Client{Timeout: 20 * time.Second}}
	role := "arn:aws:iam::" + customer + ":role/toban-operate"
	cfg.Credentials = sdk.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role))
	e, r, l := ec2.NewFromConfig(cfg), rds.NewFromConfig(cfg), elb.NewFromConfig(cfg)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	run, err := e.RunInstances(ctx, &ec2.RunInstancesInput{ImageId: sdk.String("ami-0123456789abcdef0"), InstanceType: "t3.micro", MinCount: sdk.Int32(2), MaxCount: sdk.Int32(2)})
	ok(err)
	running, stopped := *run.Instances[0].InstanceId, *run.Instances[1].InstanceId
	_, err = e.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{stopped}})
	ok(err)
	_, err = e.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{running}, Tags: []ec2types.Tag{{Key: sdk.String("Environment"), Value: sdk.String("test")}, {Key: sdk.String("Old"), Value: sdk.String("1")}}})
	ok(err)
	vol, err := e.CreateVolume(ctx, &ec2.CreateVolumeInput{AvailabilityZone: sdk.String(region + "a"), Size: sdk.Int32(8)})
	ok(err)
	snapped, err := e.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{VolumeId: vol.VolumeId})
	ok(err)
	vpcs, err := e.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	ok(err)
	g, err := e.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: sdk.String("web"), Description: sdk.String("web"), VpcId: vpcs.Vpcs[0].VpcId})
	ok(err)
	_, err = e.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: g.GroupId, IpPermissions: []ec2types.IpPermission{
		{IpProtocol: sdk.String("tcp"), FromPort: sdk.Int32(22), ToPort: sdk.Int32(22), IpRanges: []ec2types.IpRange{{CidrIp: sdk.String("198.51.100.0/24")}}},
		{IpProtocol: sdk.String("tcp"), FromPort: sdk.Int32(80), ToPort: sdk.Int32(80), IpRanges: []ec2types.IpRange{{CidrIp: sdk.String("198.51.100.0/24")}}},
	}})
	ok(err)
	rules, err := e.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{Filters: []ec2types.Filter{{Name: sdk.String("group-id"), Values: []string{*g.GroupId}}}})
	ok(err)
	address, err := e.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: ec2types.DomainTypeVpc})
	ok(err)
	tg, err := l.CreateTargetGroup(ctx, &elb.CreateTargetGroupInput{Name: sdk.String("web"), Protocol: elbtypes.ProtocolEnumHttp, Port: sdk.Int32(80), VpcId: vpcs.Vpcs[0].VpcId})
	ok(err)
	for _, name := range []string{database, "sleeping-db"} {
		_, err = r.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
			DBInstanceIdentifier: sdk.String(name), DBInstanceClass: sdk.String("db.t3.micro"), Engine: sdk.String("mysql"), AllocatedStorage: sdk.Int32(20),
			MasterUsername: sdk.String("root"), MasterUserPassword: sdk.String("password-of-a-test"),
		})
		ok(err)
	}
	_, err = r.StopDBInstance(ctx, &rds.StopDBInstanceInput{DBInstanceIdentifier: sdk.String("sleeping-db")})
	ok(err)

	y := &yard{T: t, account: aws.Account{ID: customer, Regions: []string{region}, Read: role, Operate: role, External: external}}
	y.cfg = aws.ChangerConfig{
		Keys: aws.Credentials{Access: "AKIAPROVIDER", Secret: secret}, URL: url, Client: &http.Client{Timeout: 8 * time.Second}, Pace: 10 * time.Millisecond,
		Account: func(string, string) (aws.Account, bool) { return y.account, true }, Tell: y.told, Clock: bot.ClockFunc(time.Now),
	}
	y.open()
	group := *tg.TargetGroups[0].TargetGroupArn
	ssh := bot.SGRule{Protocol: "tcp", From: 22, To: 22, CIDR: "198.51.100.0/24"}
	http80 := bot.SGRule{Protocol: "tcp", From: 80, To: 80, CIDR: "198.51.100.0/24"}
	http81 := bot.SGRule{Protocol: "tcp", From: 81, To: 81, CIDR: "198.51.100.0/24"}
	id := func(port int32) string {
		for _, one := range rules.SecurityGroupRules {
			if sdk.ToInt32(one.FromPort) == port {
				return *one.SecurityGroupRuleId
			}
		}
		t.Fatalf("no rule for port %d", port)
		return ""
	}
	test := "test"
	// All but rds.reboot: moto tells of no events, so its end is waited for by the clock, a minute and a half.
	return y, []deed{
		{do: bot.EC2Resize{Instance: stopped, From: "t3.micro", To: "t3.large"}},
		{do: bot.EC2Start{Instance: stopped}},
		{do: bot.EC2Stop{Instance: running}},
		{do: bot.EC2Start{Instance: running}},
		{do: bot.EC2Reboot{Instance: running}, once: true},
		{do: bot.EC2Image{Instance: running, Name: "web-1 (before)"}, once: true},
		{do: bot.EC2Tag{Resource: running, Key: "Environment", Value: "本番", Was: &test}},
		{do: bot.EC2Untag{Resource: running, Key: "Old", Was: "1"}},
		{do: bot.EBSSnapshot{Volume: *vol.VolumeId, Description: "before"}, once: true},
		{do: bot.EBSVolume{Snapshot: *snapped.SnapshotId, Zone: region + "a", GiB: 10}, once: true},
		{do: bot.EBSExtend{Volume: *vol.VolumeId, From: 8, To: 20}},
		{do: bot.SGAdd{Group: *g.GroupId, Rule: https}},
		{do: bot.SGAdd{Group: *g.GroupId, Rule: bot.SGRule{Egress: true, Protocol: "udp", From: 53, To: 53, CIDR: "2001:db8::/32"}}},
		{do: bot.SGDelete{Group: *g.GroupId, ID: id(22), Rule: ssh}},
		{do: bot.SGChange{Group: *g.GroupId, ID: id(80), From: http80, To: http81}},
		{do: bot.EIPAllocate{Name: "web"}, once: true},
		{do: bot.EIPAssociate{Allocation: *address.AllocationId, To: running}},
		{do: bot.ELBRegister{TargetGroup: group, Target: running, Port: 80}},
		{do: bot.ELBDeregister{TargetGroup: group, Target: running, Port: 80, Last: true}},
		{do: bot.RDSStart{Instance: "sleeping-db"}},
		{do: bot.RDSSnapshot{Instance: database, Name: "orders-before"}, once: true},
		{do: bot.RDSResize{Instance: database, From: "db.t3.micro", To: "db.t3.large"}},
		{do: bot.RDSStop{Instance: database}},
	}
}

// TestMoto carries the catalogue out against moto, and looks at its errors.
func TestMoto(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it starts moto_server; run without -short")
	}
	y, list := yardOfMoto(t, startMoto(t))
	send := func(key string, a bot.AWSAction) bot.Sent {
		t.Helper()
		for range 50 {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a loaded machine is slow, and that is no fault
			sent, err := y.changer.Send(ctx, attempt(key, a))
			cancel()
			if err == nil {
				return sent
			}
			t.Log(err)
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("%s does not end", a.AWSOp())
		return bot.Sent{}
	}
	for i, d := range list {
		name := fmt.Sprintf("%s %d", d.do.AWSOp(), i)
		if sent := send(name, d.do); sent.Outcome != string(bot.AWSDone) || sent.RemoteID == "" {
			t.Errorf("%s ended as %s: %s", name, sent.Outcome, sent.Why)
		}
		if d.once {
			continue
		}
		if sent := send(name+" again", d.do); sent.Outcome != string(bot.AWSUnchanged) {
			t.Errorf("%s the second time ended as %s: %s", name, sent.Outcome, sent.Why)
		}
	}
	url := y.cfg.URL
	discoverByMoto(t, y, sdk.Config{
		Region: region, BaseEndpoint: &url, HTTPClient: y.cfg.Client,
		Credentials: sdk.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(sdk.Config{
			Region: region, Credentials: credentials.NewStaticCredentialsProvider("AKIAPROVIDER", "secret", ""), BaseEndpoint: &url, HTTPClient: y.cfg.Client,
		}), y.account.Read)),
	})
	for code, a := range map[string]bot.AWSAction{
		"InvalidVolume.NotFound": bot.EBSSnapshot{Volume: "vol-0123456789abcdef0"}, "InvalidGroup.NotFound": bot.SGAdd{Group: "sg-0123456789abcdef0", Rule: https},
		"InvalidSnapshot.NotFound": bot.EBSVolume{Snapshot: "snap-0123456789abcdef0", Zone: region + "a"},
	} {
		e := effect("refused", a)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a loaded machine is slow, and that is no fault
		_, err := y.changer.Send(ctx, bot.Attempt{Effect: e, Number: 1, First: time.Now()})
		cancel()
		if err == nil || !bot.IsUntried(err) || !strings.Contains(err.Error(), code) {
			t.Errorf("%s: got %v", code, err)
		}
	}
}
