package phonesim

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"toban/bot/standin"
)

var layout = standin.Layout("電話の代役", `<header><h1>電話の代役</h1><p>Amazon Connect の発信 API として振る舞います。実際の電話はかかりません。</p></header>
<h2>電話に出る人</h2>
{{with .People}}<div class="grid">{{range .}}<div class="card"><strong>{{or .Name "(名前なし)"}}</strong>
<div class="row"><span class="mute">{{.Number}}</span><span class="chip push {{.Mood}}">{{.Does}}</span></div>{{with .How}}<div>{{.}}</div>{{end}}</div>{{end}}</div>{{else}}<p class="empty">まだ誰もいません。どの番号も呼出音だけで終わります。</p>{{end}}
<h2>通話 {{len .Calls}} 件</h2>
{{range .Calls}}<article class="card"><div class="row"><strong>{{.Who}}</strong><span class="mute">{{.Number}}</span><span class="chip {{.Mood}}">{{.State}}</span>
{{if .Key}}<span class="chip good">{{.Key}} を押した</span>{{end}}<time class="mute push">{{.At.Format "2006-01-02 15:04:05 MST"}}</time></div>
{{range .Said}}<p class="said">{{.}}</p>{{end}}
{{if .Ringing}}<div class="row"><button data-order="/_sim/take" data-body="{{.Take "1"}}">出て 1 を押す</button><button data-order="/_sim/take" data-body="{{.Take "2"}}">出て 2 を押す</button><button data-order="/_sim/take" data-body="{{.Take ""}}">出るだけ</button></div>{{end}}
</article>{{else}}<p class="empty">まだ発信はありません。</p>{{end}}
<h2>故障</h2>
{{with .Faults}}<div class="table"><table><tr><th>種類<th>操作<th>回数<th>確率</tr>{{range .}}<tr><td><span class="chip bad">{{.Kind}}</span><td>{{or .Op "すべて"}}<td>{{or .Times "何度でも"}}<td>{{or .Rate "常に"}}</tr>{{end}}</table></div>
<p><button data-order="/_sim/faults" data-body='{"clear":true,"rules":[]}'>故障をすべて直す</button></p>{{else}}<p class="mute">なし(<code>POST /_sim/faults</code> で加えられます)</p>{{end}}
<details id="requests"><summary>API の呼び出し {{len .Requests}} 回</summary><div class="table"><table><tr><th>時刻<th>操作<th>結果<th>故障<th>ClientToken</tr>
{{range .Requests}}<tr><td>{{.At.Format "15:04:05"}}<td>{{.Op}}<td>{{if .Status}}{{.Status}}{{else}}切断{{end}}<td>{{.Fault}}<td>{{.Token}}</tr>{{end}}</table></div></details>`)

// pageCall is a call as the page shows it.
type pageCall struct {
	Call
	Who, State, Mood string
	Said             []string
	Ringing          bool
}

// Take is the body of the order that takes the call.
func (c pageCall) Take(key string) (string, error) {
	b, err := json.Marshal(map[string]string{"id": c.ID, "key": key})
	return string(b), err
}

// pagePerson is a person as the page shows it.
type pagePerson struct {
	Person
	Does, Mood, How string
}

func (s *Server) page(w io.Writer) error {
	names := map[string]string{}
	var people []pagePerson
	for _, p := range s.People() {
		names[p.Number] = p.Name
		people = append(people, p.shown())
	}
	var calls []pageCall
	for _, c := range slices.Backward(s.Calls()) {
		calls = append(calls, c.shown(names[c.Number]))
	}
	return layout.Execute(w, map[string]any{"People": people, "Calls": calls, "Faults": s.faults.Rules(), "Requests": s.Requests()})
}

func (p Person) shown() pagePerson {
	v := pagePerson{Person: p}
	switch p.Behaviour {
	case Answers:
		v.Does, v.Mood, v.How = "出る", "good", "ボタンは押さない"
		if p.Key != "" {
			v.How = p.Key + " を押す"
		}
	case Busy:
		v.Does, v.Mood = "話し中", "bad"
	case Voicemail:
		v.Does, v.Mood = "留守番電話", "wait"
	case Invalid:
		v.Does, v.Mood = "使われていない番号", "bad"
	case NoAnswer, "":
		v.Does = "出ない"
	}
	return v
}

func (c Call) shown(name string) pageCall {
	v := pageCall{Call: c, Who: cmp.Or(name, "知らない番号"), Ringing: c.State == "ringing"}
	for _, k := range slices.Sorted(maps.Keys(c.Said)) {
		v.Said = append(v.Said, c.Said[k])
	}
	switch {
	case v.Ringing:
		v.State, v.Mood = "呼出中", "wait"
	case c.State == "talking":
		v.State, v.Mood = "通話中", "good"
	case c.Answered && c.Reason == "CONTACT_FLOW_DISCONNECT":
		v.State, v.Mood = "留守番電話", "wait"
	case c.Answered:
		v.State = "通話終了"
	default:
		v.State, v.Mood = map[string]string{"TELECOM_BUSY": "話し中", "TELECOM_UNANSWERED": "応答なし", "TELECOM_NUMBER_INVALID": "使われていない番号"}[c.Reason], "bad"
	}
	return v
}
