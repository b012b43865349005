package config_test

import (
	"testing"

	"toban/config"
)

// TestEveryPlaceholderHasASample keeps previews whole when a message gets a new placeholder.
func TestEveryPlaceholderHasASample(t *testing.T) {
	profiles, err := config.LoadProfiles("", config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range config.Messages() {
		for _, lang := range []string{config.LangJapanese, config.LangEnglish} {
			for name, v := range m.Sample(lang, false) {
				if v == "" {
					t.Errorf("%s: placeholder %s has no sample", m.ID, name)
				}
			}
			for name := range profiles {
				p := profiles[name]
				for _, bare := range []bool{false, true} {
					if text, err := p.Templates.Render(m.ID, lang, m.Sample(lang, bare)); err != nil || text == "" {
						t.Errorf("%s of %s in %s: %q, %v", m.ID, name, lang, text, err)
					}
				}
			}
		}
	}
}
