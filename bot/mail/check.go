package mail

import (
	"context"
	"errors"
	"fmt"

	"toban/bot"
)

// Check connects, signs in and names the sender, without sending anything: for toban doctor. Its error says what to do and holds no secret.
func (m *Mail) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, m.c.Limit)
	defer cancel()
	err := m.tryOut(ctx)
	if err == nil {
		return nil
	}
	judged := m.judge(err, letter{ref: "nobody"})
	var s *stageError
	if errors.As(err, &s) && !bot.IsPermanent(judged) {
		return fmt.Errorf("%s: %w — check mail.server and mail.security in server.yaml, and that this machine may connect to it", s.at, m.hide(s.err, letter{}))
	}
	return judged
}

func (m *Mail) tryOut(ctx context.Context) error {
	s, err := m.open(ctx)
	if err != nil {
		return err
	}
	defer s.end()
	if err := s.Mail("<" + m.from.Address + ">"); err != nil {
		return &stageError{naming, err}
	}
	_ = s.Quit()
	return nil
}
