package desk_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
	"toban/bot/desk/opinion"
)

const learntFile = "opinion/learnt.bin"

// example is a ticket of the corpus to learn from. A complaint, and what says nothing, is the same under every contract.
func example(c corpusTicket) opinion.Example {
	e := opinion.Example{Group: c.Profile, Type: c.Want.Type, Text: desk.Reading(desk.Ticket{IssueType: c.IssueType, Summary: c.Summary, Description: c.Description})}
	if e.Type == "complaint" || e.Type == "unclear" {
		e.Group = ""
	}
	return e
}

// lessons are the examples of tickets, each of them once more with chatter around it, or, where it is not to be certain, as one that is doubtful.
func lessons(t testing.TB, list []corpusTicket) []opinion.Example {
	t.Helper()
	var before, behind []string
	for _, l := range lines(t, "testdata/chatter.txt") {
		if l, ok := strings.CutPrefix(l, "> "); ok {
			before = append(before, l)
		} else {
			behind = append(behind, strings.TrimPrefix(l, "< "))
		}
	}
	var out []opinion.Example
	for i, c := range list {
		out = append(out, example(c))
		if c.Want.Uncertain {
			e := example(c)
			e.Type = opinion.Doubtful
			out = append(out, e)
			continue
		}
		if c.Want.Type == "unclear" { // which chatter makes no clearer, but other than what it was labelled for
			continue
		}
		c.Description = before[i%len(before)] + "\n" + c.Description + "\n" + behind[i%len(behind)]
		out = append(out, example(c))
	}
	return out
}

// digests are those of the corpus' files.
func digests(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/tickets*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		const enough = 8 // bytes
		out[filepath.Base(f)] = fmt.Sprintf("%x", sha256.Sum256(raw))[:2*enough]
	}
	return out
}

// TestOpinionIsOfTheCorpus: the second opinion was learnt from these very tickets; batches that it has not seen yet are named. With -update it is
// learnt anew from all of them.
func TestOpinionIsOfTheCorpus(t *testing.T) {
	now := digests(t)
	if *update {
		data, err := opinion.Learn(lessons(t, corpus(t)), now)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(learntFile, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	m, err := opinion.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for name, digest := range m.Tickets() {
		if now[name] != digest {
			t.Errorf("%s has changed since the second opinion was learnt from it: go test ./bot/desk -run TestOpinion -update", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if m.Tickets()[name] == "" {
			t.Logf("%s is not learnt from yet", name)
		}
	}
	const most = 340_000
	if raw, err := os.ReadFile(learntFile); err != nil || len(raw) > most {
		t.Errorf("%s has %d bytes (%v), want at most %d", learntFile, len(raw), err, most)
	}
}

// TestLearningIsTheSameEachTime: the same tickets give the same bytes.
func TestLearningIsTheSameEachTime(t *testing.T) {
	var examples []opinion.Example
	for i, c := range corpus(t) {
		const some = 12
		if i%some == 0 {
			examples = append(examples, example(c))
		}
	}
	one, err := opinion.Learn(examples, nil)
	if err != nil {
		t.Fatal(err)
	}
	two, err := opinion.Learn(examples, nil)
	if err != nil || !bytes.Equal(one, two) {
		t.Fatal("two lessons from the same tickets differ", err)
	}
	m, err := opinion.Load(one)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, e := range examples {
		s := m.Score(e.Text)
		id := e.Type
		if o, ok := s.On(id, func(string) float64 { return 1 }); !ok || o.Type == id {
			right++
		}
	}
	if percent(right, len(examples)) < 95 {
		t.Errorf("%d of %d tickets are read as they were taught", right, len(examples))
	}
}

// BenchmarkOpinionLeftOut reads every batch with a second opinion that was taught all others: how much is right and certain, and how much of that should
// not be. The rules have seen the batches; the opinion has not. alone-% is how often it names the type by itself.
func BenchmarkOpinionLeftOut(b *testing.B) {
	customers := contracts(b)
	of := map[string][]corpusTicket{}
	for _, c := range corpus(b) {
		of[c.File] = append(of[c.File], c)
	}
	for b.Loop() {
		n := map[string]int{}
		for _, file := range slices.Sorted(maps.Keys(of)) {
			var others []corpusTicket
			for _, other := range slices.Sorted(maps.Keys(of)) {
				if other != file {
					others = append(others, of[other]...)
				}
			}
			data, err := opinion.Learn(lessons(b, others), nil)
			if err != nil {
				b.Fatal(err)
			}
			m, err := opinion.Load(data)
			if err != nil {
				b.Fatal(err)
			}
			for _, c := range of[file] {
				n["all"]++
				s := m.Score(example(c).Text)
				if o, ok := s.On(anyType(c.Profile), func(string) float64 { return 1 }); ok && o.Type == c.Want.Type {
					n["alone"]++
				}
				got := desk.UnderstandWith(customers[c.Profile], bot.Snapshot{Type: c.IssueType, Summary: c.Summary, Description: c.Description}, m)
				if got.Type == c.Want.Type {
					n["right"]++
				}
				if got.Confidence != bot.Certain {
					continue
				}
				n["certain"]++
				if got.Type != c.Want.Type || c.Want.Uncertain {
					n["wrong"]++
					b.Logf("%s %q: %s is certain, meant is %s: %v", c.ID, c.Summary, got.Type, c.Want.Type, got.Reasons)
				}
			}
		}
		for _, what := range []string{"alone", "right", "certain"} {
			b.ReportMetric(float64(percent(n[what], n["all"])), what+"-%")
		}
		b.ReportMetric(float64(n["wrong"]), "certain-and-wrong")
	}
}

// anyType is a type that only this profile has.
func anyType(profile string) string {
	return map[string]string{
		"support-desk": "account", "managed-operations": "routine_work", "managed-security": "security_mode", "dedicated-server": "server_restart", "saas-sla": "saas_account",
	}[profile]
}
