package opinion_test

import (
	"strings"
	"testing"

	"toban/bot/desk/opinion"
)

func even(string) float64 { return 1 }

func taught(t *testing.T) *opinion.Model {
	t.Helper()
	var list []opinion.Example
	for _, text := range []string{"再起動\nweb01{host}を再起動してください。", "停止\nweb02{host}を停止してください。", "止めて\n今夜web03{host}を停止してください。", "サーバー\nap01{host}の再起動をお願いします。"} {
		list = append(list, opinion.Example{Group: "a", Type: "power", Text: text})
	}
	for _, text := range []string{"閉域\n203.0.113.5{address}から443を許可してください。", "ポート\n203.0.113.6{address}からの8080番を許可してください。", "許可\n拠点203.0.113.7{address}から22番を開けてください。"} {
		list = append(list, opinion.Example{Group: "a", Type: "firewall", Text: text}, opinion.Example{Group: "b", Type: "policy", Text: text})
	}
	for _, text := range []string{"遅い\n対応が遅いです。納得できません。", "不満\n対応に納得できません。遅いです。", "苦情\n先日の対応は納得できません。"} {
		list = append(list, opinion.Example{Type: "complaint", Text: text})
	}
	data, err := opinion.Learn(list, map[string]string{"x": "1"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := opinion.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOpinion(t *testing.T) {
	m := taught(t)
	for _, c := range []struct{ text, about, want string }{
		{"お願い\ndb09{host}を再起動してください。", "firewall", "power"},
		{"お願い\n198.51.100.1{address}から443番を許可してください。", "power", "firewall"},
		{"お願い\n198.51.100.1{address}から443番を許可してください。", "policy", "policy"},
		{"先日の件\n対応が遅いです。", "power", "complaint"},
		{"先日の件\n対応が遅いです。", "policy", "complaint"}, // what has no group is taught to every one
	} {
		s := m.Score(c.text)
		if o, ok := s.On(c.about, even); !ok || o.Type != c.want || o.Share < o.Of {
			t.Errorf("%q is like %+v (%v), want %s", c.text, o, ok, c.want)
		}
	}
}

// Types that were not taught, those of every group, and contracts without any of the types: no opinion.
func TestNoOpinion(t *testing.T) {
	s := taught(t).Score("お願い\ndb09{host}を再起動してください。")
	for _, id := range []string{"toner", "complaint", ""} {
		if o, ok := s.On(id, even); ok {
			t.Errorf("on %q: %+v", id, o)
		}
	}
	if o, ok := s.On("power", func(string) float64 { return 0 }); ok {
		t.Errorf("of no type at all: %+v", o)
	}
}

// What speaks for a type beside the text counts; types that a contract does not have don't.
func TestWeights(t *testing.T) {
	s := taught(t).Score("お願い\ndb09{host}を再起動してください。")
	o, ok := s.On("firewall", func(id string) float64 {
		if id == "firewall" {
			return 1e6
		}
		return 1
	})
	if !ok || o.Type != "firewall" {
		t.Errorf("much speaks for firewall: %+v", o)
	}
	if o, _ := s.On("firewall", func(id string) float64 {
		if id == "power" {
			return 0
		}
		return 1
	}); o.Type == "power" {
		t.Errorf("the contract has no power: %+v", o)
	}
}

// Data that is cut off or of another form is refused with what was wrong, and such a model has no opinion.
func TestBrokenData(t *testing.T) {
	data, err := opinion.Learn([]opinion.Example{{Group: "a", Type: "x", Text: "あ"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "{}", "{}\n", "x\n", string(data[:len(data)-1]), strings.Replace(string(data), "opinion 2", "opinion 1", 1)} {
		m, err := opinion.Load([]byte(bad))
		if err == nil || !strings.HasPrefix(err.Error(), "reading the second opinion") {
			t.Errorf("%.20q: %v", bad, err)
		}
		s := m.Score("あ")
		if _, ok := s.On("x", even); ok {
			t.Errorf("%.20q has an opinion", bad)
		}
	}
}

func FuzzScore(f *testing.F) {
	m, err := opinion.Shipped()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "\n", "web01{host}を再起動", "{", "a{", "a{b", "\xff\xfe{x}", strings.Repeat("あ", 5000), "@@ .. -- ::{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := m.Score(text)
		o, ok := s.On("server_power", even)
		if !ok || o.Of < 0 || o.Of > o.Share || o.Share > 1.0001 {
			t.Errorf("%+v %v", o, ok)
		}
	})
}

func BenchmarkScore(b *testing.B) {
	m, err := opinion.Shipped()
	if err != nil {
		b.Fatal(err)
	}
	text := "web01{host}の再起動\n" + strings.Repeat("お世話になっております。web01{host}を再起動してください。作業後に連絡をお願いします。", 40)
	b.ReportAllocs()
	for b.Loop() {
		s := m.Score(text)
		s.On("server_power", even)
	}
}
