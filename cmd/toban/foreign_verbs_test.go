package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// buttonActions are the actions of all buttons that the rooms know, read from their sources: constants whose names begin with action. A new
// button is found by itself.
func buttonActions(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, room := range []string{"desk", "work", "boarding", "incident", "release", "verdict"} {
		files, err := filepath.Glob("../../bot/" + room + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		before := len(out)
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok {
					return true
				}
				for i, name := range spec.Names {
					if strings.HasPrefix(strings.ToLower(name.Name), "action") && i < len(spec.Values) {
						if text, ok := constant(spec.Values[i], room); ok {
							out = append(out, text)
						}
					}
				}
				return true
			})
		}
		if len(out) == before && room != "verdict" { // whose actions begin with the name of the feature that has the promise
			t.Errorf("no action is found in bot/%s: this reading of the sources does not hold any more", room)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// constant is the value of a text, or of Name + a text.
func constant(e ast.Expr, room string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.Ident:
		return room, e.Name == "Name"
	case *ast.BinaryExpr:
		a, ok := constant(e.X, room)
		b, okay := constant(e.Y, room)
		return a + b, ok && okay
	}
	return "", false
}

// foreignThings are what a person may name after a verb, by the words of its usage: another customer's each.
func foreignThings(silence string) map[string]string {
	return map[string]string{
		"言葉または課題キー": "himitsu", "課題キー": "other/AOZORA-1", "顧客ID": "midori", "プロジェクト": "other/AOZORA", "ホスト,…": "himitsu", "長さ": "2h", "理由": "試験", "番号": silence, "担当者": "suzuki", "チーム": "himitsu", "時刻": "19:00",
	}
}

// spellings are the ways in which a usage may be typed: every choice, with what may be left out and without.
func spellings(t *testing.T, usage string, things map[string]string) []string {
	t.Helper()
	if open := strings.IndexByte(usage, '['); open >= 0 {
		depth, end := 0, -1
		for i, r := range usage {
			if r == '[' {
				depth++
			}
			if r == ']' {
				if depth--; depth == 0 && end < 0 {
					end = i
				}
			}
		}
		if end < 0 {
			t.Fatalf("the usage %q has no end", usage)
		}
		before, inner, after := usage[:open], usage[open+1:end], usage[end+1:]
		out := spellings(t, before+after, things)
		for choice := range strings.SplitSeq(inner, " | ") {
			out = append(out, spellings(t, before+choice+after, things)...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	out := []string{""}
	for word := range strings.FieldsSeq(usage) {
		var more []string
		for choice := range strings.SplitSeq(word, "|") {
			if thing, ok := things[choice]; ok {
				choice = thing
			} else if strings.ContainsFunc(choice, func(r rune) bool { return r > 127 }) {
				t.Errorf("the usage %q names %q, of which this test knows no example: add another customer's", usage, choice)
			}
			for _, o := range out {
				more = append(more, strings.TrimSpace(o+" "+choice))
			}
		}
		out = more
	}
	return out
}

func TestSpellingsOfAUsage(t *testing.T) {
	got := spellings(t, "silence [顧客ID ホスト,…|all 長さ 理由 | end 番号]", foreignThings("S-1"))
	want := []string{"silence", "silence end S-1", "silence midori all 2h 試験", "silence midori himitsu 2h 試験"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if all := buttonActions(t); !slices.Contains(all, "desk.take") || !slices.Contains(all, "work.start") || !slices.Contains(all, "release.send") || len(all) < 35 {
		t.Errorf("actions: %q", all)
	}
}
