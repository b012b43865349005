// Package app wires Toban together and gives it its life: New builds every part from a configuration, Run works until its context ends.
//
// The list of handlers, in wire.go, is the order in which the features are asked. Nothing here decides anything.
//
// More than twelve files, by what they wire: app, wire, drive, trial (life); directory, follow, office, records (what the features and the report
// read); http, status (the doors of operators); metrics, gauges, observe, health, heartbeat, synthetic (who watches); stop, lease, worldclock
// (the switch, the leader, the demo's clock); modes, held (how far a project goes); mail, phone, account (adapters that may be missing); operators, operators_mail, expiry, forgotten (what
// operators are told); backup, retain (once a day), seal (the audit's chains); examine, examine_reach, examine_modes (doctor).
package app
