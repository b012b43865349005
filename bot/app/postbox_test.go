package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/config"
)

// Doctor says with what the postbox speaks STARTTLS, and when its certificate is to be replaced.
func TestDoctorLooksAtThePostbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble begins on 2000-01-01
		a := newApp(t)
		defer func() { _ = a.p.Store.Close() }()
		s := &config.Postbox{Listen: "127.0.0.1:2525", Domain: "toban.example.jp"}
		a.p.Config.Server.Postbox = s
		a.p.Config.Customers[0].Mailboxes = []config.Mailbox{{Address: "desk@toban.example.jp"}}
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		s.Key = config.NewSecret(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
		for _, tt := range []struct {
			days  int // until its end; 0: there is none
			name  string
			level Level
			wants string
		}{
			{0, "", LevelOK, "offers no STARTTLS"},
			{90, "toban.example.jp", LevelOK, "with a certificate until 2000-03-31"},
			{10, "toban.example.jp", LevelWarn, "which is soon"},
			{-1, "toban.example.jp", LevelError, "which is over"},
			{90, "mail.example.jp", LevelWarn, "not of toban.example.jp"},
		} {
			s.Certificate = config.Secret{}
			if tt.days != 0 {
				c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{tt.name}, NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(0, 0, tt.days)}
				der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
				if err != nil {
					t.Fatal(err)
				}
				s.Certificate = config.NewSecret(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
			}
			list := a.examinePostbox()
			last := list[len(list)-1]
			if last.Level != tt.level || !strings.Contains(last.What, tt.wants) || (tt.level != LevelOK) != (last.Mend != "") {
				t.Errorf("%d days, %s: %+v", tt.days, tt.name, last)
			}
			if !strings.Contains(list[1].What, "no receipt") {
				t.Errorf("it does not say that nobody gets a receipt: %+v", list)
			}
		}
	})
}
