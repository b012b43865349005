package mailsim

import (
	"io"
	"slices"

	"toban/bot/standin"
)

var layout = standin.Layout("メールの代役", `<header><h1>メールの代役</h1><p>SMTP サーバーとして受け取り、ここで見せます。どこへも届きません。</p></header>
{{with .Outlet}}<h2>メールを送る</h2>
<form class="card"><p class="mute">お客様や監視システムとして、{{.}} のメールサーバー(Toban の受付)へ送ります。</p>
<p><label>差出人 <input name="from" size="40" required placeholder="山本 &lt;yamamoto@aozora.example&gt;"></label></p>
<p><label>宛先 <input name="to" size="40" required placeholder="desk-aozora@toban.example.jp"></label></p>
<p><label>件名 <input name="subject" size="60"></label></p>
<p><label>本文<br><textarea name="text" rows="6" cols="70"></textarea></label></p>
<p><label>返信先の Message-ID(任意) <input name="in_reply_to" size="40"></label></p>
<p><button type="button" data-order="/_sim/send">送る</button></p></form>{{end}}
<h2>受け取ったメール {{len .Mails}} 通</h2>
{{range .Mails}}<details class="card" id="mail-{{.ID}}"><summary><strong>{{or .Subject "(件名なし)"}}</strong>
{{if not .From}} <span class="chip bad">不達の知らせ</span>{{else if .Bounced}} <span class="chip bad">不達</span>{{end}}{{if .TLS}} <span class="chip good">TLS</span>{{end}}{{if .Signed}} <span class="chip good">認証済み</span>{{end}}
<div class="row mute"><span>{{or .From "MAILER-DAEMON"}} → {{range $n, $to := .To}}{{if $n}}、{{end}}{{$to}}{{end}}</span><time class="push">{{.At.Format "2006-01-02 15:04:05 MST"}}</time></div></summary>
<div class="said">{{.Text}}</div><dl><dt>Message-ID<dd>{{.MessageID}}<dt>原文<dd><a href="/_sim/raw?id={{.ID}}">表示する</a></dl></details>
{{else}}<p class="empty">まだ届いていません。</p>{{end}}
{{if .Mails}}<p><button data-order="/_sim/clear">すべて捨てる</button></p>{{end}}
<h2>故障</h2>
{{with .Faults}}<div class="table"><table><tr><th>種類<th>段階<th>宛先<th>回数<th>確率</tr>{{range .}}<tr><td><span class="chip bad">{{.Kind}}</span><td>{{.At}}<td>{{or .To "すべて"}}<td>{{or .Times "何度でも"}}<td>{{or .Rate "常に"}}</tr>{{end}}</table></div>
<p><button data-order="/_sim/faults" data-body='{"clear":true,"rules":[]}'>故障をすべて直す</button></p>{{else}}<p class="mute">なし(<code>POST /_sim/faults</code> で加えられます)</p>{{end}}
{{with .Tries}}<details id="tries"><summary>故障に当たった配送 {{len .}} 回</summary><div class="table"><table><tr><th>時刻<th>段階<th>故障<th>差出人<th>宛先</tr>
{{range .}}<tr><td>{{.At.Format "15:04:05"}}<td>{{.Stage}}<td>{{.Fault}}<td>{{.From}}<td>{{.To}}</tr>{{end}}</table></div></details>{{end}}`)

func (s *Server) page(w io.Writer) error {
	mails := s.Messages("")
	slices.Reverse(mails) // the newest first
	return layout.Execute(w, map[string]any{"Mails": mails, "Outlet": s.opt.Outlet, "Faults": s.faults.Rules(), "Tries": s.Tries()})
}
