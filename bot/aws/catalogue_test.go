package aws_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/bot/aws"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestCatalogueFile keeps CATALOGUE.md what the entries say.
func TestCatalogueFile(t *testing.T) {
	read, operate := aws.Rights()
	code := func(list []string) string { return "`" + strings.Join(list, "`, `") + "`" }
	want := "# Changes of AWS\n\nThe operations of `aws.change`, as the entries of [catalogue.go](catalogue.go) say (`make golden` writes this). Their words are the types of\n" +
		"[bot/awschange.go](../awschange.go). *Person* is how long a change may be under way until staff are asked to look.\n\n" +
		"| operation | what it does | mark | look | where that does not tell | person | dry run | rights of `operate` | rights of `read` |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n" + strings.Join(aws.Lines(), "\n") +
		"\n\nFor all of it the role `read` needs " + code(read) + "; the role `operate` needs " + code(operate) + ", and for volumes that are encrypted by a key of the\n" +
		"customer's own `kms:CreateGrant`, `kms:Decrypt`, `kms:DescribeKey`, `kms:GenerateDataKeyWithoutPlaintext`, `kms:ReEncryptFrom`, `kms:ReEncryptTo` on that key. Leave out what you don't want changed.\n"
	const file = "CATALOGUE.md"
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("CATALOGUE.md is not what the catalogue says (make golden writes it):\n%s", diff)
	}
}

// TestNoClientBecomesAnInterface keeps the binary small: a paginator or a waiter of the SDK takes its client as an interface, and the linker
// then keeps every call that the client has (ADR 0015).
func TestNoClientBecomesAnInterface(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	forbidden := regexp.MustCompile(`\b(ec2|rds|elb|ecs|autoscaling|elasticache)\.New\w*(Paginator|Waiter)\(`)
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := forbidden.Find(src); m != nil {
			t.Errorf("%s uses %s: turn pages and wait by hand", name, m)
		}
	}
}
