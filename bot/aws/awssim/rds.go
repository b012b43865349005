package awssim

import (
	"net/http"
	"strings"
	"time"
)

func rdsActions() map[string]handler {
	return map[string]handler{
		"DescribeDBInstances": (*call).describeDatabases, "StartDBInstance": (*call).startDatabase, "StopDBInstance": (*call).stopDatabase, "RebootDBInstance": (*call).rebootDatabase,
		"ModifyDBInstance": (*call).modifyDatabase, "CreateDBSnapshot": (*call).createDBSnapshot, "DescribeDBSnapshots": (*call).describeDBSnapshots, "DescribeEvents": (*call).describeEvents,
	}
}

func (c *call) databaseIn(t things) (Database, *problem) {
	id := c.form.Get("DBInstanceIdentifier")
	d, ok := t.Databases[strings.ToLower(id)]
	if !ok {
		return d, wrong(http.StatusNotFound, "DBInstanceNotFound", "DBInstance %s not found.", id)
	}
	return d, nil
}

// database writes one. For a while after a change was asked for it looks as before: available, with its old class.
func (c *call) database(d Database, then time.Time) []el {
	class, pending := d.Class, []el{}
	if d.Next != "" {
		if then.Before(d.Until) {
			pending = append(pending, v("DBInstanceClass", d.Next))
		} else {
			class = d.Next
		}
	}
	if d.Pending != "" {
		pending = append(pending, v("AllocatedStorage", d.Pending))
	}
	return []el{
		v("DBInstanceIdentifier", d.ID), v("DBInstanceClass", class), v("DBInstanceStatus", d.at(then)), v("Engine", "mysql"), b("MultiAZ", d.MultiAZ),
		{name: "PendingModifiedValues", kids: pending},
		v("DBInstanceArn", "arn:aws:rds:"+c.region+":"+c.by.account+":db:"+d.ID),
	}
}

func (c *call) describeDatabases() ([]el, *problem) {
	t, then := c.seen()
	if !c.form.Has("DBInstanceIdentifier") {
		found, next := paged(c, "Marker", sorted(t.Databases, func(Database) bool { return true }))
		return []el{v("Marker", next), list("DBInstances", "DBInstance", found, func(d Database) []el { return c.database(d, then) })}, nil
	}
	d, p := c.databaseIn(t)
	if p != nil {
		return nil, p
	}
	return []el{x("DBInstances", x("DBInstance", c.database(d, then)...))}, nil
}

// turnDatabase changes the status of a database that must have one now.
func (c *call) turnDatabase(from, was, state string, f func(d *Database)) ([]el, *problem) {
	d, p := c.databaseIn(c.truth())
	if p != nil {
		return nil, p
	}
	if d.at(c.now) != from {
		return nil, bad("InvalidDBInstanceState", "Instance %s is not in %s state.", d.ID, from)
	}
	if d.Next != "" {
		d.Class, d.Next = d.Next, ""
	}
	d.Phase = c.turn(was, state)
	if f != nil {
		f(&d)
	}
	c.apply(func(t *things) { t.Databases[strings.ToLower(d.ID)] = d })
	return []el{x("DBInstance", c.database(d, c.now)...)}, nil
}

func (c *call) startDatabase() ([]el, *problem) {
	return c.turnDatabase("stopped", "starting", "available", nil)
}

func (c *call) stopDatabase() ([]el, *problem) {
	return c.turnDatabase("available", "stopping", "stopped", nil)
}

func (c *call) rebootDatabase() ([]el, *problem) {
	if d, p := c.databaseIn(c.truth()); p == nil && c.form.Get("ForceFailover") == "true" && !d.MultiAZ {
		return nil, bad("InvalidParameterCombination", "Cannot specify ForceFailover when instance is not configured for MultiAZ.")
	}
	out, p := c.turnDatabase("available", "rebooting", "available", nil)
	if p == nil && !c.stuck {
		id := c.form.Get("DBInstanceIdentifier")
		c.apply(func(t *things) {
			t.Events = append(t.Events, Event{Database: id, Message: "DB instance restarted", At: c.now.Add(c.s.o.Takes)})
		})
	}
	return out, p
}

func (c *call) modifyDatabase() ([]el, *problem) {
	class := c.form.Get("DBInstanceClass")
	switch {
	case class == "":
		return nil, bad("InvalidParameterCombination", "No modifications were requested")
	case c.form.Get("ApplyImmediately") != "true":
		return nil, bad("InvalidParameterCombination", "This stand-in changes at once only.")
	}
	return c.turnDatabase("available", "modifying", "available", func(d *Database) { d.Next, d.Pending = class, "" })
}

func (c *call) dbSnapshot(t things, s DBSnapshot, state string) []el {
	tags := t.Tags["db:"+s.ID]
	out := x("TagList")
	for k, value := range tags {
		out.kids = append(out.kids, x("Tag", v("Key", k), v("Value", value)))
	}
	return []el{v("DBSnapshotIdentifier", s.ID), v("DBInstanceIdentifier", s.Database), v("Status", state), v("SnapshotType", "manual"), out}
}

func (c *call) createDBSnapshot() ([]el, *problem) {
	id := c.form.Get("DBSnapshotIdentifier")
	if _, ok := c.truth().DBSnapshots[strings.ToLower(id)]; ok {
		return nil, bad("DBSnapshotAlreadyExists", "Cannot create the snapshot because a snapshot with the identifier %s already exists.", id)
	}
	if _, p := c.turnDatabase("available", "backing-up", "available", nil); p != nil {
		return nil, p
	}
	s := DBSnapshot{ID: id, Database: c.form.Get("DBInstanceIdentifier"), Phase: c.turn("creating", "available")}
	tags := Tags{}
	for _, q := range c.groups("Tags.Tag") {
		tags[c.form.Get(q+"Key")] = c.form.Get(q + "Value")
	}
	c.apply(func(t *things) {
		t.DBSnapshots[strings.ToLower(id)] = s
		t.tag("db:"+id, tags)
	})
	return []el{x("DBSnapshot", c.dbSnapshot(c.truth(), s, "creating")...)}, nil
}

func (c *call) describeDBSnapshots() ([]el, *problem) {
	t, then := c.seen()
	id := c.form.Get("DBSnapshotIdentifier")
	s, ok := t.DBSnapshots[strings.ToLower(id)]
	if !ok {
		return nil, wrong(http.StatusNotFound, "DBSnapshotNotFound", "DBSnapshot %s not found.", id)
	}
	return []el{x("DBSnapshots", x("DBSnapshot", c.dbSnapshot(t, s, s.at(then))...))}, nil
}

func (c *call) describeEvents() ([]el, *problem) {
	t, then := c.seen()
	since, err := time.Parse(time.RFC3339, c.form.Get("StartTime"))
	if err != nil {
		return nil, bad("InvalidParameterValue", "StartTime is not a time.")
	}
	var found []Event
	for _, e := range t.Events {
		if strings.EqualFold(e.Database, c.form.Get("SourceIdentifier")) && !e.At.Before(since) && !e.At.After(then) {
			found = append(found, e)
		}
	}
	return []el{list("Events", "Event", found, func(e Event) []el {
		return []el{v("SourceIdentifier", e.Database), v("SourceType", "db-instance"), v("Message", e.Message), at("Date", e.At)}
	})}, nil
}
