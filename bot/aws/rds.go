package aws

import (
	"context"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"

	"toban/bot"
)

func rdsEntries() []entry {
	const half, hours = 40 * time.Minute, 6 * time.Hour
	reads := []string{"rds:DescribeDBInstances"}
	return []entry{
		{
			Op: bot.OpRDSStart, Does: "starts a stopped DB instance", Mark: compared, Look: "its status", Blind: nobody,
			Calls: []string{"rds:StartDBInstance"}, Reads: reads, patience: half, parse: with[startDB],
		},
		{
			Op: bot.OpRDSStop, Does: "stops a DB instance", Mark: compared, Look: "its status", Blind: nobody,
			Calls: []string{"rds:StopDBInstance"}, Reads: reads, patience: half, parse: with[stopDB],
		},
		{
			Op: bot.OpRDSReboot, Does: "reboots a DB instance, with a failover where told", Mark: nobody, Look: "its status, and its events since the first try",
			Blind: "unknown: not repeated, a person looks", Calls: []string{"rds:RebootDBInstance"}, Reads: []string{"rds:DescribeDBInstances", "rds:DescribeEvents"},
			blind: true, hold: visible, patience: half, parse: with[rebootDB],
		},
		{
			Op: bot.OpRDSResize, Does: "changes the class of a DB instance at once", Mark: compared, Look: "its class, status and pending values: from, to, or somebody else's", Blind: nobody,
			Calls: []string{"rds:ModifyDBInstance"}, Reads: reads, patience: hours, parse: with[resizeDB],
		},
		{
			Op: bot.OpRDSSnapshot, Does: "takes a snapshot of a DB instance", Mark: "its name, and " + tagged, Look: "the snapshot of the name", Blind: nobody,
			Calls: []string{"rds:CreateDBSnapshot", "rds:AddTagsToResource"}, Reads: []string{"rds:DescribeDBInstances", "rds:DescribeDBSnapshots"}, patience: hours, parse: with[snapshotDB],
		},
	}
}

// Statuses of DB instances (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html).
const (
	dbAvailable = "available"
	dbStopped   = "stopped"
	dbStarting  = "starting"
	dbStopping  = "stopping"
	dbRebooting = "rebooting"
	dbModifying = "modifying"
	dbOptimized = "storage-optimization" // usable
)

// broken are the statuses that end by themselves in nothing good.
func broken(status string) bool {
	return slices.Contains([]string{"failed", "storage-full", "deleting", "restore-error", "inaccessible-encryption-credentials", "inaccessible-encryption-credentials-recoverable", "insufficient-capacity"}, status) ||
		strings.HasPrefix(status, "incompatible-")
}

func database(ctx context.Context, d *door, name string) (rdstypes.DBInstance, string, error) {
	out, err := d.rds().DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: sdk.String(name)})
	if err != nil {
		return rdstypes.DBInstance{}, "", refusal(err)
	}
	for _, db := range out.DBInstances {
		if strings.EqualFold(sdk.ToString(db.DBInstanceIdentifier), name) {
			return db, sdk.ToString(db.DBInstanceStatus), nil
		}
	}
	return rdstypes.DBInstance{}, "", &Refusal{Kind: Missing, Call: "RDS DescribeDBInstances", Code: "DBInstanceNotFound", Message: "AWS does not tell of the DB instance " + name}
}

func dbSight(s state, name, status string) sight {
	if broken(status) {
		s = astray
	}
	return sight{state: s, what: "the DB instance is " + status, id: name}
}

func checkDB(name string) error { return like("instance", dbName, name, "orders-db") }

func dbARN(d *door, name string) string { return d.arn("rds", "db:"+strings.ToLower(name)) }

type startDB struct{ bot.RDSStart }

func (o startDB) check() error          { return checkDB(o.Instance) }
func (o startDB) String() string        { return o.Instance }
func (o startDB) object(d *door) string { return dbARN(d, o.Instance) }

func (o startDB) look(ctx context.Context, d *door, _ glance) (sight, error) {
	_, status, err := database(ctx, d, o.Instance)
	s := dbSight(working, o.Instance, status) // after starting come configuring-…, upgrading and others
	switch {
	case err != nil:
		return sight{}, err
	case status == dbAvailable || status == dbOptimized:
		s.state = done
	case status == dbStopped:
		s.state = before
	case status == dbStopping:
		s.state = busy
	}
	return s, nil
}

func (o startDB) act(ctx context.Context, d *door, _ string, _ bool) (string, error) {
	_, err := d.rds().StartDBInstance(ctx, &rds.StartDBInstanceInput{DBInstanceIdentifier: sdk.String(o.Instance)})
	return o.Instance, refusal(err)
}

type stopDB struct{ bot.RDSStop }

func (o stopDB) check() error          { return checkDB(o.Instance) }
func (o stopDB) String() string        { return o.Instance }
func (o stopDB) object(d *door) string { return dbARN(d, o.Instance) }

func (o stopDB) look(ctx context.Context, d *door, _ glance) (sight, error) {
	_, status, err := database(ctx, d, o.Instance)
	s := dbSight(busy, o.Instance, status)
	switch {
	case err != nil:
		return sight{}, err
	case status == dbStopped:
		s.state = done
	case status == dbStopping:
		s.state = working
	case status == dbAvailable:
		s.state = before
	}
	return s, nil
}

func (o stopDB) act(ctx context.Context, d *door, _ string, _ bool) (string, error) {
	_, err := d.rds().StopDBInstance(ctx, &rds.StopDBInstanceInput{DBInstanceIdentifier: sdk.String(o.Instance)})
	return o.Instance, refusal(err)
}

type rebootDB struct{ bot.RDSReboot }

func (o rebootDB) check() error          { return checkDB(o.Instance) }
func (o rebootDB) String() string        { return o.Instance }
func (o rebootDB) object(d *door) string { return dbARN(d, o.Instance) }

// settled is how long after AWS's yes the status "available" is surely one that comes after the reboot and not one from before it.
const settled = 90 * time.Second

// look sees a reboot by its status while it lasts, and by its events afterwards. Events come by best effort: that there is none proves
// nothing.
func (o rebootDB) look(ctx context.Context, d *door, g glance) (sight, error) {
	_, status, err := database(ctx, d, o.Instance)
	s := dbSight(busy, o.Instance, status)
	switch {
	case err != nil:
		return sight{}, err
	case s.state == astray:
		return s, nil
	case status == dbRebooting && g.tried():
		s.state = working
		return s, nil
	case status != dbAvailable:
		return s, nil
	}
	s.state = before
	if !g.tried() {
		return s, nil
	}
	if g.answered > settled {
		s.state = done
		return s, nil
	}
	events, err := d.rds().DescribeEvents(ctx, &rds.DescribeEventsInput{
		SourceIdentifier: sdk.String(o.Instance), SourceType: rdstypes.SourceTypeDbInstance, StartTime: sdk.Time(g.since.Truncate(time.Second)),
	})
	if err != nil {
		return sight{}, refusal(err)
	}
	for _, e := range events.Events {
		if m := sdk.ToString(e.Message); e.Date != nil && !e.Date.Before(g.since.Truncate(time.Second)) && strings.Contains(m, "restarted") {
			s.state, s.what = done, m+" at "+e.Date.UTC().Format(time.RFC3339)
		}
	}
	return s, nil
}

func (o rebootDB) act(ctx context.Context, d *door, _ string, _ bool) (string, error) {
	in := &rds.RebootDBInstanceInput{DBInstanceIdentifier: sdk.String(o.Instance)}
	if o.Failover {
		in.ForceFailover = sdk.Bool(true)
	}
	_, err := d.rds().RebootDBInstance(ctx, in)
	return o.Instance, refusal(err)
}

type resizeDB struct{ bot.RDSResize }

func (o resizeDB) check() error {
	return first(checkDB(o.Instance), like("from", dbClass, o.From, "db.t3.medium"), like("to", dbClass, o.To, "db.t3.medium"), differ(o.From, o.To))
}
func (o resizeDB) String() string { return o.Instance + " from " + o.From + " to " + o.To }

// look does not trust the status alone: right after the change it is still "available", with the old class.
func (o resizeDB) look(ctx context.Context, d *door, g glance) (sight, error) {
	db, status, err := database(ctx, d, o.Instance)
	class, pending := sdk.ToString(db.DBInstanceClass), ""
	if db.PendingModifiedValues != nil {
		pending = sdk.ToString(db.PendingModifiedValues.DBInstanceClass)
	}
	usable := status == dbAvailable || status == dbOptimized
	s := dbSight(astray, o.Instance, status)
	s.what += " and a " + class
	switch {
	case err != nil:
		return sight{}, err
	case broken(status):
	case class == o.To && usable && pending == "":
		s.state = done
	case class == o.To || pending == o.To || class == o.From && status == dbModifying && g.tried():
		s.state = working
	case class != o.From:
	case !usable:
		s.state = busy
	case others(db.PendingModifiedValues) && g.answered == 0: // to apply at once would apply these too
		s.what += ", and other changes of it are pending"
	default:
		s.state = before
	}
	return s, nil
}

// others reports whether anything is pending.
func others(p *rdstypes.PendingModifiedValues) bool {
	if p == nil {
		return false
	}
	return p.AllocatedStorage != nil || p.BackupRetentionPeriod != nil || p.CACertificateIdentifier != nil || p.DBInstanceClass != nil || p.DBInstanceIdentifier != nil ||
		p.DBSubnetGroupName != nil || p.Engine != nil || p.EngineVersion != nil || p.IAMDatabaseAuthenticationEnabled != nil || p.Iops != nil || p.LicenseModel != nil ||
		p.MasterUserPassword != nil || p.MultiAZ != nil || p.PendingCloudwatchLogsExports != nil || p.Port != nil || len(p.ProcessorFeatures) > 0 || p.StorageThroughput != nil || p.StorageType != nil
}

func (o resizeDB) act(ctx context.Context, d *door, _ string, _ bool) (string, error) {
	_, err := d.rds().ModifyDBInstance(ctx, &rds.ModifyDBInstanceInput{
		DBInstanceIdentifier: sdk.String(o.Instance), DBInstanceClass: sdk.String(o.To), ApplyImmediately: sdk.Bool(true),
	})
	return o.Instance, refusal(err)
}

type snapshotDB struct{ bot.RDSSnapshot }

func (o snapshotDB) check() error {
	return first(checkDB(o.Instance), like("name", dbName, o.Name, "orders-db-before-update"))
}
func (o snapshotDB) String() string { return "the snapshot " + o.Name + " of " + o.Instance }

func (o snapshotDB) look(ctx context.Context, d *door, g glance) (sight, error) {
	out, err := d.rds().DescribeDBSnapshots(ctx, &rds.DescribeDBSnapshotsInput{DBSnapshotIdentifier: sdk.String(o.Name)})
	if err = refusal(err); is(err, Missing) || err == nil && len(out.DBSnapshots) == 0 {
		return o.source(ctx, d, g)
	}
	if err != nil {
		return sight{}, err
	}
	snap := out.DBSnapshots[0]
	status := sdk.ToString(snap.Status)
	s := sight{state: astray, what: "the snapshot is " + status, id: o.Name}
	switch {
	case !slices.ContainsFunc(snap.TagList, func(t rdstypes.Tag) bool { return sdk.ToString(t.Key) == markTag && sdk.ToString(t.Value) == g.mark }):
		s.what = "a snapshot of somebody else has the name " + o.Name
	case status == dbAvailable:
		s.state = done
	case status == "creating" || status == "pending" || status == "copying":
		s.state = working
	}
	return s, nil
}

// source looks whether the DB instance can be copied now.
func (o snapshotDB) source(ctx context.Context, d *door, g glance) (sight, error) {
	_, status, err := database(ctx, d, o.Instance)
	s := nothing("the snapshot")
	if err == nil && status != dbAvailable && status != dbOptimized && g.answered == 0 {
		s = dbSight(busy, o.Instance, status)
	}
	return s, err
}

func (o snapshotDB) act(ctx context.Context, d *door, mark string, _ bool) (string, error) {
	_, err := d.rds().CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{
		DBInstanceIdentifier: sdk.String(o.Instance), DBSnapshotIdentifier: sdk.String(o.Name), Tags: []rdstypes.Tag{{Key: sdk.String(markTag), Value: sdk.String(mark)}},
	})
	return o.Name, refusal(err)
}
