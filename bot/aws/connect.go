package aws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"toban/bot"
)

// Credentials sign requests. Session is "" for keys that last.
type Credentials struct{ Access, Secret, Session string }

// ConnectConfig is an instance of Amazon Connect with a contact flow that speaks the attribute "text", waits for a key, and stores it as the
// attribute "toban_key".
type ConnectConfig struct {
	Region, Instance, Flow string
	Number                 string // caller's number, E.164; or
	Queue                  string // the queue whose number is shown
	Keys                   Credentials
	URL                    string       // of a stand-in; Amazon's own when ""
	Client                 *http.Client // with a time-out of its own
	Now                    func() time.Time
}

// Connect places outbound calls.
type Connect struct {
	c    ConnectConfig
	sign *v4.Signer
}

// NewConnect makes a Connect.
func NewConnect(c ConnectConfig) (*Connect, error) {
	if c.Region == "" || c.Instance == "" || c.Flow == "" || c.Number == "" && c.Queue == "" || c.Now == nil || c.Client == nil {
		return nil, errors.New("building the client of Amazon Connect: region, instance, flow, number or queue, client and clock are needed")
	}
	if c.URL == "" {
		c.URL = "https://connect." + c.Region + ".amazonaws.com"
	}
	return &Connect{c: c, sign: v4.NewSigner()}, nil
}

// ErrNoContact says that Connect knows no contact of an id.
var ErrNoContact = errors.New("the contact is not known to Amazon Connect")

// ring is how long a Japanese telephone takes to ring once.
const ring = 3

// Start places a call, or gives the one that was placed with this token within seven days. Errors: bot.Permanent when Connect refuses it,
// bot.RetryAfter when it asks to come later.
func (c *Connect) Start(ctx context.Context, token, number string, attributes map[string]string, rings int) (id string, err error) {
	const least, most = 15, 60 // seconds that Connect takes
	in := map[string]any{
		"InstanceId": c.c.Instance, "ContactFlowId": c.c.Flow, "DestinationPhoneNumber": number, "ClientToken": token, "Attributes": attributes,
		"RingTimeoutInSeconds": min(max(rings*ring, least), most),
	}
	if c.c.Queue != "" {
		in["QueueId"] = c.c.Queue
	}
	if c.c.Number != "" {
		in["SourcePhoneNumber"] = c.c.Number
	}
	var out struct {
		ContactID string `json:"ContactId"`
	}
	if err := c.call(ctx, http.MethodPut, "/contact/outbound-voice", in, &out); err != nil {
		return "", err
	}
	if out.ContactID == "" {
		return "", errors.New("starting a call: Amazon Connect gave no contact id")
	}
	return out.ContactID, nil
}

// Look tells how a call is doing: ended, how, and the key that was pressed.
func (c *Connect) Look(ctx context.Context, id string) (ended bool, outcome bot.CallOutcome, key string, err error) {
	var d struct {
		Contact struct {
			ConnectedToSystemTimestamp json.RawMessage `json:"ConnectedToSystemTimestamp"`
			DisconnectTimestamp        json.RawMessage `json:"DisconnectTimestamp"`
			DisconnectReason           string          `json:"DisconnectReason"`
		} `json:"Contact"`
	}
	at := url.PathEscape(c.c.Instance) + "/" + url.PathEscape(id)
	if err := c.call(ctx, http.MethodGet, "/contacts/"+at, nil, &d); err != nil {
		return false, "", "", err
	}
	if !there(d.Contact.DisconnectTimestamp) {
		return false, "", "", nil
	}
	var a struct {
		Attributes map[string]string `json:"Attributes"`
	}
	if err := c.call(ctx, http.MethodGet, "/contact/attributes/"+at, nil, &a); err != nil {
		return false, "", "", err
	}
	return true, judge(d.Contact.DisconnectReason, there(d.Contact.ConnectedToSystemTimestamp)), a.Attributes["toban_key"], nil
}

func there(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// judge reads Connect's reason. Amazon adds reasons without notice: what is not known counts by whether anybody took the call.
func judge(reason string, connected bool) bot.CallOutcome {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(reason, w) {
				return true
			}
		}
		return false
	}
	switch {
	case connected:
		return bot.CallAnswered
	case has("BUSY"):
		return bot.CallBusy
	case has("INVALID", "ENDPOINT_ERROR", "RESOURCE_ERROR", "ATTEMPT_FAILED", "BLOCKING", "PROBLEM"):
		return bot.CallFailed
	}
	return bot.CallNoAnswer
}

// call makes one call of the API.
func (c *Connect) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("writing a call of Amazon Connect: %w", err)
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.c.URL+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("writing a call of Amazon Connect: %w", err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if err := signed(ctx, c.sign, r, body, c.c.Keys, "connect", c.c.Region, c.c.Now()); err != nil {
		return fmt.Errorf("signing a call of Amazon Connect: %w", err)
	}
	res, err := c.c.Client.Do(r)
	if err != nil {
		return fmt.Errorf("asking Amazon Connect: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	const most = 1 << 20
	raw, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return fmt.Errorf("reading the answer of Amazon Connect: %w", err)
	}
	if res.StatusCode/100 != 2 {
		return connectRefusal(res, raw)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("reading the answer of Amazon Connect: %w", err)
	}
	return nil
}

// signed adds the headers of Signature Version 4 to a request whose body is given.
func signed(ctx context.Context, s *v4.Signer, r *http.Request, body []byte, keys Credentials, service, region string, now time.Time) error {
	sum := sha256.Sum256(body)
	return s.SignHTTP(ctx, sdk.Credentials{AccessKeyID: keys.Access, SecretAccessKey: keys.Secret, SessionToken: keys.Session}, r, hex.EncodeToString(sum[:]), service, region, now)
}

// connectRefusal says what an error of the API means.
func connectRefusal(res *http.Response, raw []byte) error {
	kind, _, _ := strings.Cut(res.Header.Get("X-Amzn-Errortype"), ":")
	var said struct {
		Message string `json:"Message"`
		Lower   string `json:"message"`
	}
	_ = json.Unmarshal(raw, &said) // a proxy's page says nothing
	err := fmt.Errorf("asking Amazon Connect: it answers %d %s %s%s", res.StatusCode, kind, said.Message, said.Lower)
	const later = 5 * time.Second
	switch {
	case res.StatusCode == http.StatusTooManyRequests, kind == "ThrottlingException", kind == "LimitExceededException":
		return bot.RetryAfter(err, later)
	case kind == "ResourceNotFoundException" && res.Request.Method == http.MethodGet:
		return ErrNoContact
	case kind == "ExpiredTokenException", kind == "RequestTimeTooSkewed", res.StatusCode >= http.StatusInternalServerError, kind == "":
		return err
	}
	return bot.Permanent(err)
}
