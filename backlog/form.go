package backlog

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// encode writes a struct as the vendor's form: fields tagged `form:"name"`, zero
// values left out unless the tag ends in ",always", lists as name[]=1&name[]=2,
// and cleared fields empty (name= or name[]=). Fields without a tag are skipped.
func encode(input any) url.Values {
	v := reflect.ValueOf(input)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	out := url.Values{}
	if v.Kind() == reflect.Struct {
		encodeStruct(out, v)
	}
	return out
}

// formWriter is a field that writes itself: custom fields have their own rules.
type formWriter interface{ writeForm(url.Values) }

// formOptional is any Optional.
type formOptional interface {
	formField() (optionalState, any)
}

func encodeStruct(out url.Values, v reflect.Value) {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if !field.IsExported() {
			continue
		}
		if w, ok := value.Interface().(formWriter); ok {
			w.writeForm(out)
			continue
		}
		name, flags, _ := strings.Cut(field.Tag.Get("form"), ",")
		if name == "" {
			continue
		}
		encodeField(out, name, value, flags == "always")
	}
}

func encodeField(out url.Values, name string, value reflect.Value, always bool) {
	isList := value.Kind() == reflect.Slice
	if o, ok := value.Interface().(formOptional); ok {
		state, inner := o.formField()
		if state == unset {
			return
		}
		value = reflect.ValueOf(inner)
		isList = value.Kind() == reflect.Slice
		if state == cleared || isList && value.Len() == 0 {
			if isList {
				name += "[]"
			}
			out.Set(name, "")
			return
		}
		always = true
	}
	if value.IsZero() && !always {
		return
	}
	if !isList {
		out.Set(name, formText(value))
		return
	}
	for i := range value.Len() {
		out.Add(name+"[]", formText(value.Index(i)))
	}
}

func formText(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case fmt.Stringer: // ID and Date
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	default:
		panic("backlog: no form encoding for " + v.Type().String())
	}
}
