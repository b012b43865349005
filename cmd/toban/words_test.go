package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFolderThatIsNoneIsNamed(t *testing.T) {
	o := newOffice(t)
	file := filepath.Join(t.TempDir(), "server.yaml")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, wants := range map[string]string{file: "is a file", filepath.Join(file, "..", "nowhere"): "reading the configuration folder"} {
		if code, _, errs := o.toban("", "check", "--config", dir); code != exitUsage || !strings.Contains(errs, wants) {
			t.Errorf("check of %s: %d %q, want %d and %q", dir, code, errs, exitUsage, wants)
		}
	}
}

func TestMonthThatHasNotBegunIsNotReported(t *testing.T) {
	o := newOffice(t)
	month := time.Now().AddDate(1, 0, 0).Format("2006-01")
	code, out, errs := o.toban("", "report", "--config", "CONFIG", "--customer", demoCustomer, "--month", month)
	if code != exitUsage || out != "" || !strings.Contains(errs, "has not begun") {
		t.Errorf("report of %s: %d %q %q, want %d and no page", month, code, out, errs, exitUsage)
	}
}
