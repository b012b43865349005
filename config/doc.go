// Package config turns a folder of YAML into one checked value.
//
//	server.yaml     how Toban runs: address, database, Slack, log, operators' channel
//	spaces.yaml     the Backlog spaces
//	people.yaml     staff, teams, rotas
//	customers/*     one customer a file: contract, projects, users, contacts, overrides
//	profiles/*      the provider's own service profiles, or replacements of shipped ones
//	holidays/*      public holidays of other countries, or a newer Japanese list than the built-in one
//
// [Load] tells every fault of every file at once, with file, line, column, what is wrong and what is allowed. What it returns can be
// trusted: references lead somewhere, figures are possible, templates can be filled in. Secrets are references (env:NAME, file:PATH) and
// never show in what is printed, logged or encoded: see [Secret].
//
// A profile holds calendars, request types, clocks, figures and messages. Shipped profiles are embedded from profiles/; a profile may
// extend another, and a customer's overrides lie over those of its contract, key by key, each value still knowing its line. No figure of a
// contract stands in Go code. Clocks are versioned: a profile's revisions lie over the ones before from a date on.
//
// The room refuses to know who uses it: no ticket, no HTTP, no database. It reads files and the environment through [Options] only, and
// never a clock.
//
// The files, since there are more than a dozen: load (the way through the folder), errors, secret; server, space, person and rota,
// when (days and times); customer, contract, customer_check; profile, profiles (shipped, own, extends), figures, request_type, calendar,
// calendar_file, holidays, policy; setup (what a project gets); message (what messages there are), template, template_walk; check (what many need). Reading YAML with positions is in tree.
package config
