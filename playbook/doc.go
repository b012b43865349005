// Package playbook is what a playbook is and how a run of one goes on (spec/5-playbooks.md): steps with check points, abort criteria and the
// way back, carried out one after another.
//
//	          ┌───────────────────────── a check passes ─────────────────────────┐
//	          ▼                                                                  │
//	ready ─► running ── a check could not tell ─► asking ── a person tells ──────┤
//	          │  │ └──── a check fails, or a person aborts ─► stopped            │
//	          │  └────────────── the same, where the step says undo ─► undoing ──┤ in reverse order of what was really done,
//	          ▼                                                       │  │       │ the half-done step included
//	        done ◄── the last step's checks passed                    │  └► undone
//	                                                                  └► stuck: the way back failed, an incident
//
// A run is a value: Apply takes a run and an event and gives the next run, so it can be stored after each step, taken up after a crash, and
// replayed. A playbook is frozen into its run when it starts; editing a playbook bends no run.
//
// The room is pure and imports the standard library only: no I/O, no clock, no vendor. Whoever carries the steps out, a person with check
// boxes or a program, stands outside and tells the run what came of them.
package playbook
