package console

import (
	"encoding/json"
	"io"
	"net/http"
)

// Mail is what POST /demo/mail takes: a mail of the customer's contact.
type Mail struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

func (c *Console) mail(w http.ResponseWriter, r *http.Request) {
	if c.p.Mail == nil {
		refuse(w, http.StatusNotFound, "there is no mailbox")
		return
	}
	const most = 64 << 10
	var m Mail
	d := json.NewDecoder(io.LimitReader(r.Body, most))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || m.Subject == "" && m.Text == "" {
		refuse(w, http.StatusBadRequest, `send {"subject":"…","text":"…"}`)
		return
	}
	ctx, stop := c.while(r)
	defer stop()
	if err := c.p.Mail(ctx, m); err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	answer(w, http.StatusOK, map[string]bool{"ok": true})
}
