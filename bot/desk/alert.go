package desk

import (
	"slices"

	"toban/bot"
)

// alerted takes in what Toban knew when it opened the issue for an alert; the issue's own words decide nothing of it.
func (d *decision) alerted() {
	for _, f := range d.in.New {
		if o, ok := bot.ReadAlertOrigin(f.Origin); ok && f.Opened {
			d.t.Alert, d.t.Received = &o, o.Received
			d.v.Reason("opened for an alert", "the promise counts from "+d.v.Short(o.Received)+", when the door received it")
			return
		}
	}
}

// classifyAlert: an alert is an incident, whatever its words read like.
func (d *decision) classifyAlert() {
	c := Classification{Type: typeIncident, Class: bot.ClassIncident, Confidence: bot.Certain, Reasons: []string{"Toban opened it for an alert"}}
	if i := slices.IndexFunc(d.cust.Types, func(rt bot.RequestType) bool { return rt.Class == bot.ClassIncident }); i >= 0 {
		c.Type = d.cust.Types[i].ID
	}
	d.classify(c)
	d.t.Host = d.t.Alert.Host
}
