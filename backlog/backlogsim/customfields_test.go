package backlogsim_test

import (
	"encoding/json"
	"testing"
)

func TestCustomValues(t *testing.T) {
	tests := []struct {
		name  string
		pairs []string
		want  any // value, or nil with ok=false for a refusal
		at    int // place among the fields of the task type: 0 number, 1 date, 2 single, 3 multi, 4 radio
		ok    bool
	}{
		{"number", []string{"customField_62", "2.5"}, 2.5, 0, true},
		{"number zero", []string{"customField_62", "0"}, 0.0, 0, true},
		{"number too large", []string{"customField_62", "11"}, nil, 0, false},
		{"number too small", []string{"customField_62", "-1"}, nil, 0, false},
		{"no number", []string{"customField_62", "two"}, nil, 0, false},
		{"date", []string{"customField_63", "2026-01-31"}, "2026-01-31T00:00:00Z", 1, true},
		{"no date", []string{"customField_63", "tomorrow"}, nil, 1, false},
		{"item", []string{"customField_64", "2"}, map[string]any{"id": 2.0, "name": "検証", "displayOrder": 1.0}, 2, true},
		{"name of an item", []string{"customField_64", "検証"}, nil, 2, false},
		{"unknown item", []string{"customField_64", "9"}, nil, 2, false},
		{"two for one", []string{"customField_64", "1", "customField_64", "2"}, nil, 2, false},
		{"free text where none is allowed", []string{"customField_64", "1", "customField_64_otherValue", "x"}, nil, 2, false},
		{"several", []string{"customField_65", "1", "customField_65", "2"}, []any{map[string]any{"id": 1.0, "name": "web", "displayOrder": 0.0}, map[string]any{"id": 2.0, "name": "db", "displayOrder": 1.0}}, 3, true},
		{"with brackets", []string{"customField_65[]", "1"}, nil, 3, false},
		{"radio", []string{"customField_66", "1", "customField_66_otherValue", "一部"}, map[string]any{"id": 1.0, "name": "あり", "displayOrder": 0.0}, 4, true},
		{"not for this type", []string{"customField_61", "web01"}, nil, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sp := newSpace(t)
			f := form("projectId", "21", "summary", "s", "issueTypeId", "31", "priorityId", "3")
			for n := 0; n < len(tt.pairs); n += 2 {
				f.Add(tt.pairs[n], tt.pairs[n+1])
			}
			r := sp.call("customer", "POST", "/api/v2/issues", f)
			if !tt.ok {
				r.fails(400, 7)
				return
			}
			diff(t, tt.want, get(r.object(201), "customFields", tt.at, "value"))
		})
	}
}

func TestRequiredCustomField(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.call("bot", "PATCH", "/api/v2/projects/TEST/customFields/62", form("required", "true")).want(200)
	create := form("projectId", "21", "summary", "s", "issueTypeId", "31", "priorityId", "3")
	sp.call("customer", "POST", "/api/v2/issues", create).fails(400, 7)
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("customField_62", "", "comment", "x")).fails(400, 7)
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "2")).want(200)
	create.Set("customField_62", "1")
	sp.call("customer", "POST", "/api/v2/issues", create).want(201)
}

func TestCustomFieldSettings(t *testing.T) {
	sp := newSpace(t)
	add := func(pairs ...string) reply {
		return sp.call("bot", "POST", "/api/v2/projects/TEST/customFields", form(pairs...))
	}
	for typ, extra := range map[string][]string{
		"1": {}, "2": {}, "3": {"min", "1", "max", "5", "initialValue", "2", "unit", "GB"}, "4": {"min", "2026-01-01", "initialValueType", "2", "initialShift", "3"},
		"5": {"items[]", "a"}, "6": {"items[]", "a", "allowAddItem", "true"}, "7": {"items[]", "a", "allowInput", "true"}, "8": {"items[]", "a", "applicableIssueTypes[]", "31"},
	} {
		got := add(append([]string{"typeId", typ, "name", "型" + typ, "description", "説明"}, extra...)...).object(200)
		delete(got, "id") // given in the order of a map
		delete(got, "displayOrder")
		body, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "custom_field_"+typ, string(body))
	}
	add("typeId", "9", "name", "x").fails(400, 7)
	add("typeId", "1").fails(400, 7)
	add("typeId", "1", "name", "ホスト名").fails(400, 7)
	add("typeId", "1", "name", "y", "items[]", "a").fails(400, 7)
	add("typeId", "1", "name", "z", "applicableIssueTypes[]", "99").fails(400, 7)
	sp.call("staff", "POST", "/api/v2/projects/TEST/customFields", form("typeId", "1", "name", "q")).fails(403, 5)

	items := func(who, field string) reply {
		return sp.call(who, "POST", "/api/v2/projects/TEST/customFields/"+field+"/items", form("name", "cache"))
	}
	items("staff", "64").fails(403, 5) // adding is not allowed to everyone there
	diff(t, "cache", get(items("staff", "65").object(200), "items", 3, "name"))
	items("staff", "65").fails(400, 7) // used twice
	items("bot", "62").fails(400, 7)   // no list
	sp.issue("customField_65", "4")
	sp.call("bot", "PATCH", "/api/v2/projects/TEST/customFields/65/items/4", form("name", "redis")).want(200)
	diff(t, "redis", get(sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200), "customFields", 3, "value", 0, "name"))
	sp.call("bot", "DELETE", "/api/v2/projects/TEST/customFields/65/items/4", nil).want(200)
	diff(t, []any{}, get(sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200), "customFields", 3, "value"))
	sp.call("bot", "DELETE", "/api/v2/projects/TEST/customFields/65", nil).want(200)
	sp.call("bot", "PATCH", "/api/v2/projects/TEST/customFields/65", form("name", "x")).fails(404, 6)
}
