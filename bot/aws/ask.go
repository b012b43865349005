package aws

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Services of which only lists are wanted are asked by hand, in the two forms that AWS has for them: each package of the SDK builds the
// schemas of all its calls when the program starts, three of them were a tenth of its memory (ADR 0015).

// words are those of a call in JSON; what is nil is left out.
type words map[string]any

// query asks a service that speaks the query protocol, and reads its XML.
func (d *door) query(ctx context.Context, service, version, action, name string, token *string, out any) error {
	form := url.Values{"Action": {action}, "Version": {version}}
	if token != nil {
		form.Set(name, *token)
	}
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return d.ask(ctx, service, action, h, []byte(form.Encode()), func(raw []byte) error { return xml.Unmarshal(raw, out) })
}

// json asks a service that speaks JSON 1.1.
func (d *door) json(ctx context.Context, service, target string, in words, out any) error {
	for name, value := range in {
		if token, ok := value.(*string); ok && token == nil {
			delete(in, name)
		}
	}
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("writing %s: %w", target, err)
	}
	h := http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {target}}
	return d.ask(ctx, service, target[strings.LastIndexByte(target, '.')+1:], h, body, func(raw []byte) error { return json.Unmarshal(raw, out) })
}

// ask makes one signed call. Its errors are Refusals, as those of the SDK's calls.
func (d *door) ask(ctx context.Context, service, action string, header http.Header, body []byte, read func([]byte) error) error {
	const most = 8 << 20
	keys, err := d.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return refusal(err)
	}
	call := service + " " + action
	unanswered := func(err error) error {
		return &Refusal{Kind: Unanswered, Call: call, Message: innermost(err), err: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.address(service), bytes.NewReader(body))
	if err != nil {
		return unanswered(err)
	}
	req.Header = header
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, keys, req, hex.EncodeToString(sum[:]), service, d.region, d.now()); err != nil {
		return unanswered(err)
	}
	res, err := d.cfg.HTTPClient.Do(req)
	if err != nil {
		return unanswered(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return unanswered(err)
	}
	if res.StatusCode != http.StatusOK {
		return refused(call, res, raw)
	}
	if err := read(raw); err != nil {
		return unanswered(fmt.Errorf("reading the answer: %w", err))
	}
	return nil
}

// address is where a service is in the door's region.
func (d *door) address(service string) string {
	if d.cfg.BaseEndpoint != nil {
		return strings.TrimRight(sdk.ToString(d.cfg.BaseEndpoint), "/") + "/"
	}
	domain := ".amazonaws.com"
	if d.partition == "aws-cn" {
		domain += ".cn"
	}
	return "https://" + service + "." + d.region + domain + "/"
}

// refused reads an error of either form.
func refused(call string, res *http.Response, raw []byte) error {
	r := &Refusal{Kind: Unanswered, Call: call, Message: fmt.Sprintf("%d %s", res.StatusCode, http.StatusText(res.StatusCode)), Request: res.Header.Get("X-Amzn-Requestid")}
	var asXML struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
	}
	var asJSON struct {
		Type    string `json:"__type"`
		Message string `json:"message"` // in either case
	}
	code, message := "", ""
	switch {
	case json.Unmarshal(raw, &asJSON) == nil:
		code, message = asJSON.Type[strings.LastIndexByte(asJSON.Type, '#')+1:], asJSON.Message
	case xml.Unmarshal(raw, &asXML) == nil:
		code, message = asXML.Code, asXML.Message
	}
	if code != "" {
		r.Kind, r.Code, r.Message = kind(code, res.StatusCode), code, short(cmp.Or(message, r.Message))
	}
	return r
}
