// Package awssim is a stand-in of the parts of AWS that Toban changes: EC2 with its volumes, snapshots, images, tags, addresses and rules of
// security groups, target groups of load balancers, RDS, and the roles by which an account is entered; with what AWS does and no emulator
// shows: changes that take their time or never end, looks that lag behind, throttling, and answers that are lost. Its README says
// where each behaviour is from and what it can't do.
//
// server.go takes calls, access.go judges rights, fault.go misbehaves, world.go holds what there is and how it was; the others are the
// services, one file each: sts, ec2 (instances), ebs (volumes, snapshots, images), tag, address, group (rules), elb, rds. xml.go writes answers.
//
// It knows Amazon's API and nothing of Toban. How far a change is follows from its start and the clock, so nothing runs by itself and it works
// in a testing/synctest bubble by its RoundTripper.
package awssim
