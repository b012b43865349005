package alert

import (
	"cmp"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // version 1 of SNS's signatures is made with it
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"toban/bot"
)

// sns reads what Amazon SNS delivers: nothing is believed before its signature was verified with the certificate of an SNS host.
type sns struct {
	client *http.Client
	mu     sync.Mutex
	certs  map[string]*x509.Certificate // by address
}

const (
	snsLimit = 10 * time.Second // of one call to AWS
	mostCert = 64 << 10         // bytes of a certificate
	manyCert = 16               // certificates that are kept
)

func newSNS(client *http.Client) *sns {
	if client == nil {
		client = &http.Client{Timeout: snsLimit}
	}
	return &sns{client: client, certs: map[string]*x509.Certificate{}}
}

// envelope is a message of SNS; names as it writes them.
type envelope struct {
	Type, MessageId, Token, TopicArn, Subject, Message, Timestamp string
	SignatureVersion, Signature, SigningCertURL, SubscribeURL     string
}

const (
	snsNotice      = "Notification"
	snsSubscribe   = "SubscriptionConfirmation"
	snsUnsubscribe = "UnsubscribeConfirmation"
)

// snsOldest is how old a message of SNS may be. It covers the time in which a doubled one is known by its id.
const snsOldest = 24 * time.Hour

// signed is the text over which SNS signs.
func (e envelope) signed() string {
	pairs := [][2]string{{"Message", e.Message}, {"MessageId", e.MessageId}}
	if e.Type == snsNotice {
		if e.Subject != "" {
			pairs = append(pairs, [2]string{"Subject", e.Subject})
		}
		pairs = append(pairs, [2]string{"Timestamp", e.Timestamp}, [2]string{"TopicArn", e.TopicArn}, [2]string{"Type", e.Type})
	} else {
		pairs = append(pairs, [2]string{"SubscribeURL", e.SubscribeURL}, [2]string{"Timestamp", e.Timestamp}, [2]string{"Token", e.Token}, [2]string{"TopicArn", e.TopicArn}, [2]string{"Type", e.Type})
	}
	var b strings.Builder
	for _, p := range pairs {
		b.WriteString(p[0] + "\n" + p[1] + "\n")
	}
	return b.String()
}

// snsHost are the hosts of SNS. A name that only begins or ends like one is none.
var snsHost = regexp.MustCompile(`^sns\.[a-z]{2}(-[a-z0-9]+)+-[0-9]\.amazonaws\.com(\.cn)?$`)

// snsAddress refuses an address that is not of SNS.
func snsAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || !snsHost.MatchString(u.Host) {
		return nil, fmt.Errorf("%w: an address that is not of an SNS host, https://sns.REGION.amazonaws.com", errUnsigned)
	}
	return u, nil
}

func (s *sns) verify(ctx context.Context, e envelope) error {
	u, err := snsAddress(e.SigningCertURL)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(u.Path, ".pem") {
		return fmt.Errorf("%w: its certificate's address does not end in .pem", errUnsigned)
	}
	signature, err := base64.StdEncoding.DecodeString(e.Signature)
	if err != nil {
		return fmt.Errorf("%w: it is no base64", errUnsigned)
	}
	cert, err := s.certificate(ctx, u.String())
	if err != nil {
		return err
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return fmt.Errorf("%w: the certificate holds no RSA key", errUnsigned)
	}
	text := []byte(e.signed())
	switch e.SignatureVersion {
	case "1":
		sum := sha1.Sum(text) //nolint:gosec // as above
		err = rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], signature)
	case "2":
		sum := sha256.Sum256(text)
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	default:
		return fmt.Errorf("%w: version %q of SNS's signatures is not known; known are 1 and 2", errUnsigned, e.SignatureVersion)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsigned, err)
	}
	return nil
}

// certificate fetches a certificate once. AWS that does not answer is no fault of the message: it is to be sent again.
func (s *sns) certificate(ctx context.Context, address string) (*x509.Certificate, error) {
	s.mu.Lock()
	known := s.certs[address]
	s.mu.Unlock()
	if known != nil {
		return known, nil
	}
	raw, err := s.get(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("%w: fetching the certificate: %w", errAgain, err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%w: the certificate is no PEM", errUnsigned)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: reading the certificate: %w", errUnsigned, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.certs) >= manyCert {
		clear(s.certs)
	}
	s.certs[address] = cert
	return cert, nil
}

var errStatus = errors.New("AWS answered")

func (s *sns) get(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, snsLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := s.client.Do(req)
	if err != nil {
		var where *url.Error // its address holds the token of the subscription
		if errors.As(err, &where) {
			err = where.Err
		}
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, mostCert))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%w %d", errStatus, res.StatusCode)
	}
	return raw, err
}

// cloudwatch reads alarms of Amazon CloudWatch as SNS delivers them, and confirms the topic's subscription to this door.
func (s *sns) cloudwatch(ctx context.Context, d delivery) ([]bot.Alert, error) {
	var e envelope
	if err := json.Unmarshal(d.raw, &e); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	if err := s.verify(ctx, e); err != nil {
		return nil, err
	}
	if at := timeOf(e.Timestamp); at.IsZero() || d.at.Sub(at) > snsOldest {
		return nil, fmt.Errorf("%w: it is of %q: SNS repeats for an hour, and whoever repeats later is somebody else", errUnsigned, e.Timestamp)
	}
	if account := accountOf(e.TopicArn); len(d.customer.Accounts) > 0 && !slices.Contains(d.customer.Accounts, account) {
		return nil, fmt.Errorf("%w: the topic is of account %s, which is none of the customer's", errUnsigned, account)
	}
	switch e.Type {
	case snsSubscribe:
		u, err := snsAddress(e.SubscribeURL)
		if err != nil {
			return nil, err
		}
		if _, err := s.get(ctx, u.String()); err != nil {
			return nil, fmt.Errorf("%w: confirming the subscription of %s: %w", errAgain, e.TopicArn, err)
		}
		return nil, nil
	case snsUnsubscribe:
		return nil, nil
	case snsNotice:
		return alarm(d, e)
	}
	return nil, fmt.Errorf("type %q of SNS is not known", e.Type)
}

// accountOf is the account of a topic, arn:aws:sns:REGION:ACCOUNT:NAME.
func accountOf(arn string) string {
	const account, parts = 4, 6
	if f := strings.SplitN(arn, ":", parts); len(f) == parts {
		return f[account]
	}
	return ""
}

func alarm(d delivery, e envelope) ([]bot.Alert, error) {
	var x struct {
		AlarmName, AlarmDescription, NewStateValue, NewStateReason, StateChangeTime, Region string
		Trigger                                                                             struct {
			Dimensions []struct {
				Name  string `json:"name"`
				Value string `json:"value"`
			}
		}
	}
	if err := json.Unmarshal([]byte(e.Message), &x); err != nil || x.AlarmName == "" {
		return nil, fmt.Errorf("the message %q is no alarm of CloudWatch", e.MessageId)
	}
	host := ""
	for _, dim := range x.Trigger.Dimensions {
		known := d.customer.Hosts[strings.ToLower(dim.Value)]
		if known != "" || host == "" && slices.Contains([]string{"InstanceId", "DBInstanceIdentifier", "LoadBalancer", "FunctionName"}, dim.Name) {
			host = cmp.Or(known, dim.Value)
		}
	}
	// Alarm and recovery have no name in common: what is older than the newest is told by the time of the change.
	return []bot.Alert{{
		ID: e.MessageId, Host: host, Name: x.AlarmName, Severity: x.NewStateValue, Text: joined(x.AlarmDescription, x.NewStateReason), Firing: x.NewStateValue != "OK",
		Since: timeOf(x.StateChangeTime), Raw: json.RawMessage(d.raw),
	}}, nil
}
