package tracker_test

import (
	"errors"
	"strings"
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
)

func (d *desk) files() []*backlog.Attachment {
	d.Helper()
	list, err := d.as(1).GetIssueAttachments(d.Context(), "ACME-1")
	if err != nil {
		d.Fatal(err)
	}
	return list
}

func (d *desk) filing(key, name, content string) bot.Attempt {
	return d.attempt(bot.EffectFile, key, bot.File{Name: name, Content: []byte(content)})
}

func TestFileIsAttached(t *testing.T) {
	inBubble(t, func(d *desk) {
		sent := d.send(d.filing("k1", "../経過\n表.csv", "時刻,内容\n"))
		list := d.files()
		if len(list) != 1 || list[0].Name != ".._経過_表.csv" || sent.RemoteID != d.comments()[0].ID.String() {
			d.Fatalf("files %+v, sent %+v", list, sent)
		}
		// The same file for another effect is there already; another content of the same name is another file.
		if again := d.send(d.filing("k2", "../経過\n表.csv", "時刻,内容\n")); again.RemoteID != sent.RemoteID || again.Why != "it was there already" {
			d.Errorf("the same file again: %+v", again)
		}
		d.send(d.filing("k3", "../経過\n表.csv", "内容,時刻\n"))
		if n := len(d.files()); n != 2 {
			d.Errorf("%d files", n)
		}
	})
}

func TestLostAnswerOfAFileIsFoundAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		rule backlogsim.FaultRule
		why  string
	}{
		"attached, answer lost": {backlogsim.FaultRule{Method: "PATCH", Path: "/api/v2/issues/*", Lost: "drop"}, "found on look"},
		"attached, 500":         {backlogsim.FaultRule{Method: "PATCH", Path: "/api/v2/issues/*", Lost: "500"}, "found on look"},
		"not attached":          {backlogsim.FaultRule{Method: "PATCH", Path: "/api/v2/issues/*", Drop: true}, ""},
		"uploaded, answer lost": {backlogsim.FaultRule{Method: "POST", Path: "/api/v2/space/attachment", Lost: "drop"}, ""},
		"the list is not there": {backlogsim.FaultRule{Method: "GET", Path: "/api/v2/issues/*/attachments", Status: 503}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				tt.rule.Times = 1
				d.breaks(tt.rule)
				a := d.filing("k1", "a.csv", "x")
				if tt.rule.Status == 503 {
					tt.rule.Times = 9 // the client repeats a look by itself
					d.breaks(tt.rule)
				}
				if err := d.fails(a); bot.IsPermanent(err) {
					d.Fatalf("final: %v", err)
				}
				if err := d.sim.AddFaults(backlogsim.Faults{}); err != nil {
					d.Fatal(err)
				}
				sent, err := d.tracker.Send(d.Context(), again(a))
				for n := 0; err != nil && n < 3; n++ {
					sent, err = d.tracker.Send(d.Context(), again(a))
				}
				if err != nil || sent.Why != tt.why || len(d.files()) != 1 {
					d.Errorf("sent %+v, %v, %d files", sent, err, len(d.files()))
				}
			})
		})
	}
}

func TestTwinsOfAFileAreReported(t *testing.T) {
	inBubble(t, func(d *desk) {
		for range 2 {
			up, err := d.as(botUser).UploadAttachment(d.Context(), "a.csv", strings.NewReader("x"))
			if err != nil {
				d.Fatal(err)
			}
			if _, err := d.as(botUser).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{AttachmentIDs: []backlog.ID{up.ID}}); err != nil {
				d.Fatal(err)
			}
		}
		sent := d.send(again(d.filing("k1", "a.csv", "x")))
		if list := d.files(); len(list) != 2 || !strings.Contains(sent.Why, "2 times") || !strings.Contains(sent.Why, "("+min(list[0].ID, list[1].ID).String()+")") {
			d.Errorf("sent %+v", sent)
		}
	})
}

func TestFileThatCantBeAttached(t *testing.T) {
	inBubble(t, func(d *desk) {
		for _, a := range []bot.Attempt{d.filing("k1", "", "x"), d.filing("k1", "a", ""), d.filing("k1", "a", strings.Repeat("x", bot.MostFile+1))} {
			if err := d.fails(a); !bot.IsPermanent(err) {
				d.Errorf("got %v", err)
			}
		}
		a := again(d.filing("k1", "a", "x"))
		a.Halt = true
		if err := d.fails(a); !errors.Is(err, bot.ErrWithdrawn) || len(d.files()) != 0 {
			d.Errorf("got %v, %d files", err, len(d.files()))
		}
	})
}
