package mask_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"toban/bot/mask"
)

const (
	awsID     = "AKIAIOSFODNN7EXAMPLE"
	awsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	jwt       = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
	pem       = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, secret, kind string }{
		{"キーは " + awsID + " です", awsID, "AWS アクセスキー"},
		{"aws_secret_access_key = " + awsSecret, awsSecret, "AWS シークレットキー"},
		{awsID + " / " + awsSecret + " です", awsSecret, "AWS シークレットキー"},
		{awsID + "\n" + awsSecret, awsSecret, "AWS シークレットキー"},
		{"シークレットアクセスキー：" + awsSecret, awsSecret, "AWS シークレットキー"},
		{"password: hunter2", "hunter2", "パスワード"},
		{"Password=abc", "abc", "パスワード"},
		{`password: "two words"`, "two words", "パスワード"},
		{"passphrase: correct horse battery staple", "battery", "パスワード"},
		{"パスワード：P@ssw0rd!", "P@ssw0rd!", "パスワード"},
		{"パスワードは「Xy9-kk22」です", "Xy9-kk22", "パスワード"},
		{"パスワードは「correct-horse」です。", "correct-horse", "パスワード"},
		{"パスワードは「さくら2024」です", "さくら2024", "パスワード"},
		{"パスワードは『Tr0ub4dor』に変更してください", "Tr0ub4dor", "パスワード"},
		{"■ パスワード\nXy9kk22z", "Xy9kk22z", "パスワード"},
		{"| パスワード | abcd1234 |", "abcd1234", "パスワード"},
		{"【パスワード】:abcd1234", "abcd1234", "パスワード"},
		{"PW: abcd1234", "abcd1234", "パスワード"},
		{"user/pass: root/abcd1234", "abcd1234", "パスワード"},
		{"DB_PASSWORD=abcd1234", "abcd1234", "パスワード"},
		{"パスワード：ｐａｓｓ１２３４", "ｐａｓｓ１２３４", "パスワード"},
		{"mysql://root:s3cret@db01/app", "s3cret", "パスワード"},
		{"Authorization: Bearer abcdefghijklmnop1234", "abcdefghijklmnop1234", "トークン"},
		{"xoxb-1234567890-abcdefghij", "xoxb-1234567890-abcdefghij", "トークン"},
		{"ghp_0123456789abcdefghij0123456789abcdef", "ghp_0123456789abcdefghij0123456789abcdef", "トークン"},
		{"glpat-abcdefghij0123456789", "glpat-abcdefghij0123456789", "トークン"},
		{"JWT は " + jwt + " です", jwt[40:], "トークン"},
		{"https://hooks.slack.com/services/T000/B000/XXXXXXXX", "T000/B000/XXXXXXXX", "トークン"},
		{pem, "MIIEpAIBAAKCAQEA", "秘密鍵"},
		{pem[:60], "MIIEpAIBAAKCAQEA", "秘密鍵"},
		{"AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQ", "1QQQQQQQQQ", "秘密鍵"},
		{"apiKey=0123456789abcdef", "0123456789abcdef", "パスワード"},
		{"トークン: abcdef123456", "abcdef123456", "パスワード"},
	} {
		got, kinds := mask.Text(c.in)
		if strings.Contains(got, c.secret) || !slices.Contains(kinds, c.kind) || !slices.Contains(mask.Kinds(got), c.kind) {
			t.Errorf("%q became %q, %v", c.in, got, kinds)
		}
		if again, kinds := mask.Text(got); again != got || len(kinds) > 0 {
			t.Errorf("%q is masked again: %q, %v", got, again, kinds)
		}
	}
}

func TestOrdinaryWordsStay(t *testing.T) {
	for _, s := range []string{
		"", "web01 のパスワードをリセットしてください", "パスワード: 別途お知らせします", "パスワードの変更をお願いします", "IAM ユーザー yamada の追加", "https://example.com/a:b@c", "PasswordAuthentication no",
		"パスワード: ********", "秘密鍵を配置してください", "トークンの有効期限", "password reset", "パスワードは「設定画面」から変更できます",
		"通知番号: T-ABCDEFGHJK", "commit 0123456789abcdef0123456789abcdef01234567", "パスワードについて\n\n通知番号: T-ABCDEFGH23", "キーボードの key を交換",
	} {
		if got, kinds := mask.Text(s); got != s || len(kinds) > 0 {
			t.Errorf("%q became %q, %v", s, got, kinds)
		}
	}
}

// A placeholder that a person quotes is no new secret; one that was put in its place is.
func TestQuotedPlaceholder(t *testing.T) {
	masked := mask.Incoming("パスワード: abcd1234")
	quoted := mask.Incoming("> " + masked + "\nとのことですが")
	if len(mask.Kinds(masked)) != 1 || len(mask.Kinds(quoted)) != 0 || !strings.Contains(quoted, "とのことですが") {
		t.Errorf("masked %q, quoted %q", masked, quoted)
	}
}

func TestBody(t *testing.T) {
	in := `{"id":7,"content":{"summary":"\u30d1\u30b9\u30ef\u30fc\u30c9: hunter2","text":"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"},"api_key" : "plain","count":1,"token":"","n":{"a":"token"}}`
	want := `{"id":7,"content":{"summary":"パスワード: 〔秘密情報:パスワード〕","text":"〔秘密情報:秘密鍵〕"},"api_key" : "〔秘密情報:トークン〕","count":1,"token":"","n":{"a":"token"}}`
	if diff := cmp.Diff(want, mask.Body(in)); diff != "" || !json.Valid([]byte(mask.Body(in))) {
		t.Error(diff)
	}
	form := url.Values{"token": {"verification"}, "payload": {`{"response_url":"https://hooks.slack.com/x/y","value":"password: hunter2"}`}, "text": {"ordinary"}}.Encode()
	got, err := url.ParseQuery(mask.Body(form))
	if err != nil || got.Get("text") != "ordinary" {
		t.Fatal(got, err)
	}
	for _, secret := range []string{"verification", "hunter2", "/x/y"} {
		if strings.Contains(got.Encode(), url.QueryEscape(secret)) {
			t.Errorf("%s is left in %v", secret, got)
		}
	}
	for _, in := range []string{
		"password=hunter2", "パスワード=hunter2", `{"text":"password: hunter2`, `["hunter2 is no label", "password: hunter2"`, `{"password":"hunter2","x":`, "password: hunter2", `{"パスワード":"hunter2"}`,
		`"broken" {"text":"password: hunter2"}`,
	} {
		if got := mask.Body(in); strings.Contains(strings.ReplaceAll(got, "hunter2 is no label", ""), "hunter2") {
			t.Errorf("%q became %q", in, got)
		}
	}
	for _, in := range []string{`{"id": 1, "type":3 , "x":"日本語 \u3042 \/ "}`, "nonsense", "", "\ufeff{}"} {
		if got := mask.Body(in); got != in {
			t.Errorf("%q became %q", in, got)
		}
	}
}

// FuzzText holds what must be so of any text: no panic, text stays text, what is hidden stays hidden, and a secret that stands alone on a
// labelled line goes, whatever stands around it.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "password: hunter2", pem, awsID + awsSecret, "パスワードは「」です", "〔秘密情報:パスワード〕: abc", "://:@", "key\n\"'「", "トークン〔秘密情報:", jwt, `{"token":"x"}`, "a=b&token=c"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "Zq7-Zq7-Zq7-Zq7"
		text := strings.ReplaceAll(before, secret, "") + "\nパスワード: " + secret + "\n" + strings.ReplaceAll(after, secret, "")
		got, _ := mask.Text(text)
		if strings.Contains(got, secret) {
			t.Errorf("%q became %q", text, got)
		}
		if again, kinds := mask.Text(got); again != got {
			t.Errorf("masked again %q became %q, %v", got, again, kinds)
		}
		for _, out := range []string{got, mask.Incoming(text), mask.Body(text), mask.Body(before)} {
			if utf8.ValidString(text) && !utf8.ValidString(out) {
				t.Errorf("%q became no text: %q", text, out)
			}
		}
		raw, err := json.Marshal(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		if out := mask.Body(string(raw)); strings.Contains(out, secret) || !json.Valid([]byte(out)) {
			t.Errorf("%s became %s", raw, out)
		}
	})
}

func BenchmarkText(b *testing.B) {
	ordinary := strings.Repeat("お世話になっております。web01 のディスク使用率が高いため、ログの整理をお願いできますでしょうか。\n", 10)
	for _, c := range []struct{ name, text string }{
		{"ordinary", ordinary}, {"a secret", ordinary + "パスワード: hunter2\n"}, {"hook", `{"space":"demo","project":"AOZORA","issue_id":3037,"key_id":12,"activity_id":99,"type":1,"deleted":false,"via":"webhook"}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				mask.Text(c.text)
			}
		})
	}
}
