package alert_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
)

const (
	certURL = "https://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-1.pem"
	topic   = "arn:aws:sns:ap-northeast-1:123456789012:alarms"
)

// amazon is a stand-in of SNS with a key of its own.
type amazon struct {
	key   *rsa.PrivateKey
	cert  []byte
	calls []string
	down  bool
}

func newAmazon(t *testing.T) *amazon {
	t.Helper()
	const bits = 2048
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sns.amazonaws.com"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &amazon{key: key, cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// RoundTrip serves the certificate and takes confirmations.
func (a *amazon) RoundTrip(r *http.Request) (*http.Response, error) {
	a.calls = append(a.calls, r.URL.String())
	code := http.StatusOK
	if a.down {
		code = http.StatusBadGateway
	}
	return &http.Response{StatusCode: code, Body: io.NopCloser(bytes.NewReader(a.cert)), Header: http.Header{}, Request: r}, nil
}

// sign signs a message over the given fields in their order, as SNS documents it.
func (a *amazon) sign(t *testing.T, m map[string]string, fields ...string) string {
	t.Helper()
	var text strings.Builder
	for _, f := range fields {
		text.WriteString(f + "\n" + m[f] + "\n")
	}
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(text.String()))
	digest := sum[:]
	if m["SignatureVersion"] == "1" {
		old := sha1.Sum([]byte(text.String()))
		hash, digest = crypto.SHA1, old[:]
	}
	sig, err := rsa.SignPKCS1v15(rand.Reader, a.key, hash, digest)
	if err != nil {
		t.Fatal(err)
	}
	m["Signature"] = base64.StdEncoding.EncodeToString(sig)
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func notice(version, state string) map[string]string {
	return map[string]string{
		"Type": "Notification", "MessageId": "m-1", "TopicArn": topic, "Timestamp": "2026-11-22T03:00:00.000Z", "SignatureVersion": version, "SigningCertURL": certURL,
		"Message": `{"AlarmName":"cpu-high","NewStateValue":"` + state + `","NewStateReason":"Threshold Crossed","StateChangeTime":"2026-11-22T02:59:59.123+0000","Trigger":{"Dimensions":[{"name":"InstanceId","value":"i-0123"}]}}`,
	}
}

func TestCloudWatch(t *testing.T) {
	a := newAmazon(t)
	client := &http.Client{Transport: a}
	for _, version := range []string{"1", "2"} {
		for state, firing := range map[string]bool{"ALARM": true, "OK": false, "INSUFFICIENT_DATA": true} {
			s := &shelf{}
			if code := deliver(open(s, client, nil), "cloudwatch", tokenAoba, a.sign(t, notice(version, state), "Message", "MessageId", "Timestamp", "TopicArn", "Type")); code != http.StatusOK {
				t.Fatalf("version %s: answered %d: %q", version, code, s.buried)
			}
			want := []bot.Alert{{
				Customer: "aoba", Source: "cloudwatch", Host: "web-1", Name: "cpu-high", Severity: state, Text: "Threshold Crossed", Firing: firing, ID: "m-1",
				Since: time.Date(2026, 11, 22, 2, 59, 59, 123e6, time.UTC),
			}}
			if diff := cmp.Diff(want, s.words(t)); diff != "" {
				t.Error(diff)
			}
		}
	}
	subject := notice("2", "ALARM")
	subject["Subject"] = "ALARM"
	if code := deliver(open(&shelf{}, client, nil), "cloudwatch", tokenAoba, a.sign(t, subject, "Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")); code != http.StatusOK {
		t.Errorf("with a subject: answered %d", code)
	}
}

func TestCloudWatchSubscription(t *testing.T) {
	a := newAmazon(t)
	m := map[string]string{
		"Type": "SubscriptionConfirmation", "MessageId": "m-1", "Token": "t", "TopicArn": topic, "Message": "You have chosen to subscribe", "Timestamp": "2026-11-22T03:00:00.000Z",
		"SignatureVersion": "2", "SigningCertURL": certURL, "SubscribeURL": "https://sns.ap-northeast-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
	}
	s := &shelf{}
	fields := []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	if code := deliver(open(s, &http.Client{Transport: a}, nil), "cloudwatch", tokenAoba, a.sign(t, m, fields...)); code != http.StatusOK || len(s.events)+len(s.buried) > 0 {
		t.Errorf("answered %d, %v %q", code, s.events, s.buried)
	}
	if diff := cmp.Diff([]string{certURL, m["SubscribeURL"]}, a.calls); diff != "" {
		t.Error(diff)
	}
	m["SubscribeURL"] = "https://example.com/?Action=ConfirmSubscription"
	if code := deliver(open(&shelf{}, &http.Client{Transport: a}, nil), "cloudwatch", tokenAoba, a.sign(t, m, fields...)); code != http.StatusForbidden {
		t.Errorf("a subscription that leads elsewhere is answered %d", code)
	}
}

func TestCloudWatchForgeries(t *testing.T) {
	a, fields := newAmazon(t), []string{"Message", "MessageId", "Timestamp", "TopicArn", "Type"}
	for name, tc := range map[string]struct {
		change func(m map[string]string)
		after  func(body string) string
		code   int
	}{
		"changed":           {after: func(b string) string { return strings.Replace(b, "cpu-high", "cpu-low", 1) }, code: http.StatusForbidden},
		"a topic of others": {change: func(m map[string]string) { m["TopicArn"] = strings.Replace(topic, "123456789012", "999999999999", 1) }, code: http.StatusForbidden},
		"version 3":         {change: func(m map[string]string) { m["SignatureVersion"] = "3" }, code: http.StatusForbidden},
		"no base64":         {after: func(b string) string { return strings.Replace(b, `"Signature":"`, `"Signature":"*`, 1) }, code: http.StatusForbidden},
		"no alarm":          {change: func(m map[string]string) { m["Message"] = "hello" }, code: http.StatusBadRequest},
		"plain http":        {change: func(m map[string]string) { m["SigningCertURL"] = strings.Replace(certURL, "https", "http", 1) }, code: http.StatusForbidden},
		"a host that begins so": {change: func(m map[string]string) {
			m["SigningCertURL"] = strings.Replace(certURL, ".com/", ".com.example.org/", 1)
		}, code: http.StatusForbidden},
		"a host that ends so":   {change: func(m map[string]string) { m["SigningCertURL"] = strings.Replace(certURL, "sns.", "evil-sns.", 1) }, code: http.StatusForbidden},
		"another service":       {change: func(m map[string]string) { m["SigningCertURL"] = "https://s3.ap-northeast-1.amazonaws.com/x.pem" }, code: http.StatusForbidden},
		"a user in the address": {change: func(m map[string]string) { m["SigningCertURL"] = strings.Replace(certURL, "https://", "https://a@", 1) }, code: http.StatusForbidden},
		"a port":                {change: func(m map[string]string) { m["SigningCertURL"] = strings.Replace(certURL, ".com/", ".com:8443/", 1) }, code: http.StatusForbidden},
		"a day old":             {change: func(m map[string]string) { m["Timestamp"] = "2026-11-21T03:00:00.000Z" }, code: http.StatusForbidden},
		"of no time":            {change: func(m map[string]string) { m["Timestamp"] = "yesterday" }, code: http.StatusForbidden},
		"a certificate within": {change: func(m map[string]string) {
			m["SigningCertURL"] = "https://example.org/sns.ap-northeast-1.amazonaws.com/x.pem"
		}, code: http.StatusForbidden},
		"no certificate": {change: func(m map[string]string) { m["SigningCertURL"] = strings.TrimSuffix(certURL, ".pem") + ".txt" }, code: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := &shelf{}, notice("2", "ALARM")
			if tc.change != nil {
				tc.change(m)
			}
			body := a.sign(t, m, fields...)
			if tc.after != nil {
				body = tc.after(body)
			}
			if code := deliver(open(s, &http.Client{Transport: a}, nil), "cloudwatch", tokenAoba, body); code != tc.code || len(s.events) > 0 || len(s.buried) != 1 {
				t.Errorf("answered %d, %v %q", code, s.events, s.buried)
			}
		})
	}
	s := &shelf{}
	a.down = true
	if code := deliver(open(s, &http.Client{Transport: a}, nil), "cloudwatch", tokenAoba, a.sign(t, notice("2", "ALARM"), fields...)); code != http.StatusServiceUnavailable || len(s.buried) > 0 {
		t.Errorf("AWS is down: answered %d, %q", code, s.buried)
	}
}
