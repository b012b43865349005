package awssim

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// el is an element of an answer.
type el struct {
	name, text string
	kids       []el
}

// x is an element with others in it, v one with text; a text that is "" leaves it out.
func x(name string, kids ...el) el { return el{name: name, kids: kids} }
func v(name, text string) el       { return el{name: name, text: text} }
func n(name string, i int) el      { return v(name, strconv.Itoa(i)) }
func b(name string, is bool) el    { return v(name, strconv.FormatBool(is)) }
func at(name string, t time.Time) el {
	if t.IsZero() {
		return el{}
	}
	return v(name, t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// list is an element with one kind of elements in it.
func list[T any](name, each string, from []T, kids func(T) []el) el {
	out := el{name: name}
	for _, one := range from {
		out.kids = append(out.kids, el{name: each, kids: kids(one)})
	}
	return out
}

func (e el) write(b *strings.Builder) {
	if e.name == "" {
		return
	}
	b.WriteString("<" + e.name + ">")
	_ = xml.EscapeText(b, []byte(e.text)) // a builder takes everything
	for _, k := range e.kids {
		if k.text != "" || k.kids != nil || k.name != "" && strings.HasSuffix(k.name, "Set") {
			k.write(b)
		}
	}
	b.WriteString("</" + e.name + ">")
}

// problem is an error of the API.
type problem struct {
	status  int
	code    string
	message string
}

func wrong(status int, code, format string, args ...any) *problem {
	return &problem{status, code, fmt.Sprintf(format, args...)}
}

func bad(code, format string, args ...any) *problem {
	return wrong(http.StatusBadRequest, code, format, args...)
}

// services are the names and forms of answers by the name that requests are signed for.
var services = map[string]struct{ space string }{
	"ec2":                  {"http://ec2.amazonaws.com/doc/2016-11-15/"},
	"sts":                  {"https://sts.amazonaws.com/doc/2011-06-15/"},
	"rds":                  {"http://rds.amazonaws.com/doc/2014-10-31/"},
	"elasticloadbalancing": {"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"},
	"autoscaling":          {"http://autoscaling.amazonaws.com/doc/2011-01-01/"},
	"elasticache":          {"http://elasticache.amazonaws.com/doc/2015-02-02/"},
	"ecs":                  {}, // it speaks JSON
}

// answer writes a result, or a problem, in the form of a service: EC2 has its own, the others share one.
func answer(w http.ResponseWriter, service, action, request string, kids []el, p *problem) {
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	status := http.StatusOK
	root := action + "Response"
	var e el
	switch {
	case p != nil && service == "ec2":
		status, root = p.status, "Response"
		e = x(root, x("Errors", x("Error", v("Code", p.code), v("Message", p.message))), v("RequestID", request))
	case p != nil:
		status, root = p.status, "ErrorResponse"
		side := "Sender"
		if p.status >= http.StatusInternalServerError {
			side = "Receiver"
		}
		e = x(root, x("Error", v("Type", side), v("Code", p.code), v("Message", p.message)), v("RequestId", request))
		w.Header().Set("X-Amzn-Requestid", request)
	case service == "ec2":
		e = x(root, append([]el{v("requestId", request)}, kids...)...)
	default:
		e = x(root, el{name: action + "Result", kids: append([]el{}, kids...)}, x("ResponseMetadata", v("RequestId", request)))
		w.Header().Set("X-Amzn-Requestid", request)
	}
	e.write(&out)
	text := out.String()
	if service != "ec2" || p == nil {
		text = strings.Replace(text, "<"+root+">", "<"+root+` xmlns="`+services[service].space+`">`, 1)
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) //nolint:gosec // XML, each text of it escaped; an error is a caller who has gone away
}
