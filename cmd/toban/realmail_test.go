package main

import (
	"context"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const eximConfig = `primary_hostname = mx.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = %[2]s
spool_directory = %[1]s/spool
log_file_path = %[1]s/spool/%%slog
keep_environment =
acl_smtp_rcpt = fine
acl_smtp_data = fine
tls_advertise_hosts =
begin acl
fine:
  accept
begin routers
toban:
  driver = manualroute
  domains = toban.test
  transport = out
  route_list = * 127.0.0.1
  self = send
kept:
  driver = accept
  transport = kept
begin transports
out:
  driver = smtp
  port = %[3]s
  allow_localhost
  hosts_avoid_tls = *
kept:
  driver = appendfile
  file = %[1]s/spool/kept
  user = %[4]s
begin retry
* * F,1h,5s
`

// A mail server that is none of ours, Exim of Debian, hands a mail on to Toban's door, and takes the receipt from Toban; swaks, a client that is none of
// ours, speaks to the door itself. Where Exim is not installed the test says so and is none.
func TestMailByRealServers(t *testing.T) {
	exim, err := exec.LookPath("exim4")
	who, errUser := user.Lookup("Debian-exim")
	if err != nil || errUser != nil || os.Getuid() != 0 {
		t.Skip("SKIPPED: this needs Debian's exim4 (apt-get install exim4-daemon-light swaks) and root; mails between Toban and a server of others are NOT tried here")
	}
	o := newOffice(t)
	relay, post := freeAddress(t), freeAddress(t)
	o.rewrite("server.yaml", "listen: "+o.listen, "listen: "+o.listen+"\npostbox: {listen: \""+post+"\", domain: toban.test}\nmail: {server: \""+relay+"\", security: none, from: 当番 <toban@msp.example>}")
	o.rewrite("customers/"+demoCustomer+".yaml", "team: desk\n", "team: desk\nmailboxes: [{address: "+deskAddress+"}]\noverrides: {support-desk: {desk: {mail: true}}}\n")
	kept := o.exim(exim, who, relay, post)
	stop := o.serve()
	defer stop()
	send := func(to, text string) {
		host, port, _ := net.SplitHostPort(to)
		args := []string{"--server", host, "--port", port, "--from", demoCustomerMail, "--to", deskAddress, "--data", text, "--hide-all"}
		name := "swaks"
		if _, err := exec.LookPath(name); err != nil {
			t.Log("swaks is not installed: the standard library's client sends instead")
			if err := smtp.SendMail(to, nil, demoCustomerMail, []string{deskAddress}, []byte(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil {
				t.Fatal(err)
			}
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
			t.Fatalf("swaks: %v\n%s", err, out)
		}
	}
	for i, to := range []string{relay, post} {
		id := fmt.Sprintf("real%d@aozora.example", i)
		send(to, fmt.Sprintf("From: 山田 <%s>\nTo: <%s>\nMessage-ID: <%s>\nSubject: web01 のバックアップ %d\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n%s\n", demoCustomerMail, deskAddress, id, i, backupText))
		o.until("the receipt of mail "+id, func() bool {
			b, _ := os.ReadFile(kept)
			return strings.Contains(string(b), "In-Reply-To: <"+id+">") && strings.Contains(string(b), "Auto-Submitted: auto-generated")
		})
	}
	var issues []struct{ Summary string }
	o.get("/issues?keyword=web01", &issues)
	n := 0
	for _, x := range issues {
		if strings.HasPrefix(x.Summary, "web01 のバックアップ ") {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d issues of two mails: %+v", n, issues)
	}
}

// exim starts a mail server that hands on what is for Toban and keeps the rest in a file, which it names.
func (o *office) exim(program string, who *user.User, relay, post string) (kept string) {
	o.t.Helper()
	dir, err := os.MkdirTemp("", "exim") // each folder of the way must be one that its user may enter
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	spool := filepath.Join(dir, "spool")
	for _, err := range []error{os.Chmod(dir, 0o755), os.Mkdir(spool, 0o750), os.Chown(spool, uid, gid)} {
		if err != nil {
			o.t.Fatal(err)
		}
	}
	port := func(address string) string { _, p, _ := net.SplitHostPort(address); return p }
	file := filepath.Join(dir, "exim.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, eximConfig, dir, port(relay), port(post), who.Username), 0o644); err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, program, "-C", file, "-bdf", "-q5s")
	if err := c.Start(); err != nil {
		cancel()
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		cancel()
		_ = c.Wait()
	})
	o.until("Exim answers", func() bool {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", relay)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	return filepath.Join(spool, "kept")
}
